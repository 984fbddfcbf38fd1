"""Resources of services that are charged by the day."""

from __future__ import annotations

from fractions import Fraction

import pytest

DISK = {"included": 1, "maximum": 9, "daily": "0.02"}
#: Without a price for the day: 0.62 a month.
DATABASES = {"prices": {"1 month": "0.62"}}


@pytest.fixture
def daily(house):
    """Have a service of anna's at 0.1 a day with resources, ordered on January 1, 2025."""

    def open_daily(resources=None, *, at="2025-01-01 09:30", tariff=None, **daily):
        options = {name: daily.pop(name) for name in ("readings", "clients") if name in daily}
        row = {
            "daily": {"price": "0.1"} | daily,
            "resources": {"disk": DISK, "databases": DATABASES},
        }
        shop = house({"start": row | (tariff or {})}, at=at, **options)
        order = {"client": "anna", "tariff": "start", "period": "1 month"}
        shop.do("order", **order, resources=resources or {})
        return shop

    return open_daily


def of_resources(shop):
    """Return the sum of the new lines that cover no time: those of resources."""
    return sum(Fraction(row.split()[1]) for row in shop.new() if ".." not in row)


def test_a_resource_is_charged_with_the_day(daily):
    """The day of the order and each further one: the service, then its resources."""
    shop = daily({"disk": 3, "databases": 2}).to("2025-01-02")
    # (3 − 1) × 0.02; 2 × 0.62 ÷ 31
    assert [
        "daily 0.10 2025-01-01..2025-01-02",
        "daily 0.04",
        "daily 0.04",
        "daily 0.10 2025-01-02..2025-01-03",
        "daily 0.04",
        "daily 0.04",
    ] == shop.new()


def test_a_monthly_price_is_divided_by_the_civil_month(daily):
    """In February 0.62 ÷ 28 = 0.0221 a day."""
    shop = daily({"databases": 1}, at="2025-02-01 09:30")
    assert ["daily 0.10 2025-02-01..2025-02-02", "daily 0.0221"] == shop.new()


def test_what_is_included_costs_nothing(daily):
    """One unit of disk is included."""
    assert ["daily 0.10 2025-01-01..2025-01-02"] == daily({"disk": 1}).new()


@pytest.mark.parametrize(
    ("resources", "total"),
    # 2 × 30 × 0.02 over the 31 days of the order period, or the price of a month.
    [({"disk": 3}, "1.20"), ({"databases": 2}, "1.24")],
)
def test_resources_by_the_order_period(daily, resources, total):
    """By order period a resource's sum is allocated over the civil days, and so adds up."""
    shop = daily(resources, by_order_period=True).to("2025-01-31 12:00")
    assert Fraction(total) == of_resources(shop)


@pytest.mark.parametrize(
    ("resource", "amount"),
    # its own day price; 0.93 ÷ 31
    [("disk", "0.02"), ("databases", "0.03")],
)
def test_resources_by_the_rate_of_the_month(daily, resource, amount):
    """Under ``rate_from_month`` what has no day price costs its month's ÷ the days of the month."""
    units = {"disk": 2, "databases": 1}[resource]
    readings = {"daily_charge": "rate_from_month"}
    sold = {"disk": DISK, "databases": {**DATABASES, "prices": {"1 month": "0.93"}}}
    tariff = {"prices": {"1 month": "3.10"}, "resources": sold}
    shop = daily({resource: units}, tariff=tariff, readings=readings)
    assert ["daily 0.10 2025-01-01..2025-01-02", f"daily {amount}"] == shop.new()


@pytest.mark.parametrize("policy", ["until expiry", "full price"])
def test_more_of_a_resource_is_charged_from_its_day_on(daily, policy):
    """Whatever the order policy, today costs what is more, and each further day all of it."""
    shop = daily({"disk": 2}, tariff={"resource_order": policy})
    shop.new()
    shop.do("order_resource", service="1", resource="disk", amount=2)
    assert ["daily 0.04"] == shop.new()
    shop.to("2025-01-02")
    # (4 − 1) × 0.02
    assert ["daily 0.10 2025-01-02..2025-01-03", "daily 0.06"] == shop.new()


