"""The schedule: what is due when, in the one order that the rules give.

Things due at one instant are done by phase, and within a phase by the order in which the services
were ordered. Most things fall on a civil midnight, so entries are kept in a bucket per instant.
"""

from __future__ import annotations

from dataclasses import dataclass
from heapq import heappop, heappush
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

__all__ = ["Due", "Schedule"]


@dataclass(frozen=True, slots=True, order=True)
class Due:
    """One thing to do: the rank of its phase, the service's place in the order of orders, what."""

    phase: int
    service: int
    what: str


class Schedule:
    """A queue of due moments. Instants are aware."""

    __slots__ = ("_buckets", "_instants")

    def __init__(self) -> None:
        self._instants: list[datetime] = []
        self._buckets: dict[datetime, list[Due]] = {}

    def add(self, when: datetime, due: Due) -> None:
        """Put `due` at its instant; the same thing twice at one instant is one thing."""
        bucket = self._buckets.get(when)
        if bucket is None:
            bucket = self._buckets[when] = []
            heappush(self._instants, when)
        if due not in bucket:
            heappush(bucket, due)

    def next(self) -> datetime | None:
        """Return the next instant at which something is due."""
        return self._instants[0] if self._instants else None

    def pop(self, upto: datetime) -> tuple[datetime, Due] | None:
        """Take the first thing due at or before `upto`."""
        if not self._instants or self._instants[0] > upto:
            return None
        when = self._instants[0]
        bucket = self._buckets[when]
        due = heappop(bucket)
        if not bucket:
            del self._buckets[when]
            heappop(self._instants)
        return when, due
