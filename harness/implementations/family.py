"""The processes that a child has started, also those that left for a session of their own.

Each inherits a mark in its environment, the session and the pipes of the child, and the number of
who started it: all of that stands in /proc, and one is enough. Where there is no /proc, as on
macOS, only the child's own group can be ended.
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
    from collections.abc import Iterable, Iterator, Mapping, Sequence

__all__ = ["MARK", "Family", "fresh_mark"]

MARK: Final = "PRORATA_CHILD"
"""The variable whose value tells the processes of one child from all others."""

_PROC: Final = Path("/proc")
#: How often it is looked for processes that were started while others were ended.
_ROUNDS: Final = 20
_PAUSE: Final = 0.002  # seconds that an ended process gets to go
#: Where these numbers stand in /proc/PID/stat, behind the name in brackets.
_STATE, _PARENT, _SESSION = 0, 1, 3


def fresh_mark() -> str:
    """Return a mark that no other child has."""
    return token_hex(16)


class Family:
    """A child that leads a group of its own, and all that have come of it."""

    def __init__(
        self, leader: int, mark: str, pipes: Iterable[int] = (), variable: str = MARK
    ) -> None:
        """`pipes` are descriptors of this process, of whose other ends it has the child's."""
        self._leader = leader
        self._mark = f"{variable}={mark}".encode()
        self._pipes = frozenset(f"pipe:[{os.fstat(pipe).st_ino}]" for pipe in pipes)

    def end(self) -> None:
        """End every one of them, whatever they do meanwhile."""
        found = self._descendants()
        self._kill_group()
        for _ in range(_ROUNDS):
            found |= self._kin()
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
        return _below(self._leader, _living())

    def _kin(self) -> set[int]:
        """Return those that are still there and have a sign, whoever their parents are now."""
        there = _living()
        # Whoever this process started itself may have the pipes from it.
        ours = {os.getpid(), *_below(os.getpid(), there)}
        return {
            process
            for process, told in there.items()
            if process != self._leader
            and (
                int(told[_SESSION]) == self._leader
                or self._mark in _read(process, "environ").split(b"\0")
                or (process not in ours and not self._pipes.isdisjoint(_open_in(process)))
            )
        }


def _processes() -> Iterator[int]:
    """Yield the number of every process; none where there is no /proc."""
    with suppress(OSError):
        yield from (int(entry.name) for entry in _PROC.iterdir() if entry.name.isdecimal())


def _living() -> dict[int, list[bytes]]:
    """Return what /proc tells of each process that has not ended."""
    told = ((each, _read(each, "stat").rpartition(b") ")[2].split()) for each in _processes())
    return {process: row for process, row in told if row and row[_STATE] != b"Z"}


def _below(above: int, there: Mapping[int, Sequence[bytes]]) -> set[int]:
    """Return those whose parents, or their parents, are `above`."""
    children = defaultdict(list)
    for process, row in there.items():
        children[int(row[_PARENT])].append(process)
    found: set[int] = set()
    open_ends = [above]
    while open_ends:
        new = children[open_ends.pop()]
        found.update(new)
        open_ends += new
    return found


def _open_in(process: int) -> Iterator[str]:
    """Yield what a process has open; nothing where it has gone or is not ours."""
    folder = _PROC.joinpath(str(process), "fd")
    with suppress(OSError):
        for entry in folder.iterdir():
            with suppress(OSError):
                yield str(entry.readlink())


def _read(process: int, name: str) -> bytes:
    """Return a file of a process, nothing where it has gone or is not ours."""
    try:
        return _PROC.joinpath(str(process), name).read_bytes()
    except OSError:
        return b""
