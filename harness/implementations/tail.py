"""The last lines that a process wrote to its stderr."""

from __future__ import annotations

import os
import threading
from collections import deque
from typing import Final

__all__ = ["Tail"]

_LINES: Final = 20
_WIDTH: Final = 2000
_CHUNK: Final = 1 << 16
_PATIENCE: Final = 0.2  # seconds; a process that left the session may hold the pipe for ever


class Tail:
    """Reads a pipe in a thread, so that its writer never waits, and keeps the last 20 lines."""

    def __init__(self, pipe: int) -> None:
        # A copy: the thread may still read when the owner of the pipe has closed it.
        self._pipe = os.dup(pipe)
        self._lines: deque[bytes] = deque(maxlen=_LINES)
        self._begun = b""
        self._thread = threading.Thread(target=self._read, name="prorata stderr", daemon=True)
        self._thread.start()

    def _read(self) -> None:
        with os.fdopen(self._pipe, "rb", buffering=0) as pipe:
            while chunk := pipe.read(_CHUNK):
                *lines, begun = (self._begun + chunk).split(b"\n")
                self._lines.extend(line[:_WIDTH] for line in lines)
                self._begun = begun[:_WIDTH]

    def lines(self) -> tuple[str, ...]:
        """Return the last lines, oldest first, those without text left out."""
        begun = [self._begun] if self._begun else []
        lines = [*tuple(self._lines), *begun][-_LINES:]
        return tuple(text for line in lines if (text := line.decode(errors="replace").rstrip()))

    def end(self) -> None:
        """Wait, not for long, until the pipe has been read to its end."""
        self._thread.join(_PATIENCE)
