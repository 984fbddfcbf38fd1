"""Ordering: prices, and what an order may ask for."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest

from prorata.reference.billmanager import order
from prorata.reference.billmanager.tariff import enabled
from prorata.reference.periods import Length

MONTH, YEAR = Length(months=1), Length(months=12)
PRICES = {MONTH: Fraction(10), YEAR: Fraction(100)}


def test_an_order_pays_the_price_and_the_setup_fee():
    """The price of the period and the setup fee are lines of their own."""
    assert Fraction("3.10") == order.price(period_price=Fraction("3.10"))
    assert Fraction("1.50") == order.price(setup_fee=Fraction("1.50"))


@pytest.mark.parametrize(
    ("period", "why"),
    [
        ("3 months", "no price for 3 months; periods with a price: 1 month, 1 year"),
        ("1 year", "does not sell 1 year"),
    ],
)
def test_a_period_without_a_price_or_disabled_is_refused(ruled, period, why):
    """A period is sold only where it has a price and is not disabled."""
    refusal = ruled()(
        order.period_sold,
        tariff="start",
        period=Length.of(period),
        prices=PRICES,
        disabled={YEAR},
        renewal=False,
    )
    assert "billmanager.order.price" == refusal.rule
    assert refusal.reason.endswith(why)


def test_a_period_with_a_price_is_sold(ruled):
    """A period that has a price and is not disabled is sold; one of no prices is not."""
    sold = {"tariff": "start", "period": MONTH, "disabled": {YEAR}, "renewal": False}
    assert ruled()(order.period_sold, prices=PRICES, **sold) is None
    assert "with a price: none" in ruled()(order.period_sold, prices={}, **sold).reason


@pytest.mark.parametrize(
    ("reading", "renewal", "sold"),
    [
        ("orders_only", False, False),
        ("orders_only", True, True),
        ("orders_and_renewals", True, False),
    ],
)
def test_a_disabled_period_is_renewed_or_not(ruled, reading, renewal, sold):
    """A disabled period is not ordered; whether it is renewed is a reading."""
    refusal = ruled(disabled_period=reading)(
        order.period_sold,
        tariff="start",
        period=YEAR,
        prices=PRICES,
        disabled={YEAR},
        renewal=renewal,
    )
    assert sold == (refusal is None)


def test_a_renewal_takes_the_special_price():
    """A renewal costs the special price where there is one, zero included, else the order's."""
    assert 10 == order.renewal_price(order_price=Fraction(10))
    assert 8 == order.renewal_price(order_price=Fraction(10), special_price=Fraction(8))
    assert 0 == order.renewal_price(order_price=Fraction(10), special_price=Fraction(0))


@pytest.mark.parametrize(
    ("starts", "expires", "cut"),
    [
        # The period of the document's example: renewed for a month on Dec 16.
        (date(2021, 12, 16), date(2022, 1, 16), date(2021, 12, 31)),
        (date(2021, 12, 30), date(2022, 1, 30), date(2021, 12, 31)),
        (date(2021, 11, 30), date(2021, 12, 30), date(2021, 12, 30)),
        (date(2021, 11, 30), date(2021, 12, 31), date(2021, 12, 31)),
    ],
)
def test_a_period_ends_with_the_tariff(starts, expires, cut):
    """A period that would pass the tariff's end is shortened to it; others are not."""
    end = date(2021, 12, 31)
    assert cut == order.cut_at_tariff_end(starts=starts, expires=expires, end=end)
    assert expires == order.cut_at_tariff_end(starts=starts, expires=expires, end=None)


@pytest.mark.parametrize("starts", [date(2021, 12, 31), date(2022, 1, 5)])
def test_no_day_before_the_end_is_refused(starts):
    """From the end date on nothing is sold."""
    refusal = order.cut_at_tariff_end(
        starts=starts, expires=date(2022, 2, 5), end=date(2021, 12, 31)
    )
    assert "billmanager.order.tariff-end" == refusal.rule


