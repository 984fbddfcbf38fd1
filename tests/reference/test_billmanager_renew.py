"""Renewal: dates, late fees, and the days that a service ran unpaid."""

from __future__ import annotations

from datetime import UTC, date, datetime
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prorata.reference.billmanager import renew
from prorata.reference.periods import Length, add_months

MONTH = Length(months=1)
days = st.dates(date(2020, 1, 1), date(2030, 1, 1))


def at(text):
    """Return an instant, UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_on_the_expiry_date_a_renewal_is_plain():
    """Late is a civil date after the expiry's."""
    late = [renew.late(expires=date(2025, 9, 5), renewed=date(2025, 9, day)) for day in (4, 5, 6)]
    assert [False, False, True] == late


@pytest.mark.parametrize(
    ("readings", "renewed", "expires"),
    [
        ({}, "2025-08-15", "2025-09-15"),
        # January 31 and a month: February has no 31st, or runs over by three days.
        ({}, "2025-01-31", "2025-02-28"),
        ({"month_end": "overflow"}, "2025-01-31", "2025-03-03"),
        ({"month": "thirty_days"}, "2025-01-31", "2025-03-02"),
    ],
)
def test_a_late_renewal_counts_from_its_day(ruled, readings, renewed, expires):
    """The new expiry is the date of the renewal plus the period, whatever the old expiry was."""
    counted = ruled(**readings)(
        renew.late_policy, renewed=date.fromisoformat(renewed), period=MONTH
    )
    assert date.fromisoformat(expires) == counted


def test_a_plain_renewal_adds_a_period(ruled):
    """The new expiry is the old one plus the period, on the service's day."""
    expires = ruled()(renew.plain, starts=date(2025, 2, 28), period=MONTH, anchor=31)
    assert date(2025, 3, 31) == expires


def test_from_the_suspension(ruled):
    """The document's example: expired August 3, renewed August 15 for a month: September 3."""
    expires = ruled()(
        renew.from_suspension,
        suspended=date(2025, 8, 3),
        renewed=date(2025, 8, 15),
        period=MONTH,
        anchor=3,
    )
    assert date(2025, 9, 3) == expires


@pytest.mark.parametrize(
    ("renewed", "count"),
    # Sep 3 is not past Sep 3, Oct 3 is; Nov 4 is reached past by the fourth month, Dec 3.
    [("2025-09-03", 2), ("2025-11-04", 4)],
)
def test_too_short_from_the_suspension_is_refused(ruled, renewed, count):
    """A period that does not reach past the renewal is refused, with the number that would."""
    refusal = ruled()(
        renew.from_suspension,
        suspended=date(2025, 8, 3),
        renewed=date.fromisoformat(renewed),
        period=MONTH,
        anchor=3,
    )
    assert "billmanager.renew.from-suspension" == refusal.rule
    assert f"{count} periods are needed" in refusal.reason


@given(days, st.integers(0, 2000), st.sampled_from([1, 3, 12]))
def test_so_many_periods_suffice(ruled, suspended, later, months):
    """The number that a refusal names reaches past the renewal, and one less does not."""
    renewed = date.fromordinal(suspended.toordinal() + later)
    refusal = ruled()(
        renew.from_suspension,
        suspended=suspended,
        renewed=renewed,
        period=Length(months=months),
        anchor=suspended.day,
    )
    if isinstance(refusal, date):
        assert refusal == add_months(suspended, months) > renewed
        return
    count = int(refusal.reason.partition(": ")[2].partition(" ")[0])
    assert add_months(suspended, months * count) > renewed
    assert add_months(suspended, months * (count - 1)) <= renewed


@pytest.mark.parametrize(
    ("wanted", "balance", "cost", "renews"),
    [(True, 10, 10, True), (True, 9, 10, False), (False, 10, 10, False)],
)
def test_automatic_renewal_needs_wish_and_money(wanted, balance, cost, renews):
    """A service renews by itself where its client wants that and the balance pays it."""
    assert renews == renew.auto(wanted=wanted, balance=Fraction(balance), cost=Fraction(cost))


