"""Resources ordered and cancelled during a period."""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction

import pytest

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
        "billmanager.resource.until-expiry",
        stretches=(bought("3", "2025-10-30", "2025-11-30"),),
        now=now,
        expires=NOV_30,
    )
    assert Fraction(amount) == asked


def test_full_price(ruled):
    """The full price of the period last paid is charged."""
    assert 3 == ruled()("billmanager.resource.full-price", price=Fraction(3))


@pytest.mark.parametrize(
    ("paid", "refund"),
    # 3 × 15/31 = 45/31 is unused.
    [("3", "-45/31"), ("1", "-1"), ("0", "0")],
)
def test_cancelling_gives_the_unused_part_back(ruled, bought, paid, refund):
    """The unused part comes back, never more than was paid."""
    given = ruled()(
        "billmanager.resource.cancel.refund",
        stretches=(bought("3", "2025-10-30", "2025-11-30"),),
        now=NOV_15,
        expires=NOV_30,
        paid=Fraction(paid),
    )
    assert Fraction(refund) == given


def test_cancelling_gives_nothing_back(ruled):
    """Without the refund nothing comes back."""
    assert 0 == ruled()("billmanager.resource.cancel.no-refund")
