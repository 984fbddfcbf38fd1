"""Ordering and cancelling resources during a period."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

DISK = {"included": 10, "maximum": 20, "prices": {"1 month": "3.00", "3 months": "9.00"}}


@pytest.fixture
def hosting(house):
    """Have a service of anna's, ordered on October 30, 2025 for a month; it is November 15."""

    def open_hosting(fields=None, *, disk=None, order=None, at="2025-11-15 12:00", **options):
        row = {
            "prices": {"1 month": "10", "3 months": "30", "1 year": "100"},
            "resources": {"disk": DISK | (disk or {}), "ram": {"prices": {"1 month": "1"}}},
        }
        shop = house({"start": row | (fields or {})}, at="2025-10-30", **options)
        wants = {"client": "anna", "tariff": "start", "period": "1 month"} | (order or {})
        shop.do("order", **wants)
        shop.to(at)
        shop.new()
        return shop

    return open_hosting


def disk(shop, amount=1):
    """Order further units of disk."""
    return shop.do("order_resource", service="1", resource="disk", amount=amount)


@pytest.mark.parametrize(
    ("readings", "row"),
    # The document's example: 15 days; 3 × 15/31 = 1.4516, 3 × 15/30.
    [({}, "resource 1.45"), ({"period_days": "nominal"}, "resource 1.50")],
)
def test_until_expiry(hosting, readings, row):
    """A resource ordered on November 15 to November 30 costs its fifteen days."""
    shop = hosting(readings=readings)
    disk(shop)
    assert [row] == shop.new()
    assert {"disk": 11} == shop.service().resources


def test_units_add_up(hosting):
    """Units ordered in parts cost what they cost together."""
    shop = hosting()
    disk(shop, 2)
    disk(shop, 3)
    # 6 × 15/31 = 2.9032; 9 × 15/31 = 4.3548
    assert ["resource 2.90", "resource 4.35"] == shop.new()
    assert {"disk": 15} == shop.service().resources


def test_until_expiry_over_two_stretches(hosting):
    """In a service that was renewed already, a resource is paid to its expiry."""
    shop = hosting()
    shop.do("renew", service="1", period="1 month")
    shop.new()
    disk(shop)
    # 3 × 15/31 + 3 = 4.4516
    assert ["resource 4.45"] == shop.new()


def test_until_expiry_under_calendar_charging(hosting):
    """By the calendar, a resource is paid by the days of each month."""
    shop = hosting({"calendar": {}}, at="2025-11-15")
    # Ordered Oct 30, from the pro-rata day on: to December 1.
    disk(shop)
    # 3 × 16/30
    assert ["resource 1.60"] == shop.new()


def test_the_full_price(hosting):
    """The document's example: a full month's price, however few days are left."""
    shop = hosting({"resource_order": "full price"})
    disk(shop)
    assert ["resource 3.00"] == shop.new()


def test_the_full_price_of_the_period_last_paid(hosting):
    """The document's example: renewed for three months, three months' price with one month left."""
    shop = hosting({"resource_order": "full price"})
    shop.do("renew", service="1", period="3 months")
    shop.to("2026-01-30 10:00").new()
    disk(shop)
    assert ["resource 9.00"] == shop.new()


@pytest.mark.parametrize(
    ("fields", "row"),
    # The unused part of 1.45: 5 days of 31 at 3.00 = 0.4839.
    [({"resource_cancel": "refund"}, ["refund 0.48"]), ({}, [])],
    ids=["refund", "no-refund"],
)
def test_cancelling(hosting, fields, row):
    """A cancelled resource ends now, with its unused part back or without."""
    shop = hosting(fields)
    disk(shop)
    shop.to("2025-11-25").new()
    shop.do("cancel_resource", service="1", resource="disk")
    assert (row, {}) == (shop.new(), shop.service().resources)
    shop.do("renew", service="1", period="1 month")
    assert ["period 10.00 2025-11-30..2025-12-30"] == shop.new()


def test_cancelling_on_the_same_day_gives_all_back(hosting):
    """What was paid for comes back whole on the day that it was bought."""
    shop = hosting({"resource_cancel": "refund"})
    disk(shop)
    shop.do("cancel_resource", service="1", resource="disk")
    assert ["resource 1.45", "refund 1.45"] == shop.new()


def test_cancelling_a_full_price(hosting):
    """A full price paid for some days is given back by those days."""
    shop = hosting({"resource_cancel": "refund", "resource_order": "full price"})
    disk(shop)
    shop.to("2025-11-25").new()
    shop.do("cancel_resource", service="1", resource="disk")
    # Paid on Nov 15 for the 15 days to Nov 30, of which five are left: 3.00 × 5/15
    assert ["refund 1.00"] == shop.new()


