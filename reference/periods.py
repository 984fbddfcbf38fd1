"""Civil dates, months and service periods.

A service period is half-open, ``[starts, expires)``, both at 00:00 of a civil date in the zone of
the billing. Days are counted as differences of civil dates.
"""

from __future__ import annotations

import re
from calendar import isleap
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from prorata.reference.readings import table

if TYPE_CHECKING:
    from collections.abc import Callable
    from zoneinfo import ZoneInfo

    from prorata.reference.derivation import Note

    _End = Callable[[date, int, int], date]

__all__ = [
    "DAYS_PER_MONTH",
    "DAYS_PER_YEAR",
    "MONTH",
    "MONTH_END",
    "Length",
    "add_months",
    "day_or_hour",
    "days_in_month",
    "elapsed",
    "first_of_next_month",
    "kept_anchor",
    "midnight",
    "nominal_days",
    "period_dated",
    "period_end",
]

#: What a month and a year count under the readings that do not look at the calendar.
DAYS_PER_MONTH, DAYS_PER_YEAR = 30, 365

_FEBRUARY = 2
_LAST_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_LENGTH = re.compile(r"([1-9]\d{0,3}) (day|month|year)s?", re.ASCII)


def days_in_month(day: date) -> int:
    """Return how many days the month of `day` has."""
    return _last_day(day.year, day.month)


def _last_day(year: int, month: int) -> int:
    return _LAST_DAYS[month - 1] + (month == _FEBRUARY and isleap(year))


def first_of_next_month(day: date) -> date:
    """Return the first day of the month after that of `day`."""
    return add_months(day.replace(day=1), 1)


def add_months(day: date, months: int, anchor: int | None = None) -> date:
    """Return the date `months` later, on day `anchor` of its month or on the month's last.

    `anchor` defaults to the day of the month of `day`.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(anchor or day.day, _last_day(year, month + 1)))


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """Return 00:00 of the civil `day` in `zone`.

    Where the zone skips that hour, the instant is the first of the day; where it has it twice, the
    earlier one.
    """
    return datetime.combine(day, time(), zone)


def day_or_hour(instant: datetime) -> date:
    """Return the civil date of an instant at 00:00, any other instant as it is.

    Only `change_period_rounding` exact leaves a service with an expiry that has an hour.
    """
    return instant.date() if instant.time() == time() else instant


def elapsed(start: datetime, end: datetime) -> timedelta:
    """Return the time that really passes between two instants, whatever their zones' clocks do."""
    return end.astimezone(UTC) - start.astimezone(UTC)


@dataclass(frozen=True, slots=True, order=True)
class Length:
    """The length of a period: whole months, or days where it is shorter than one."""

    months: int = 0
    days: int = 0

    @classmethod
    @lru_cache(maxsize=256)
    def of(cls, text: str) -> Length:
        """Read ``"1 month"``, ``"3 years"``, ``"10 days"``; `ValueError` for anything else."""
        found = _LENGTH.fullmatch(text)
        if not found:
            message = f"{text!r} is not a period; 1 month, 3 months, 1 year, 10 days are"
            raise ValueError(message)
        count, unit = int(found[1]), found[2]
        if unit in _MONTHS:
            return cls(months=count * _MONTHS[unit])
        return cls(days=count)

    def __str__(self) -> str:
        """Write it as `of` reads it, in years where they are whole."""
        count, unit = (self.months, "month") if self.months else (self.days, "day")
        if unit == "month" and count % 12 == 0:
            count, unit = self.months // 12, "year"
        return f"{count} {unit}" if count == 1 else f"{count} {unit}s"


_MONTHS = {"month": 1, "year": 12}


def _keep_anchor(start: date, months: int, anchor: int) -> date:
    return add_months(start, months, anchor)


def _clamp_and_stay(start: date, months: int, _anchor: int) -> date:
    return add_months(start, months)


def _overflow(start: date, months: int, _anchor: int) -> date:
    return add_months(start.replace(day=1), months) + timedelta(days=start.day - 1)


#: Where a month ends that lacks the day: from start, months and anchor day to the end.
MONTH_END = table(
    "month_end",
    {"anchor": _keep_anchor, "clamp_and_stay": _clamp_and_stay, "overflow": _overflow},
)


def nominal_days(months: int) -> int:
    """Return the days of a period where each year has 365 and each further month 30."""
    years, rest = divmod(months, 12)
    return DAYS_PER_YEAR * years + DAYS_PER_MONTH * rest


def _calendar(start: date, months: int, anchor: int, month_end: _End) -> date:
    return month_end(start, months, anchor)


def _thirty_days(start: date, months: int, _anchor: int, _month_end: _End) -> date:
    return start + timedelta(days=nominal_days(months))


#: What a month is: from start, months, anchor day and the month_end in force to the end.
MONTH = table("month", {"calendar": _calendar, "thirty_days": _thirty_days})


def period_dated(
    start: date,
    period: Length,
    anchor: int,
    *,
    month: Callable[..., date],
    month_end: _End,
    note: Note,
    of: str,
    why: str,
) -> date:
    """Return what `period_end` does, and note how it came about.

    A start with an hour leads to the same hour. `of` is what the start is of, an expiry for
    example; `why` says why that is the start.
    """
    if isinstance(start, datetime):
        day = period_end(start.date(), period, anchor, month=month, month_end=month_end)
        expires: date = datetime.combine(day, start.time(), start.tzinfo)
    else:
        expires = period_end(start, period, anchor, month=month, month_end=month_end)
    told = f"{why}; {_day_told(expires, anchor)}" if period.months else why
    note("expires", "starts + period", expires, of=of, why=told, starts=start, period=period)
    return expires


def _day_told(expires: date, anchor: int) -> str:
    """Say what became of the day of the month that is kept."""
    if expires.day == anchor:
        return f"day {anchor} kept"
    if expires.day < anchor and expires.day == days_in_month(expires):
        return f"day {anchor} kept, where the month has it"
    return f"day {anchor} not kept"


def period_end(
    start: date,
    period: Length,
    anchor: int,
    *,
    month: Callable[..., date],
    month_end: _End,
) -> date:
    """Return the first date after `period` from `start`; `anchor` is the day that is kept."""
    if period.days:
        return start + timedelta(days=period.days)
    return month(start, period.months, anchor, month_end)


def kept_anchor(expires: date, period: Length, anchor: int) -> int:
    """Return the day of the month from which the period after `expires` is counted.

    It is `anchor` only where months that end on a shorter month's last day led there.
    """
    cut = bool(period.months) and expires.day < anchor and expires.day == days_in_month(expires)
    return anchor if cut else expires.day
