"""What a tariff asks for a time that was bought, for itself and its resources."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from itertools import pairwise

import pytest

from prorata.reference.engine.billmanager import goods
from prorata.reference.engine.billmanager.catalogue import Tariff
from prorata.reference.engine.state import Service
from prorata.reference.periods import Length

MONTH, QUARTER = Length(months=1), Length(months=3)
ROW = {
    "prices": {"1 month": "10", "3 months": "27"},
    "renewal_prices": {"1 month": "8", "1 year": "90"},
    "resources": {
        "disk": {"included": 1, "prices": {"1 month": "2"}},
        "traffic": {
            "included": 1,
            "rates": [{"up_to": 3, "prices": {"1 month": "5"}}, {"prices": {"1 month": "4"}}],
        },
        "mailboxes": {"maximum": 0},
    },
}


def tariff(**fields):
    """Return the tariff with other fields."""
    return Tariff.of("start", ROW | fields)


@pytest.mark.parametrize(
    ("item", "amount", "period", "renewal", "price"),
    [
        ("tariff", 0, MONTH, False, 10),
        ("tariff", 0, MONTH, True, 8),
        # Without a renewal price of its own a period is renewed at the order's price.
        ("tariff", 0, QUARTER, True, 27),
        ("tariff", 0, Length(months=24), False, 0),
        # (4 − 1) × 2; what is included, or is not sold for a period, costs nothing.
        ("disk", 4, MONTH, False, 6),
        ("disk", 1, MONTH, False, 0),
        ("disk", 4, QUARTER, False, 0),
        # Units 2 and 3 at 5, unit 4 at 4.
        ("traffic", 4, MONTH, True, 14),
        ("tapes", 4, MONTH, False, 0),
    ],
)
def test_what_is_asked(item, amount, period, renewal, price):
    """A tariff asks its price of the period, a resource that of its units above the included."""
    assert price == goods.asked(tariff(), item, amount, period, renewal=renewal)


def test_periods_with_a_price():
    """A period that has a renewal price alone can be renewed, and not ordered."""
    assert {MONTH, QUARTER} == goods.priced_periods(tariff(), renewal=False)
    assert {MONTH, QUARTER, Length(months=12)} == goods.priced_periods(tariff(), renewal=True)


def test_what_a_change_keeps():
    """A resource goes on where the new tariff has one of the name, with an amount at all."""
    held = Service(1, "anna", "old", MONTH, "active")
    held.resources = {"disk": 3, "mailboxes": 1, "tapes": 2, "databases": 1}
    assert {"disk": 3} == goods.kept(tariff(), held)


def days(stretches):
    """Return the items, dates and prices of stretches."""
    return [
        (s.item, *(str(date.fromordinal(int(day))) for day in (s.starts, s.expires)), s.price)
        for s in stretches
    ]


def prices(sold, **amounts):
    """Return what a tariff asks for itself and amounts of its resources, by the period."""
    return {
        item: lambda period, renewal, item=item, amount=amount: goods.asked(
            sold, item, amount, period, renewal=renewal
        )
        for item, amount in {"tariff": 0, **amounts}.items()
    }


def test_a_time_is_laid_out_as_it_was_bought(bought):
    """A month by the order price and one by the renewal price, each with its disk: 2 × 2 more."""
    times = [
        bought("3", "2025-08-10", "2025-09-10"),
        bought("3", "2025-09-10", "2025-10-10", renewal=True, paid=Fraction(3)),
    ]
    sold = tariff()
    laid = goods.laid_out(sold, times, date(2025, 9, 1).toordinal(), prices(sold, disk=3))
    assert [
        ("tariff", "2025-08-10", "2025-09-10", 10),
        ("disk", "2025-08-10", "2025-09-10", 4),
        ("tariff", "2025-09-10", "2025-10-10", 8),
        ("disk", "2025-09-10", "2025-10-10", 4),
    ] == days(laid)
    assert {Fraction(0)} == {stretch.paid for stretch in laid}
    later = goods.laid_out(sold, times, date(2025, 9, 10).toordinal(), prices(sold))
    assert [("tariff", "2025-09-10", "2025-10-10", 8)] == days(later)


def test_a_calendar_tariff_lays_out_months(bought):
    """Three months from August 10 on, by calendar months at 27 ÷ 3; those before a day are out."""
    sold = tariff(calendar={})
    time = bought("3", "2025-08-10", "2025-11-10", months=3)
    laid = goods.laid_out(sold, [time], date(2025, 9, 15).toordinal(), prices(sold))
    assert [
        ("tariff", "2025-09-01", "2025-10-01", 9),
        ("tariff", "2025-10-01", "2025-11-01", 9),
        ("tariff", "2025-11-01", "2025-11-10", 9),
    ] == days(laid)
    full = [date(2025, month, 1).toordinal() for month in (9, 10, 11, 12)]
    assert list(pairwise(full)) == [(s.full_starts, s.full_expires) for s in laid]


def test_calendar_months_stay_as_they_were_bought(bought):
    """A time that was bought by calendar months is laid out by them whatever the tariff is."""
    month = bought("3", "2025-08-10", "2025-09-01", months=3, calendar=True)
    for sold in (tariff(), tariff(calendar={})):
        laid = goods.laid_out(sold, [month], date(2025, 8, 20).toordinal(), prices(sold))
        # 27 ÷ 3
        assert [("tariff", "2025-08-10", "2025-09-01", 9)] == days(laid)


def test_an_expiry_with_an_hour_is_kept_by_the_calendar(bought):
    """A time that ends at noon, by calendar months, ends at noon."""
    noon = date(2025, 9, 2).toordinal() + Fraction(1, 2)
    time = bought("3", "2025-08-10", "2025-09-10")
    sold = tariff(calendar={})
    cut = type(time)(time.starts, noon, time.price, time.full_starts, time.full_expires)
    *_, last = goods.laid_out(sold, [cut], time.starts, prices(sold))
    assert (date(2025, 9, 1).toordinal(), noon) == (last.starts, last.expires)