@pytest.mark.parametrize(
    ("fields", "wants", "rule"),
    [
        ({}, {"amount": 11}, "billmanager.order.resources"),
        ({}, {"resource": "traffic"}, "billmanager.order.resources"),
        ({"step": 2}, {"amount": 3}, "billmanager.order.resources"),
        ({"prices": {"1 year": "1"}}, {}, "billmanager.order.resources"),
        ({"prices": {"1 month": "500"}}, {}, "billmanager.order.resources"),
    ],
    ids=str,
)
def test_a_resource_that_is_refused_changes_nothing(hosting, fields, wants, rule):
    """What cannot be ordered is refused by its rule, with the books and the panel as they were."""
    shop = hosting(disk=fields)
    wants = {"service": "1", "resource": "disk", "amount": 1} | wants
    assert rule == shop.refused("order_resource", **wants).rule


def test_the_maximum_may_be_reached(hosting):
    """Up to the maximum is sold: ten included and ten more."""
    shop = hosting()
    disk(shop, 10)
    assert {"disk": 20} == shop.service().resources


def test_only_active_services_have_their_resources_changed(hosting):
    """A suspended service neither gets nor gives up a resource."""
    shop = hosting()
    disk(shop)
    shop.do("suspend", service="1", by="staff")
    wants = {"service": "1", "resource": "disk"}
    assert "billmanager.lifecycle.status" == shop.refused("order_resource", amount=1, **wants).rule
    assert "billmanager.lifecycle.status" == shop.refused("cancel_resource", **wants).rule


@pytest.mark.parametrize(
    ("way", "paid"),
    # The whole price, or 3 × 10/31 = 0.9677, both for the ten days to Nov 30.
    [("full price", "3.00"), ("until expiry", "0.97")],
)
def test_a_refund_says_what_was_posted(hosting, way, paid):
    """On the day of the order all comes back that its line posted, which is among the numbers."""
    shop = hosting({"resource_cancel": "refund", "resource_order": way}, at="2025-11-20")
    disk(shop)
    shop.do("cancel_resource", service="1", resource="disk")
    assert [f"resource {paid}", f"refund {paid}"] == shop.new()
    *_, line = shop.billing.ledger
    (bought,) = line.arguments["paid"]
    days = [date(2025, 11, day).toordinal() for day in (20, 30)]
    assert ("disk", *days, Fraction(paid)) == (
        bought.item, bought.starts, bought.expires, bought.amount,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("amounts", "rows"),
    # Each order posted 1 × 10/31 = 0.3226 as 0.32. Both are worth 0.6452, which would be 0.65 were
    # it not for the 0.64 that was paid; one is half of each, 0.3226 and 0.32.
    [([], ["refund 0.64"]), ([11], ["refund 0.32", "refund 0.32"])],
    ids=["together", "one-by-one"],
)
def test_two_orders_are_not_refunded_more_than_their_lines(hosting, amounts, rows):
    """What the lines of a resource posted is the most that is given back for it."""
    price = {"prices": {"1 month": "1"}}
    shop = hosting({"resource_cancel": "refund"}, disk=price, at="2025-11-20")
    disk(shop)
    disk(shop)
    assert ["resource 0.32", "resource 0.32"] == shop.new()
    for amount in amounts:
        shop.do("set_resource", service="1", resource="disk", amount=amount)
    shop.do("cancel_resource", service="1", resource="disk")
    assert rows == shop.new()


def test_a_time_that_is_over_is_not_paid_for_any_more(hosting):
    """What was paid for a month that is over gives nothing back."""
    shop = hosting({"resource_cancel": "refund", "resource_order": "full price"})
    disk(shop)
    shop.do("renew", service="1", period="1 month")
    shop.to("2025-12-20")
    shop.do("cancel_resource", service="1", resource="disk")
    # Renewed to December 30 for 3.00, which 3 × 10/30 = 1.00 are left of.
    assert "refund 1.00" == shop.new()[-1]


def test_a_resource_that_is_not_there_is_not_cancelled(hosting):
    """Only what was ordered can be cancelled."""
    refusal = hosting().refused("cancel_resource", service="1", resource="ram")
    assert "billmanager.order.resources" == refusal.rule


def test_resources_are_not_reduced_in_the_minimum_period(hosting):
    """While the minimum period runs, the client cannot reduce resources; then they can."""
    shop = hosting({"minimum_period": {"days": 31}})
    disk(shop)
    refusal = shop.refused("cancel_resource", service="1", resource="disk")
    assert "billmanager.order.minimum-period" == refusal.rule
    less = {"service": "1", "resource": "disk", "amount": 10}
    assert refusal.rule == shop.refused("set_resource", **less).rule
    shop.do("renew", service="1", period="1 month")
    # Oct 30 + 31 days = Nov 30.
    shop.to("2025-11-30")
    shop.do("cancel_resource", service="1", resource="disk")


def test_staff_reduce_resources_at_any_time(hosting):
    """It is the client who cannot while the minimum period runs; staff can."""
    shop = hosting({"minimum_period": {"days": 31}})
    disk(shop, 2)
    shop.do("set_resource", service="1", resource="disk", amount=11, by="staff")
    assert {"disk": 11} == shop.service().resources
    shop.do("cancel_resource", service="1", resource="disk", by="staff")
    assert {} == shop.service().resources