@pytest.mark.parametrize(
    ("readings", "amount"),
    # 4 × 15/31 = 1.9355; by nominal days 4 × 15/30.
    [({}, Fraction(60, 31)), ({"period_days": "nominal"}, 2)],
)
def test_a_cut_period_costs_its_days(ruled, bought, readings, amount):
    """The document's example: renewed Dec 16, the tariff ends Dec 31, fifteen days are charged."""
    days = date(2021, 12, 16).toordinal(), date(2022, 1, 16).toordinal()
    stretch = bought("4", "2021-12-16", "2021-12-31", full_starts=days[0], full_expires=days[1])
    assert amount == ruled(**readings)(order.tariff_end, stretch=stretch)


@pytest.mark.parametrize(
    ("starts", "minimum", "sold"),
    [
        # One month from Feb 1 has 28 days, from Mar 1 it has 31.
        ("2025-02-01", Length(days=30), False),
        ("2025-03-01", Length(days=30), True),
        ("2025-02-01", MONTH, True),
        ("2025-02-01", Length(months=2), False),
        ("2025-02-01", None, True),
    ],
)
def test_an_order_lasts_its_minimum_period(ruled, starts, minimum, sold):
    """An order for a month is refused where the month is shorter than the minimum period."""
    day = date.fromisoformat(starts)
    refusal = ruled()(
        order.minimum_period,
        starts=day,
        expires=day.replace(month=day.month + 1),
        minimum=minimum,
    )
    assert sold == (refusal is None)
    assert sold or "billmanager.order.minimum-period" == refusal.rule


@pytest.mark.parametrize(
    ("reading", "until"),
    [
        ({}, "2025-02-28"),
        ({"month": "thirty_days"}, "2025-03-02"),
        ({"month_end": "overflow"}, "2025-03-03"),
    ],
)
def test_a_minimum_period_is_as_long_as_a_period(ruled, reading, until):
    """A minimum of a month from January 31 is over when a month bought then would be."""
    terms = {"starts": date(2025, 1, 31), "minimum": MONTH}
    over = date.fromisoformat(until)
    asked = ruled(**reading)
    assert asked(order.minimum_period, expires=over, **terms) is None
    assert asked(order.minimum_runs, today=over, **terms) is None
    eve = over - timedelta(days=1)
    assert asked(order.minimum_period, expires=eve, **terms) is not None
    assert asked(order.minimum_runs, today=eve, **terms) is not None


@pytest.mark.parametrize(
    ("has", "wants", "limit", "sold"),
    [(1, 1, 2, True), (2, 1, 2, False), (0, 3, 2, False), (9, 9, None, True), (0, 1, 0, False)],
)
def test_a_client_has_so_many_services_of_a_tariff(has, wants, limit, sold):
    """Up to the limit, which is per tariff."""
    refusal = order.service_limit(has=has, wants=wants, limit=limit)
    assert sold == (refusal is None)
    assert sold or "billmanager.order.service-limit" == refusal.rule


@pytest.mark.parametrize(
    ("wants", "maximum", "sold"),
    [(1, None, True), (2, None, False), (3, 3, True), (4, 3, False)],
)
def test_several_at_once_only_where_allowed(wants, maximum, sold):
    """One service an order, unless the tariff allows more."""
    refusal = order.quantity(wants=wants, maximum=maximum)
    assert sold == (refusal is None)
    assert sold or "billmanager.order.quantity" == refusal.rule


@pytest.mark.parametrize(
    ("amount", "included", "cost"),
    # 0.50 for each unit above those included.
    [(15, 10, "2.50"), (10, 10, "0"), (5, 10, "0"), (3, 0, "1.50")],
)
def test_a_resource_costs_above_the_included_amount(amount, included, cost):
    """Only units above the included amount are priced."""
    asked = order.resources(amount=amount, included=included, unit_price=Fraction("0.50"))
    assert Fraction(cost) == asked


def test_a_tariff_that_is_not_enabled_is_not_sold():
    """An order of a tariff that is not enabled is refused."""
    assert enabled(tariff="start", is_enabled=True) is None
    assert "billmanager.tariff.enabled" == enabled(tariff="start", is_enabled=False).rule
