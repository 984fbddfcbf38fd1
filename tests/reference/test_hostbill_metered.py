"""Metered usage: what it costs by its brackets, what is wrong with them, what can be reported."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prorata.reference.engine.hostbill.catalogue import Product
from prorata.reference.engine.rows import CatalogueError
from prorata.reference.hostbill import metered as rules
from prorata.reference.hostbill.metered import METERED_VOLUME, Bracket, hole, metered
from prorata.reference.readings import DEFAULTS
from prorata.reference.rules import Rulings

#: The published brackets and measurements.
BRACKETS = tuple(
    Bracket(Fraction(above), Fraction(price))
    for above, price in (("0", "0"), ("10", "0.10"), ("50", "0.20"))
)
EXPECTED = "expected above: 10, where the one before ends"
MEASURED = (1, 2, 2, 4, 11, 20, 55, 25, 9, 1)
NOW = datetime(2025, 9, 2, tzinfo=UTC)


def cost(scheme, *measured, reading="inclusive", brackets=BRACKETS):
    """Return what measurements cost."""
    return metered(
        scheme=scheme,
        brackets=brackets,
        measured=tuple(Fraction(each) for each in measured),
        metered_volume=METERED_VOLUME[reading],
    )


@pytest.mark.parametrize(
    ("scheme", "rows"),
    [
        ("tiered", "0 0 0 0 1.1 2 11 2.5 0 0"),
        ("overage", "0 0 0 0 0.1 1 1 5 1.8 0.2"),
    ],
)
def test_a_published_table_row_by_row(scheme, rows):
    """Each measurement adds what its row says."""
    total = Fraction(0)
    for number, row in enumerate(rows.split(), 1):
        total += Fraction(row)
        assert total == cost(scheme, *MEASURED[:number])


@pytest.mark.parametrize(("reading", "rows"), [("inclusive", "1.1 3.1"), ("exclusive", "1.0 3.0")])
def test_two_versions_of_the_volume_table(reading, rows):
    """After the fifth and the sixth measurement, of 20 and 40 units in all."""
    found = [cost("volume", *MEASURED[:number], reading=reading) for number in (5, 6)]
    assert [Fraction(row) for row in rows.split()] == found


@pytest.mark.parametrize("reading", ["inclusive", "exclusive"])
def test_no_unit_of_a_volume_is_free_without_a_free_bracket(reading):
    """4 units × 2 = 8, though the first two cost 1."""
    brackets = Bracket(Fraction(0), Fraction(1)), Bracket(Fraction(2), Fraction(2))
    assert Fraction(8) == cost("volume", 1, 3, reading=reading, brackets=brackets)


@pytest.mark.parametrize(
    ("free", "units", "expected"), [("1", "2", "0.20"), ("0.5", "0.75", "0.075")]
)
def test_never_less_than_nothing_is_free(free, units, expected):
    """Above one unit and above half a unit none is free under the inclusive reading."""
    brackets = Bracket(Fraction(0), Fraction(0)), Bracket(Fraction(free), Fraction("0.10"))
    assert Fraction(expected) == cost("volume", units, brackets=brackets)


@given(
    st.sampled_from(["tiered", "overage", "volume"]),
    st.lists(st.fractions(0, 1000), max_size=9),
    st.sampled_from(["inclusive", "exclusive"]),
)
def test_usage_never_costs_less_than_nothing(scheme, measured, reading):
    """Nor does a report of nothing change the price of others, but in no scheme."""
    found = cost(scheme, *measured, reading=reading)
    assert found >= 0
    assert found == cost(scheme, *measured, 0, reading=reading)


def test_usage_explains_itself():
    """A step for each measurement that costs something, and their sum; or why it is nothing."""
    ruled = Rulings(DEFAULTS, 2)
    asked = {"scheme": "tiered", "brackets": BRACKETS, "variable": "traffic"}
    found = ruled.derive(metered, {**asked, "measured": (Fraction(4), Fraction(11), Fraction(60))})
    assert ["11 × 0.10", "60 × 0.20", "1.10 + 12.00"] == [step.numbers for step in found.steps]
    for scheme in ("tiered", "volume"):
        nothing = ruled.derive(metered, {**asked, "scheme": scheme, "measured": (Fraction(4),)})
        (step,) = nothing.steps
        assert step.why.startswith("4 units")


@pytest.mark.parametrize(
    ("bounds", "expected"),
    [
        ([(0, 10), (10, None)], None),
        ([(0, None)], None),
        ([], (0, "above", "expected at least one bracket")),
        ([(1, None)], (0, "above", "the brackets leave a hole; they begin above 0")),
        (
            [(0, 10), (12, None)],
            (1, "above", f"the brackets leave a hole; {EXPECTED}"),
        ),
        (
            [(0, 10), (9, None)],
            (1, "above", f"the brackets overlap; {EXPECTED}"),
        ),
        ([(0, None), (10, None)], (0, "up_to", "only the last bracket has no up_to")),
        ([(0, 10)], (0, "up_to", "the last bracket has no up_to")),
        (
            [(0, 10), (10, 10)],
            (1, "up_to", "the bracket is empty: its up_to is not more than its above"),
        ),
    ],
)
def test_brackets_have_no_hole(bounds, expected):
    """They begin above 0, each where the one before ends, and the last has no end."""
    pairs = [(Fraction(one), None if to is None else Fraction(to)) for one, to in bounds]
    assert expected == hole(pairs)


def test_a_product_with_a_hole_is_not_sold():
    """The error names product and variable."""
    brackets = [{"above": "0", "up_to": "10", "price": "0"}]
    row = {
        "prices": {"metered": "0"},
        "metered": {"traffic": {"scheme": "tiered", "brackets": brackets}},
    }
    with pytest.raises(CatalogueError, match="cloud: traffic: the last bracket has no up_to"):
        Product.of("cloud", row)


@pytest.mark.parametrize(
    ("amount", "why"),
    [("0", None), ("0.0001", None), ("-1", "not below zero"), ("0.00001", "at most 4 decimals")],
)
def test_an_amount_of_usage(amount, why):
    """It is not below zero, and has at most four decimals."""
    found = rules.measurable(variable="traffic", known=("traffic",), amount=Fraction(amount))
    assert (why is None) == (found is None)
    assert found is None or why in found.reason


def test_a_report_is_dated_into_the_time_of_its_service():
    """From its start to now, both included."""
    hour, starts = timedelta(hours=1), NOW - timedelta(days=1)
    times = (starts - hour, starts, NOW, NOW + hour)
    refused = [rules.dated(at=at, now=NOW, starts=starts) is not None for at in times]
    assert [True, False, False, True] == refused
