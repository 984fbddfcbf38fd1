"""Dates and times of a scenario: civil time in its zone, unless an offset is written."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, NamedTuple
from zoneinfo import ZoneInfo, available_timezones

from pydantic import ValidationInfo  # noqa: TC002 - pydantic may look at it

from prorata.harness.scenario.model import Read, ReadIn
from prorata.harness.scenario.problems import nearest
from prorata.harness.scenario.texts import ANY_TEXT, text
from prorata.harness.scenario.words import day, refuse, show
from prorata.reference.periods import midnight

__all__ = [
    "Ahead",
    "Covers",
    "CoversField",
    "Instant",
    "Zone",
    "covers",
    "instant",
    "is_before",
    "zone",
]

_TIME = re.compile(
    r"(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})[ T](?P<hour>[01][0-9]|2[0-3]):(?P<minute>[0-5][0-9])"
    r"(:(?P<second>[0-5][0-9]))?"
    r"( ?(?P<offset>Z|(?P<sign>[+-])(?P<h>[01][0-9]|2[0-3]):(?P<m>[0-5][0-9])))?",
)
_LIKE_A_DATE = re.compile(r"[0-9-]*")
#: Names that mean something else on each machine.
_LOCAL = frozenset({"localtime", "posixrules", "Factory"})


class Covers(NamedTuple):
    """The half-open time that a line pays for."""

    starts: datetime
    ends: datetime


def instant(value: object, zone: ZoneInfo) -> datetime:
    """Read a date (its first instant) or a date and time as an aware datetime in `zone`.

    Refused: a time that the zone's clocks skip, and one that they show twice without its offset.
    """
    if not isinstance(value, str) or _LIKE_A_DATE.fullmatch(value):
        return _first_of(value, zone)
    found = _TIME.fullmatch(value)
    if not found:
        message = f"{show(value)} is not a date or time; write 2025-08-01 or 2025-08-01 09:00"
        raise refuse(message)
    civil = datetime(  # noqa: DTZ001 - the zone or the offset is put to it below
        *day(found["day"]).timetuple()[:3],
        int(found["hour"]),
        int(found["minute"]),
        int(found["second"] or 0),
    )
    if found["offset"]:
        return (civil.replace(tzinfo=UTC) - _offset(found)).astimezone(zone)
    return _civil(civil, zone, value)


def _first_of(value: object, zone: ZoneInfo) -> datetime:
    civil = day(value)
    # Through UTC: where the clocks skip midnight, the first instant is shown by a later hour.
    first = midnight(civil, zone).astimezone(UTC).astimezone(zone)
    if first.date() != civil:
        message = f"{value} does not exist in {zone.key}: its clocks skip that day"
        raise refuse(message)
    return first


def _civil(civil: datetime, zone: ZoneInfo, said: str) -> datetime:
    first, second = civil.replace(tzinfo=zone), civil.replace(tzinfo=zone, fold=1)
    if first.utcoffset() == second.utcoffset():
        return first
    if first.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != civil:
        message = f"{said} does not exist in {zone.key}: its clocks skip that time"
        raise refuse(message)
    ways = " or ".join(_written(each) for each in (first, second))
    message = f"{said} happens twice in {zone.key}; write {ways}"
    raise refuse(message)


def _written(when: datetime) -> str:
    return when.isoformat(" ", "seconds" if when.second else "minutes")


def _offset(found: re.Match[str]) -> timedelta:
    span = timedelta(hours=int(found["h"] or 0), minutes=int(found["m"] or 0))
    return -span if found["sign"] == "-" else span


def is_before(one: datetime, other: datetime) -> bool:
    """Compare instants; Python compares two times of one zone by what its clocks show."""
    return one.astimezone(UTC) < other.astimezone(UTC)


def covers(value: object, zone: ZoneInfo) -> Covers:
    """Read ``2025-08-01 .. 2025-09-01``, the second after the first."""
    ends = value.split(" .. ") if isinstance(value, str) else []
    if len(ends) != 2:  # noqa: PLR2004 - a range has two ends
        message = f"{show(value)} is not a range; write 2025-08-01 .. 2025-09-01"
        raise refuse(message)
    found = Covers(instant(ends[0].strip(), zone), instant(ends[1].strip(), zone))
    if not is_before(found.starts, found.ends):
        message = f"{show(value)} covers nothing: its end is not after its start"
        raise refuse(message)
    return found


def zone(value: object) -> ZoneInfo:
    """Find a time zone by its IANA name."""
    try:
        if isinstance(value, str) and value not in _LOCAL:
            return ZoneInfo(value)
    except (KeyError, ValueError, OSError):  # names of folders and broken names end here too
        pass
    said = value if isinstance(value, str) else ""
    near = nearest(said, available_timezones() - _LOCAL, alike=0.8)
    near = near if "did you mean" in near else "; write one such as Europe/Berlin"
    message = f"{show(value)} is not a time zone{near}"
    raise refuse(message)


def _in_zone(info: ValidationInfo) -> ZoneInfo:
    context: dict[str, Any] = info.context or {}
    found: ZoneInfo = context["zone"]
    return found


def _instant(value: object, info: ValidationInfo) -> datetime:
    return instant(value, _in_zone(info))


def _covers(value: object, info: ValidationInfo) -> Covers:
    return covers(value, _in_zone(info))


def ahead(value: object) -> timedelta:
    """Read how far a clock is ahead of the scenario's: ``3 minutes``; behind, ``-3 minutes``."""
    found = _AHEAD.fullmatch(value) if isinstance(value, str) else None
    if not found:
        message = f"{show(value)} is not a span of time; write 3 minutes, or -1 hour"
        raise refuse(message)
    return timedelta(**{f"{found['unit']}s": int(found["count"])})


_AHEAD = re.compile(r"(?P<count>-?[0-9]{1,4}) (?P<unit>second|minute|hour)s?")

#: Written without names for the parts, which not every reader of patterns knows.
_WRITTEN = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
    r"([ T]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?( ?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9]))?)?"
)
_RANGE = re.compile(rf"{_WRITTEN.pattern} \.\. {_WRITTEN.pattern}")

Ahead = Annotated[timedelta, Read(ahead, text(re.compile(r"-?[0-9]{1,4} (second|minute|hour)s?")))]
Instant = Annotated[datetime, ReadIn(_instant, text(_WRITTEN))]
CoversField = Annotated[Covers, ReadIn(_covers, text(_RANGE))]
Zone = Annotated[ZoneInfo, Read(zone, ANY_TEXT)]
