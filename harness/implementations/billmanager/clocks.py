"""How the panel's time moves: by its control, by a command, or by a person; forward only."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, Protocol

from prorata.harness.implementations.base import CannotStart, ImplementationFault

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from prorata.harness.implementations.billmanager.control import PanelControl

__all__ = ["PanelClock", "PanelTime", "clock_of", "run_command", "words_of"]

#: How long a command may take, in seconds: a machine may be put back and start anew.
_LONGEST: Final = 900.0


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
        self._control.call("clock", {"to": _utc(to)})


class _Commanded:
    """A command that is given the instant as its last word."""

    by_midnights = True

    def __init__(self, words: list[str]) -> None:
        self._words = words

    def now(self) -> datetime | None:
        """Nobody knows."""
        return None

    def move(self, to: datetime) -> None:
        """Run the command; it returns when the machine stands there."""
        run_command([*self._words, _utc(to)], {"PRORATA_INSTANT": _utc(to)})


class _Asked:
    """A person at the terminal, who is told the instant and presses Enter."""

    by_midnights = False

    def __init__(self, ask: Callable[[str], object]) -> None:
        self._ask = ask

    def now(self) -> datetime | None:
        """Nobody knows."""
        return None

    def move(self, to: datetime) -> None:
        """Ask, and wait until it is done."""
        try:
            self._ask(
                f"Let the panel's time pass until {_utc(to)}, every midnight on the way, and press"
                " Enter: "
            )
        except EOFError:
            raise ImplementationFault("implementation", "nobody moves the panel's time") from None


def clock_of(wish: str, control: Callable[[], PanelControl]) -> PanelClock:
    """Return the clock that ``control``, ``command:CMD`` or ``ask`` names; raise `CannotStart`."""
    if wish == "control":
        return _Controlled(control())
    if wish == "ask":
        if sys.stdin is None or not sys.stdin.isatty():
            raise CannotStart("--clock ask: there is no terminal at which somebody could be asked")
        return _Asked(_from_terminal)
    return _Commanded(words_of("--clock", wish))


def _from_terminal(said: str) -> None:
    sys.stderr.write(said)
    sys.stderr.flush()
    if not sys.stdin.readline():
        raise EOFError


def words_of(option: str, wish: str) -> list[str]:
    """Return the words of a ``command:CMD``; raise `CannotStart`."""
    form, _, text = wish.partition(":")
    try:
        words = shlex.split(text) if form == "command" else []
    except ValueError as error:
        raise CannotStart(f"{option} {wish}: {str(error).lower()}") from None
    if not words:
        forms = "control, command:CMD" + (" or ask" if option == "--clock" else " or none")
        raise CannotStart(f"{option} {wish}: write {forms}")
    return words


def run_command(words: list[str], environment: Mapping[str, str]) -> None:
    """Run a command to its end; raise `ImplementationFault` where it does not end well."""
    try:
        done = subprocess.run(
            words, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=_LONGEST,
            check=False, env={**os.environ, **environment}, errors="replace",
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ImplementationFault("implementation", f"{words[0]}: {error}") from None
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines()[-1:]
        told = f"{words[0]} ended with {done.returncode}: {''.join(said)}"
        raise ImplementationFault("implementation", told)


def _utc(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat()
