"""Kinds of charging: by period, by calendar month, by day."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prorata.reference.billmanager import charge
from prorata.reference.billmanager.charge import DayTerms
from prorata.reference.periods import Length


@pytest.mark.parametrize(
    ("readings", "expires"),
    [
        ({}, date(2025, 2, 28)),
        ({"month_end": "overflow"}, date(2025, 3, 3)),
        ({"month": "thirty_days"}, date(2025, 3, 2)),
    ],
)
def test_a_period_keeps_the_day_of_the_order(ruled, readings, expires):
    """A month from January 31 ends as the readings say."""
    when = ruled(**readings)(
        charge.periodic, starts=date(2025, 1, 31), period=Length(months=1), anchor=31
    )
    assert expires == when


@pytest.mark.parametrize(
    ("day", "months", "expires"),
    [
        # The document's examples with the pro-rata day 15.
        ("2025-07-12", 1, "2025-08-01"),
        ("2025-07-17", 1, "2025-09-01"),
        ("2025-07-15", 1, "2025-09-01"),
        ("2025-07-14", 1, "2025-08-01"),
        ("2025-07-01", 1, "2025-08-01"),
        ("2025-12-20", 1, "2026-02-01"),
        # n months expire n − 1 months after the next first, or n from the pro-rata day on.
        ("2025-07-12", 3, "2025-10-01"),
        ("2025-07-17", 3, "2025-11-01"),
    ],
)
def test_calendar_periods_expire_on_a_first(day, months, expires):
    """Before the pro-rata day a month ends with the calendar's; from it on, a month later."""
    when = charge.calendar_expires(starts=date.fromisoformat(day), months=months, pro_rata_day=15)
    assert date.fromisoformat(expires) == when


@pytest.mark.parametrize(
    ("day", "amount"),
    # 20 of July's 31 days from the 12th on; 15 from the 17th on, and August.
    [("2025-07-12", Fraction(200, 31)), ("2025-07-17", 10 + Fraction(150, 31))],
)
def test_calendar_months_cost_the_days_used(ruled, day, amount):
    """10.00 a month: each month touched costs by the days used in it, the order day counted."""
    day = date.fromisoformat(day)
    expires = charge.calendar_expires(starts=day, months=1, pro_rata_day=15)
    stretches = charge.calendar_stretches(starts=day, expires=expires, months=1, price=Fraction(10))
    assert amount == ruled()(charge.calendar, stretches=stretches)


def test_one_kind_of_charging():
    """Charging by day and by calendar month do not go together."""
    refusal = charge.one_kind(by_day=True, by_calendar=True)
    assert "billmanager.charge.calendar" == refusal.rule
    for kinds in ((True, False), (False, True), (False, False)):
        assert charge.one_kind(by_day=kinds[0], by_calendar=kinds[1]) is None


def test_long_calendar_periods_are_a_reading():
    """More than a month by the calendar is sold, or refused."""
    sold = [
        table(months) is None for table in charge.CALENDAR_LONG_PERIOD.values() for months in (1, 3)
    ]
    assert [True, True, True, False] == sold


@pytest.mark.parametrize(
    ("reading", "terms", "amount"),
    [
        ("rate_fixed", {}, "0.1"),
        # 30 nominal days of 0.1 = 3.0, over 31 civil days: each day brings the sum to its share.
        ("rate_fixed", {"by_order_period": True, "civil_days": 31}, "3/31"),
        (
            "rate_fixed",
            {"by_order_period": True, "civil_days": 28, "days": 13, "posted": "1.3929"},
            "1.5 - 1.3929",
        ),
        # 3.10 a month: ÷ January's 31, or ÷ 30.
        ("rate_from_month", {}, "0.1"),
        ("rate_from_month", {"by_order_period": True}, "3.10/30"),
    ],
)
def test_a_day_costs(ruled, reading, terms, amount):
    """A day costs its price, its share of the period's nominal days, or its part of the month."""
    if "posted" in terms:
        terms = {**terms, "posted": Fraction(terms["posted"])}
    first, _, less = amount.partition(" - ")
    over, _, under = first.partition("/")
    expected = Fraction(over) / Fraction(under or 1) - Fraction(less or 0)
    day = DayTerms(
        date(2025, 1, 1), day_price=Fraction("0.1"), month_price=Fraction("3.10"), **terms
    )
    assert expected == ruled(daily_charge=reading)(charge.daily, terms=day)


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(1, 400), st.integers(1, 10**4))
def test_the_days_of_a_period_add_up_to_it(ruled, usd, first, days, rate):
    """Posted with four decimals, a period's days cost together what its nominal days cost."""
    rulings, price, posted = ruled(), Fraction(rate, 1000), Fraction(0)
    for number in range(days):
        terms = DayTerms(
            first + timedelta(days=number),
            by_order_period=True,
            day_price=price,
            civil_days=days,
            days=number,
            posted=posted,
        )
        exact = rulings(charge.daily, terms=terms)
        posted += Fraction((exact * 10**4 + Fraction(1, 2)) // 1, 10**4)
    assert price * 30 == posted
