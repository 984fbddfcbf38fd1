"""Suspending, resuming and deleting by hand."""

from __future__ import annotations

import pytest


@pytest.fixture
def hosting(house):
    """Have a service of anna's under daily charging, which clients may suspend."""

    def open_hosting(*, clients_may_suspend=True, **options):
        row = {"daily": {"price": "0.1", "clients_may_suspend": clients_may_suspend}}
        shop = house({"start": row}, at="2025-09-01 10:00", **options)
        shop.do("order", client="anna", tariff="start", period="1 month")
        return shop

    return open_hosting


@pytest.mark.parametrize("by", ["client", "staff"])
def test_suspended_and_resumed_by_one_kind(hosting, by):
    """Whoever suspended a service resumes it; its expiry runs on meanwhile."""
    shop = hosting()
    shop.do("suspend", service="1", by=by)
    assert ("suspended", {"user1"}) == (shop.service().status, shop.panel.off)
    shop.do("resume", service="1", by=by)
    assert ("active", set(), "2025-09-02") == (
        shop.service().status,
        shop.panel.off,
        shop.expires(),
    )


def test_two_suspensions_are_lifted_one_by_one(hosting):
    """Suspended by its client and by staff, a service runs again when both are lifted."""
    shop = hosting()
    shop.do("suspend", service="1", by="client")
    shop.do("suspend", service="1", by="staff")
    shop.do("resume", service="1", by="staff")
    assert ("suspended", {"client"}) == (shop.service().status, shop.service().suspended_by)
    shop.do("resume", service="1", by="client")
    assert "active" == shop.service().status
    assert ["create", "suspend", "resume"] == [call[0] for call in shop.panel.calls]


def test_a_client_does_not_lift_what_staff_did(hosting):
    """A suspension by staff is not lifted by the client."""
    shop = hosting()
    shop.do("suspend", service="1", by="staff")
    refusal = shop.refused("resume", service="1", by="client")
    assert "billmanager.suspend.staff" == refusal.rule


def test_staff_does_not_lift_what_the_client_did(hosting):
    """Each suspension is lifted by its own kind: staff's resume of a client's is refused."""
    shop = hosting()
    shop.do("suspend", service="1", by="client")
    shop.refused("resume", service="1", by="staff")


@pytest.mark.parametrize("verb", ["suspend", "resume"])
def test_clients_who_may_not(hosting, verb):
    """Where the tariff does not let clients suspend, they neither suspend nor resume."""
    shop = hosting(clients_may_suspend=False)
    if verb == "resume":
        shop.do("suspend", service="1", by="staff")
    refusal = shop.refused(verb, service="1", by="client")
    assert "billmanager.charge.daily.suspension" == refusal.rule


@pytest.mark.parametrize("verb", ["suspend", "resume"])
def test_clients_of_other_tariffs(house, verb):
    """Clients suspend and activate only where their group may, which nobody said."""
    shop = house({"start": {"prices": {"1 month": "10"}}}, at="2025-08-01")
    shop.do("order", client="anna", tariff="start", period="1 month")
    if verb == "resume":
        shop.do("suspend", service="1", by="staff")
    assert "billmanager.suspend.client" == shop.refused(verb, service="1", by="client").rule


@pytest.mark.parametrize("by", ["client", "staff"])
def test_non_payment_is_lifted_by_renewal_alone(hosting, by):
    """A service suspended for non-payment is not resumed."""
    shop = hosting(clients={"anna": "0.1"})
    shop.to("2025-09-02")
    refusal = shop.refused("resume", service="1", by=by)
    assert "billmanager.suspend.non-payment" == refusal.rule


def test_clients_do_not_delete(hosting):
    """A client deletes only where the group may, which nobody said."""
    refusal = hosting().refused("delete", service="1", by="client")
    assert "billmanager.delete.client" == refusal.rule


@pytest.mark.parametrize("verb", ["suspend", "resume", "delete"])
def test_a_deleted_service_is_left_alone(hosting, verb):
    """What was deleted is neither suspended, resumed nor deleted again."""
    shop = hosting()
    shop.do("delete", service="1", by="staff")
    refusal = shop.refused(verb, service="1", by="staff")
    assert "billmanager.lifecycle.status" == refusal.rule


def test_an_active_service_is_not_resumed(hosting):
    """There is nothing to lift."""
    refusal = hosting().refused("resume", service="1", by="staff")
    assert "billmanager.lifecycle.status" == refusal.rule


def test_an_order_that_waits_is_deleted_without_the_panel(hosting):
    """A service that never started is deleted without a word to the panel, and never starts."""
    shop = hosting(clients={"anna": "0"})
    shop.do("delete", service="1", by="staff")
    shop.do("pay", client="anna", amount="10")
    assert ("deleted", []) == (shop.service().status, shop.panel.calls)


def test_suspended_by_staff_and_unpaid(house):
    """A renewal lifts non-payment alone: what staff suspended stays until staff resumes it."""
    shop = house({"start": {"prices": {"1 month": "10"}}}, at="2025-08-01")
    shop.do("order", client="anna", tariff="start", period="1 month")
    shop.do("suspend", service="1", by="staff")
    shop.to("2025-09-03")
    assert {"staff", "non-payment"} == shop.service().suspended_by
    shop.do("renew", service="1", period="1 month")
    assert ("suspended", {"staff"}) == (shop.service().status, shop.service().suspended_by)
    shop.do("resume", service="1", by="staff")
    assert ("active", ["create", "suspend", "resume"]) == (
        shop.service().status,
        [call[0] for call in shop.panel.calls],
    )
