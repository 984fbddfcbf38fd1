"""What has changed a set of panels, kept in a file, and done again after a restart.

Panels depend on nothing but what they are asked and when: the same requests make the same state.
"""

from __future__ import annotations

import json
import sqlite3
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

from prorata.fakes.control.guarding import step
from prorata.fakes.control.moments import instant
from prorata.fakes.fault_files import read_faults
from prorata.fakes.unusable import UnusableError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from pathlib import Path

    from prorata.fakes.asgi import Message, Scope
    from prorata.fakes.control.panels import Panels
    from prorata.fakes.faults import Faults

__all__ = ["BeginningError", "Store", "StoreError", "began", "check_beginning"]

_VERSION: Final = "1"
_TABLES: Final = """
CREATE TABLE beginning (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE log (
    number INTEGER PRIMARY KEY,
    at TEXT NOT NULL,        -- simulated, for people who look into the file
    in_set TEXT NOT NULL,
    panel TEXT NOT NULL,     -- empty: a control function
    request TEXT NOT NULL,   -- JSON: a function with its fields, or the scope of a request
    body BLOB
);
"""
_KEPT_OF_A_SCOPE: Final = ("type", "http_version", "method", "scheme", "path")


class StoreError(UnusableError):
    """A file cannot be used for what a set of panels keeps."""


class BeginningError(StoreError):
    """A file has another beginning than the one asked for.

    `given` are the arguments of `serve` that are to be left out.
    """

    def __init__(self, path: Path, given: list[str]) -> None:
        super().__init__(f"{path} has its own beginning; leave out {' and '.join(given)}")
        self.path = path
        self.given = given


class Store:
    """An append-only log of requests and control calls. Raises StoreError for a file it cannot use.

    A row is committed when the call that adds it returns: the process may be killed at any time.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = Lock()
        self._panels: Panels | None = None
        try:
            # One process has the file; another one that wants it is told so at once.
            self._db = sqlite3.connect(
                path, timeout=0, isolation_level=None, check_same_thread=False
            )
        except sqlite3.OperationalError as error:
            raise StoreError(f"{path}: {error}") from None
        try:
            self._prepare()
        except sqlite3.DatabaseError as error:
            self._db.close()
            operational = isinstance(error, sqlite3.OperationalError)
            busy = "in use by another server" if "locked" in str(error) else str(error)
            reason = busy if operational else "this is no state of panels"
            raise StoreError(f"{path}: {reason}") from None

    def _prepare(self) -> None:
        self._db.execute("PRAGMA locking_mode = EXCLUSIVE")
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = NORMAL")
        self._db.execute("BEGIN EXCLUSIVE")
        found = self._db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        if not found:
            for statement in _TABLES.split(";\n"):
                self._db.execute(statement)
        self._db.execute("COMMIT")

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def beginning(self) -> dict[str, Any] | None:
        """Return what the set began with, None for a new file; StoreError for another's file."""
        try:
            rows = self._db.execute("SELECT name, value FROM beginning").fetchall()
        except sqlite3.DatabaseError:
            raise StoreError(f"{self.path}: this is no state of panels") from None
        found = {name: json.loads(value) for name, value in rows}
        if found and found["version"] != _VERSION:
            raise StoreError(f"{self.path}: made by another version of prorata")
        return found or None

    def begin(self, panels: Panels) -> None:
        """Note what a set begins with, and keep what is done to it from now on."""
        values = {
            "version": _VERSION,
            "which": list(panels.which),
            "clock": panels.now.isoformat(),
            "seed": panels.seed,
            "faults": panels.faults.describe(),
        }
        rows = [(name, json.dumps(value)) for name, value in values.items()]
        self._db.execute("BEGIN")
        self._db.executemany("INSERT INTO beginning VALUES (?, ?)", rows)
        self._db.execute("COMMIT")
        self._attach(panels)

    def go_on(self, panels: Panels) -> None:
        """Do again all that was done, and keep what is done from now on."""
        log = self._db.execute("SELECT in_set, panel, request, body FROM log ORDER BY number")
        for name, panel, request, body in log:
            # A set that was dropped while it still answered somebody is not there any more.
            if name in panels.sets:
                _do_again(panels.sets[name], panel, json.loads(request), body)
        self._attach(panels)

    def keep_call(self, name: str, panel: str, scope: Scope, messages: list[Message]) -> None:
        """Keep a request that may have changed a panel."""
        request = {key: scope[key] for key in _KEPT_OF_A_SCOPE if key in scope}
        request["query"] = scope["query_string"].decode("latin-1")
        request["headers"] = [
            [n.decode("latin-1"), v.decode("latin-1")] for n, v in scope["headers"]
        ]
        request["client"] = scope.get("client")
        self._add(name, panel, request, b"".join(each.get("body", b"") for each in messages))

    def keep_control(self, name: str, function: str, given: Mapping[str, Any]) -> None:
        """Keep a call of a control function that may have changed something."""
        self._add(name, "", {"function": function, "given": given}, None)

    def _add(self, name: str, panel: str, request: Mapping[str, Any], body: bytes | None) -> None:
        at = self._panels.sets[name].now.isoformat() if self._panels else ""
        row = at, name, panel, json.dumps(request), body
        with self._lock:
            self._db.execute(
                "INSERT INTO log (at, in_set, panel, request, body) VALUES (?, ?, ?, ?, ?)", row
            )

    def _attach(self, panels: Panels) -> None:
        self._panels = panels
        for each in panels.sets.values():
            each.store = self


def began(found: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the arguments of `Panels` for what a set began with."""
    return {
        "which": found["which"],
        "clock": instant(found["clock"]),
        "seed": found["seed"],
        "faults": read_faults(found["faults"]),
    }


def check_beginning(
    path: Path,
    found: Panels,
    *,
    clock: datetime | None,
    seed: Mapping[str, Any] | None,
    faults: Faults | None,
) -> None:
    """Raise BeginningError where something else is given than what a set of a file began with."""
    differs = {
        "clock": clock is not None and clock != found.start,
        "seed": seed is not None and json.loads(json.dumps(seed)) != found.seed,
        "faults": faults is not None
        and (tuple(faults.rules), faults.seed) != (tuple(found.faults.rules), found.faults.seed),
    }
    given = [name for name, other in differs.items() if other]
    if given:
        raise BeginningError(path, given)


def _do_again(panels: Panels, panel: str, request: Mapping[str, Any], body: bytes | None) -> None:
    if not panel:
        panels.call(request["function"], **request["given"])
        return
    scope = {
        **{key: request[key] for key in _KEPT_OF_A_SCOPE if key in request},
        "raw_path": request["path"].encode(),
        "root_path": "",
        "query_string": request["query"].encode("latin-1"),
        "headers": [(n.encode("latin-1"), v.encode("latin-1")) for n, v in request["headers"]],
        "client": tuple(request["client"]) if request["client"] else None,
    }
    message = {"type": "http.request", "body": body or b"", "more_body": False}
    step(panels.panels[panel].app, scope, [message])
