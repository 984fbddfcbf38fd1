"""What a user takes up of disk and traffic: as a test says, and growing by a rate a day."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from datetime import datetime

__all__ = ["Usage"]

_DAY = timedelta(days=1)


class Usage(NamedTuple):
    """MiB taken up at the instant `since`, and MiB that come with each day after it.

    Without an instant nothing grows. A part of a day brings its part, in whole MiB, rounded down.

    >>> from datetime import UTC, datetime, timedelta
    >>> start = datetime(2025, 8, 1, tzinfo=UTC)
    >>> Usage(10, 0, disk_per_day=3, since=start).at(start + timedelta(days=2, hours=12))[:2]
    (17, 0)
    """

    disk: int = 0
    traffic: int = 0
    disk_per_day: int = 0
    traffic_per_day: int = 0
    since: datetime | None = None

    def at(self, now: datetime) -> Usage:
        """Return what has been taken up by then; the same object where nothing grows."""
        grows = self.disk_per_day or self.traffic_per_day
        if self.since is None or now <= self.since or not grows:
            return self
        gone = now - self.since
        return Usage(
            self.disk + self.disk_per_day * gone // _DAY,
            self.traffic + self.traffic_per_day * gone // _DAY,
            self.disk_per_day,
            self.traffic_per_day,
            now,
        )
