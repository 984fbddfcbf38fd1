"""How others work out and round an amount: what stands in the place of a rule or a reading."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from prorata.reference.billmanager.change import first_new_day
from prorata.reference.billmanager.charge import DAILY_CHARGE
from prorata.reference.money import ROUNDING, rounded
from prorata.reference.proration import day_of, part

if TYPE_CHECKING:
    from collections.abc import Callable
    from functools import partial

    from prorata.reference.billmanager.charge import DayTerms
    from prorata.reference.derivation import Note
    from prorata.reference.proration import Cent, Counting, Day

__all__ = ["in_arrears", "last_slice", "netted", "rate_4", "ratio_4", "two_legs"]

_FOUR = 4


def _to_four(amount: Fraction) -> Fraction:
    return rounded(amount, _FOUR, ROUNDING["half_up"])


def ratio_4(price: Fraction, days: Day, full: Day, _cent: Cent) -> Fraction:
    """Return the price of some days by a ratio of four decimals."""
    return price * _to_four(Fraction(days) / full)


def rate_4(price: Fraction, days: Day, full: Day, _cent: Cent) -> Fraction:
    """Return the price of some days by a day price of four decimals."""
    return _to_four(price / full) * days


def last_slice(terms: DayTerms, note: Note) -> Fraction:
    """Return what a day costs: of an order period all the same, and the last one the rest."""
    own = DAILY_CHARGE["rate_fixed"]
    if not terms.by_order_period or terms.days + 1 >= terms.civil_days:
        return own(terms, note)
    return own(replace(terms, days=0, posted=Fraction(0)), note)


def in_arrears(right: Callable[..., Fraction], /, **told: Any) -> Fraction:
    """Return what a rule asks for the days left, for the days used of the running time."""
    bought, today = told.get("old") or told["stretches"], told["now"].toordinal()
    begun = [each.starts for each in bought if each.starts <= today]
    left = day_of(told["expires"]) - today
    amount = right(**told)
    return amount * (today - max(begun)) / left if begun and left > 0 else amount


def _sides(right: partial[Fraction], told: dict[str, Any]) -> tuple[Fraction, Fraction, Counting]:
    """Return what the days left cost as bought and at the new tariff, exactly."""
    reads = right.keywords
    days = {name: reads[name] for name in ("day_count", "change_day")}
    first = first_new_day(now=told["now"], expires=told["expires"], **days)
    counting: Counting = reads["counting"]
    old, new = (
        part(told[side], first, day_of(told["expires"]), counting) for side in ("old", "new")
    )
    return old, new, counting


def two_legs(right: partial[Fraction], /, **told: Any) -> tuple[Fraction, ...]:
    """Return the charge of the new tariff and the credit of the old one, exactly.

    Where the rule asks nothing of a downgrade, there are none.
    """
    amount = right(**told)
    old, new, _ = _sides(right, told)
    return (new, -old) if amount else (amount,)


def netted(right: partial[Fraction], /, **told: Any) -> Fraction:
    """Return the difference of both sides, each of them rounded."""
    amount = right(**told)
    old, new, (pricing, _) = _sides(right, told)
    if not amount:
        return amount
    old, new = (rounded(each, pricing.digits, pricing.rounding) for each in (old, new))
    return new - old
