"""What is done to a set of panels, kept in a file before anybody is told that it was done.

Panels depend on nothing but what they are asked and when: the same requests make the same state.
So each change is kept as the request that made it, and now and then all that a set holds is packed,
and its requests are forgotten.
"""

from __future__ import annotations

import json
import sqlite3
import sys
from collections import Counter
from contextlib import contextmanager, suppress
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

from prorata.fakes.control.database import Database, sum_of
from prorata.fakes.control.errors import NotKeptError
from prorata.fakes.control.files import BeginningError, StoreError
from prorata.fakes.control.packing import pack
from prorata.fakes.control.requests import of_control, of_scope

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from prorata.fakes.asgi import Message, Scope
    from prorata.fakes.control.panels import Panels, Standing

__all__ = ["BeginningError", "Store", "StoreError"]

#: A set is packed after so many changes, and not before as many as make up for it: one for each
#: so many bytes. A large change counts for as many as it could be.
_CHANGES: Final = 500
_BYTES: Final = 500
_LARGE: Final = 4096
_ADD: Final = "INSERT INTO log (at, in_set, panel, request, body, sum) VALUES (?, ?, ?, ?, ?, ?)"
_UNTIL: Final = "nothing is answered until a restart, which goes on from what was kept before"


class Store:
    """Keeps what is done to a set and its forks in a file. Raises StoreError where it cannot.

    What one of its calls keeps is in the file when the call returns: the process may be killed at
    any time. Where that fails stderr is told at once; `failed` says why, and nothing may be
    answered any more.
    """

    def __init__(self, path: Path) -> None:
        self.database = Database(path)
        self.path = path
        self.failed = ""
        self._lock = Lock()
        #: How many changes of each set are not packed yet, and after how many it is.
        self._changes: Counter[str] = Counter()
        self._most: dict[str, int] = {}
        #: The snapshots that the running transaction has packed.
        self._fresh: list[Standing] = []

    def begin(self, panels: Panels, *, sync: bool) -> None:
        """Keep what is done to a set and its forks from now on; see `Database.begin`."""
        with self.database.readable():
            counts = self.database.ask(
                "SELECT in_set, sum(1 + (length(request) + ifnull(length(body), 0)) / ?) FROM log"
                " GROUP BY in_set",
                (_LARGE,),
            )
            self._changes.update(dict(counts))
            for name, number in self.database.ask("SELECT name, packed FROM sets"):
                self._most[name] = _worth(self.database.size(number))
        self.database.begin(sync=sync)
        for each in panels.sets.values():
            each.store = self

    def close(self) -> None:
        """Close the file; whoever is still at work is told that nothing is kept any more."""
        with self._lock:
            self.failed = self.failed or f"{self.path}: closed"
            self.database.close()

    def check(self) -> None:
        """Raise NotKeptError where a change could not be kept before."""
        if self.failed:
            raise NotKeptError(self.failed)

    def give_up(self, error: BaseException) -> None:
        """Take note that a change broke off in the middle: a restart would not do it again."""
        self._fail(f"a call broke off: {error!r}")

    def keep_call(self, panels: Panels, panel: str, scope: Scope, messages: list[Message]) -> None:
        """Keep a request that may have changed a panel; NotKeptError where that fails."""
        self._add(panels, panel, of_scope(scope), b"".join(m.get("body", b"") for m in messages))

    def keep_control(self, panels: Panels, function: str, given: Mapping[str, Any]) -> None:
        """Keep a call of a control function; NotKeptError where that fails."""
        self._add(panels, "", of_control(function, given), None)

    def keep_fork(self, panels: Panels, fork: Panels) -> None:
        """Keep a set that begins as another one stands; NotKeptError where that fails."""
        with self._lock, self._must(), self._transaction():
            self._pack(fork, self._pack(panels))

    def keep_drop(self, panels: Panels, name: str) -> None:
        """Forget a set; NotKeptError where that fails."""
        with self._lock, self._must(), self._transaction():
            # Meanwhile there may be another one of that name.
            if name not in panels.sets:
                self.database.ask("DELETE FROM sets WHERE name = ?", (name,))
                self._clear(name)
                self._sweep()

    def _add(
        self, panels: Panels, panel: str, request: Mapping[str, Any], body: bytes | None
    ) -> None:
        name, text = panels.name, json.dumps(request)
        row = panels.now.isoformat(), name, panel, text, body, sum_of(name, panel, text, body)
        with self._lock:
            # A set that was dropped while it still answered somebody keeps nothing.
            if panels.sets.get(name) is not panels:
                return
            try:
                self.database.check_place()
                self.database.add(_ADD, row)
            except sqlite3.Error as error:
                raise self._lost(error) from None
            self._changes[name] += 1 + (len(text) + len(body or b"")) // _LARGE
            if self._changes[name] >= self._most.get(name, _CHANGES):
                self._fold(panels)

    def _fold(self, panels: Panels) -> None:
        """Pack a set in the place of its changes; where that fails they stay, and are enough."""
        try:
            with self._transaction():
                self._pack(panels)
        except sqlite3.Error as error:
            self._changes[panels.name] = 0
            _tell(f"{self.path}: {error}; every change is kept, but a restart will take longer")

    def _pack(self, panels: Panels, number: int = 0) -> int:
        """Pack a set; return the number of its standing, which a fork has as well."""
        name = panels.name
        number = number or self._put(panels.held())
        for each in panels.taken.values():
            if not each.kept:
                each.kept = self._put((each.at, each.states))
                self._fresh.append(each)
        self._clear(name)
        for place, (of, each) in enumerate(panels.taken.items()):
            row = name, place, of, each.kept
            self.database.add("INSERT INTO snapshots VALUES (?, ?, ?, ?)", row)
        self.database.add(
            "INSERT INTO sets VALUES (?, ?, ?) ON CONFLICT DO UPDATE"
            " SET packed = excluded.packed, about = excluded.about",
            (name, number, self._put((panels.seed, panels.faults))),
        )
        self._sweep()
        self._changes[name] = 0
        self._most[name] = _worth(self.database.size(number))
        return number

    def _put(self, value: Any) -> int:
        """Pack a value; return its number."""
        data, shapes = pack(value)
        row = data, shapes, sum_of(data, shapes)
        return self.database.add("INSERT INTO packed (data, shapes, sum) VALUES (?, ?, ?)", row)

    def _clear(self, name: str) -> None:
        self.database.ask("DELETE FROM log WHERE in_set = ?", (name,))
        self.database.ask("DELETE FROM snapshots WHERE in_set = ?", (name,))

    def _sweep(self) -> None:
        """Forget what no set has any more."""
        self.database.ask(
            "DELETE FROM packed WHERE number NOT IN"
            " (SELECT packed FROM sets UNION SELECT about FROM sets"
            " UNION SELECT packed FROM snapshots)"
        )

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._fresh.clear()
        try:
            with self.database.transaction():
                yield
        except BaseException:
            for each in self._fresh:
                each.kept = 0
            raise

    @contextmanager
    def _must(self) -> Iterator[None]:
        """Have something written down; if that fails, nothing is answered any more."""
        try:
            self.database.check_place()
            yield
        except sqlite3.Error as error:
            raise self._lost(error) from None

    def _lost(self, error: sqlite3.Error) -> NotKeptError:
        self._fail(f"a change could not be written down: {error}")
        return NotKeptError(self.failed)

    def _fail(self, reason: str) -> None:
        """Answer nothing any more, and tell why, once."""
        if not self.failed:
            self.failed = f"{self.path}: {reason}; {_UNTIL}"
            _tell(self.failed)


def _worth(size: int) -> int:
    """Return how many changes make up for packing so many bytes."""
    return max(_CHANGES, size // _BYTES)


def _tell(text: str) -> None:
    """Say something on stderr, where there is one that takes it."""
    with suppress(AttributeError, OSError, ValueError):
        sys.stderr.write(f"{text}\n")
        sys.stderr.flush()
