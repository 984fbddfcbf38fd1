"""How the panel's time moves: by its control, by a command, or by a person; forward only."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from prorata.harness.clocks.moving import mover_of, utc
from prorata.harness.clocks.wishes import clock_wish
from prorata.harness.implementations.billmanager.dated import dated_by

if TYPE_CHECKING:
    from collections.abc import Callable

    from prorata.harness.clocks.moving import Mover
    from prorata.harness.implementations.billmanager.control import PanelControl

__all__ = ["PanelClock", "PanelTime", "clock_of"]


class PanelClock(Protocol):
    """Moves the panel's time. `by_midnights`: it has to stand at every midnight on its way."""

    by_midnights: bool

    def now(self) -> datetime | None:
        """Return where time stands, None where nobody knows before it is moved."""

    def move(self, to: datetime) -> None:
        """Move time on to an instant; raise `ImplementationFault`."""


class PanelTime:
    """Where a panel's time stands, as far as anybody knows, and the clock that moves it."""

    def __init__(self, clock: PanelClock) -> None:
        self._clock = clock
        self._stands: datetime | None = None
        self.by_midnights = clock.by_midnights

    def begin_anew(self, stands: datetime | None) -> None:
        """Take note that the panel was put back, and where its time stands, if that is known."""
        self._stands = stands

    def now(self) -> datetime | None:
        """Return where it stands, None where nobody knows."""
        if self._stands is None:
            self._stands = self._clock.now()
        return self._stands

    def move(self, to: datetime) -> None:
        """Move it on to an instant, which may be where it stands."""
        if self._stands is None or to > self._stands:
            self._clock.move(to)
            self._stands = to


class _Controlled:
    """The clock of a panel of ours, which stops by itself wherever something falls due."""

    by_midnights = False

    def __init__(self, control: PanelControl) -> None:
        self._control = control

    def now(self) -> datetime | None:
        """Ask the control."""
        return datetime.fromisoformat(str(self._control.call("clock")["now"]))

    def move(self, to: datetime) -> None:
        """Tell the control."""
        self._control.call("clock", {"to": utc(to)})


class _Elsewhere:
    """The clock of a machine that a command or a person moves; `check` sees that it was."""

    def __init__(self, mover: Mover, check: Callable[[datetime], None]) -> None:
        self._mover = mover
        self._check = check
        self.by_midnights = mover.by_midnights

    def now(self) -> datetime | None:
        """Nobody knows."""
        return None

    def move(self, to: datetime) -> None:
        """Have it moved; raise `ImplementationFault` where it does not stand there."""
        self._mover.move(to)
        self._check(to)


def clock_of(wish: str, url: str, control: Callable[[], PanelControl]) -> PanelClock:
    """Return the clock that ``control``, ``command:CMD`` or ``ask`` names for the panel at `url`.

    Raises `CannotStart`.
    """
    found = clock_wish(wish)
    if found.word == "control":
        return _Controlled(control())
    return _Elsewhere(mover_of(found, "panel"), dated_by(url))