def test_the_fixed_late_fee():
    """The fixed fee is its amount."""
    assert Fraction("2.50") == renew.late_fee_fixed(amount=Fraction("2.50"))


@pytest.mark.parametrize(
    ("readings", "expired", "renewed", "price", "until", "fee"),
    [
        # The document's example: 5 days of 0.1, half of it.
        ({}, "2025-09-01", "2025-09-05", "3.10", "2025-09-01", "0.25"),
        # The same with a year at 36.50.
        ({}, "2025-09-01", "2025-09-05", "36.50", "year", "0.25"),
        # Sep 1 00:00 to Sep 5 00:00 is four days, to 00:01 a fifth is begun.
        ({"overdue_days": "started"}, "2025-09-01", "2025-09-05", "3.10", "2025-09-01", "0.20"),
        (
            {"overdue_days": "started"},
            "2025-09-01", "2025-09-05 00:01", "3.10", "2025-09-01", "0.25",
        ),
        # Renewed before the weekend that it ran on was over: no day is overdue.
        ({}, "2025-09-08", "2025-09-07", "3.10", "2025-09-01", "0"),
        ({}, "2025-09-08", "2025-09-06", "3.10", "2025-09-01", "0"),
    ],
)  # fmt: skip
def test_the_late_fee_in_percent(  # noqa: PLR0917  a row of the table
    ruled, bought, readings, expired, renewed, price, until, fee
):
    """Half of what the overdue days cost by the day price of the period that expired."""
    starts = "2024-09-01" if until == "year" else "2025-08-01"
    stretch = bought(price, starts, "2025-09-01", months=12 if until == "year" else 1)
    asked = ruled(**readings)(
        renew.late_fee_percent,
        stretches=(stretch,),
        expired=at(expired),
        renewed=at(renewed),
        percent=Fraction(50),
    )
    assert Fraction(fee) == asked


@pytest.mark.parametrize(
    ("expires", "reading", "until"),
    [
        # 2025-09-06 is a Saturday.
        ("2025-09-06", "monday", "2025-09-08"),
        ("2025-09-07", "monday", "2025-09-08"),
        ("2025-09-06", "next_charge", "2025-09-08 05:00"),
        ("2025-09-05", "monday", "2025-09-05"),
        ("2025-09-08", "next_charge", "2025-09-08"),
        # An expiry with an hour: the weekend ends at 00:00, or at the hour of the daily charge.
        ("2025-09-06 12:30", "monday", "2025-09-08"),
        ("2025-09-06 12:30", "next_charge", "2025-09-08 05:00"),
        ("2025-09-05 12:30", "monday", "2025-09-05 12:30"),
    ],
)
def test_the_weekend_runs_on(ruled, expires, reading, until):
    """Where the tariff does not suspend on weekends, a service runs on over both days."""
    when = ruled(weekend_end=reading)(renew.weekend_runs_until, expires=at(expires))
    assert at(until) == when


def test_a_cut_renewal_reaches_past_the_day():
    """A renewal whose time has passed already is refused; one that ends tomorrow is not."""
    ends = date(2025, 9, 10)
    assert renew.reaches(expires=ends, renewed=date(2025, 9, 9)) is None
    refusal = renew.reaches(expires=ends, renewed=ends)
    assert "billmanager.renew.from-suspension" == refusal.rule


def test_the_extra_days_of_a_weekend(ruled, bought):
    """0.10 a day, expired Saturday, September 6, run on to Monday: two days, or one and a half."""
    amounts = [
        ruled()(
            renew.weekend,
            stretches=(bought("3.10", "2025-08-06", "2025-09-06"),),
            expired=at(expired),
            until=date(2025, 9, 8),
        )
        for expired in ("2025-09-06", "2025-09-06 12:00")
    ]
    assert [Fraction("0.20"), Fraction("0.15")] == amounts
