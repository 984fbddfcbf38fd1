"""Known failures: a list that keeps a run green, and turns it red once it is no longer true.

A TOML file of entries::

    [[known]]
    id = "worked/upgrade-by-hours"
    reason = "rounds begun hours up"
    link = "https://tracker.example/421"
    expires = 2026-03-01
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from prorata.harness.running.verdict import Verdict

__all__ = ["KnownError", "KnownFailure", "complaints", "excused", "read_known"]

_KEYS = frozenset({"id", "reason", "link", "expires"})


class KnownError(ValueError):
    """A file of known failures that cannot be used."""


@dataclass(frozen=True, slots=True)
class KnownFailure:
    """A failure that is known: why, where it is followed, and the day on which it no longer is."""

    id: str
    reason: str
    link: str = ""
    expires: date | None = None

    def over(self, today: date | None) -> bool:
        """Tell whether the entry has run out; without `today` none has."""
        return today is not None and self.expires is not None and today >= self.expires


def read_known(path: Path) -> dict[str, KnownFailure]:
    """Read a file of known failures, by scenario; raises `KnownError` naming the entry."""
    import tomllib

    try:
        rows = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise KnownError(f"{path}: {getattr(error, 'strerror', None) or error}") from None
    entries = rows.pop("known", [])
    if rows or not isinstance(entries, list):
        raise KnownError(f"{path}: only [[known]] tables are read here")
    known: dict[str, KnownFailure] = {}
    for number, row in enumerate(entries, start=1):
        entry = _entry(path, number, row)
        if entry.id in known:
            raise KnownError(f"{path}: entry {number}: {entry.id} is listed twice")
        known[entry.id] = entry
    return known


def _entry(path: Path, number: int, row: object) -> KnownFailure:
    place = f"{path}: entry {number}"
    if not isinstance(row, dict):
        raise KnownError(f"{place}: is no [[known]] table")
    unknown = sorted(set(row) - _KEYS)
    if unknown:
        raise KnownError(f"{place}: unknown key {unknown[0]}; known are {', '.join(sorted(_KEYS))}")
    for key in ("id", "reason"):
        if not isinstance(row.get(key), str) or not row[key]:
            raise KnownError(f"{place}: {key} is missing")
    if not isinstance(row.get("link", ""), str):
        raise KnownError(f"{place}: link is a text")
    expires = row.get("expires")
    if expires is not None and (not isinstance(expires, date) or isinstance(expires, datetime)):
        raise KnownError(f"{place}: expires is a date, as in 2026-03-01")
    return KnownFailure(**row)


def excused(verdict: Verdict, known: dict[str, KnownFailure], today: date | None) -> Verdict:
    """Mark a failure that is known and has not run out."""
    entry = known.get(verdict.scenario)
    if entry is None or verdict.verdict not in {"fail", "error"} or entry.over(today):
        return verdict
    return replace(verdict, known=entry.reason)


def complaints(
    verdicts: Iterable[Verdict],
    known: dict[str, KnownFailure],
    today: date | None,
) -> Iterator[str]:
    """Say where the list no longer tells the truth."""
    judged = {verdict.scenario: verdict for verdict in verdicts}
    for entry in known.values():
        verdict = judged.get(entry.id)
        if verdict is None:
            continue
        if verdict.verdict == "pass":
            yield f"{entry.id} is a known failure ({entry.reason}) but passes: remove its entry"
        elif entry.over(today) and verdict.verdict in {"fail", "error"}:
            yield f"{entry.id} was known until {entry.expires} ({entry.reason})"
