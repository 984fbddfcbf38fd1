"""How others price an upgrade within a cycle: each asks HostBill's rule in another way."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

from prorata.harness.diagnosing.counting import FULL_DAYS, days_360

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

__all__ = [
    "hours_730",
    "in_arrears",
    "inclusive_end",
    "months_of_30",
    "months_of_31",
    "thirty_360",
    "twelve_by_365",
    "years_of_365",
]

_DAY: Final = timedelta(days=1)
_SIDES: Final = ("old_price", "new_price")


def _days(first: datetime, last: datetime) -> Fraction:
    """Return days as the wall clock of the zone counts them."""
    span = last.replace(tzinfo=None) - first.replace(tzinfo=None)
    return Fraction(span // timedelta(seconds=1), 86_400)


def _months(starts: datetime, expires: datetime) -> int:
    """Return the months of a cycle, 0 where it is none of months."""
    months = 12 * (expires.year - starts.year) + expires.month - starts.month
    return months if starts.day == expires.day else 0


def _scaled(told: dict[str, Any], by: Fraction) -> dict[str, Any]:
    return {**told, **{side: told[side] * by for side in _SIDES}}


def _by(name: str) -> Callable[..., Fraction]:
    """Return the rule where a cycle has other days than those of the calendar."""

    def by(starts: datetime, expires: datetime) -> Fraction:
        months = _months(starts, expires)
        full = FULL_DAYS[name](months) if months else None
        return Fraction(1) if full is None else _days(starts, expires) / full

    def pro_rata(right: Callable[..., Fraction], /, **told: Any) -> Fraction:
        later = []
        for each in told.get("later", ()):
            more = by(each.starts, each.expires)
            prices = {"old_price": each.old_price * more, "new_price": each.new_price * more}
            later.append(replace(each, **prices))
        scaled = _scaled(told, by(told["starts"], told["expires"]))
        return right(**{**scaled, "later": tuple(later)})

    return pro_rata


months_of_30 = _by("months_of_30")
months_of_31 = _by("months_of_31")
years_of_365 = _by("years_of_365")
hours_730 = _by("hours_730")
twelve_by_365 = _by("twelve_by_365")


def thirty_360(right: Callable[..., Fraction], /, **told: Any) -> Fraction:
    """Count what is left and the cycle by 30/360."""
    now, expires = told["now"], told["expires"]
    left, months = _days(now, expires), _months(told["starts"], expires)
    if not months or left <= 0:
        return right(**told)
    into = (expires.date() - now.date()).days - left
    by_360 = (days_360(now.date(), expires.date()) - into) / (30 * months)
    return right(**_scaled(told, by_360 * _days(told["starts"], expires) / left))


def inclusive_end(right: Callable[..., Fraction], /, **told: Any) -> Fraction:
    """Count the date of the expiry as one that is left."""
    return right(**{**told, "now": told["now"] - _DAY})


def in_arrears(right: Callable[..., Fraction], /, **told: Any) -> Fraction:
    """Ask for what is used of the cycle as the rule does for what is left of it."""
    gone = told["starts"] + (told["expires"] - told["now"])
    return right(**{**told, "now": gone})
