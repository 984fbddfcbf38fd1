"""Tariff change: five policies."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prorata.reference.billmanager import change
from prorata.reference.derivation import Recorder
from prorata.reference.refusal import Refusal

EXPIRES = datetime(2025, 10, 1, tzinfo=UTC)
SEP_16 = datetime(2025, 9, 16, tzinfo=UTC)
prices = st.fractions(min_value=Fraction(1, 100), max_value=1000, max_denominator=100)


@pytest.fixture(scope="session")
def september(bought):
    """Bought for September, at a price."""
    return lambda price: bought(price, "2025-09-01", "2025-10-01")


@pytest.mark.parametrize(
    ("readings", "prices", "amount"),
    [
        # 15 days × (20 − 10) ÷ 30, and back.
        ({}, ("10", "20"), "5"),
        ({}, ("20", "10"), "-5"),
        # The day of the change stays the old one's: 14 days.
        ({"change_day": "old"}, ("10", "20"), "14/3"),
        ({"rounding_place": "day_rate"}, ("10", "20"), "5.10"),
        # 0.67 − 0.33 = 0.34 a day.
    ],
)
def test_funds(ruled, september, readings, prices, amount):
    """The difference for the days left is charged, or refunded."""
    asked = ruled(**readings)(
        change.funds,
        old=(september(prices[0]),),
        new=(september(prices[1]),),
        now=SEP_16,
        expires=EXPIRES,
        paid={"start": Fraction(20)},
    )
    assert Fraction(amount) == asked


def test_no_more_comes_back_than_was_posted(ruled, september):
    """A refund is at most what was posted for the days left, less what they cost anew."""
    asked = ruled()(
        change.funds,
        old=(september("20"),),
        new=(september("0"),),
        now=SEP_16,
        expires=EXPIRES,
        paid={"start": Fraction(1), "disk": Fraction(2)},
    )
    # The difference is −10; of the 3 that were posted for those days nothing is to be paid anew.
    assert -3 == asked


def test_what_was_posted_is_told_where_it_binds(ruled, september):
    """For the tariff and its resource: 1.00 + 2.00, less the 0.50 that the days cost anew."""
    recorder = Recorder()
    asked = ruled()(
        change.funds,
        old=(september("20"),),
        new=(september("1"),),
        now=SEP_16,
        expires=EXPIRES,
        paid={"start": Fraction(1), "disk": Fraction(2)},
        note=recorder,
    )
    told = [(step.label, step.of, step.numbers, step.result) for step in recorder.steps[-4:]]
    assert Fraction("-2.50") == asked
    assert [
        ("posted", "start", "1.00", "1.00"),
        ("posted", "disk", "2.00", "2.00"),
        ("posted", "", "1.00 + 2.00", "3.00"),
        ("back", "", "3.00 − 0.50, at least 0", "2.50"),
    ] == told


@pytest.mark.parametrize(("paid", "amount"), [("9.98", "-4.98"), ("4", "0"), ("12", "-5")])
def test_a_refund_leaves_what_the_days_cost_anew(ruled, september, paid, amount):
    """20 to 10 on Sep 16: the days left cost 5 anew, what was posted above that comes back."""
    asked = ruled()(
        change.funds,
        old=(september("20"),),
        new=(september("10"),),
        now=SEP_16,
        expires=EXPIRES,
        paid={"start": Fraction(paid)},
    )
    assert Fraction(amount) == asked


@given(prices, prices, st.integers(1, 30))
def test_there_and_back_is_nothing(ruled, september, one, two, day):
    """What a change costs, the change back on the same day gives."""
    costs = [
        ruled()(
            change.funds,
            old=(september(old),),
            new=(september(new),),
            now=datetime(2025, 9, day, tzinfo=UTC),
            expires=EXPIRES,
            paid={"start": Fraction(10**6)},
        )
        for old, new in ((one, two), (two, one))
    ]
    assert 0 == sum(costs)


def test_after_the_expiry_no_days_are_left(ruled, september):
    """While a service runs on unpaid, a change has no days to price."""
    asked = ruled()(
        change.funds,
        old=(september("10"),),
        new=(september("20"),),
        now=datetime(2025, 10, 2, tzinfo=UTC),
        expires=EXPIRES,
        paid={"start": Fraction(10)},
    )
    assert 0 == asked


@pytest.mark.parametrize(("new", "amount"), [("20", 5), ("5", 0)])
def test_extra_charge_only(ruled, september, new, amount):
    """An upgrade costs the difference; a downgrade gives nothing back."""
    asked = ruled()(
        change.extra_charge_only,
        old=(september("10"),),
        new=(september(new),),
        now=SEP_16,
        expires=EXPIRES,
    )
    assert amount == asked


@pytest.mark.parametrize(
    ("reading", "prices", "expires"),
    [
        # 15 × 10/20 = 7.5 days from Sep 16; 15 × 20/10 = 30 days.
        ("down", ("10", "20"), "2025-09-23"),
        ("nearest", ("10", "20"), "2025-09-24"),
        ("exact", ("10", "20"), "2025-09-23 12:00"),
        ("down", ("20", "10"), "2025-10-16"),
    ],
)
def test_the_period_is_recalculated(ruled, september, reading, prices, expires):
    """What is left lasts shorter where the new tariff is dearer, longer where it is cheaper."""
    day = ruled(change_period_rounding=reading)(
        change.period,
        old=(september(prices[0]),),
        new=september(prices[1]),
        now=SEP_16,
        expires=EXPIRES,
    )
    expected = datetime.fromisoformat(expires)
    exact = reading == "exact"
    assert day == (expected.replace(tzinfo=UTC) if exact else expected.date())


def test_the_exact_period_counts_from_the_instant(ruled, september):
    """At 12:00 on September 16, 14.5 days are left; at the double price they last 7.25 days."""
    day = ruled(change_period_rounding="exact")(
        change.period,
        old=(september("10"),),
        new=september("20"),
        now=SEP_16.replace(hour=12),
        expires=EXPIRES,
    )
    # Sep 16 12:00 + 7 days 6 hours = Sep 23 18:00.
    assert datetime(2025, 9, 23, 18, tzinfo=UTC) == day


def test_seconds_pass_over_a_night_without_an_hour(ruled, bought):
    """From March 29 18:00 to April 5 in Berlin 6 days 5 hours pass; at the double price half."""
    berlin = ZoneInfo("Europe/Berlin")
    moment = ruled(change_period_rounding="exact")(
        change.period,
        old=(bought("10", "2025-03-05", "2025-04-05"),),
        new=bought("20", "2025-03-29", "2025-04-29"),
        now=datetime(2025, 3, 29, 18, tzinfo=berlin),
        expires=datetime(2025, 4, 5, tzinfo=berlin),
    )
    # 149 hours × (10/31) ÷ (20/31) = 74 hours 30 minutes from 17:00 UTC on: Apr 1 19:30 UTC.
    assert datetime(2025, 4, 1, 21, 30, tzinfo=berlin) == moment
    assert timedelta(hours=2) == moment.utcoffset()


@pytest.mark.parametrize(
    ("prices", "why"),
    [
        # 15 days at 10 ÷ 30 last 15/100 of a day at 1000 ÷ 30.
        (("10", "1000"), "less than one"),
        # Fifteen million days are beyond the year 9999.
        (("10000", "0.01"), "beyond all dates"),
    ],
)
def test_a_period_that_cannot_be_is_refused(ruled, september, prices, why):
    """A result of no whole day is refused, and one beyond all dates."""
    refusal = ruled()(
        change.period,
        old=(september(prices[0]),),
        new=september(prices[1]),
        now=SEP_16,
        expires=EXPIRES,
    )
    assert isinstance(refusal, Refusal)
    assert "billmanager.change.period" == refusal.rule
    assert why in refusal.reason


def test_nothing_left_is_refused(ruled, september):
    """Where no time is left, there is no whole day."""
    refusal = ruled()(
        change.period,
        old=(september("10"),),
        new=september("20"),
        now=datetime(2025, 10, 2, tzinfo=UTC),
        expires=EXPIRES,
    )
    assert "billmanager.change.period" == refusal.rule


@pytest.mark.parametrize(
    "readings",
    [
        {"rounding_place": "day_rate"},
        {"period_days": "calendar_month", "rounding_place": "day_rate"},
    ],
    ids=["day", "calendar"],
)
def test_a_day_price_that_rounds_to_nothing_is_refused(ruled, september, readings):
    """With each day price rounded first, 0.10 a month is 0.00 a day: it cannot be computed."""
    refusal = ruled(**readings)(
        change.period,
        old=(september("10"),),
        new=september("0.10"),
        now=SEP_16,
        expires=EXPIRES,
    )
    assert isinstance(refusal, Refusal)


def test_centuries_by_calendar_months_are_refused(ruled, september):
    """A period beyond all dates is refused also where months are walked through."""
    refusal = ruled(period_days="calendar_month")(
        change.period,
        old=(september("10000"),),
        new=september("0.01"),
        now=SEP_16,
        expires=EXPIRES,
    )
    assert isinstance(refusal, Refusal)


def test_forbidden():
    """The policy refuses every change."""
    assert "billmanager.change.forbidden" == change.forbidden().rule


@pytest.mark.parametrize(
    ("old", "new", "computed"), [(10, 20, True), (0, 20, False), (10, 0, False), (0, 0, False)]
)
def test_between_free_and_paid_no_period_is_computed(old, new, computed):
    """Between a free and a paid tariff the period cannot be recalculated."""
    refusal = change.free(old_price=Fraction(old), new_price=Fraction(new))
    assert computed == (refusal is None)
    assert computed or "billmanager.change.free" == refusal.rule


def test_full_payment(ruled, september):
    """The whole price of the period is paid, or that of the part that the tariff's end leaves."""
    assert 20 == ruled()(change.full_payment, price=Fraction(20))
    # 15 of the 30 days of September at 20.
    cut = september("20")._replace(expires=date(2025, 9, 16).toordinal())
    assert 10 == ruled()(change.full_payment, stretches=[cut])
