"""A clock that an implementation reads beside the messages of the protocol."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from prorata.harness.clocks.moving import Mover

__all__ = ["GOES_ON", "MESSAGES", "STANDS", "Moved", "OutsideClock", "Told"]

#: How much a clock that stands may be off: a second is the smallest step that all languages tell.
STANDS: Final = timedelta(seconds=1)
#: How long after it was moved a clock that goes on by itself may be read: a machine restarts.
GOES_ON: Final = timedelta(hours=1)


class OutsideClock(Protocol):
    """Set before each question that tells an instant."""

    @property
    def environment(self) -> Mapping[str, str]:
        """What the processes of the implementation need in their environment."""

    @property
    def slack(self) -> timedelta:
        """How much later than the instant that was told it may be read."""

    def started(self, process: int) -> None:
        """Take note of a process of the implementation, by its number."""

    def stand_at(self, instant: datetime) -> None:
        """Set it; raise `ImplementationFault`."""

    def unreached(self) -> Sequence[str]:
        """Return who certainly reads another clock: a line for each process."""

    def close(self) -> None:
        """Leave nothing behind."""


class Told:
    """No clock but the messages."""

    environment: Mapping[str, str] = {}
    slack = STANDS

    def started(self, process: int) -> None:
        """It needs no process."""

    def stand_at(self, instant: datetime) -> None:
        """Messages tell it."""

    def unreached(self) -> Sequence[str]:
        """Nobody."""
        return ()

    def close(self) -> None:
        """There is nothing."""


MESSAGES: Final = Told()
"""The clock of an implementation that is told the time, and reads it nowhere."""


class Moved(Told):
    """The clock of a machine, which a command or a person sets, and which then goes on."""

    slack = GOES_ON

    def __init__(self, mover: Mover) -> None:
        self._mover = mover
        self._stands: datetime | None = None

    def stand_at(self, instant: datetime) -> None:
        """Have it set, where it was not set to that before."""
        if instant != self._stands:
            self._mover.move(instant)
            self._stands = instant
