"""A file that one run writes, and no other one meanwhile."""

from __future__ import annotations

import os
from contextlib import suppress
from importlib import import_module
from io import BufferedWriter, FileIO, TextIOWrapper
from stat import S_ISREG
from typing import IO, TYPE_CHECKING

from prorata.harness.cli.common import Mistake
from prorata.harness.running.whole import naming

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

__all__ = ["begin_alone", "opened"]


class _Named(FileIO):
    """A file whose errors name it."""

    def write(self, data: ReadableBuffer, /) -> int:
        with naming(str(self.name)):
            return super().write(data)


def opened(name: str) -> IO[str]:
    """Open a file to be written from its end; an `OSError` of it has its name, then and later."""
    # Half of a pair of surrogates, which UTF-8 cannot write, becomes the escape of JSON for it.
    raw = BufferedWriter(_Named(name, "a"))
    return TextIOWrapper(raw, encoding="utf-8", errors="backslashreplace")


def begin_alone(file: IO[str]) -> None:
    """Empty a file to be written; Mistake, and as it is, where another run writes it.

    The system forgets the lock when the process ends, however it ends. A pipe, a terminal or
    /dev/null may be written by many.
    """
    if not S_ISREG(os.fstat(file.fileno()).st_mode):
        return
    with suppress(ImportError):
        fcntl = import_module("fcntl")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            message = (
                f"{file.name} is being written by another run; wait for it, or name another file"
            )
            raise Mistake(message) from None
        except OSError:
            # Some file systems have no locks: there runs must keep apart by themselves.
            pass
    file.truncate(0)
