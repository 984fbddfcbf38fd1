"""The journal of a set, filtered, as rows of JSON."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from prorata.fakes.control.panels import Panels
    from prorata.fakes.mgr5.journal import JournalEntry

__all__ = ["rows"]

_BINARIES: Final = {"ispmgr": "ispmanager", "billmgr": "billmanager"}


def rows(panels: Panels, args: Mapping[str, str]) -> dict[str, Any]:
    """Return the calls that match, at most `limit` of them, and the number of the last call.

    With `since` they are the first ones after it, so that a reader misses none; else the newest.
    """
    limit = int(args["limit"])
    wanted = [(fits, args[name]) for name, fits in _FITS.items() if name in args]
    found: list[JournalEntry] = []
    last = 0
    for entry in panels.journal:
        last = entry.number
        if all(fits(entry, value) for fits, value in wanted):
            found.append(entry)
    shown = found[:limit] if "since" in args else found[-limit:]
    return {"calls": [_row(entry) for entry in shown], "last": last}


def _named(panel: str) -> str:
    return _BINARIES.get(panel, panel)


_FITS: Final[Mapping[str, Callable[[JournalEntry, str], bool]]] = {
    "func": lambda entry, value: fnmatchcase(entry.func, value),
    "who": lambda entry, value: entry.who == value,
    "panel": lambda entry, value: _named(entry.panel) == value,
    "errors": lambda entry, value: value != "on" or entry.error is not None,
    "since": lambda entry, value: entry.number > int(value),
}


def _row(entry: JournalEntry) -> dict[str, Any]:
    return {**entry.row(), "panel": _named(entry.panel)}
