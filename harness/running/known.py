"""Known failures: a list that keeps a run green, and turns it red once it is no longer true.

A TOML file of entries, each of a scenario, or of all that a selection names::

    [[known]]
    id = "worked/upgrade-by-hours"
    reason = "rounds begun hours up"
    link = "https://tracker.example/421"
    expires = 2026-03-01

    [[known]]
    id = "billmanager.charge.daily*"
    reason = "daily charging is planned for 2.4"
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Final

from prorata.fakes.bounded import read_bounded
from prorata.harness.running.selection import SelectionError, check_names, names
from prorata.harness.scenario.problems import nearest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from prorata.harness.running.selection import Named
    from prorata.harness.running.verdict import Verdict

__all__ = ["KnownError", "KnownFailure", "check_known", "complaints", "excused", "read_known"]

_KEYS = frozenset({"id", "reason", "link", "expires"})
_ENTRY: Final = re.compile(r"^[ \t]*\[\[[ \t]*known[ \t]*\]\]", re.MULTILINE)


class KnownError(ValueError):
    """A file of known failures that cannot be used."""


@dataclass(frozen=True, slots=True)
class KnownFailure:
    """A failure that is known: why, where it is followed, and the day on which it no longer is.

    `id` is a scenario's, or names several as a selection does; `place` is its place in the list.
    """

    id: str
    reason: str
    link: str = ""
    expires: date | None = None
    place: str = ""

    def over(self, today: date | None) -> bool:
        """Tell whether the entry has run out; without `today` none has."""
        return today is not None and self.expires is not None and today >= self.expires


def read_known(path: Path) -> dict[str, KnownFailure]:
    """Read a file of known failures, by their ids; raises `KnownError` naming the entry."""
    import tomllib

    try:
        text = read_bounded(path).decode()
        rows = tomllib.loads(text)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise KnownError(f"{path}: {getattr(error, 'strerror', None) or error}") from None
    entries = rows.pop("known", [])
    if rows or not isinstance(entries, list):
        raise KnownError(f"{path}: only [[known]] tables are read here")
    known: dict[str, KnownFailure] = {}
    for place, row in zip(_places(path, text, len(entries)), entries, strict=True):
        entry = _entry(place, row)
        if entry.id in known:
            raise KnownError(f"{place}: {entry.id} is listed twice")
        known[entry.id] = entry
    return known


def _places(path: Path, text: str, count: int) -> list[str]:
    """Return where each entry stands: on which line, or as which one where that cannot be told."""
    lines = [text.count("\n", 0, found.start()) + 1 for found in _ENTRY.finditer(text)]
    if len(lines) != count:
        return [f"{path}: entry {number}" for number in range(1, count + 1)]
    return [f"{path}:{line}" for line in lines]


def _entry(place: str, row: object) -> KnownFailure:
    if not isinstance(row, dict):
        raise KnownError(f"{place}: is no [[known]] table")
    unknown = sorted(set(row) - _KEYS)
    if unknown:
        raise KnownError(f"{place}: unknown key {unknown[0]}{nearest(unknown[0], _KEYS)}")
    for key in ("id", "reason"):
        if not isinstance(row.get(key), str) or not row[key]:
            raise KnownError(f"{place}: {key} is missing")
    if not isinstance(row.get("link", ""), str):
        raise KnownError(f"{place}: link is a text")
    expires = row.get("expires")
    if expires is not None and (not isinstance(expires, date) or isinstance(expires, datetime)):
        raise KnownError(f"{place}: expires is a date, as in 2026-03-01")
    return KnownFailure(**row, place=place)


def check_known(known: Iterable[KnownFailure], scenarios: Sequence[Named], project: Path) -> None:
    """Raise `KnownError` with every entry that names nothing, neither here nor elsewhere.

    `scenarios` are those of this run, `project` is the folder that ids are counted from.
    """
    wrong = []
    for entry in known:
        try:
            check_names(entry.id, scenarios, project)
        except SelectionError as error:
            wrong.append(f"{entry.place}: {error}")
    if wrong:
        raise KnownError("\n".join(wrong))


def excused(verdict: Verdict, known: Mapping[str, KnownFailure], today: date | None) -> Verdict:
    """Mark a failure that is known and has not run out."""
    if verdict.verdict not in {"fail", "error"}:
        return verdict
    named = (each for each in known.values() if _names(each, verdict) and not each.over(today))
    entry = next(named, None)
    return verdict if entry is None else replace(verdict, known=entry.reason)


def _names(entry: KnownFailure, verdict: Verdict) -> bool:
    return names(entry.id, verdict.scenario, verdict.rules)


def complaints(
    verdicts: Iterable[Verdict],
    known: Mapping[str, KnownFailure],
    today: date | None,
    *,
    complete: bool = True,
) -> Iterator[str]:
    """Say where the list no longer tells the truth.

    Of an entry that names several scenarios a run tells only where it was `complete`.
    """
    judged = [each for each in verdicts if each.verdict != "skipped"]
    for entry in known.values():
        named = [each for each in judged if _names(entry, each)]
        failed = any(each.verdict in {"fail", "error"} for each in named)
        single = [each.scenario for each in named] == [entry.id]
        if failed and entry.over(today):
            yield f"{entry.id} was known until {entry.expires} ({entry.reason})"
        elif named and not failed and (single or complete):
            passes = "passes" if single else "nothing of it fails"
            yield f"{entry.id} is a known failure ({entry.reason}) but {passes}: remove its entry"
