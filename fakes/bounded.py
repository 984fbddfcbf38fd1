"""Reading what people name: a device or a pipe is read like a file, but not without end."""

from __future__ import annotations

from errno import EFBIG
from typing import IO, TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["LARGEST", "read_all", "read_bounded"]

LARGEST: Final = 16 * 1024 * 1024
"""The largest file that is read, in bytes."""


def read_bounded(path: Path) -> bytes:
    """Return what is in a file; raise OSError where it cannot be read, or is larger than that."""
    with path.open("rb") as file:
        return read_all(file, str(path))


def read_all(file: IO[bytes], name: str) -> bytes:
    """Return what is left in an open file of that name; raise OSError as `read_bounded` does."""
    data = file.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise OSError(EFBIG, f"larger than {LARGEST >> 20} MiB", name)
    return data
