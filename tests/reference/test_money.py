"""Money: exact until posted, rounded once, nothing lost."""

from __future__ import annotations

import operator
import re
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prorata.reference.money import (
    POSTING_DIGITS,
    ROUNDING,
    Money,
    exact,
    minor_digits,
    rounded,
)

fractions = st.fractions(min_value=-(10**6), max_value=10**6, max_denominator=10**4)
currencies = st.sampled_from(["USD", "JPY", "BHD", "CLF"])
moneys = st.builds(
    Money, st.integers(-(10**12), 10**12), st.integers(4, 6), st.just("USD")
) | st.builds(Money, st.integers(-(10**12), 10**12), st.just(2), st.just("USD"))
roundings = st.sampled_from(sorted(ROUNDING))


@pytest.mark.parametrize(
    ("currency", "digits"),
    [("USD", 2), ("EUR", 2), ("RUB", 2), ("JPY", 0), ("KRW", 0), ("BHD", 3), ("CLF", 4)],
)
def test_minor_digits_are_those_of_iso_4217(currency, digits):
    """Each currency has the decimal places that ISO 4217 gives it."""
    assert digits == minor_digits(currency)


def test_an_unknown_currency_is_no_currency():
    """A code that ISO 4217 does not have is a KeyError."""
    with pytest.raises(KeyError, match="XXX"):
        minor_digits("XXX")


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("3.10", Fraction(31, 10)),
        ("-0.005", Fraction(-1, 200)),
        ("7", Fraction(7)),
        ("123456789012345678.91", Fraction(12345678901234567891, 100)),
    ],
)
def test_an_amount_is_read_by_its_digits(text, amount):
    """An amount is what its digits say, however many there are."""
    assert amount == exact(text)


@pytest.mark.parametrize(
    "text", ["", "1e3", "NaN", "1,5", ".5", "5.", "+1", " 1", "1_000", "٣", "1/3", 3.1, 3, None]
)
def test_anything_else_is_no_amount(text):
    """What is not digits with an optional point is refused, numbers included."""
    with pytest.raises(ValueError, match=re.escape(repr(text))):
        exact(text)


@pytest.mark.parametrize(
    ("rounding", "amount", "result"),
    [
        ("half_up", "2.345", "2.35"),
        ("half_up", "2.344", "2.34"),
        ("half_up", "-2.345", "-2.35"),
        ("half_even", "2.345", "2.34"),
        ("half_even", "2.355", "2.36"),
        ("half_even", "-2.345", "-2.34"),
        ("down", "2.349", "2.34"),
        ("down", "-2.349", "-2.34"),
    ],
)
def test_each_rounding_works_on_the_absolute_value(rounding, amount, result):
    """Half up goes away from zero, half even to the even digit, down towards zero."""
    assert Fraction(result) == rounded(Fraction(amount), 2, ROUNDING[rounding])


@given(fractions, st.integers(0, 6), roundings)
def test_a_refund_rounds_as_a_charge_does(amount, digits, rounding):
    """Rounding is symmetric about zero."""
    way = ROUNDING[rounding]
    assert -rounded(amount, digits, way) == rounded(-amount, digits, way)


@given(st.integers(-(10**6), 10**6), st.integers(0, 4), roundings)
def test_halves_are_symmetric(units, digits, rounding):
    """An amount exactly half-way rounds to the same distance as a charge and as a refund."""
    half = Fraction(2 * units + 1, 2 * 10**digits)
    way = ROUNDING[rounding]
    assert rounded(half, digits, way) + rounded(-half, digits, way) == 0


@given(fractions, st.integers(0, 6), st.sampled_from(["half_up", "half_even"]))
def test_what_is_rounded_is_near(amount, digits, rounding):
    """A rounded amount is at most half a unit from the exact one."""
    assert abs(rounded(amount, digits, ROUNDING[rounding]) - amount) <= Fraction(1, 2 * 10**digits)


@given(fractions, st.integers(0, 6))
def test_down_never_asks_more(amount, digits):
    """Rounding down is less than a unit from the exact amount and never larger."""
    result = rounded(amount, digits, ROUNDING["down"])
    assert abs(result) <= abs(amount) < abs(result) + Fraction(1, 10**digits)


@pytest.mark.parametrize(
    ("reading", "kind", "minor", "digits"),
    [
        ("daily_four", "daily", 2, 4),
        ("daily_four", "period", 2, 2),
        ("daily_four", "daily", 0, 4),
        ("minor_unit", "daily", 2, 2),
        ("four_decimals", "period", 2, 4),
        ("four_decimals", "period", 0, 4),
    ],
)
def test_posting_digits(reading, kind, minor, digits):
    """Lines of kind daily have four decimals, others the minor unit, by default."""
    assert digits == POSTING_DIGITS[reading](kind, minor)


@given(fractions, currencies, roundings)
def test_posting_is_rounding(amount, currency, rounding):
    """What is posted is the exact amount, rounded once."""
    digits, way = minor_digits(currency), ROUNDING[rounding]
    assert rounded(amount, digits, way) == Money.post(amount, currency, digits, way).exact


@pytest.mark.parametrize(
    ("text", "currency", "written"),
    [
        ("3.1", "USD", "3.10"),
        ("3", "USD", "3.00"),
        ("0.1234", "USD", "0.1234"),
        ("0.1200", "USD", "0.12"),
        ("-0.05", "USD", "-0.05"),
        ("310", "JPY", "310"),
        ("310.50", "JPY", "310.5"),
        ("310.00", "JPY", "310"),
        ("1.5", "BHD", "1.500"),
    ],
)
def test_money_is_written_with_the_digits_of_its_currency(text, currency, written):
    """Every digit that the currency has is written, and more only where they say something."""
    assert written == str(Money.of(text, currency))


@given(moneys)
def test_text_and_back(money):
    """Money that is written and read again is the same amount."""
    assert money.exact == Money.of(str(money), money.currency).exact


@given(moneys, moneys, moneys)
def test_addition_is_associative(one, two, three):
    """Sums do not depend on the order in which they are made."""
    assert (one + two) + three == one + (two + three)


@given(moneys, moneys)
def test_addition_loses_nothing(one, two):
    """A sum is exact, whatever digits its parts have, and a difference undoes it."""
    assert one.exact + two.exact == (one + two).exact
    assert one.exact == (one + two - two).exact


@given(moneys, moneys)
def test_order_is_that_of_the_amounts(one, two):
    """Money compares by value."""
    assert (one.exact < two.exact) == (one < two)


@pytest.mark.parametrize("operation", [operator.add, operator.sub, operator.lt])
def test_two_currencies_do_not_mix(operation):
    """Amounts of two currencies are neither added, subtracted nor compared."""
    with pytest.raises(ValueError, match="USD and EUR do not add up"):
        operation(Money.of("1", "USD"), Money.of("1", "EUR"))


def test_money_is_no_number(usd):
    """An amount equals another one alone: a number has no currency."""
    assert usd("3.10") == usd("3.1000")
    assert usd("3") != 3


def test_nothing_is_false(usd):
    """Money is true where there is something, a debt included."""
    assert [False, True, True] == [bool(usd(text)) for text in ("0.00", "0.01", "-0.01")]
