"""Tariffs that staff change, taxes, trials, groups and currencies, in a running billing."""

from __future__ import annotations

import pytest

from prorata.reference.engine import CatalogueError
from prorata.reference.engine.settings import Settings

START = {"prices": {"1 month": "3.00"}}
WANTS = {"client": "anna", "tariff": "start", "period": "1 month"}


@pytest.mark.parametrize(
    ("included", "lines", "balance"),
    [
        # 3 × (3.00 + 0.60)
        (False, ["period 3.00", "tax 0.60"], "89.20"),
        # 3.00 − 3.00 ÷ 1.2 = 0.50 lie inside: 3 × 3.00
        (True, ["period 3.00", "tax 0.50"], "91.00"),
    ],
)
def test_tax_of_renewals_by_themselves(house, included, lines, balance):
    """Each renewal has its tax, on top or inside."""
    tax = {"tax": {"rate": "20", "included": included}}
    shop = house({"start": START}, at="2025-09-01", settings=tax)
    shop.do("order", **WANTS, auto_renewal=True)
    shop.to("2025-11-01")
    assert [*lines * 3] == [" ".join(row.split(" ")[:2]) for row in shop.new()]
    assert balance == shop.balance()


@pytest.mark.parametrize(
    ("included", "balance", "renews"),
    [(False, "7.20", True), (False, "7.19", False), (True, "6.00", True), (True, "5.99", False)],
)
def test_the_balance_pays_the_tax_on_top_too(house, included, balance, renews):
    """Two months cost 2 × 3.60 with the tax on top, 2 × 3.00 with it inside, not a cent less."""
    tax = {"tax": {"rate": "20", "included": included}}
    shop = house({"start": START}, at="2025-09-01", settings=tax, clients={"anna": balance})
    shop.do("order", **WANTS, auto_renewal=True)
    shop.to("2025-10-01")
    assert renews == (shop.service().status == "active")


def test_tax_of_a_day_has_its_digits(house):
    """The tax of a daily line is rounded like it: 0.0333 × 0.2 = 0.0067."""
    shop = house(
        {"start": {"daily": {"price": "0.0333"}}}, at="2025-09-01", settings={"tax": {"rate": "20"}}
    )
    shop.do("order", **WANTS)
    assert ["daily 0.0333 2025-09-01..2025-09-02", "tax 0.0067"] == shop.new()


def test_a_longer_time_to_deletion_counts(house):
    """A service whose deletion is planned is kept as long as staff then say."""
    shop = house({"start": START | {"auto_deletion": 3}}, at="2025-09-01", clients={"anna": "3"})
    shop.do("order", **WANTS)
    shop.to("2025-10-02").do("set_tariff", tariff="start", auto_deletion=5)
    assert "suspended" == shop.to("2025-10-05").service().status
    assert "deleted" == shop.to("2025-10-06").service().status


def test_a_set_tariff_keeps_its_other_fields(house):
    """Only the fields named change, also of what a tariff shows."""
    fields = {"template": "small", "names": {"de": "Klein"}, "notes": "cheap", "labels": ["ssd"]}
    shop = house({"start": START | fields}, at="2025-09-01")
    shop.do("set_tariff", tariff="start", notes="dear", setup_fee="1.00")
    tariff = shop.book.catalogue["start"]
    assert ("small", "dear", {"de": "Klein"}) == (
        tariff.template,
        tariff.page.notes,
        tariff.page.names,
    )
    assert ("ssd",) == tariff.page.labels
    assert len(tariff.prices) == 1
    shop.do("set_tariff", tariff="start", template="large")
    assert "large" == shop.book.catalogue["start"].template


def test_a_tariff_is_not_set_to_both_kinds_of_charging(house):
    """A tariff is charged by day or by calendar months."""
    shop = house({"start": START}, at="2025-09-01")
    refusal = shop.refused("set_tariff", tariff="start", daily={"price": "1"}, calendar={})
    assert "billmanager.charge.calendar" == refusal.rule


