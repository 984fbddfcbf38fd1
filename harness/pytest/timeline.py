"""Time of a test with a billing in it: what the billing does by itself is done on the way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, Unpack

from prorata.fakes.control.moments import SetClock, instant
from prorata.reference.clock import Clock

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from prorata.fakes.control.moments import Span

__all__ = ["Timeline"]


class _Job(NamedTuple):
    """What falls due, and what is done then."""

    when: Callable[[], datetime | None]
    do: Callable[[], object]


class Timeline:
    """Moves the clock of the panels, and stops where the panels or the billing have work.

    At one instant the panels come first, then the billing, in the order in which it said so.
    Whoever moves the clock itself passes over the work of the billing.

        timeline.every(billing.nightly, days=1)
        timeline.at("2025-08-01 09:00")
        site = billing.order("small")
        timeline.at("2025-09-05 12:00")    # 35 nights later
    """

    def __init__(self, clock: SetClock) -> None:
        self._clock = clock
        self._jobs: list[_Job] = []

    def now(self) -> datetime:
        """Return the instant at which time stands, in UTC."""
        return self._clock.now()

    def every(self, do: Callable[[], object], **span: Unpack[Span]) -> None:
        """Do something again and again, for the first time a span from now: ``days=1``.

        Months keep the day of the month where the month has it. Raises `TypeError` and
        `ValueError` for a span that is none.
        """
        start, times = self.now(), 1
        if _after(start, span, 1) == start:
            raise ValueError("every: say how often, as in days=1")

        def when() -> datetime:
            nonlocal times
            while _after(start, span, times) < self.now():
                times += 1
            return _after(start, span, times)

        def once() -> None:
            nonlocal times
            times += 1
            do()

        self.due(when, once)

    def due(self, when: Callable[[], datetime | None], do: Callable[[], object]) -> None:
        """Do something whenever it falls due: `when` returns the next instant, or None.

        It is asked again after anything has been done.
        """
        self._jobs.append(_Job(when, do))

    def at(self, moment: datetime | str) -> datetime:
        """Move to an instant, ``"2025-08-15 12:00"`` in UTC; return it.

        What falls due on the way, or then, is done. Raises `BackwardsError` for the past,
        `ControlError` for what is no instant, and `RuntimeError` for work that stays due after it
        was done.
        """
        end = instant(moment) if isinstance(moment, str) else moment
        before: tuple[datetime, _Job] | None = None
        while (following := self._next(end)) is not None:
            if following == before:
                raise RuntimeError(f"still due at {following[0].isoformat()} when it was done")
            self._clock.advance_to(max(following[0], self.now()))
            following[1].do()
            before = following
        self._clock.advance_to(end)
        return self.now()

    def advance(self, **span: Unpack[Span]) -> datetime:
        """Move on by a span, ``months=1, days=2``; return the instant, as `at` does."""
        return self.at(_after(self.now(), span, 1))

    def _next(self, end: datetime) -> tuple[datetime, _Job] | None:
        """Return what is due first, no later than `end`."""
        due = [(moment, job) for job in self._jobs if (moment := job.when()) and moment <= end]
        return min(due, key=lambda each: each[0], default=None)


def _after(start: datetime, span: Span, times: int) -> datetime:
    """Return the instant so many spans after another."""
    ahead = SetClock(Clock(start))
    counts: dict[str, Any] = dict(span)
    ahead.advance(**{unit: times * count for unit, count in counts.items()})
    return ahead.now()
