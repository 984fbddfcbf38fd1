"""The way to an implementation, whatever lies between: a pipe, or HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from prorata.harness.clocks.outside import OutsideClock
    from prorata.harness.implementations.base import Culprit

__all__ = ["Channel", "OwnServer"]


class Channel(Protocol):
    """One conversation: a question goes out, its answer comes back."""

    def exchange(self, line: bytes, seconds: float) -> bytes:
        """Send a message and return the one that comes back; raise `BrokenOff`."""

    def overheard(self, seconds: float) -> str:
        """Return what it says within some seconds though nothing is asked, as a fault shows it."""

    def farewell(self, seconds: float) -> tuple[Culprit, str] | None:
        """After the answer to `stop`, return whose fault the way is in which it ends, if any."""

    def kill(self) -> None:
        """End what was started for it; again, does nothing."""

    def last_lines(self) -> tuple[str, ...]:
        """Return the last lines that the other side wrote beside its answers, oldest first."""


class OwnServer(Protocol):
    """A server that is ours to start and to end."""

    def under(self, clock: OutsideClock) -> None:
        """Have it read a clock; where it runs under another one, it is ended first."""

    def start(self) -> None:
        """Start it and wait until it answers, unless it runs; raise `CannotStart`."""

    def end(self) -> None:
        """End it with all that it has started; again, does nothing."""

    def ended(self, seconds: float = 0.0) -> str:
        """Return how it ended by itself within some seconds, nothing while it runs."""

    def last_lines(self) -> tuple[str, ...]:
        """Return the last lines that it wrote, oldest first."""
