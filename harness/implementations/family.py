"""The processes that a child has started, also those that left for a session of their own.

Each inherits a mark in its environment, and the number of who started it: both stand in /proc.
Where there is no /proc, as on macOS, only the child's own group can be ended.
"""

from __future__ import annotations

import os
import signal
import time
from collections import defaultdict
from contextlib import suppress
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["MARK", "Family", "fresh_mark"]

MARK: Final = "PRORATA_CHILD"
"""The variable whose value tells the processes of one child from all others."""

_PROC: Final = Path("/proc")
#: How often it is looked for processes that were started while others were ended.
_ROUNDS: Final = 20
_PAUSE: Final = 0.002  # seconds that an ended process gets to go
#: Where the number of the parent stands in /proc/PID/stat, behind the name in brackets.
_STATE, _PARENT = 0, 1


def fresh_mark() -> str:
    """Return a mark that no other child has."""
    return token_hex(16)


class Family:
    """A child that leads a group of its own, and all that have come of it."""

    def __init__(self, leader: int, mark: str) -> None:
        self._leader = leader
        self._mark = f"{MARK}={mark}".encode()

    def end(self) -> None:
        """End every one of them, whatever they do meanwhile."""
        found = self._descendants()
        self._kill_group()
        for _ in range(_ROUNDS):
            found |= self._marked()
            if not found:
                return
            for process in found:
                with suppress(ProcessLookupError, PermissionError):
                    os.kill(process, signal.SIGKILL)
            found.clear()
            time.sleep(_PAUSE)

    def _kill_group(self) -> None:
        # The group outlives its leader when the leader has started others, and is gone otherwise.
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._leader, signal.SIGKILL)

    def _descendants(self) -> set[int]:
        """Return those whose parents, or their parents, are the leader's."""
        children = defaultdict(list)
        for process in _processes():
            told = _read(process, "stat").rpartition(b") ")[2].split()
            if told and told[_STATE] != b"Z":
                children[int(told[_PARENT])].append(process)
        found: set[int] = set()
        open_ends = [self._leader]
        while open_ends:
            new = children[open_ends.pop()]
            found.update(new)
            open_ends += new
        return found

    def _marked(self) -> set[int]:
        """Return those that have the mark and are still there."""
        return {
            process
            for process in _processes()
            if process != self._leader and self._mark in _read(process, "environ").split(b"\0")
        }


def _processes() -> Iterator[int]:
    """Yield the number of every process; none where there is no /proc."""
    with suppress(OSError):
        yield from (int(entry.name) for entry in _PROC.iterdir() if entry.name.isdecimal())


def _read(process: int, name: str) -> bytes:
    """Return a file of a process, nothing where it has gone or is not ours."""
    try:
        return _PROC.joinpath(str(process), name).read_bytes()
    except OSError:
        return b""
