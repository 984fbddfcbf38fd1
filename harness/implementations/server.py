"""A server of the user's own, started for a run: waited for, and ended with all its children."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from prorata.harness.clocks.outside import MESSAGES
from prorata.harness.implementations.base import CannotStart
from prorata.harness.implementations.family import MARK, Family, fresh_mark
from prorata.harness.implementations.over_http import address_of, answers
from prorata.harness.implementations.process import exit_of, why
from prorata.harness.implementations.tail import Tail

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from prorata.harness.clocks.outside import OutsideClock

__all__ = ["LIMIT", "StartedServer"]

LIMIT: Final = 60.0
"""How many seconds a server may take until it answers, unless said otherwise."""

_PAUSE: Final = 0.05  # seconds between two looks
_LOOK: Final = 2.0  # seconds for one look
_GRACE: Final = 2.0  # seconds that a server gets to end by itself


@dataclass(slots=True)
class StartedServer:
    """The server that `command` starts in `cwd`, which is up when GET of `url` is answered.

    It has `limit` seconds for that; `waiting` is told now and then how many have gone.
    """

    command: str
    url: str
    limit: float = LIMIT
    cwd: Path | None = None
    waiting: Callable[[float], None] = lambda _seconds: None
    clock: OutsideClock = MESSAGES
    _process: subprocess.Popen[bytes] | None = field(default=None, init=False)
    _family: Family | None = field(default=None, init=False)
    _tail: Tail | None = field(default=None, init=False)

    def under(self, clock: OutsideClock) -> None:
        """Have it read a clock; where it runs under another one, it is ended first."""
        if clock.environment != self.clock.environment:
            self.end()
        self.clock = clock

    def start(self) -> None:
        """Start it and wait until it answers, unless it runs; raise `CannotStart`."""
        if self._process is not None and not self.ended():
            return
        self.end()
        address_of(self.url)
        if not answers(self.url, _LOOK):
            said = f"something answers at {self.url} already, and would be judged in its place"
            raise CannotStart(f"{self.command}: {said}")
        self._begin()
        try:
            self._wait()
        except BaseException:
            self.end()
            raise

    def _begin(self) -> None:
        mark = fresh_mark()
        try:
            words = shlex.split(self.command)
            process = subprocess.Popen(  # the command is the user's own
                words,
                cwd=self.cwd,
                env={**os.environ, **self.clock.environment, MARK: mark},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        except (OSError, ValueError) as error:
            raise CannotStart(f"cannot start {self.command!r}: {why(error)}") from None
        assert process.stdout is not None  # noqa: S101  # for the type checker: it is a pipe
        self.clock.started(process.pid)
        self._process, self._family = process, Family(process.pid, mark)
        self._tail = Tail(process.stdout.fileno())

    def _wait(self) -> None:
        began = time.monotonic()
        while why_not := answers(self.url, _LOOK):
            ended, gone = self.ended(), time.monotonic() - began
            if ended:
                self._fail(f"{ended} before {self.url} answered")
            if gone > self.limit:
                self._fail(f"{self.url} is not up after {self.limit:g} s: {why_not}")
            self.waiting(gone)
            time.sleep(_PAUSE)

    def _fail(self, said: str) -> None:
        self.end()
        raise CannotStart(f"{self.command}: {said}", self.last_lines())

    def ended(self, seconds: float = 0.0) -> str:
        """Return how it ended by itself within some seconds, nothing while it runs."""
        if self._process is None:
            return ""
        with suppress(subprocess.TimeoutExpired):
            return exit_of(self._process.wait(seconds))
        return ""

    def end(self) -> None:
        """Tell it to end, and end it with all that it has started; again, does nothing."""
        process, family = self._process, self._family
        if process is None or family is None:
            return
        self._process = None
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            process.wait(_GRACE)
        family.end()
        with suppress(subprocess.TimeoutExpired):  # only while the kernel itself holds it
            process.wait(_GRACE)
        if self._tail is not None:
            self._tail.end()
        if process.stdout is not None:
            process.stdout.close()

    def last_lines(self) -> tuple[str, ...]:
        """Return the last lines that it wrote to stdout and stderr."""
        return self._tail.lines() if self._tail is not None else ()
