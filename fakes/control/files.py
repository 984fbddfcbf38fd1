"""The file of a store before SQLite may write to it: how it is made, and what it must not be."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from stat import S_ISDIR, S_ISREG
from tempfile import mkstemp
from typing import TYPE_CHECKING, Final

from prorata.fakes.unusable import UnusableError

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["DAMAGED", "OTHER_VERSION", "BeginningError", "StoreError", "check", "make", "real"]

#: SQLite keeps it in the first bytes of the file, so that nobody's else is taken for ours.
_MARK: Final = int.from_bytes(b"prrt", "big")
_MARKED: Final = slice(68, 72)
_ENOUGH: Final = 64 * 1024
_OLD: Final = b"CREATE TABLE beginning ("
_INSTEAD: Final = "name another file, or move this one away to begin anew"
OTHER_VERSION: Final = f"made by another version of prorata; go on with that one, {_INSTEAD}"
DAMAGED: Final = "it is damaged; put back a copy, name another file, or move this one away"
_NONE: Final = f"this is no state of panels; {_INSTEAD}"
_TABLES: Final = """
CREATE TABLE beginning (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE packed (   -- how a set stood: once, however many sets or snapshots have it
    number INTEGER PRIMARY KEY,
    data BLOB NOT NULL,
    shapes TEXT NOT NULL,    -- JSON: the classes in it, with the names of what each has
    sum INTEGER NOT NULL     -- CRC-32
);
CREATE TABLE sets (
    name TEXT PRIMARY KEY,
    packed INTEGER NOT NULL, -- how it stood
    about INTEGER NOT NULL   -- what it began with, and its faults
);
CREATE TABLE snapshots (
    in_set TEXT NOT NULL,
    place INTEGER NOT NULL,
    name TEXT NOT NULL,
    packed INTEGER NOT NULL
);
CREATE TABLE log (           -- what was done to a set since it was packed, or since the beginning
    number INTEGER PRIMARY KEY,
    at TEXT NOT NULL,        -- simulated, for people who look into the file
    in_set TEXT NOT NULL,
    panel TEXT NOT NULL,     -- empty: a control function
    request TEXT NOT NULL,   -- JSON: a function with its fields, or the scope of a request
    body BLOB,
    sum INTEGER              -- CRC-32
);
"""


class StoreError(UnusableError):
    """A file cannot be used for what a set of panels keeps."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path}: {reason}")


class BeginningError(StoreError):
    """A file has another beginning than the one asked for.

    `given` are the arguments of `serve` that are to be left out.
    """

    def __init__(self, path: Path, given: list[str]) -> None:
        super().__init__(path, f"has its own beginning; leave out {' and '.join(given)}")
        self.path = path
        self.given = given


def real(path: Path) -> Path:
    """Return where a file really is; StoreError where a link leads nowhere."""
    try:
        return path.resolve()
    except (OSError, RuntimeError) as error:
        raise StoreError(path, f"unable to open the file: {error}") from None


def make(path: Path, beginning: Iterable[tuple[str, str]]) -> bool:
    """Make the file of a new set, whole and for its owner's eyes only; False where there is one.

    Raises OSError where that cannot be.
    """
    with closing(sqlite3.connect(":memory:")) as db:
        db.executescript(f"PRAGMA application_id = {_MARK};{_TABLES}")
        db.executemany("INSERT INTO beginning VALUES (?, ?)", beginning)
        db.commit()
        content = db.serialize()
    handle, name = mkstemp(prefix=".panels-", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        return _appear(Path(name), path)
    finally:
        Path(name).unlink(missing_ok=True)


def _appear(made: Path, path: Path) -> bool:
    """Give a file its name, unless another server was faster: then there is one of that name."""
    try:
        path.hardlink_to(made)
    except FileExistsError:
        return False
    except OSError:
        # Not every file system has links; where there are none, nobody is faster.
        made.rename(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return True


def check(shown: Path, path: Path) -> None:
    """Raise StoreError, of the file as it is called, where it is no store; it stays as it is.

    Its first bytes are looked at without SQLite, which would take up what a killed server has left
    beside the file, whoever it belongs to. This process must not have it open: closing a file lets
    go of every lock that a process has on it.
    """
    found = path.stat()
    if not S_ISREG(found.st_mode):
        what = "a folder" if S_ISDIR(found.st_mode) else "no regular file"
        raise StoreError(shown, f"it is {what}; name a file")
    if not found.st_size:
        raise StoreError(shown, f"it is empty: {_NONE}")
    content = _beginning(path)
    if not content.startswith(b"SQLite format 3\0"):
        raise StoreError(shown, _NONE)
    if content[_MARKED] != _MARK.to_bytes(4):
        # The first version had no mark, and what it has not moved yet may lie beside the file.
        old = _OLD in content + _beginning(path.with_name(f"{path.name}-wal"))
        raise StoreError(shown, OTHER_VERSION if old else _NONE)


def _beginning(path: Path) -> bytes:
    if not path.exists():
        return b""
    with path.open("rb") as file:
        return file.read(_ENOUGH)
