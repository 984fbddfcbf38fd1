"""Daily charging."""

from __future__ import annotations

from fractions import Fraction

import pytest


@pytest.fixture
def daily(house):
    """Have a service of anna's at 0.1 a day, ordered on January 1, 2025 unless told otherwise."""

    def open_daily(fields=None, *, at="2025-01-01 09:30", tariff=None, order=None, **options):
        row = {"daily": {"price": "0.1"} | (fields or {})} | (tariff or {})
        shop = house({"start": row}, at=at, **options)
        shop.do("order", client="anna", tariff="start", period="1 month", **order or {})
        return shop

    return open_daily


def total(rows):
    """Return the sum of rows of kind daily."""
    return sum(Fraction(row.split()[1]) for row in rows)


def test_a_day_is_charged_at_its_midnight(daily):
    """The order day is charged at the order, each further day at its 00:00."""
    shop = daily(tariff={"setup_fee": "2.00"})
    assert ["setup 2.00", "daily 0.10 2025-01-01..2025-01-02"] == shop.new()
    shop.to("2025-01-01 23:59:59")
    assert [] == shop.new()
    shop.to("2025-01-03")
    rows = ["daily 0.10 2025-01-02..2025-01-03", "daily 0.10 2025-01-03..2025-01-04"]
    assert rows == shop.new()
    assert "active" == shop.service().status


def test_january_costs_its_days(daily):
    """The document's example: 0.1 a day for the month's 31 days: 3.1."""
    shop = daily().to("2025-01-31 12:00")
    rows = shop.new()
    assert (31, Fraction("3.1")) == (len(rows), total(rows))


def test_january_by_the_order_period(daily):
    """The document's example: with the order period 30 days are paid, 3.0, over the month's 31."""
    shop = daily({"by_order_period": True}).to("2025-01-31 12:00")
    rows = shop.new()
    assert (31, 3) == (len(rows), total(rows))


@pytest.mark.parametrize(
    ("until", "amount"),
    # February's 28 days cost 3.0: on the 14th half of it is posted.
    [("2025-02-14", "1.5"), ("2025-02-28", "3.0"), ("2025-03-31", "6.0"), ("2025-04-30", "9.0")],
)
def test_order_periods_follow_one_another(daily, until, amount):
    """After one order period the next begins, of its own civil days."""
    shop = daily({"by_order_period": True}, at="2025-02-01").to(until)
    assert Fraction(amount) == total(shop.new())


def test_a_year_by_the_order_period(daily):
    """A year's 365 nominal days are spread over the 366 of a leap year."""
    row = {"daily": {"price": "0.1", "by_order_period": True}}
    shop = daily(tariff=row, at="2024-01-01", order={}, clients={"anna": "100"})
    assert "daily 0.0968 2024-01-01..2024-01-02" == shop.new()[0]


@pytest.mark.parametrize(
    ("by_order_period", "amount"),
    # 3.10 ÷ 31 in January; 3.10 ÷ 30 = 0.10333…
    [(False, "0.10"), (True, "0.1033")],
)
def test_the_rate_from_the_month(daily, by_order_period, amount):
    """Under ``rate_from_month`` a day costs the monthly price ÷ its month's days, or ÷ 30."""
    shop = daily(
        {"by_order_period": by_order_period},
        tariff={"prices": {"1 month": "3.10"}},
        readings={"daily_charge": "rate_from_month"},
    )
    assert [f"daily {amount} 2025-01-01..2025-01-02"] == shop.new()


def test_minor_units_by_reading(daily):
    """Under ``posting_digits: minor_unit`` a day is posted in cents."""
    shop = daily({"price": "0.1234"}, readings={"posting_digits": "minor_unit"})
    assert ["daily 0.12 2025-01-01..2025-01-02"] == shop.new()


def test_not_enough_for_a_day(daily):
    """A day that the balance does not pay suspends the service; nothing is posted for it."""
    shop = daily(clients={"anna": "0.25"})
    shop.to("2025-01-02 12:00")
    assert "active" == shop.service().status
    shop.to("2025-01-03")
    assert ("suspended", {"non-payment"}) == (shop.service().status, shop.service().suspended_by)
    assert ("0.05", 2) == (shop.balance(), len(shop.new()))
    shop.to("2025-02-03")
    assert [] == shop.new()


def test_an_unpaid_daily_service_goes_on_by_renewal(daily):
    """Renewed once a day can be paid, a service suspended for non-payment goes on from that day."""
    shop = daily(clients={"anna": "0.15"})
    shop.to("2025-01-05 12:00").new()
    renewal = {"service": "1", "period": "1 month"}
    assert "billmanager.charge.daily" == shop.refused("renew", **renewal).rule
    shop.do("pay", client="anna", amount="1.00")
    assert [] == shop.new()
    shop.do("renew", **renewal)
    assert ["daily 0.10 2025-01-05..2025-01-06"] == shop.new()
    assert ("active", set()) == (shop.service().status, shop.panel.off)
    shop.to("2025-01-06")
    assert ["daily 0.10 2025-01-06..2025-01-07"] == shop.new()


