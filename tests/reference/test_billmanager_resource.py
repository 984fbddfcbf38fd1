"""Resources ordered and cancelled during a period."""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction

import pytest

from prorata.reference.billmanager import resource
from prorata.reference.proration import Paid

NOV_15 = datetime(2025, 11, 15, tzinfo=UTC)
NOV_30 = datetime(2025, 11, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("readings", "now", "amount"),
    [
        # The document's example, 3.00 a month: 15 days, of the 31 from Oct 30 to Nov 30.
        ({}, NOV_15, "45/31"),
        ({"period_days": "nominal"}, NOV_15, "1.50"),
        # At 12:00 14.5 days are left: 15 dates, or 14 whole days.
        ({}, NOV_15.replace(hour=12), "45/31"),
        ({"day_count": "elapsed_floor"}, NOV_15.replace(hour=12), "42/31"),
        ({"day_count": "elapsed_ceil"}, NOV_15.replace(hour=12), "45/31"),
        ({"day_count": "elapsed_exact"}, NOV_15.replace(hour=12), "87/62"),
        ({}, NOV_30.replace(day=30, hour=1), "0"),
    ],
)
def test_until_expiry(ruled, bought, readings, now, amount):
    """A resource costs its part of the running period."""
    asked = ruled(**readings)(
        resource.until_expiry,
        stretches=(bought("3", "2025-10-30", "2025-11-30"),),
        now=now,
        expires=NOV_30,
    )
    assert Fraction(amount) == asked


def test_full_price(ruled):
    """The full price of the period last paid is charged."""
    assert 3 == ruled()(resource.full_price, price=Fraction(3))


def paid(amount, first, last):
    """Return what was posted for the days from a date to another of November."""
    return Paid("disk", *(NOV_15.replace(day=day).toordinal() for day in (first, last)), amount)


@pytest.mark.parametrize(
    ("lines", "units", "refund"),
    [
        # Paid for Nov 1 to 30, 29 days: 15 of them are unused.
        ([(Fraction(3), 1, 30)], 1, "-45/29"),
        # A full price of ten days, paid on Nov 10 until Nov 20: five are unused.
        ([(Fraction(3), 10, 20)], 1, "-1.50"),
        # What is paid from a later day on is unused whole; what is over gives nothing.
        ([(Fraction(3), 20, 30), (Fraction(2), 1, 15)], 1, "-3"),
        # A change gave 1.50 of that back for the same days: half of both is unused.
        ([(Fraction(3), 10, 20), (Fraction("-1.50"), 10, 20)], 1, "-0.75"),
        # One of three units is given up: each purchase gives a third.
        ([(Fraction(3), 10, 20), (Fraction(6), 10, 20)], Fraction(1, 3), "-1.50"),
        # More was given back already than was posted: nothing is left to give.
        ([(Fraction(-3), 10, 20)], 1, "0"),
        ([], 1, "0"),
    ],
)
def test_cancelling_gives_the_unused_part_back(ruled, lines, units, refund):
    """Each line posted gives its part for the days left, the day of the cancellation included."""
    given = ruled()(
        resource.cancel_refund,
        paid=[paid(*line) for line in lines],
        units=Fraction(units),
        now=NOV_15,
        expires=NOV_30,
    )
    assert Fraction(refund) == given


def test_cancelling_gives_nothing_back(ruled):
    """Without the refund nothing comes back."""
    assert 0 == ruled()(resource.cancel_no_refund)
