"""Metered charging: what usage costs by its brackets, and what of it can be reported."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction
from itertools import accumulate
from typing import TYPE_CHECKING, Final, NamedTuple

from prorata.reference.derivation import Note, plain_number, silent
from prorata.reference.periods import Length
from prorata.reference.proration import noted_sum
from prorata.reference.readings import table
from prorata.reference.refusal import Refusal
from prorata.reference.ruling import beside

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
    from datetime import date, datetime

__all__ = [
    "METERED",
    "METERED_VOLUME",
    "Bracket",
    "dated",
    "due",
    "hole",
    "keeps_variables",
    "kept_cycle",
    "measurable",
    "metered",
    "reportable",
]

#: The cycle of what is charged by its usage.
METERED: Final = "metered"
#: The most decimals of a report.
_DIGITS: Final = 4


class Bracket(NamedTuple):
    """Units above a number, up to the next bracket: what one of them costs."""

    above: Fraction
    price: Fraction


def _inclusive(first_paid: Fraction) -> Fraction:
    return max(first_paid - 1, Fraction(0))


def _exclusive(first_paid: Fraction) -> Fraction:
    return first_paid


#: How many units of a volume are free: from the lower bound of the first bracket with a price.
METERED_VOLUME = table("metered_volume", {"inclusive": _inclusive, "exclusive": _exclusive})


def metered(
    *,
    scheme: str,
    brackets: Sequence[Bracket],
    measured: tuple[Fraction, ...],
    variable: str = "usage",
    metered_volume: Callable[[Fraction], Fraction],
    note: Note = silent,
) -> Fraction:
    """Return what the usage of a variable in a month costs, from all that was `measured`, in order.

    ``hostbill.metered`` (hostbill-hosting; schemes and tables: vendor). `tiered`: each measurement
    at the price of the bracket that it falls in. `overage`: at the price of the bracket of the
    running total, and only what lies above the lower bound of that where it is more. `volume`: all
    that is not free, at the price of the bracket of the whole.
    """
    if scheme == "volume":
        return _volume(brackets, measured, variable, metered_volume, note)
    costs = []
    for one in _SCHEMES[scheme](brackets, measured):
        if one.price:
            costs.append(one.units * one.price)
            note(
                variable,
                "units × unit_price",
                costs[-1],
                why=f"{variable}: {one.why}",
                units=plain_number(one.units),
                unit_price=one.price,
            )
    if not costs:
        total = plain_number(sum(measured, Fraction(0)))
        note(variable, "", Fraction(0), why=f"{total} units, none in a bracket with a price")
    return noted_sum(costs, note)


class _Charged(NamedTuple):
    """Units that are charged at one price, and why at this one."""

    units: Fraction
    price: Fraction
    why: str


def _bracket(brackets: Sequence[Bracket], units: Fraction) -> Bracket:
    """Return the bracket of a number: it holds what is above its lower bound."""
    return next((each for each in reversed(brackets) if each.above < units), brackets[0])


def _tiered(brackets: Sequence[Bracket], measured: Sequence[Fraction]) -> Iterator[_Charged]:
    for units in measured:
        found = _bracket(brackets, units)
        why = f"measured {plain_number(units)}, in the bracket above {plain_number(found.above)}"
        yield _Charged(units, found.price, why)


def _overage(brackets: Sequence[Bracket], measured: Sequence[Fraction]) -> Iterator[_Charged]:
    for units, total in zip(measured, accumulate(measured), strict=True):
        found = _bracket(brackets, total)
        charged = units - found.above if units > found.above else units
        why = (
            f"measured {plain_number(units)}, {plain_number(total)} in all: in the bracket above "
            f"{plain_number(found.above)}"
        )
        yield _Charged(charged, found.price, why)


_SCHEMES: Final[
    Mapping[str, Callable[[Sequence[Bracket], Sequence[Fraction]], Iterator[_Charged]]]
] = {"tiered": _tiered, "overage": _overage}


def _volume(
    brackets: Sequence[Bracket],
    measured: Sequence[Fraction],
    variable: str,
    metered_volume: Callable[[Fraction], Fraction],
    note: Note,
) -> Fraction:
    total = sum(measured, Fraction(0))
    found = _bracket(brackets, total)
    if not found.price:
        why = f"{plain_number(total)} units, in a bracket without a price"
        note(variable, "", Fraction(0), why=why)
        return Fraction(0)
    first_paid = next(each.above for each in brackets if each.price)
    free = metered_volume(first_paid)
    cost = (total - free) * found.price
    note(
        variable,
        "(total − free) × unit_price",
        cost,
        why=f"{variable}: all in the bracket above {plain_number(found.above)}",
        total=plain_number(total),
        free=plain_number(free),
        unit_price=found.price,
    )
    return cost


@beside("hostbill.metered")
def hole(
    brackets: Sequence[tuple[Fraction, Fraction | None]],
) -> tuple[int, str, str] | None:
    """Return what is wrong with brackets, each a lower and an upper bound: where, and a sentence.

    They begin at 0, each where the one before ends, and the last has no end. The place is the
    number of the bracket, from 0, and its field.
    """
    if not brackets:
        return 0, "above", "expected at least one bracket"
    reached: Fraction | None = Fraction(0)
    for number, (above, up_to) in enumerate(brackets):
        if reached is None:
            return number - 1, "up_to", "only the last bracket has no up_to"
        if above != reached:
            why = "overlap" if above < reached else "leave a hole"
            ends = f"expected above: {plain_number(reached)}, where the one before ends"
            begins = ends if number else "they begin above 0"
            return number, "above", f"the brackets {why}; {begins}"
        if up_to is not None and up_to <= above:
            return number, "up_to", "the bracket is empty: its up_to is not more than its above"
        reached = up_to
    if reached is not None:
        return len(brackets) - 1, "up_to", "the last bracket has no up_to"
    return None


@beside("hostbill.metered")
def reportable(*, has: str, cycle: str) -> Refusal | None:
    """Refuse a report of usage for a service that does not run, or that is not metered."""
    if has not in {"active", "suspended"}:
        return Refusal("hostbill.metered", f"the service is {has}")
    if cycle != METERED:
        return Refusal("hostbill.metered", "the service is not metered")
    return None


@beside("hostbill.metered")
def measurable(*, variable: str, known: Collection[str], amount: Fraction) -> Refusal | None:
    """Refuse a variable that the product does not charge, and an amount that is none (ours).

    It is not below zero, and has at most four decimals.
    """
    if variable not in known:
        charges = ", ".join(known) or "nothing"
        return Refusal("hostbill.metered", f"no {variable} is charged; the product has {charges}")
    if amount < 0 or (amount * 10**_DIGITS).denominator != 1:
        why = f"an amount of usage is not below zero and has at most {_DIGITS} decimals"
        return Refusal("hostbill.metered", why)
    return None


@beside("hostbill.metered")
def dated(*, at: datetime, now: datetime, starts: datetime) -> Refusal | None:
    """Refuse a report that is dated into the future, or before the service."""
    if at > now:
        return Refusal("hostbill.metered", "the report is dated into the future")
    if at < starts:
        return Refusal("hostbill.metered", "the report is dated before the service")
    return None


@beside("hostbill.metered")
def due(*, issued: date, moved: int, note: Note = silent) -> date:
    """Return when an invoice of usage is due: so many days after its issue as recurring ones."""
    day = issued + timedelta(days=moved)
    if moved:
        note("due", "issued + days", day, of="issued", issued=issued, days=Length(days=moved))
    else:
        note("due", "", day, why="usage is due when it is invoiced")
    return day


@beside("hostbill.metered")
def keeps_variables(
    *, product: str, used: Collection[str], known: Collection[str]
) -> Refusal | None:
    """Refuse to take from a product the price of what is used and not invoiced yet (ours)."""
    lacking = sorted(set(used) - set(known))
    if not lacking:
        return None
    why = f"{product} has services whose usage of {', '.join(lacking)} is not invoiced yet"
    return Refusal("hostbill.metered", why)


@beside("hostbill.metered")
def kept_cycle(*, has: str, wanted: str) -> Refusal | None:
    """Refuse to change a metered service to another cycle, or another one to be metered (ours)."""
    if METERED in {has, wanted}:
        return Refusal("hostbill.metered", "what is metered has no other cycle, nor the reverse")
    return None
