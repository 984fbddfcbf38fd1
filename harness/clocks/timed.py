"""An implementation whose clock is set before each question that tells an instant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prorata.harness.clocks.outside import STANDS
from prorata.harness.implementations.base import ImplementationFault
from prorata.harness.protocol import Advance, Open, Result, Settled

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime, timedelta

    from prorata.harness.clocks.outside import OutsideClock
    from prorata.harness.implementations.base import Implementation
    from prorata.harness.protocol import Answer, Request, Started

__all__ = ["UnderClock", "off", "told_instant"]


class UnderClock:
    """Passes every question on; the clock ends with the implementation."""

    def __init__(self, inner: Implementation, clock: OutsideClock) -> None:
        self._inner = inner
        self._clock = clock

    @property
    def name(self) -> str:
        """That of the implementation."""
        return self._inner.name

    @property
    def declared(self) -> Started:
        """What the implementation declares."""
        return self._inner.declared

    def ask(self, request: Request) -> Answer:
        """Set the clock, ask, and compare the clocks that are told with it.

        Raises `ImplementationFault` where one shows another time, also when it is asked again: a
        thread of its own may have read the clock just while it was set.
        """
        at = told_instant(request)
        if at is not None:
            self._clock.stand_at(at)
        answer = self._inner.ask(request)
        if any(self._off(request, answer)):
            answer = self._inner.ask(request)
        for said in self._off(request, answer):
            raise ImplementationFault("implementation", f"the clocks are split: {said}")
        return answer

    def _off(self, request: Request, answer: Answer) -> Iterator[str]:
        if isinstance(request, Advance) and isinstance(answer, Result):
            yield from off(answer.body, request.to, self._clock.slack)

    def abandon(self) -> tuple[str, ...]:
        """End it without a goodbye."""
        return self._inner.abandon()

    def restart(self) -> None:
        """Start it afresh."""
        self._inner.restart()

    def close(self) -> None:
        """End it, then its clock."""
        try:
            self._inner.close()
        finally:
            self._clock.close()


def told_instant(request: Request) -> datetime | None:
    """Return the instant at which time stands from a question on, None where it tells none."""
    if isinstance(request, Open):
        return request.at
    return request.to if isinstance(request, Advance) else None


def off(body: object, told: datetime, slack: timedelta) -> Iterator[str]:
    """Yield which of the clocks that an answer to `clock` tells show another time."""
    clocks = body.now if isinstance(body, Settled) else None
    for name, shows in (clocks or {}).items():
        if not -STANDS < shows - told < slack:
            yield f"{name} shows {shows.isoformat()}, and it is {told.isoformat()}"
