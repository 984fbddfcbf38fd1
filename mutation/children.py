"""A child for each mutant: whatever a mistake does to it, nothing of that stays."""

from __future__ import annotations

import os
import pickle
import select
import signal
from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Outcome", "in_a_child"]

#: Seconds of the clock on the wall after which a child that tells nothing is ended.
_SILENT: Final = 600.0


class Outcome(NamedTuple):
    """What became of a mutant: what caught it and how, nothing where it survived.

    `how` is ``differs``, ``raises``, ``stops`` (the process ended), ``lasts`` (it took far too
    long) or ``survived``.
    """

    how: str
    by: str = ""


def in_a_child(work: Callable[[Callable[[str], None]], Outcome]) -> Outcome:
    """Do work in a child of this process, and return its outcome.

    The work tells what it is about before it begins with it: that has caught the mutant where the
    child ends, or never tells anything more.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        _do(work, reading, writing)
    os.close(writing)
    said, ended = _heard(reading)
    if not ended:
        os.kill(child, signal.SIGKILL)
    os.close(reading)
    os.waitpid(child, 0)
    about, outcome = _last(said)
    if outcome is not None:
        return outcome
    return Outcome("stops" if ended else "lasts", about)


def _do(work: Callable[[Callable[[str], None]], Outcome], reading: int, writing: int) -> None:
    """Do the work and end this process at once, with nothing flushed twice."""
    os.close(reading)

    def say(what: Any) -> None:
        os.write(writing, pickle.dumps(what))

    try:
        say(work(say))
    except BaseException as error:  # noqa: BLE001  nobody above is to go on
        say(Outcome("broken", repr(error)))
    finally:
        os._exit(0)


def _heard(reading: int) -> tuple[bytes, bool]:
    """Return all that a child says, and whether it ended by itself."""
    said = b""
    while select.select([reading], [], [], _SILENT)[0]:
        more = os.read(reading, 1 << 16)
        if not more:
            return said, True
        said += more
    return said, False


def _last(said: bytes) -> tuple[str, Outcome | None]:
    """Return what a child was about last, and its outcome where it came to one."""
    from io import BytesIO

    about, stream = "", BytesIO(said)
    while stream.tell() < len(said):
        told = pickle.load(stream)
        if isinstance(told, Outcome):
            return about, told
        about = told
    return about, None
