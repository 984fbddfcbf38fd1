"""One worker beside this process: started, written to, read from, and surely ended."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections import deque
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, Any, Final

from prorata.harness.implementations.family import Family, fresh_mark
from prorata.harness.implementations.process import exit_of
from prorata.harness.implementations.tail import Tail

if TYPE_CHECKING:
    from prorata.harness.workers.job import Batch

__all__ = ["GRACE", "WorkerProcess"]

#: The variable that tells a worker's processes from all others, with those of its implementation.
_MARK: Final = "PRORATA_WORKER"
#: Seconds that a worker gets to end its implementation, and to go when it was ended.
_GOODBYE: Final = 5.0
GRACE: Final = 0.5


class WorkerProcess:
    """A worker in a session of its own, so that Ctrl-C in the terminal does not reach it."""

    def __init__(self) -> None:
        ours, theirs = socket.socketpair()
        mark = fresh_mark()
        with theirs:
            self._process = subprocess.Popen(
                (sys.executable, "-P", "-m", "prorata.harness.workers.child", str(theirs.fileno())),
                env={**os.environ, _MARK: mark},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                pass_fds=(theirs.fileno(),),
                start_new_session=True,
            )
        assert self._process.stderr is not None  # noqa: S101  for the type checker
        self._tail = Tail(self._process.stderr.fileno())
        self._family = Family(self._process.pid, mark, variable=_MARK)
        self.connection = Connection(ours.detach())
        #: What it was given to judge; it judges the first of that.
        self.given: deque[Batch] = deque()

    def say(self, word: str, body: Any = None) -> None:
        """Send a message; where the worker has gone, that shows when it is read from."""
        with suppress(OSError):
            self.connection.send((word, body))

    def hear(self) -> tuple[str, Any]:
        """Return its next message; raise `EOFError` where it has gone."""
        try:
            word, body = self.connection.recv()
        except OSError:
            raise EOFError from None
        return word, body

    def goodbye(self) -> str:
        """Wait until it has ended its implementation; return what was wrong with the goodbye."""
        with suppress(EOFError, OSError):
            while self.connection.poll(_GOODBYE):
                word, body = self.hear()
                if word == "ended":
                    return str(body)
        return ""

    def kill(self) -> None:
        """End it and all that it has started, at once."""
        self._family.end()

    def end(self, grace: float = GRACE) -> str:
        """End it and all that it has started, after `grace` seconds; return how it ended."""
        self.connection.close()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(grace)
        self._family.end()
        with suppress(subprocess.TimeoutExpired):  # only while the kernel itself holds it
            self._process.wait(_GOODBYE)
        self._tail.end()
        if self._process.stderr is not None:
            self._process.stderr.close()
        said = self._tail.lines()
        how = exit_of(self._process.returncode or 0)
        return f"{how}: {said[-1]}" if said else how
