"""Which readings decide: set to another of their values, they would change this very derivation."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from prorata.reference.engine.decisions import Decision
from prorata.reference.ledger import Line
from prorata.reference.money import POSTING_DIGITS, ROUNDING, Money, minor_digits
from prorata.reference.readings import READINGS
from prorata.reference.rules import Rulings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prorata.reference.rules import Derivation

__all__ = ["Explained", "explain"]

_Made = TypeVar("_Made", bound=Line | Decision)


@dataclass(frozen=True, slots=True)
class Explained(Generic[_Made]):
    """A line, a date or nothing, with its derivation and the readings that decide in it.

    `posted` is what a line posts, with its sign, None for a date.
    """

    made: _Made
    derivation: Derivation
    deciding: Mapping[str, str]
    posted: Money | None

    @property
    def no_line(self) -> bool:
        """Whether this is a line that there is not, for it comes to nothing."""
        return not isinstance(self.made, Line) and self.posted is not None

    @property
    def kind(self) -> str:
        """The kind of the line, also of one that there is not, or what a date is of the service."""
        if isinstance(self.made, Line):
            return self.made.kind
        return self.made.what.rpartition(": ")[2]


def explain(made: _Made, chosen: Mapping[str, str], currency: str) -> Explained[_Made]:
    """Derive a line or a decision, and find the readings that decide in it."""
    kind = _rounded_as(made, chosen, currency)
    derivation, posted = _outcome(made, kind, chosen, currency)
    seen = _values(derivation, posted)
    deciding = {
        name: value
        for name, value in derivation.readings.items()
        if any(
            seen != _other(made, kind, {**chosen, name: other}, currency)
            for other in READINGS[name].values
            if other != value
        )
    }
    return Explained(made, derivation, deciding, posted)


def _rounded_as(made: Line | Decision, chosen: Mapping[str, str], currency: str) -> str:
    """Return the kind of line as which an amount is rounded: a tax as the line that it is on."""
    if isinstance(made, Decision):
        return made.what.rpartition(": ")[2]
    if made.kind not in {"tax", "tax refund"}:
        return made.kind
    others = POSTING_DIGITS[chosen["posting_digits"]]("period", minor_digits(currency))
    return "period" if made.amount.digits == others else "daily"


def _outcome(
    made: Line | Decision, kind: str, chosen: Mapping[str, str], currency: str
) -> tuple[Derivation, Money | None]:
    asked = made.rule if isinstance(made, Line) else made.function
    derivation = Rulings(chosen, minor_digits(currency)).derive(asked, made.arguments)
    result = derivation.result
    if not isinstance(result, Fraction):
        return derivation, None
    digits = POSTING_DIGITS[chosen["posting_digits"]](kind, minor_digits(currency))
    return derivation, Money.post(result, currency, digits, ROUNDING[chosen["rounding"]])


def _values(derivation: Derivation, posted: Money | None) -> tuple[Any, ...]:
    steps = [(step.label, step.result) for step in derivation.steps]
    return derivation.result, posted, steps


def _other(
    made: Line | Decision, kind: str, chosen: Mapping[str, str], currency: str
) -> tuple[Any, ...]:
    try:
        return _values(*_outcome(made, kind, chosen, currency))
    except (ArithmeticError, ValueError) as error:
        # A date beyond all dates, for example: under that value there is no result at all.
        return (error,)
