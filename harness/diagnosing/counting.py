"""How others count days: what stands in the place of a reading's meaning."""

from __future__ import annotations

from datetime import datetime, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from prorata.reference.periods import elapsed, nominal_days
from prorata.reference.proration import day_of, moment_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import date

    from prorata.reference.proration import Day, Piece, Stretch

__all__ = [
    "FULL_DAYS",
    "days_360",
    "hours_730",
    "inclusive_end",
    "months_of_31",
    "thirty_360",
    "twelve_by_365",
    "whole_days_overdue",
    "whole_hours",
    "years_of_365",
]

_YEAR: Final = 12
#: How many days so many months have, None where they are counted in the calendar.
FULL_DAYS: Final[dict[str, Callable[[int], Fraction | None]]] = {
    "thirty_360": lambda months: Fraction(30 * months),
    "months_of_30": lambda months: Fraction(nominal_days(months)),
    "months_of_31": lambda months: Fraction(31 * months),
    "years_of_365": lambda months: None if months % _YEAR else Fraction(365 * months, _YEAR),
    "hours_730": lambda months: Fraction(730 * months, 24),
    "twelve_by_365": lambda months: Fraction(365 * months, _YEAR),
}


def days_360(first: date, last: date) -> int:
    """Return the days between two dates where every month has 30 (30/360, the US rule)."""
    begins = min(first.day, 30)
    ends = 30 if last.day > 30 and begins == 30 else last.day  # noqa: PLR2004  the convention's own number
    return 360 * (last.year - first.year) + 30 * (last.month - first.month) + ends - begins


def _full(stretch: Stretch, name: str) -> Day:
    """Return the days of the full stretch by a row of the table; a calendar month is one month."""
    months = 1 if stretch.calendar else stretch.months
    full = FULL_DAYS[name](months) if months else None
    return stretch.full_expires - stretch.full_starts if full is None else full


def _by(name: str) -> Callable[[Stretch, Day, Day], Iterable[Piece]]:
    def pieces(stretch: Stretch, first: Day, last: Day) -> Iterable[Piece]:
        return ((stretch.price, last - first, _full(stretch, name)),)

    return pieces


months_of_31 = _by("months_of_31")
years_of_365 = _by("years_of_365")
hours_730 = _by("hours_730")
twelve_by_365 = _by("twelve_by_365")


def thirty_360(stretch: Stretch, first: Day, last: Day) -> Iterable[Piece]:
    """Count days and the full stretch by 30/360."""
    (begins, into), (ends, beyond) = moment_of(first), moment_of(last)
    days = days_360(begins, ends) + Fraction((beyond - into) // timedelta(seconds=1), 86_400)
    return ((stretch.price, days, _full(stretch, "thirty_360")),)


def whole_hours(now: datetime, expires: datetime, _old_days: int) -> Fraction:
    """Return the whole hours that are left, in days."""
    return Fraction(elapsed(now, expires) // timedelta(hours=1), 24)


def inclusive_end(now: datetime, expires: datetime, old_days: int) -> Day:
    """Return the days left with the date of the expiry among them."""
    return day_of(expires) - now.toordinal() - old_days + 1


def whole_days_overdue(expired: datetime, renewed: datetime) -> int:
    """Return the whole days of 24 hours since the expiry."""
    return elapsed(expired, renewed) // timedelta(days=1)
