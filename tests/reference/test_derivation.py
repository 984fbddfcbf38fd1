"""Derivations: an amount explained as on paper."""

from __future__ import annotations

from datetime import UTC, date, datetime
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prorata.reference.derivation import Recorder, Step, plain_number, shown, silent
from prorata.reference.refusal import Refusal


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Fraction(31, 10), "3.10"),
        (Fraction(5), "5.00"),
        (Fraction(1, 8), "0.125"),
        (Fraction(1, 1000), "0.001"),
        (Fraction(200, 31), "6.451612…"),
        (Fraction(-200, 31), "−6.451612…"),
        (Fraction(1234567), "1,234,567.00"),
        (1704600, "1,704,600"),
        (True, "True"),
        ("days", "days"),
        (date(2025, 9, 1), "2025-09-01"),
        (datetime(2025, 9, 1, tzinfo=UTC), "2025-09-01"),
        (datetime(2025, 9, 1, 6, 30, tzinfo=UTC), "2025-09-01 06:30"),
        (datetime(2025, 9, 1, 6, tzinfo=UTC), "2025-09-01 06:00"),
        (datetime(2025, 9, 1, 0, 30, tzinfo=UTC), "2025-09-01 00:30"),
        (datetime(2025, 9, 1, 0, 0, 7, tzinfo=UTC), "2025-09-01 00:00:07"),
    ],
)
def test_a_value_as_a_person_reads_it(value, text):
    """Exact where it ends within six decimals, else cut; dates without idle hours."""
    assert text == shown(value)


@pytest.mark.parametrize(
    ("value", "text"),
    [(Fraction(50), "50"), (Fraction(25, 2), "12.5"), (Fraction(51, 100), "0.51")],
)
def test_a_number_that_is_no_money(value, text):
    """Without the digits that say nothing."""
    assert text == plain_number(value)


@given(st.fractions(max_denominator=10**6))
def test_what_is_shown_is_never_more(value):
    """A shown fraction is its first decimals; without an ellipsis it is exact."""
    text = shown(value).replace("−", "-").replace(",", "")
    digits = Fraction(text.rstrip("…"))
    assert abs(value) - abs(digits) < Fraction(1, 10**6)
    assert text.endswith("…") == (digits != value)


def test_a_recorder_puts_the_numbers_in():
    """The symbols of a formula are the names of its numbers; other words stay."""
    recorder = Recorder()
    recorder(
        "part",
        "price × days ÷ full_days of it",
        Fraction(200, 31),
        price=Fraction(10),
        days=20,
        full_days=31,
    )
    expected = Step("part", "price × days ÷ full days of it", "10.00 × 20 ÷ 31 of it", "6.451612…")
    assert [expected] == recorder.steps


def test_silence_keeps_nothing():
    """Without a recorder a step is forgotten."""
    assert silent("part", "price", Fraction(1), price=1) is None


def test_a_refusal_names_its_rule():
    """A refusal is written with its reason and its rule."""
    assert "no (a.rule)" == str(Refusal("a.rule", "no"))


def test_the_opposite_of_what_is_below_zero_is_in_brackets():
    """Two signs in a row say nothing to a reader."""
    recorder = Recorder()
    recorder("less", "−difference", Fraction(5), difference=Fraction(-5))
    recorder("less", "−difference", Fraction(-5), difference=Fraction(5))
    assert ["−(−5.00)", "−5.00"] == [step.numbers for step in recorder.steps]
