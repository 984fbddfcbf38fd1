"""When the next thing happens: mostly soon, often where days, months and clocks turn."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Final

from prorata.reference.periods import midnight

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from zoneinfo import ZoneInfo

    from prorata.harness.fuzz.generating.draft import HistoryDraft, Known

__all__ = ["BEGINNINGS", "BEGINS", "SOON", "pass_time"]

_SECOND: Final = timedelta(seconds=1)
_HOUR: Final = timedelta(hours=1)
#: How far ahead a boundary is still waited for.
SOON: Final = timedelta(days=40)
#: Where histories begin, each just before something odd of the calendar.
BEGINNINGS: Final = (
    ("2025-09-01 10:02", "UTC"),
    ("2025-01-31 12:00", "UTC"),  # months without a 31st, nor a 30th
    ("2024-01-30 00:00", "UTC"),  # a leap day
    ("2024-02-29 23:59:59", "Asia/Kolkata"),  # a year later there is none
    ("2025-12-29 09:00", "Pacific/Auckland"),  # a year's end
    ("2025-03-28 22:30", "Europe/Berlin"),  # a night of 23 hours, on a weekend
    ("2025-10-24 01:00", "Europe/Berlin"),  # one of 25 hours
    ("2025-04-20 10:00", "Africa/Cairo"),  # April 25 has no midnight
    ("2025-08-30 10:00", "America/Santiago"),  # neither has September 7, a Sunday
    ("2025-10-31 15:00", "America/New_York"),  # a weekend across a month's end, and winter time
    ("2026-01-28 00:00", "UTC"),  # a weekend across the end of February
    ("2025-06-15 00:00", "UTC"),  # the pro-rata day that is not said
    ("2025-04-30 23:59", "UTC"),
    ("2023-02-27 08:00", "UTC"),
)
#: Where those begin that a rule wants at a time of its own, by the name of that.
BEGINS: Final = {
    # The last year in which ISPmanager 5 was sold.
    "version 5": (
        ("2021-04-07 23:59", "UTC"),
        ("2021-06-14 10:02", "UTC"),
        ("2021-11-16 10:02", "UTC"),
        ("2021-12-16 09:00", "UTC"),
        ("2021-12-30 23:00", "Asia/Tokyo"),
    ),
    # A year from there has a leap day, or is one short of it.
    "leap year": (
        ("2024-01-30 00:00", "UTC"),
        ("2023-09-14 10:02", "UTC"),
        ("2024-02-29 12:00", "UTC"),
    ),
}


def _at_once(_draft: HistoryDraft, _around: Known | None) -> datetime | None:
    return None


def _later_today(draft: HistoryDraft, _around: Known | None) -> datetime:
    return draft.now + _HOUR * draft.choose.integer(1, 5)


def _midnight(draft: HistoryDraft, _around: Known | None) -> datetime:
    return draft.day(1)


def _before_midnight(draft: HistoryDraft, _around: Known | None) -> datetime:
    return draft.day(1) - _SECOND


def _in_days(draft: HistoryDraft, _around: Known | None) -> datetime:
    return draft.now + timedelta(days=draft.choose.integer(1, 16))


def _expiry(by: timedelta) -> Callable[[HistoryDraft, Known | None], datetime | None]:
    return lambda _draft, around: around.expires + by if around else None


def _days_before_the_expiry(draft: HistoryDraft, around: Known | None) -> datetime | None:
    days = timedelta(days=draft.choose.integer(1, 7), hours=-12)
    return around.expires - days if around else None


def _days_after_the_expiry(draft: HistoryDraft, around: Known | None) -> datetime | None:
    days = timedelta(days=draft.choose.integer(1, 12), hours=draft.choose.one((9, 9, 0, 23)))
    return around.expires + days if around else None


def _half_way(draft: HistoryDraft, around: Known | None) -> datetime | None:
    """Return the middle of what is bought: there half of an odd price is half a cent."""
    if around is None or around.expires <= draft.now:
        return None
    left = (around.expires - draft.today) // 2
    return draft.day(left.days) + 9 * _HOUR


def _first_of_month(draft: HistoryDraft, _around: Known | None) -> datetime:
    return midnight(_next_month(_civil(draft)), draft.zone).astimezone(UTC)


def _last_of_month(draft: HistoryDraft, _around: Known | None) -> datetime:
    last = _next_month(_civil(draft)) - timedelta(days=1)
    return midnight(last, draft.zone).astimezone(UTC) + 11 * _HOUR


def _leap_day(draft: HistoryDraft, _around: Known | None) -> datetime:
    year = _civil(draft).year
    last = date(year, 3, 1) - timedelta(days=1)
    return midnight(last, draft.zone).astimezone(UTC) + draft.choose.integer(0, 1) * 11 * _HOUR


def _pro_rata_day(draft: HistoryDraft, _around: Known | None) -> datetime:
    """Return the pro-rata day of a tariff, or the day before it."""
    rows = draft.given.get("tariffs", {}).values()
    said = [int(row["calendar"].get("pro_rata_day", 15)) for row in rows if "calendar" in row]
    day = min(said[0] if said else 15, 28)
    today = _civil(draft)
    first = today.replace(day=1) if today.day < day else _next_month(today)
    moment = midnight(first.replace(day=day), draft.zone).astimezone(UTC)
    return moment - draft.choose.integer(0, 1) * _SECOND


def _weekend(draft: HistoryDraft, _around: Known | None) -> datetime:
    ahead = 5 - _civil(draft).weekday()
    return draft.day(ahead if ahead > 0 else ahead + 7) + draft.choose.integer(0, 2) * 17 * _HOUR


def _clock_change(draft: HistoryDraft, _around: Known | None) -> datetime | None:
    """Return an hour before the clocks of the zone change, or just after."""
    known = changes_of(draft.zone)
    coming = next((each for each in known if each > draft.now), None)
    if coming is None:
        return None
    return coming + draft.choose.one((_SECOND, -_SECOND, -_HOUR, _HOUR))


@cache
def changes_of(zone: ZoneInfo) -> tuple[datetime, ...]:
    """Return when the clocks of a zone change, in the years of histories, to the hour."""
    found, at = [], datetime(2021, 1, 1, tzinfo=UTC)
    while at.year < 2028:  # noqa: PLR2004  no history goes on for years
        later = at + timedelta(days=1)
        if at.astimezone(zone).utcoffset() != later.astimezone(zone).utcoffset():
            hours = (at + _HOUR * each for each in range(1, 25))
            before = at.astimezone(zone).utcoffset()
            found.append(next(h for h in hours if h.astimezone(zone).utcoffset() != before))
        at = later
    return tuple(found)


def _civil(draft: HistoryDraft) -> date:
    return draft.now.astimezone(draft.zone).date()


def _next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


#: The classes of boundaries in time, each with when it comes next; what is not one is called "".
MOMENTS: Final[Mapping[str, Callable[[HistoryDraft, Known | None], datetime | None]]] = {
    "the same instant": _at_once,
    "the same day": _later_today,
    "some days": _in_days,
    "midnight": _midnight,
    "a second before midnight": _before_midnight,
    "the expiry": _expiry(timedelta()),
    "a second before the expiry": _expiry(-_SECOND),
    "a second after the expiry": _expiry(_SECOND),
    "days before the expiry": _days_before_the_expiry,
    "days after the expiry": _days_after_the_expiry,
    "half of what is bought": _half_way,
    "the first of a month": _first_of_month,
    "the end of a month": _last_of_month,
    "the end of February": _leap_day,
    "the pro-rata day": _pro_rata_day,
    "a weekend": _weekend,
    "a change of clocks": _clock_change,
}
_OFTEN: Final = (
    *("the same instant", "the same instant", "the same day", "some days", "some days"),
    *MOMENTS,
)


def pass_time(draft: HistoryDraft, around: Known | None = None, to: str | None = None) -> None:
    """Let time go on until the next thing happens; `around` is the service that it is about.

    `to` names the class of the moment, any where it is not said. For what is over, or is too far
    ahead, nobody waits: some days pass.
    """
    boundary = to or draft.choose.one(_OFTEN)
    moment = MOMENTS[boundary](draft, around)
    if moment is not None and not draft.now <= moment <= draft.now + SOON:
        boundary, moment = "some days", _in_days(draft, around)
    draft.reach(moment or draft.now, boundary)
