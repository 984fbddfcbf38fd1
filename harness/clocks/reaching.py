"""Which processes of an implementation libfaketime has not reached, as /proc tells."""

from __future__ import annotations

import mmap
import time
from collections import defaultdict
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

__all__ = ["unreached"]

_PROC: Final = Path("/proc")
_LIBRARY: Final = b"libfaketime"
#: What the programs of Go have in them, however they are linked.
_GO: Final = b"\xff Go buildinf:"
#: A process that has just been started becomes another program yet, or loads its libraries: it is
#: looked at a moment later, and who is off is off twice.
_PAUSE: Final = 0.05
_STATE, _PARENT = 0, 1


def unreached(leaders: Iterable[int], mark: str) -> Sequence[str]:
    """Return the processes that read another clock, a line for each.

    Looked at are the `leaders`, all that have come of them, and all that have `mark` in their
    environment. What is gone meanwhile, or was never seen, is not told of.
    """
    time.sleep(_PAUSE)
    if not _off(leaders, mark):
        return ()
    time.sleep(_PAUSE)
    return tuple(_off(leaders, mark).values())


def _off(leaders: Iterable[int], mark: str) -> dict[int, str]:
    why = {process: _why(process) for process in _family(leaders, mark)}
    return {process: _named(process, said) for process, said in why.items() if said}


def _named(process: int, why: str) -> str:
    name = _read(process, "comm").decode(errors="replace").strip()
    return f"{name} (process {process}) {why}"


def _why(process: int) -> str:
    """Return why a process reads another clock, nothing where it does not."""
    try:
        maps = (_PROC / str(process) / "maps").read_bytes()
    except PermissionError:
        return "runs with the rights of another user, whom libfaketime does not reach"
    except OSError:
        return ""
    if not maps:  # it has ended, or is the kernel's
        return ""
    return next((said for said, holds in _REASONS if holds(process, maps)), "")


def _asks_the_kernel(process: int, _maps: bytes) -> bool:
    with (
        suppress(OSError, ValueError),
        (_PROC / str(process) / "exe").open("rb") as program,
        mmap.mmap(program.fileno(), 0, access=mmap.ACCESS_READ) as text,
    ):
        return text.find(_GO) >= 0
    return False


_REASONS: Final[tuple[tuple[str, Callable[[int, bytes], bool]], ...]] = (
    ("is a Go program, which asks the kernel for the time itself", _asks_the_kernel),
    (
        "is linked statically, and loads no libfaketime",
        lambda _process, maps: _LIBRARY not in maps and b".so" not in maps,
    ),
    (
        "was started without LD_PRELOAD, or for another kind of machine",
        lambda _process, maps: _LIBRARY not in maps,
    ),
)


def _family(leaders: Iterable[int], mark: str) -> set[int]:
    """Return the leaders that still run, their descendants, and all that have the mark."""
    children = defaultdict(list)
    marked = mark.encode()
    roots = set(leaders)
    there = set()
    for process in _processes():
        told = _read(process, "stat").rpartition(b") ")[2].split()
        if not told or told[_STATE] == b"Z":
            continue
        there.add(process)
        children[int(told[_PARENT])].append(process)
        if marked in _read(process, "environ").split(b"\0"):
            roots.add(process)
    found: set[int] = set()
    open_ends = list(roots)
    while open_ends:
        process = open_ends.pop()
        if process not in found:
            found.add(process)
            open_ends += children[process]
    return found & there


def _processes() -> Iterator[int]:
    with suppress(OSError):
        yield from (int(entry.name) for entry in _PROC.iterdir() if entry.name.isdecimal())


def _read(process: int, name: str) -> bytes:
    """Return a file of a process, nothing where it has gone or is not ours."""
    try:
        return (_PROC / str(process) / name).read_bytes()
    except OSError:
        return b""
