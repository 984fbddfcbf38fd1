"""The schedule: what is due when, in the one order that the rules give.

Things due at one instant are done by phase, and within a phase by the order in which the services
were ordered. Most things fall on a civil midnight, so they are kept in a bucket for each instant.
"""

from __future__ import annotations

from heapq import heappop, heappush
from itertools import repeat
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

__all__ = ["Schedule"]


class Schedule:
    """A queue of due moments: aware instants, services by their place in the order of orders."""

    __slots__ = ("_buckets", "_instants")

    def __init__(self) -> None:
        self._instants: list[datetime] = []
        #: For each instant, the services of each phase and thing, as they came.
        self._buckets: dict[datetime, dict[tuple[int, str], list[int]]] = {}

    def add(self, when: datetime, phase: int, what: str, service: int) -> None:
        """Have `what` done for a service; the same thing twice at one instant is one thing."""
        self.bucket(when, phase, what).append(service)

    def bucket(self, when: datetime, phase: int, what: str) -> list[int]:
        """Return the services for which `what` is due then, to put more of them in."""
        bucket = self._buckets.get(when)
        if bucket is None:
            bucket = self._buckets[when] = {}
            heappush(self._instants, when)
        return bucket.setdefault((phase, what), [])

    def next(self) -> datetime | None:
        """Return the next instant at which something is due."""
        return self._instants[0] if self._instants else None

    def take(self, upto: datetime) -> tuple[datetime, Iterable[tuple[int, str]]] | None:
        """Take the first phase of the first instant up to `upto`: services with what is due.

        What the doing of it adds for the same instant comes with a later call.
        """
        if not self._instants or self._instants[0] > upto:
            return None
        when = self._instants[0]
        found = self._first_phase(when)
        if len(found) == 1:
            what, services = found[0]
            return when, zip(sorted(set(services)), repeat(what), strict=False)
        return when, sorted({(service, what) for what, services in found for service in services})

    def _first_phase(self, when: datetime) -> list[tuple[str, list[int]]]:
        bucket = self._buckets[when]
        if len(bucket) == 1:
            # As it mostly is: then there is nothing to look for.
            ((_, what), services) = bucket.popitem()
            found = [(what, services)]
        else:
            first = min(phase for phase, _ in bucket)
            due = [key for key in bucket if key[0] == first]
            found = [(key[1], bucket.pop(key)) for key in due]
        if not bucket:
            del self._buckets[when]
            heappop(self._instants)
        return found
