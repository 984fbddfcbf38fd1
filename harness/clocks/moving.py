"""A clock that is not ours to set: a command sets it, or a person who is asked."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC
from typing import TYPE_CHECKING, Final, Protocol

from prorata.harness.implementations.base import CannotStart, ImplementationFault

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from prorata.harness.clocks.wishes import ClockWish

__all__ = ["Mover", "mover_of", "run_command", "utc"]

#: How long a command may take, in seconds: a machine may be put back and start anew.
_LONGEST: Final = 900.0


class Mover(Protocol):
    """Moves time. `by_midnights`: it has to stand at every midnight on its way."""

    by_midnights: bool

    def move(self, to: datetime) -> None:
        """Move time to an instant; raise `ImplementationFault`."""


class _Commanded:
    """A command that is given the instant as its last word."""

    by_midnights = True

    def __init__(self, words: Sequence[str]) -> None:
        self._words = words

    def move(self, to: datetime) -> None:
        """Run the command; it returns when the machine stands there."""
        run_command([*self._words, utc(to)], {"PRORATA_INSTANT": utc(to)})


class _Asked:
    """A person at the terminal, who is told the instant and presses Enter."""

    by_midnights = False

    def __init__(self, ask: Callable[[str], object], whose: str) -> None:
        self._ask = ask
        self._whose = whose

    def move(self, to: datetime) -> None:
        """Ask, and wait until it is done."""
        try:
            self._ask(
                f"Let the {self._whose}'s time pass until {utc(to)}, every midnight on the way,"
                " and press Enter: "
            )
        except EOFError:
            raise ImplementationFault(
                "implementation", f"nobody moves the {self._whose}'s time"
            ) from None


def mover_of(wish: ClockWish, whose: str = "billing") -> Mover:
    """Return who moves the clock of `whose`, a command or a person; raise `CannotStart`."""
    if wish.word != "ask":
        return _Commanded(wish.command)
    if sys.stdin is None or not sys.stdin.isatty():
        raise CannotStart("--clock ask: there is no terminal at which somebody could be asked")
    return _Asked(_from_terminal, whose)


def _from_terminal(said: str) -> None:
    sys.stderr.write(said)
    sys.stderr.flush()
    if not sys.stdin.readline():
        raise EOFError


def run_command(words: Sequence[str], environment: Mapping[str, str]) -> None:
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


def utc(instant: datetime) -> str:
    """Return an instant as commands get it."""
    return instant.astimezone(UTC).isoformat()
