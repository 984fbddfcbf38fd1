"""The file of a store, opened: by one process at a time, and only if it can be read and written."""

from __future__ import annotations

import json
import os
import sqlite3
from contextlib import ExitStack, contextmanager
from threading import Lock
from typing import TYPE_CHECKING, Any, Final
from zlib import crc32

from prorata.fakes.control.files import DAMAGED, OTHER_VERSION, StoreError, check, real

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

__all__ = ["VERSION", "Database", "sum_of", "sum_of_beginning"]

#: To be raised where what is in a file comes to mean something else.
VERSION: Final = "2"
_MEND: Final = "mend that, or name another file"
_IN_USE: Final = "in use by another server; end that one, or name another file"
_REASONS: Final = {
    sqlite3.SQLITE_BUSY: _IN_USE,
    # There is no such table.
    sqlite3.SQLITE_ERROR: DAMAGED,
}
#: The files that this process has open, by device and number.
_OPEN: Final[set[tuple[int, int]]] = set()
_CLAIMING: Final = Lock()
_SYNCHRONOUS: Final = {True: "FULL", False: "NORMAL"}


class Database:
    """A file for its only user; StoreError where it cannot be had.

    At first it is only read, and stays as it is to the last byte: whatever is wrong with it is
    found before `begin` lets it be written.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._real = real(path)
        self._name = str(self._real)
        with self.readable(), ExitStack() as stack:
            self._place = self._where()
            self._claim()
            stack.callback(_OPEN.discard, self._place)
            check(path, self._real)
            if not (os.access(self._real, os.W_OK) and os.access(self._real.parent, os.W_OK)):
                raise StoreError(path, f"unable to open the file for writing; {_MEND}")
            self._db = self._connected("ro")
            stack.callback(self._leave)
            self._reads = True
            self._look()
            stack.pop_all()

    def _claim(self) -> None:
        with _CLAIMING:
            if self._place in _OPEN:
                raise StoreError(self.path, _IN_USE)
            _OPEN.add(self._place)

    def _look(self) -> None:
        self.ask("BEGIN")
        try:
            self.ask("SELECT 1 FROM sqlite_master")
        except sqlite3.OperationalError:
            # Another server has it.
            self._reads = False
            raise
        if self.ask("PRAGMA quick_check(1)") != [("ok",)]:
            raise StoreError(self.path, DAMAGED)
        found = self.beginning()
        if found["version"] != VERSION:
            raise StoreError(self.path, OTHER_VERSION)
        if found["sum"] != sum_of_beginning(found):
            raise StoreError(self.path, DAMAGED)
        self._starts = found["starts"]

    def begin(self, *, sync: bool) -> None:
        """Write from now on: with `sync` each change waits until the disk has it.

        Without, it outlives the process, but not a machine that loses its power.
        """
        with self.readable():
            self._leave()
            # There are passwords in it; what SQLite puts beside it is as readable as it is.
            self._real.chmod(0o600)
            self._db = self._connected("rw")
            self.ask("PRAGMA locking_mode = EXCLUSIVE")
            self.ask("PRAGMA journal_mode = WAL")
            self.ask(f"PRAGMA synchronous = {_SYNCHRONOUS[sync]}")
            # Some builds fill what is forgotten with zeros: that is more than all that is kept.
            self.ask("PRAGMA secure_delete = OFF")
            # Takes the lock, and shows that something can be written.
            self.ask("UPDATE beginning SET value = value + 1 WHERE name = 'starts'")
            if self.beginning()["starts"] != self._starts + 1:
                raise StoreError(self.path, _IN_USE)

    def _connected(self, mode: str) -> sqlite3.Connection:
        return sqlite3.connect(
            f"{self._real.as_uri()}?mode={mode}",
            timeout=0,
            isolation_level=None,
            check_same_thread=False,
            uri=True,
        )

    def _leave(self) -> None:
        """Close the file; what reading it has put beside it goes, while nobody else may write."""
        if self._reads:
            self._reads = False
            self._beside("-shm").unlink(missing_ok=True)
            empty = self._beside("-wal")
            if empty.exists() and not empty.stat().st_size:
                empty.unlink()
        self._db.close()

    def _beside(self, ending: str) -> Path:
        return self._real.with_name(f"{self._real.name}{ending}")

    @contextmanager
    def readable(self) -> Iterator[None]:
        """Say what is wrong with a file that cannot be read, or not be written: StoreError."""
        try:
            yield
        except sqlite3.OperationalError as error:
            reason = _REASONS.get(error.sqlite_errorcode, f"{error}; {_MEND}")
            raise StoreError(self.path, reason) from None
        except OSError as error:
            reason = f"unable to open the file: {error.strerror}; {_MEND}"
            raise StoreError(self.path, reason) from None
        except (sqlite3.DatabaseError, ValueError, LookupError):
            raise StoreError(self.path, DAMAGED) from None

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Write all of it or nothing; raise sqlite3.Error where that fails."""
        self.ask("BEGIN IMMEDIATE")
        try:
            yield
            self.ask("COMMIT")
        except BaseException:
            # Of a full disk SQLite may have rolled it back already.
            if self._db.in_transaction:
                self.ask("ROLLBACK")
            raise

    def ask(self, statement: str, values: Iterable[Any] = ()) -> list[tuple[Any, ...]]:
        """Run one statement."""
        return self._db.execute(statement, tuple(values)).fetchall()

    def add(self, statement: str, values: Iterable[Any]) -> int:
        """Run a statement that adds a row; return its number."""
        return self._db.execute(statement, tuple(values)).lastrowid or 0

    def each(self, statement: str) -> Iterator[tuple[Any, ...]]:
        """Go through the rows of a statement."""
        return self._db.execute(statement)

    def beginning(self) -> dict[str, Any]:
        """Return what the first set began with."""
        return {k: json.loads(v) for k, v in self.ask("SELECT name, value FROM beginning")}

    def size(self, number: int) -> int:
        """Return how many bytes something has that was packed."""
        found: int = self.ask("SELECT length(data) FROM packed WHERE number = ?", (number,))[0][0]
        return found

    def check_place(self) -> None:
        """Raise sqlite3.Error where what is written next would be found by nobody."""
        try:
            moved = self._where() != self._place
        except OSError:
            moved = True
        if moved:
            raise sqlite3.OperationalError("the file was moved or removed")
        if self._db.in_transaction:
            # One that could neither be finished nor be undone.
            raise sqlite3.OperationalError("the write before it hangs")

    def _where(self) -> tuple[int, int]:
        # A Path would take three times as long, with each change.
        found = os.stat(self._name)  # noqa: PTH116
        return found.st_dev, found.st_ino

    def close(self) -> None:
        """Close the file."""
        self._leave()
        _OPEN.discard(self._place)


def sum_of_beginning(values: Mapping[str, Any]) -> int:
    """Return the sum of what a set began with."""
    kept = {name: value for name, value in values.items() if name not in {"starts", "sum"}}
    return sum_of(json.dumps(kept, sort_keys=True))


def sum_of(*parts: Any) -> int:
    """Return a sum by which damage is found."""
    found = 0
    for part in parts:
        found = crc32(part if isinstance(part, bytes) else str(part).encode(), found)
    return found