def test_more_of_a_resource_by_the_order_period(daily):
    """A unit of databases from January 16 on: 16 of 31 days of 0.62, or 0.02 a day."""
    shop = daily(by_order_period=True).to("2025-01-16 12:00")
    shop.new()
    shop.do("order_resource", service="1", resource="databases", amount=1)
    shop.to("2025-01-31 12:00")
    assert Fraction("0.32") == of_resources(shop)


def test_more_that_the_balance_does_not_pay(daily):
    """What today's difference costs is needed: 0.10 of 0.11 is spent, and 0.02 are asked."""
    shop = daily(clients={"anna": "0.11"})
    refusal = shop.refused("order_resource", service="1", resource="disk", amount=1)
    assert ("billmanager.charge.daily", True) == (refusal.rule, refusal.short_of_money)


def test_less_of_a_resource(daily):
    """What is cancelled is charged no more from the next day on."""
    shop = daily({"disk": 4})
    shop.do("set_resource", service="1", resource="disk", amount=2)
    shop.new()
    shop.to("2025-01-02").do("cancel_resource", service="1", resource="disk")
    assert ["daily 0.10 2025-01-02..2025-01-03", "daily 0.02"] == shop.new()
    shop.to("2025-01-03")
    assert ["daily 0.10 2025-01-03..2025-01-04"] == shop.new()


def test_what_is_not_sold_any_more_ends_the_service(daily):
    """An amount that the tariff does not sell today is not charged: the service expires."""
    shop = daily({"disk": 5})
    shop.do("set_tariff", tariff="start", resources={"disk": DISK | {"maximum": 4}})
    shop.new()
    shop.to("2025-01-02")
    assert ([], "suspended") == (shop.new(), shop.service().status)
    refusal = shop.refused("renew", service="1", period="1 month")
    assert "billmanager.order.resources" == refusal.rule


def test_days_of_downtime_are_not_charged_for_resources(daily):
    """Suspended for a whole day neither costs anything; the day of the resumption does."""
    shop = daily({"disk": 2}).to("2025-01-01 12:00")
    shop.do("suspend", service="1", by="staff")
    shop.to("2025-01-03 12:00").new()
    shop.do("resume", service="1", by="staff")
    assert ["daily 0.10 2025-01-03..2025-01-04", "daily 0.02"] == shop.new()
    # Suspended and resumed once more on the same day, it is charged already.
    shop.do("suspend", service="1", by="staff")
    shop.do("resume", service="1", by="staff")
    assert [] == shop.new()


def test_a_new_price_within_the_order_period(house):
    """The worked number: 0.10 a day in April, 0.20 from the day after the change on."""
    rows = {
        name: {"daily": {"price": price, "by_order_period": True}}
        for name, price in (("start", "0.10"), ("big", "0.20"))
    }
    shop = house(rows, at="2025-04-01")
    shop.do("order", client="anna", tariff="start", period="1 month")
    shop.to("2025-04-15 12:00").do("change_tariff", service="1", tariff="big")
    shop.to("2025-04-30 12:00")
    amounts = [row.split()[1] for row in shop.new()]
    # 30 × 0.10 ÷ 30 and 30 × 0.20 ÷ 30
    assert ["0.10"] * 15 + ["0.20"] * 15 == amounts


def test_a_gap_begins_an_order_period(daily):
    """Renewed after a gap, the order period begins with the renewal and keeps its day."""
    shop = daily(by_order_period=True, clients={"anna": "0.0968"})
    # 30 × 0.1 ÷ 31 = 0.0968 for January 1, and nothing is left for January 2.
    shop.to("2025-02-10 12:00").new()
    shop.do("pay", client="anna", amount="10.00")
    shop.do("renew", service="1", period="1 month")
    # From February 10 to March 10: 30 × 0.1 ÷ 28 = 0.1071.
    assert ["daily 0.1071 2025-02-10..2025-02-11"] == shop.new()
    shop.to("2025-03-09 12:00")
    assert Fraction("3.0") - Fraction("0.1071") == sum(
        Fraction(row.split()[1]) for row in shop.new()
    )