def test_a_tariff_without_services_becomes_daily(house):
    """The kind of charging changes where no service has it."""
    shop = house({"start": START}, at="2025-09-01")
    shop.do("set_tariff", tariff="start", daily={"price": "0.10"})
    shop.do("order", **WANTS)
    assert ["daily 0.10 2025-09-01..2025-09-02"] == shop.new()


def test_a_trial_stops_at_the_tariff_end(house):
    """A trial does not pass the tariff's end, and is not sold on it."""
    row = START | {"trial": {"days": 10}, "tariff_end": "2025-09-05"}
    shop = house({"start": row}, at="2025-09-01", clients={"anna": "0", "ben": "0"})
    shop.do("order", **WANTS | {"period": "trial"})
    assert "2025-09-05" == shop.expires()
    shop.to("2025-09-05")
    wants = WANTS | {"period": "trial", "client": "ben"}
    assert "billmanager.order.tariff-end" == shop.refused("order", **wants).rule


def test_a_trial_of_a_tariff_charged_by_day_is_free(house):
    """No day of a trial is charged, and it ends as any trial does."""
    shop = house({"start": {"daily": {"price": "1"}, "trial": {"days": 3}}}, at="2025-09-01")
    shop.do("order", **WANTS | {"period": "trial"})
    assert "active" == shop.to("2025-09-03 23:00").service().status
    assert ("suspended", []) == (shop.to("2025-09-04").service().status, shop.new())
    assert "billmanager.order.trial" == shop.refused("renew", service="1", period="1 month").rule


def test_a_trial_goes_on_as_one_not_had_before(house):
    """A trial is changed to another tariff's only where the client has not had that one."""
    row = START | {"trial": {"days": 3}, "tariff_change": "add funds"}
    shop = house({"start": row, "other": row}, at="2025-09-01")
    shop.do("order", **WANTS | {"period": "trial"})
    shop.do("change_tariff", service="1", tariff="other")
    refusal = shop.refused("change_tariff", service="1", tariff="start")
    assert "billmanager.order.trial" == refusal.rule
    wants = WANTS | {"period": "trial", "tariff": "other"}
    assert "billmanager.order.trial" == shop.refused("order", **wants).rule


def test_the_old_currency_comes_back(house):
    """An account in an earlier currency is the one in use again."""
    shop = house({"start": START, "other": START}, at="2025-09-01", clients={"anna": "5.00"})
    shop.do("order", **WANTS)
    shop.billing.act("set_currency", currency="JPY")
    client = shop.book.clients["anna"]
    assert ("0", "2.00") == (str(client.balance), str(client.accounts["USD"]))
    shop.billing.act("set_currency", currency="JPY")
    assert ["USD"] == list(client.accounts)
    shop.billing.act("set_currency", currency="USD")
    assert ("2.00", "0") == (shop.balance(), str(client.accounts["JPY"]))
    # What was bought in dollars is set against dollars again.
    shop.do("change_tariff", service="1", tariff="other")


def test_an_unknown_currency_is_no_currency(house):
    """A code that ISO 4217 does not have is a lookup error."""
    shop = house({"start": START}, at="2025-09-01")
    with pytest.raises(LookupError):
        shop.billing.act("set_currency", currency="XXX")


def test_a_payment_that_has_begun_is_ended_by_its_amount(house):
    """Only a payment of the amount ends the one that has begun, and only one of two."""
    shop = house({"start": START}, at="2025-09-01")
    for amount in ("5.00", "5.0", "7.00"):
        shop.do("open_payment", client="anna", amount=amount)
    shop.do("pay", client="anna", amount="6.00")
    shop.do("pay", client="anna", amount="5")
    assert ["5.00", "7.00"] == sorted(map(str, shop.book.clients["anna"].active))


