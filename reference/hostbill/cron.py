"""The scheduler: when of its civil day, or of an hour, something is done by itself."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from prorata.reference.derivation import Note, silent
from prorata.reference.periods import midnight
from prorata.reference.ruling import beside

__all__ = ["cron", "five_minutes"]

_MINUTE = timedelta(minutes=1)
_GRID = 5


def cron(*, day: date, daily_at: str | None, zone: str, note: Note = silent) -> datetime:
    """Return the instant of the daily run of a civil day, in the zone.

    ``hostbill.cron`` (vendor): at its hour, or at 00:00 where none is set. An hour that the day
    skips is the next minute that exists; of one that comes twice it is the first.
    """
    where = ZoneInfo(zone)
    if daily_at is None:
        return midnight(day, where)
    wanted = datetime.combine(day, time.fromisoformat(daily_at))
    found = wanted
    while not _exists(found, where):
        found += _MINUTE
    run = found.replace(tzinfo=where)
    skipped = "" if found == wanted else f", for the day has no {daily_at}"
    note("run", "", run, why=f"the run of {day}{skipped}")
    return run


def _exists(wall: datetime, zone: ZoneInfo) -> bool:
    there = wall.replace(tzinfo=zone).astimezone(UTC)
    return there.astimezone(zone).replace(tzinfo=None) == wall


@beside("hostbill.cron")
def five_minutes(*, now: datetime) -> datetime:
    """Return the next whole five minutes: now, where it is one (vendor)."""
    into = timedelta(minutes=now.minute % _GRID, seconds=now.second, microseconds=now.microsecond)
    if not into:
        return now
    later = now.astimezone(UTC) + timedelta(minutes=_GRID) - into
    return later.astimezone(now.tzinfo)