def test_a_running_daily_service_is_not_renewed(daily):
    """While its days are paid there is nothing to renew."""
    refusal = daily().refused("renew", service="1", period="1 month")
    assert "billmanager.charge.daily" == refusal.rule


def test_an_unpaid_daily_service_is_deleted(daily):
    """So many days after its last paid day it is deleted."""
    shop = daily(tariff={"auto_deletion": 3}, clients={"anna": "0.1"})
    shop.to("2025-01-04 23:59:59")
    assert "suspended" == shop.service().status
    shop.to("2025-01-05")
    assert "deleted" == shop.service().status


def test_a_deleted_service_is_charged_no_more(daily):
    """Nothing is charged for the days after a deletion."""
    shop = daily()
    shop.do("delete", service="1", by="staff")
    shop.to("2025-01-10")
    assert 1 == len(shop.new())


def test_deleted_on_day_fifteen_of_february(daily):
    """Deleted on the fifteenth of 28 days, 15 days were begun: 15/28 of 3.0."""
    shop = daily({"by_order_period": True}, at="2025-02-01").to("2025-02-14 12:00")
    shop.do("delete", service="1", by="staff")
    shop.to("2025-03-01")
    # Fourteen midnights and orders have passed: 14/28 × 3.0.
    assert Fraction("1.5") == total(shop.new())


@pytest.mark.parametrize("fields", [{}, {"by_order_period": True}], ids=["day", "period"])
def test_an_order_without_money_starts_with_its_payment(daily, fields):
    """Ordered without money and paid later, the first day costs a first day."""
    shop = daily(fields, clients={"anna": "0"})
    assert ("ordered", []) == (shop.service().status, shop.new())
    shop.to("2025-01-05 10:00").do("pay", client="anna", amount="5.00")
    # 0.1, or 30 × 0.1 ÷ 31 = 0.0967…
    first = "0.0968" if fields else "0.10"
    assert [f"daily {first} 2025-01-05..2025-01-06"] == shop.new()
    shop.to("2025-02-04 12:00")
    assert Fraction("3.0" if fields else "3.1") - Fraction(first) == total(shop.new())


def test_a_suspended_day_is_not_charged(daily):
    """Days of downtime are not charged, unless the tariff says so."""
    shop = daily({"clients_may_suspend": True})
    shop.do("suspend", service="1", by="client")
    shop.to("2025-01-04 12:00")
    shop.do("resume", service="1", by="client")
    shop.to("2025-01-05")
    # Jan 1 began before the suspension, Jan 4 saw the resumption: neither was all downtime.
    assert ["2025-01-01", "2025-01-04", "2025-01-05"] == [row.split()[2][:10] for row in shop.new()]


def test_a_daily_service_ends_with_its_tariff(daily):
    """Past the tariff's end no further day is charged: the service is suspended."""
    shop = daily(tariff={"tariff_end": "2025-01-03"}).to("2025-01-05")
    assert (2, "suspended") == (len(shop.new()), shop.service().status)
    refusal = shop.refused("renew", service="1", period="1 month")
    assert refusal.rule.startswith("billmanager.")


def test_a_suspended_day_is_charged_where_the_tariff_says_so(daily):
    """With the charge after suspension, days of downtime cost as any other."""
    shop = daily({"clients_may_suspend": True, "charge_after_suspension": True})
    shop.do("suspend", service="1", by="client")
    shop.to("2025-01-04 12:00")
    assert 4 == len(shop.new())


def test_a_day_that_staff_took_is_downtime_too(daily):
    """Days that a service is suspended by staff are not charged either."""
    shop = daily()
    shop.do("suspend", service="1", by="staff")
    shop.to("2025-01-04 12:00")
    assert ["daily 0.10 2025-01-01..2025-01-02"] == shop.new()


def test_a_daily_service_runs_over_the_weekend(daily):
    """Not suspended on weekends, a service without money for Saturday runs to Monday, unpaid."""
    # 2025-01-03 is a Friday.
    shop = daily(at="2025-01-03", tariff={"weekend": "do not suspend"}, clients={"anna": "0.1"})
    shop.to("2025-01-05 12:00")
    assert "active" == shop.service().status
    shop.to("2025-01-06")
    assert ("suspended", 1) == (shop.service().status, len(shop.new()))


def test_days_are_civil_days(daily):
    """Where the clocks change a day is still one day, and its charge one line."""
    shop = daily(at="2025-03-29 12:00", timezone="Europe/Berlin").to("2025-03-31 12:00")
    assert 3 == len(shop.new())
    assert "2025-04-01" == shop.expires()


def test_days_where_midnight_is_skipped(daily):
    """Cairo skips 00:00 on April 25, 2025: that day is charged as any other."""
    shop = daily(at="2025-04-24 12:00", timezone="Africa/Cairo").to("2025-04-27 12:00")
    assert 4 == len(shop.new())
