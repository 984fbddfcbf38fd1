"""The clock: the only thing that moves time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Self

from prorata.reference.periods import add_months

__all__ = ["BackwardsError", "Clock", "NaiveError"]


class BackwardsError(ValueError):
    """Someone tried to move a clock backwards."""

    def __init__(self, now: datetime, to: datetime) -> None:
        super().__init__(
            f"time moves forward only: it is {now.isoformat()}, asked for {to.isoformat()}",
        )
        self.now = now
        self.to = to


class NaiveError(ValueError):
    """An instant came without its offset."""

    def __init__(self, instant: datetime) -> None:
        super().__init__(f"{instant.isoformat()} has no offset")
        self.instant = instant


class Clock:
    """One instant, frozen until it is advanced.

    >>> clock = Clock(datetime(2025, 1, 31, tzinfo=UTC))
    >>> clock.advance(months=1)
    >>> clock.now().isoformat()
    '2025-02-28T00:00:00+00:00'
    """

    __slots__ = ("_now",)

    _now: datetime

    def __new__(cls, now: datetime) -> Self:
        """Return a clock that stands at `now`; raise `NaiveError` for one without its offset."""
        # Not in __init__, which anybody may call again, and so set a clock back.
        clock = super().__new__(cls)
        clock._now = _utc(now)
        return clock

    def now(self) -> datetime:
        """Return the instant at which time stands, in UTC."""
        return self._now

    def advance_to(self, instant: datetime) -> None:
        """Move to `instant`; raise `BackwardsError` for the past, `NaiveError` for no offset."""
        to = _utc(instant)
        if to < self._now:
            raise BackwardsError(self._now, to)
        self._now = to

    def advance(
        self,
        *,
        months: int = 0,
        days: int = 0,
        hours: int = 0,
        minutes: int = 0,
        seconds: int = 0,
    ) -> None:
        """Move on by a span; months keep the day of the month where the month has it."""
        day = add_months(self._now.date(), months)
        start = datetime.combine(day, self._now.timetz())
        span = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
        self.advance_to(start + span)


def _utc(instant: datetime) -> datetime:
    if instant.tzinfo is None:
        raise NaiveError(instant)
    return instant.astimezone(UTC)
