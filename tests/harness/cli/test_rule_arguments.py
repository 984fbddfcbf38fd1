"""Arguments of rules, as they are typed."""

from __future__ import annotations

from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Any

import pytest

from prorata.harness.cli.arguments import (
    _READERS,
    ArgumentError,
    _parameters,
    described,
    read_arguments,
)
from prorata.reference.periods import Length
from prorata.reference.rules import function_of, rules


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        ("Fraction", "3.10", Fraction(31, 10)),
        ("int", "-5", -5),
        ("str", "a = b", "a = b"),
        ("bool", "no", False),
        ("date", "2025-09-01", date(2025, 9, 1)),
        ("datetime", "2025-09-05 12:00", datetime(2025, 9, 5, 12, tzinfo=UTC)),
        ("datetime", "2025-09-05T12:00+02:00", datetime(2025, 9, 5, 10, tzinfo=UTC)),
        ("Length", "3 months", Length.of("3 months")),
        ("Collection[str]", "one, two", ("one", "two")),
        ("Mapping[Length, Fraction]", "1 month: 3.10, 1 year: 31",
         {Length.of("1 month"): Fraction(31, 10), Length.of("1 year"): Fraction(31)}),
    ],
)  # fmt: skip
def test_a_text_is_read_as_what_the_rule_takes(kind: str, text: str, expected: Any) -> None:
    """A time without an offset is UTC."""
    assert expected == _READERS[kind][0](text)


@pytest.mark.parametrize(
    ("kind", "text", "message"),
    [
        ("Fraction", "3,10", "'3,10' is not an amount"),
        ("bool", "true", "'true' is neither yes nor no"),
        ("date", "2025-02-30", "'2025-02-30' is not a date; 2025-06-11 is"),
        ("datetime", "noon", "'noon' is not a time; 2025-06-11 06:30 is"),
        (
            "Stretch",
            "1.00 for 2025-09-02 .. 2025-09-01",
            "'2025-09-02 .. 2025-09-01' ends before it begins",
        ),
        ("int", "five", "'five' is not a whole number; 5 is"),
        ("Stretch", "10.00", "'' is not a range of days; 2025-09-01 .. 2025-10-01 is"),
        ("Length", "soon", "soon"),
    ],
)
def test_a_text_that_cannot_be_read_is_named(kind: str, text: str, message: str) -> None:
    """With one that can."""
    with pytest.raises(ValueError, match=r"soon|not|neither|before") as caught:
        _READERS[kind][0](text)
    assert message in str(caught.value)


def test_stretches_are_days_with_a_price() -> None:
    """Half-open; granted days may differ from those that the price pays for."""
    read = _READERS["Stretch"][0]
    first = read("10.00 for 2025-09-01 .. 2025-10-01")
    assert (first.price, first.expires - first.starts, first.months) == (Fraction(10), 30, 1)
    granted = read("36 for 2025-09-01 .. 2026-09-01 granted 2025-09-01 .. 2025-09-11")
    # The price pays for 12 months of 365 days, 10 of which were granted.
    assert (granted.months, granted.expires - granted.starts) == (12, 10)
    several = _READERS["Sequence[Stretch]"][0](
        "10.00 for 2025-09-01 .. 2025-10-01; 11 for 2025-10-01 .. 2025-11-01",
    )
    assert [Fraction(10), Fraction(11)] == [each.price for each in several]


def test_what_no_text_stands_for_is_refused() -> None:
    """A rule's own value objects that have no words."""

    def rule(thing: bytes, also: int = 1) -> None: ...

    assert described(rule) == [("thing", "bytes", True), ("also", "5", False)]
    with pytest.raises(ArgumentError, match=r"thing is missing, as in thing=bytes"):
        read_arguments(rule, {})
    with pytest.raises(ArgumentError, match=r"thing \(bytes\) cannot be given"):
        read_arguments(rule, {"thing": "x"})
    with pytest.raises(ArgumentError, match=r"also: 'x' is not a whole number"):
        read_arguments(one, {"also": "x"})


def one(also: int) -> None:
    """Take a number."""


def test_a_rule_that_takes_nothing_says_so() -> None:
    """An argument more is one too many."""

    def rule() -> None: ...

    with pytest.raises(ArgumentError, match=r"the rule takes no x; it takes nothing"):
        read_arguments(rule, {"x": "1"})


def test_every_built_rule_takes_what_can_be_typed() -> None:
    """The rules that `try` evaluates have readers for all that they need."""
    untyped = {
        (rule.id, name, kind)
        for rule in rules().values()
        if rule.built and not rule.id.startswith("provision.")
        for name, (kind, needed) in _parameters(function_of(rule.id)).items()
        if needed and kind.removesuffix(" | None") not in _READERS
    }
    assert untyped == set()


def test_no_words_of_python_are_shown(call: Any) -> None:
    """Of a number that is too long for it."""
    rule = "billmanager.renew.late-fee.fixed"
    assert call("try", rule, f"amount={'9' * 5000}").err == (
        "amount: is longer than 1,000 characters\n"
    )
