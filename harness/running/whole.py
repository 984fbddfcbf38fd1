"""Files that are written whole or not at all, and named in what goes wrong with them."""

from __future__ import annotations

import os
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["can_be_written", "naming", "write_whole"]


@contextmanager
def naming(file: str) -> Iterator[None]:
    """Let an `OSError` name the file that is written: of a full disk the system does not tell.

    Stdout, `-`, has no name.
    """
    try:
        yield
    except OSError as error:
        if file != "-":
            error.filename = file
        raise


def can_be_written(path: Path) -> bool:
    """Tell whether rights allow to write a file: in its place, or beside it."""
    there = path.resolve()
    return os.access(there, os.W_OK) or os.access(there.parent, os.W_OK | os.X_OK)


def write_whole(path: Path, data: bytes) -> None:
    """Write a file; raise `OSError` that names it, and then it stays as it was.

    Whoever shows the file never reads half of it. A link stays one, and rights stay what they are.
    In a folder in which nothing may be made the file is written in its place.
    """
    with naming(str(path)):
        if path.exists() and not path.is_file():  # a pipe, or /dev/null
            path.write_bytes(data)
            return
        there = path.resolve()
        beside = there.with_name(f".{there.name}.{os.getpid()}")
        try:
            beside.write_bytes(data)
            with suppress(FileNotFoundError):
                beside.chmod(there.stat().st_mode)
            beside.replace(there)
        except PermissionError:
            there.write_bytes(data)
        finally:
            with suppress(OSError):
                beside.unlink(missing_ok=True)
