"""HostBill's rules: cycles, first periods, upgrades."""

from __future__ import annotations

from datetime import UTC, date, datetime
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prorata.reference.hostbill import initial_period, upgrade
from prorata.reference.hostbill.billing_type import prepaid
from prorata.reference.hostbill.cycle import cycle
from prorata.reference.hostbill.upgrade import available, wall_seconds
from prorata.reference.periods import Length

JUNE_1, JULY_1 = datetime(2025, 6, 1, tzinfo=UTC), datetime(2025, 7, 1, tzinfo=UTC)


@pytest.mark.parametrize("wanted", ["monthly", "annually"])
def test_a_cycle_that_is_sold(wanted):
    """A product sells the cycles that it has prices for."""
    assert cycle(wanted=wanted, sold=("monthly", "annually")) is None


@pytest.mark.parametrize(
    ("wanted", "sold", "why"),
    [
        ("weekly", ("monthly", "annually"), "sold weekly; it is sold monthly, annually"),
        ("monthly", (), "it is sold not at all"),
    ],
)
def test_a_cycle_that_is_not_sold_is_refused(wanted, sold, why):
    """Another cycle is an error at order time."""
    refusal = cycle(wanted=wanted, sold=sold)
    assert "hostbill.cycle" == refusal.rule
    assert refusal.reason.endswith(why)


def test_a_prepaid_line():
    """A line asks a cycle, a setup fee or an upgrade fee."""
    for name in ("cycle_price", "setup_fee", "upgrade_fee"):
        assert 5 == prepaid(**{name: Fraction(5)})
    assert 0 == prepaid()


@pytest.mark.parametrize(
    ("readings", "adjusted", "due", "paid", "period"),
    [
        # The document's example, ordered Jan 1 and paid Jan 5; its dates are last days covered.
        ({}, False, 1, 5, ("2025-01-01", "2025-02-01")),
        ({}, True, 1, 5, ("2025-01-05", "2025-02-05")),
        ({"month": "thirty_days"}, False, 1, 5, ("2025-01-01", "2025-01-31")),
        ({"month": "thirty_days"}, True, 1, 5, ("2025-01-05", "2025-02-04")),
        ({}, True, 1, 1, ("2025-01-01", "2025-02-01")),
        # Due Jan 8: paid Jan 5 it is late by the order, not by the due date.
        ({}, True, 8, 5, ("2025-01-05", "2025-02-05")),
        ({"late_payment": "after_due"}, True, 8, 5, ("2025-01-01", "2025-02-01")),
        ({"late_payment": "after_due"}, True, 8, 8, ("2025-01-01", "2025-02-01")),
        ({"late_payment": "after_due"}, True, 8, 9, ("2025-01-09", "2025-02-09")),
    ],
)
def test_the_first_period(  # noqa: PLR0917  a row of the table
    ruled, readings, adjusted, due, paid, period
):
    """It starts with the order or, where the product adjusts, with the payment that came late."""
    dates = ruled(**readings)(
        initial_period.adjust,
        ordered=date(2025, 1, 1),
        due=date(2025, 1, due),
        paid=date(2025, 1, paid),
        period=Length(months=1),
        adjusted=adjusted,
    )
    assert tuple(map(date.fromisoformat, period)) == dates


@pytest.mark.parametrize(
    ("reading", "unit", "now", "amount"),
    [
        # From June 11 06:30: 19 whole days of 30, 473 hours of 720, 1,704,600 s of 2,592,000.
        ("down", "days", "06:30", Fraction(190, 30)),
        ("up", "days", "06:30", Fraction(200, 30)),
        ("nearest", "days", "06:30", Fraction(200, 30)),
        ("nearest", "days", "12:00", Fraction(200, 30)),
        ("nearest", "days", "12:01", Fraction(190, 30)),
        ("down", "hours", "06:30", Fraction(4730, 720)),
        ("up", "hours", "06:30", Fraction(4740, 720)),
        ("down", "seconds", "06:30", Fraction(17046000, 2592000)),
        ("down", "days", "00:00", Fraction(200, 30)),
    ],
)
def test_an_upgrade_costs_the_units_left(ruled, reading, unit, now, amount):
    """10 to 20 a month in June: the units left × the difference of the unit prices."""
    asked = ruled(pro_rata_unit_remainder=reading)(
        upgrade.pro_rata,
        now=datetime.fromisoformat(f"2025-06-11T{now}:00+00:00"),
        starts=JUNE_1,
        expires=JULY_1,
        old_price=Fraction(10),
        new_price=Fraction(20),
        unit=unit,
    )
    assert amount == asked


@given(st.datetimes(datetime(2025, 6, 1), datetime(2025, 7, 1)), st.sampled_from(["days", "hours"]))  # noqa: DTZ001
def test_an_upgrade_and_its_way_back(ruled, now, unit):
    """A downgrade is worth what the upgrade costs: at most the whole difference."""
    costs = [
        ruled()(
            upgrade.pro_rata,
            now=now.replace(tzinfo=UTC),
            starts=JUNE_1,
            expires=JULY_1,
            old_price=Fraction(old),
            new_price=Fraction(new),
            unit=unit,
        )
        for old, new in ((10, 20), (20, 10))
    ]
    assert 0 == sum(costs)
    assert 0 <= costs[0] <= 10


def test_units_are_those_of_the_wall():
    """A day counts as a day also when it has 23 hours."""
    berlin = ZoneInfo("Europe/Berlin")
    day = wall_seconds(datetime(2025, 3, 30, tzinfo=berlin), datetime(2025, 3, 31, tzinfo=berlin))
    assert 86_400 == day


def test_changes_only_to_listed_products():
    """A product that the current one does not list is refused, with those that are."""
    assert available(product="big", listed=("big",)) is None
    refusal = available(product="huge", listed=("big", "bigger"))
    assert "hostbill.upgrade.available" == refusal.rule
    assert refusal.reason.endswith("offered: big, bigger")
    assert available(product="huge", listed=()).reason.endswith("offered: none")
