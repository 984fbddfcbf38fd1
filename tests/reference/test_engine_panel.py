"""Operations: what the panel did not do is asked every five minutes until it is done, once."""

from __future__ import annotations

import pytest

CATALOGUE = {
    "start": {"prices": {"1 month": "10"}, "template": "small"},
    "big": {"prices": {"1 month": "20"}},
}


@pytest.fixture
def shop(house):
    """Sell two tariffs; it is September 1, 2025, 10:00 UTC."""
    return house(CATALOGUE, at="2025-09-01 10:00")


def order(shop):
    """Order `start` for a month."""
    shop.do("order", client="anna", tariff="start", period="1 month")


def actions(shop):
    """Return the names of what the panel was asked."""
    return [call[0] for call in shop.panel.calls]


def running(shop):
    """Return the operations that are not done."""
    return [op for op in shop.book.operations.values() if op.status == "running"]


def test_a_panel_that_answers(shop):
    """What the panel did is done, with one try."""
    order(shop)
    (operation,) = shop.book.operations.values()
    assert ("create", "done", None, 1) == (
        operation.action,
        operation.status,
        operation.error,
        operation.tries,
    )


def test_a_panel_that_is_down_is_asked_every_five_minutes(shop):
    """While the panel is down the service is processing; once it is up, active."""
    shop.panel.down = True
    order(shop)
    assert ("processing", "2025-10-01") == (shop.service().status, shop.expires())
    shop.to("2025-09-01 10:19:59")
    # At 10:00, 10:05, 10:10 and 10:15.
    assert (4, "create: down") == (len(actions(shop)), running(shop)[0].error)
    shop.panel.down = False
    shop.to("2025-09-01 10:20")
    assert ("active", ["user1"]) == (shop.service().status, list(shop.panel.users))
    shop.to("2025-09-02")
    assert (5, []) == (len(actions(shop)), running(shop))
    # The money moved once.
    assert ["period 10.00 2025-09-01..2025-10-01"] == shop.new()


def test_a_refusal_is_asked_again(shop):
    """What the panel refused is asked again as well, and keeps its error until it is done."""
    shop.panel.refuse("value", "preset", times=2)
    order(shop)
    assert "func: value/preset: no" == running(shop)[0].error
    shop.to("2025-09-01 10:10")
    assert (["create"] * 3, []) == (actions(shop), running(shop))


@pytest.mark.parametrize(
    ("done", "calls"),
    # The user is there: nothing is made a second time. It is not: it is made.
    [(True, ["create", "exists"]), (False, ["create", "exists", "create"])],
)
def test_what_may_have_happened_is_looked_at_first(shop, done, calls):
    """After an answer that was lost, the panel is asked for the user before another is made."""
    shop.panel.fail(done=done, may_have_happened=True)
    order(shop)
    assert "processing" == shop.service().status
    shop.to("2025-09-01 10:05")
    assert (calls, "active") == (actions(shop), shop.service().status)
    assert ["user1"] == list(shop.panel.users)


def test_a_look_that_fails_is_no_answer(shop):
    """Where the look fails too, it is repeated."""
    shop.panel.fail(times=2, done=True)
    order(shop)
    shop.to("2025-09-01 10:10")
    assert ["create", "exists", "exists"] == actions(shop)


def test_doubt_stays(shop):
    """A try that certainly did not reach the panel does not settle what an earlier one did."""
    shop.panel.fail(done=True)
    shop.panel.fail(may_have_happened=False)
    order(shop)
    shop.to("2025-09-01 10:10")
    assert ["create", "exists", "exists"] == actions(shop)
    assert "active" == shop.service().status


@pytest.mark.parametrize("verb", ["suspend", "resume", "delete"])
@pytest.mark.parametrize("done", [True, False])
def test_a_lost_answer_is_made_good(shop, verb, done):
    """Whether or not the lost request was carried out, in the end the panel has it, once."""
    order(shop)
    if verb == "resume":
        shop.do("suspend", service="1", by="staff")
    shop.panel.fail(done=done, may_have_happened=True)
    shop.do(verb, service="1", by="staff")
    shop.to("2025-09-01 12:00")
    assert [] == running(shop)
    assert ({"user1"} if verb == "suspend" else set()) == shop.panel.off
    assert (verb == "delete") == ("user1" not in shop.panel.users)


def test_a_domain_that_is_taken(shop):
    """A service whose domain is somebody's already is made without it."""
    shop.panel.refuse("exists", "name")
    order(shop)
    assert {"user1": ("small", None)} == shop.panel.users
    assert ("active", []) == (shop.service().status, running(shop))


def test_operations_keep_their_order(shop):
    """A later wish waits for an earlier one: resumed while the suspension hangs, the user is on."""
    order(shop)
    shop.panel.fail()
    shop.do("suspend", service="1", by="staff")
    shop.to("2025-09-01 10:02").do("resume", service="1", by="staff")
    shop.to("2025-09-01 10:30")
    assert ("active", set(), []) == (shop.service().status, shop.panel.off, running(shop))


def test_a_service_deleted_before_it_was_made(shop):
    """A service that is deleted while its creation hangs leaves no user behind."""
    shop.panel.fail()
    order(shop)
    shop.to("2025-09-01 10:02").do("delete", service="1", by="staff")
    shop.to("2025-09-01 10:30")
    assert ("deleted", {}, []) == (shop.service().status, shop.panel.users, running(shop))


def test_a_renewal_does_not_make_a_user(house):
    """A service that renews while its creation hangs is processing until there is a user."""
    shop = house(CATALOGUE, at="2025-09-01 10:00")
    shop.panel.down = True
    shop.do("order", client="anna", tariff="start", period="1 month", auto_renewal=True)
    shop.to("2025-10-01")
    assert ("processing", "2025-11-01") == (shop.service().status, shop.expires())
    shop.panel.down = False
    shop.to("2025-10-01 00:10")
    assert "active" == shop.service().status


def test_an_unpaid_service_that_was_never_made(shop):
    """Suspended while its creation hangs, a service is made and suspended once the panel is up."""
    shop.panel.down = True
    order(shop)
    shop.to("2025-10-01 10:00")
    shop.panel.down = False
    shop.to("2025-10-01 10:10")
    assert ("suspended", {"user1"}, []) == (shop.service().status, shop.panel.off, running(shop))


def test_two_operations_are_asked_every_five_minutes(shop):
    """However many operations of a service hang, each is asked every five minutes."""
    order(shop)
    shop.panel.down = True
    shop.do("suspend", service="1", by="staff")
    shop.to("2025-09-01 10:02").do("resume", service="1", by="staff")
    shop.panel.calls.clear()
    shop.to("2025-09-01 10:59")
    # The first is asked at 10:05, 10:10 … 10:55: eleven times; the second waits for it.
    assert 11 == actions(shop).count("suspend")


def test_services_do_not_wait_for_one_another(shop):
    """What hangs for one service does not hold up another."""
    shop.panel.fail(times=2)
    order(shop)
    order(shop)
    order(shop)
    assert ["processing", "processing", "active"] == [
        service.status for service in shop.book.services.values()
    ]
    shop.to("2025-09-01 10:05")
    assert ["user1", "user2", "user3"] == sorted(shop.panel.users)
