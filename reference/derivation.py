"""Derivations: an amount explained by running its rule again with a recorder.

A rule notes each step of its arithmetic as it goes; `silent` throws the notes away, a `Recorder`
keeps them. The formula is written in symbols, and the symbols are the names of the numbers.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from typing import Protocol

__all__ = ["Note", "Recorder", "Step", "Told", "plain_number", "shown", "silent"]

_DIGITS = 6
_SYMBOL = re.compile(r"[a-z_]\w*")
#: The opposite of what is below zero.
_TWO_SIGNS = re.compile(r"−(−[\d,.…]+)")

#: How a step is written: its formula, the numbers of that, and what these do not say.
Told = tuple[str, Mapping[str, object], str]


class Note(Protocol):
    """What a rule calls for each step of its arithmetic."""

    def __call__(
        self,
        label: str,
        formula: str,
        result: object,
        /,
        *,
        of: object = "",
        why: object = "",
        **numbers: object,
    ) -> None:
        """Take a step: its label, its formula in symbols, its result and the numbers.

        `of` names what the first number is of: a tariff, a resource, or the event of a date. `why`
        says in a sentence what the numbers do not.
        """


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a derivation."""

    label: str
    formula: str
    numbers: str
    result: str
    of: str = ""
    why: str = ""


def silent(label: str, formula: str, result: object, /, **numbers: object) -> None:
    """Take a step and forget it."""


@dataclass(slots=True)
class Recorder:
    """Keeps the steps that a rule notes."""

    steps: list[Step] = field(default_factory=list)

    def __call__(
        self,
        label: str,
        formula: str,
        result: object,
        /,
        *,
        of: object = "",
        why: object = "",
        **numbers: object,
    ) -> None:
        """Keep a step, with the numbers put in for the symbols of its formula."""
        put_in = _SYMBOL.sub(lambda match: _number(match.group(), numbers), formula)
        put_in = _TWO_SIGNS.sub(r"−(\1)", put_in)
        named = formula.replace("_", " ")
        self.steps.append(Step(label, named, put_in, shown(result), str(of), str(why)))


def _number(symbol: str, numbers: dict[str, object]) -> str:
    return shown(numbers[symbol]) if symbol in numbers else symbol


def shown(value: object) -> str:
    """Write a value as a person reads it: exact where it ends, else six decimals and an ellipsis.

    >>> shown(Fraction(31, 10)), shown(Fraction(200, 31)), shown(1704600)
    ('3.10', '6.451612…', '1,704,600')
    """
    if isinstance(value, Fraction):
        return _fraction(value)
    if isinstance(value, datetime):
        midnight = not (value.hour or value.minute or value.second)
        seconds = ":%S" if value.second else ""
        return value.strftime("%Y-%m-%d" if midnight else f"%Y-%m-%d %H:%M{seconds}")
    return f"{value:,}" if type(value) is int else str(value)


def plain_number(value: Fraction) -> str:
    """Write a number that is no money: without the digits that say nothing.

    >>> plain_number(Fraction(50)), plain_number(Fraction(25, 2))
    ('50', '12.5')
    """
    return _fraction(value).rstrip("0").removesuffix(".")


def _fraction(value: Fraction) -> str:
    sign = "−" if value < 0 else ""
    scaled, rest = divmod(abs(value.numerator) * 10**_DIGITS, value.denominator)
    whole, part = divmod(scaled, 10**_DIGITS)
    decimals = f"{part:0{_DIGITS}d}"
    if rest:
        return f"{sign}{whole:,}.{decimals}…"
    decimals = decimals[:2] + decimals[2:].rstrip("0")
    return f"{sign}{whole:,}.{decimals}"