@pytest.mark.parametrize(
    ("policy", "lines"),
    # 15 of 30 days: 15/30 × 2 × 3.00
    [("refund", ["refund 3.00"]), ("no refund", [])],
)
def test_less_of_a_resource(house, policy, lines):
    """What is given back of a resource is the tariff's policy to say."""
    row = START | {
        "resource_cancel": policy,
        "resources": {"databases": {"prices": {"1 month": "3.00"}}},
    }
    shop = house({"start": row}, at="2025-09-01")
    shop.do("order", **WANTS, resources={"databases": 3})
    shop.to("2025-09-16").new()
    shop.do("set_resource", service="1", resource="databases", amount=1)
    assert lines == shop.new()
    assert {"databases": 1} == shop.service().resources


def test_less_traffic_is_given_back_by_its_units(house):
    """The units given back are a part of all that were bought, whatever their steps cost."""
    rates = [{"up_to": 10, "prices": {"1 month": "2"}}, {"prices": {"1 month": "1"}}]
    row = START | {"resource_cancel": "refund", "resources": {"traffic": {"rates": rates}}}
    shop = house({"start": row}, at="2025-09-01")
    shop.do("order", **WANTS, resources={"traffic": 14})
    # 10 × 2 + 4 × 1
    assert ["period 3.00 2025-09-01..2025-10-01", "resource 24.00"] == shop.new()
    shop.to("2025-09-16").do("set_resource", service="1", resource="traffic", amount=9)
    # 5 of 14 units, 15 of 30 days: 24.00 × 5/14 × 15/30 = 4.2857
    assert ["refund 4.29"] == shop.new()


@pytest.mark.parametrize(
    ("resource", "amount", "rule"),
    [
        ("databases", 0, "billmanager.lifecycle.status"),
        ("databases", 3, "billmanager.lifecycle.status"),
        ("tapes", 0, "billmanager.lifecycle.status"),
    ],
)
def test_no_resource_of_a_suspended_service_is_set(house, resource, amount, rule):
    """More or less of a resource needs an active service and an addon of the tariff."""
    row = START | {"resources": {"databases": {"prices": {"1 month": "1"}}}}
    shop = house({"start": row}, at="2025-09-01")
    shop.do("order", **WANTS, resources={"databases": 2})
    shop.do("suspend", service="1", by="staff")
    refusal = shop.refused("set_resource", service="1", resource=resource, amount=amount)
    assert rule == refusal.rule


def test_a_price_is_needed_for_each_step(house):
    """Traffic above the included amount is not sold for a period that its steps do not have."""
    rates = [{"up_to": 10, "prices": {"1 month": "2"}}, {"prices": {"1 year": "1"}}]
    shop = house({"start": START | {"resources": {"traffic": {"rates": rates}}}}, at="2025-09-01")
    refusal = shop.refused("order", **WANTS, resources={"traffic": 1})
    assert "billmanager.order.resources" == refusal.rule


def test_a_group_without_rights_has_none(house):
    """A group that no settings name gives no right."""
    shop = house({"start": START}, at="2025-09-01", groups={"anna": "guests"})
    shop.do("order", **WANTS)
    refusal = shop.refused("suspend", service="1", by="client")
    assert "billmanager.suspend.client" == refusal.rule


def test_a_waiting_service_is_deleted_by_its_client(house):
    """A service that has not started has no minimum period to run."""
    row = START | {"minimum_period": {"days": 10}}
    settings = {"groups": {"all": {"delete": True}}}
    shop = house(
        {"start": row},
        at="2025-09-01",
        clients={"anna": "0"},
        settings=settings,
        groups={"anna": "all"},
    )
    shop.do("order", **WANTS)
    shop.do("delete", service="1", by="client")
    assert "deleted" == shop.service().status


def test_settings_are_known_by_name():
    """A setting that this billing does not have is refused by name."""
    with pytest.raises(CatalogueError, match="weather is not built yet"):
        Settings.of({"weather": {}})
