"""What cannot be compared: an instant that no zone can hold, a number with too many digits."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from pydantic import BaseModel

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from zoneinfo import ZoneInfo

    from prorata.harness.running.play import Stage

__all__ = ["incomparable"]

#: More digits than Python reads into a number.
_DIGITS = 4300


def incomparable(stages: Sequence[Stage], zone: ZoneInfo) -> tuple[int, str] | None:
    """Return the first value that an implementation told and nothing can be compared with.

    Before it goes the step at which it came. Where there is none, a comparison that raised is no
    fault of the implementation.
    """
    for index, stage in enumerate(stages):
        for seen in (*stage.moments, stage.seen):
            told = {
                "services": seen.services,
                "ledger": seen.lines,
                "balances": seen.balances,
                "invoices": seen.invoices,
                "accounts": seen.accounts,
                "credit_notes": seen.credit_notes,
                "notifications": seen.notifications,
            }
            for found in _in(told, "", zone):
                return index, found
    return None


def _in(value: object, place: str, zone: ZoneInfo) -> Iterator[str]:
    if isinstance(value, BaseModel):
        yield from _in(dict(value), place, zone)
    elif isinstance(value, dict):
        for key, part in value.items():
            yield from _in(part, f"{place}.{key}" if place else str(key), zone)
    elif isinstance(value, tuple | list):
        for index, part in enumerate(value):
            yield from _in(part, f"{place}.{index}", zone)
    elif _said(value, zone):
        yield f"{place} is {_said(value, zone)}"


def _said(value: object, zone: ZoneInfo) -> str:
    """Say what is wrong with a value, nothing where it can be compared."""
    if isinstance(value, datetime):
        return "" if _in_zone(value, zone) else f"{value.isoformat()}, which no calendar holds"
    if isinstance(value, str) and value.lstrip("-").replace(".", "", 1).isdigit():
        digits = sum(each.isdigit() for each in value)
        return f"a number of {digits:,} digits" if digits > _DIGITS else ""
    if isinstance(value, int) and abs(value) >= 10**_DIGITS:
        return f"a number of more than {_DIGITS:,} digits"
    return ""


def _in_zone(instant: datetime, zone: ZoneInfo) -> bool:
    try:
        instant.astimezone(UTC)
        instant.astimezone(zone)
    except OverflowError:
        return False
    return True
