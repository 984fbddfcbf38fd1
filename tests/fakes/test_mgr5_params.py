from __future__ import annotations

import pytest

from prorata.fakes.mgr5.errors import Mgr5Error
from prorata.fakes.mgr5.params import Param, choices, read

AMOUNT = Param("x", "amount", most=100)
SIGNED = Param("x", "amount", least=-5, most=5)
NUMBER = Param("x", "integer", least=-12, most=5)


@pytest.mark.parametrize(
    ("param", "value"),
    [
        (AMOUNT, "0"),
        (AMOUNT, "12.50"),
        (AMOUNT, "100.00"),
        (SIGNED, "-5"),
        (SIGNED, "-4.99"),
        (NUMBER, "-12"),
        (NUMBER, "5"),
        (Param("x", "date"), "2024-02-29"),
        (Param("x", "choice", choices=("a", ("b", "Bee"))), "b"),
        (Param("x", "choice"), "anything"),
        (Param("x", "switch"), "off"),
    ],
)
def test_values_that_fit(param, value):
    """A value within what is declared is taken as it came."""
    assert {"x": value} == read((param,), {"x": value}, needed=True)


@pytest.mark.parametrize(
    ("param", "value", "why"),
    [
        (AMOUNT, "1e3", "Expected an amount such as 12.50"),
        (AMOUNT, "1,5", "Expected an amount such as 12.50"),
        (AMOUNT, "-0.01", "Expected an amount from 0 to 100"),
        (AMOUNT, "100.01", "Expected an amount from 0 to 100"),
        (AMOUNT, "101", "Expected an amount from 0 to 100"),
        (SIGNED, "-5.01", "Expected an amount from -5 to 5"),
        (SIGNED, "-6", "Expected an amount from -5 to 5"),
        (NUMBER, "-13", "Expected a whole number from -12 to 5"),
        (NUMBER, "--1", "Expected a whole number from -12 to 5"),
        (Param("x", "date"), "2025-02-29", "There is no such date"),
        (Param("x", "date"), "20250101", "Expected a date such as 2025-08-31"),
        (Param("x", "choice", choices=("a", ("b", "Bee"))), "c", "Expected one of a, b"),
        (Param("x", "switch"), "yes", "Expected on or off"),
    ],
)
def test_values_that_do_not_fit(param, value, why):
    """A value outside of what is declared is a `value` error with the reason."""
    with pytest.raises(Mgr5Error) as caught:
        read((param,), {"x": value}, needed=True)
    assert ("value", "x", value, why) == (
        caught.value.kind,
        caught.value.about,
        caught.value.value,
        caught.value.why,
    )


def test_a_parent_is_needed_to_change_as_well():
    """What is required may be left as it is, but the parent says whose element it is."""
    declared = Param("name", required=True), Param("plid", required=True)
    assert {"plid": "a"} == read(declared, {"plid": "a"}, needed=False)
    with pytest.raises(Mgr5Error) as caught:
        read(declared, {"name": "a"}, needed=False)
    assert "plid" == caught.value.about


def test_choices_have_titles():
    """A key without a title is its own."""
    assert [("a", "a"), ("b", "Bee")] == choices(Param("x", choices=("a", ("b", "Bee"))))
