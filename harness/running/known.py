"""Known failures: a list that keeps a run green, and turns it red once it is no longer true.

A TOML file of entries, each of a scenario, or of all that a selection names; with `rule` of those
alone that are told under it, with `places` of those that differ nowhere else::

    [[known]]
    id = "worked/upgrade-by-hours"
    rule = "hostbill.upgrade.pro-rata"
    places = ["charged upgrade fee", "balance anna"]
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
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Final

from prorata.harness.running.selection import SelectionError, check_names, names
from prorata.harness.running.toml_files import TomlError, read_toml
from prorata.harness.scenario.problems import globs, meant, nearest
from prorata.reference.rules import ids

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from prorata.harness.running.selection import NamedScenario
    from prorata.harness.running.verdict import Verdict

__all__ = [
    "ENTRY",
    "KnownError",
    "KnownFailure",
    "check_known",
    "complaints",
    "excused",
    "failed_of",
    "names_nothing",
    "places_of",
    "read_known",
]

#: How what always holds is called, which is no rule of the registry.
ALWAYS: Final = "always: "
_KEYS = frozenset({"id", "rule", "places", "reason", "link", "expires"})
#: The place of what broke, where nothing could be compared.
BROKEN: Final = "error"
ENTRY: Final = re.compile(r"^[ \t]*\[\[[ \t]*known[ \t]*\]\]", re.MULTILINE)


class KnownError(ValueError):
    """A file of known failures that cannot be used."""


@dataclass(frozen=True, slots=True)
class KnownFailure:
    """A failure that is known: why, where it is followed, and the day on which it no longer is.

    `id` is a scenario's, or names several as a selection does; `rule` and `places` are globs of the
    rule under which a failure is told, and of where it differs, all of it. `place` is its place in
    the list.
    """

    id: str
    reason: str
    link: str = ""
    expires: date | None = None
    place: str = ""
    rule: str = "*"
    places: tuple[str, ...] = ()

    def over(self, today: date | None) -> bool:
        """Tell whether the entry has run out; without `today` none has."""
        return today is not None and self.expires is not None and today >= self.expires

    def names(self, verdict: Verdict) -> bool:
        """Tell whether it is about the scenario of a verdict."""
        return names(self.id, verdict.scenario, verdict.rules)

    def excuses(self, verdict: Verdict) -> bool:
        """Tell whether a failure is the one that is known: no other rule, and no other place."""
        named = self.names(verdict) and fnmatchcase(verdict.rule, self.rule)
        return named and all(map(self.has, places_of(verdict)))

    def has(self, place: str) -> bool:
        """Tell whether something is known to differ at a place."""
        return not self.places or any(_fits(place, each) for each in self.places)

    def differs_in(self, places: Iterable[str]) -> Callable[[str], bool]:
        """Return what tells whether something differs at a known place, where these places do."""
        return lambda known: any(_fits(place, known) for place in places)

    def __str__(self) -> str:
        """Name it: by its id, and by its rule where it has one."""
        return self.id if self.rule == "*" else f"{self.id} under {self.rule}"

    @property
    def key(self) -> str:
        """What no other entry of a list is called."""
        return str(self) if not self.places else f"{self} at {', '.join(self.places)}"


def _fits(place: str, known: str) -> bool:
    return place == known or fnmatchcase(place, known)


def failed_of(verdict: Verdict) -> bool:
    """Tell whether a verdict is a failure or an error."""
    return verdict.verdict in {"fail", "error"}


def places_of(verdict: Verdict) -> tuple[str, ...]:
    """Return where a failure differs, each place once: ``charged late fee``, ``balance anna``."""
    first = () if verdict.first is None else (verdict.first,)
    found = [" ".join(each.path) for each in (*first, *verdict.mismatches)]
    broken = [BROKEN] if verdict.verdict == "error" else []
    return tuple(dict.fromkeys([*found, *broken]))


def read_known(path: Path) -> dict[str, KnownFailure]:
    """Read a file of known failures, by their names; raises `KnownError` naming the entry."""
    try:
        text, rows = read_toml(path)
    except TomlError as error:
        raise KnownError(str(error)) from None
    entries = rows.pop("known", [])
    if rows or not isinstance(entries, list):
        raise KnownError(f"{path}: only [[known]] tables are read here")
    known: dict[str, KnownFailure] = {}
    for place, row in zip(_places(path, text, len(entries)), entries, strict=True):
        entry = _entry(place, row)
        if entry.key in known:
            raise KnownError(f"{place}: {entry.key} is listed twice")
        known[entry.key] = entry
    return known


def _places(path: Path, text: str, count: int) -> list[str]:
    """Return where each entry stands: on which line, or as which one where that cannot be told."""
    lines = [text.count("\n", 0, found.start()) + 1 for found in ENTRY.finditer(text)]
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
    for key in ("link", "rule"):
        if not isinstance(row.get(key, ""), str):
            raise KnownError(f"{place}: {key} is a text")
    places = row.get("places", [])
    if not isinstance(places, list) or not all(isinstance(p, str) for p in places):
        raise KnownError(f'{place}: places is a list of texts, as in ["charged late fee"]')
    expires = row.get("expires")
    if expires is not None and (not isinstance(expires, date) or isinstance(expires, datetime)):
        raise KnownError(f"{place}: expires is a date, as in 2026-03-01")
    return KnownFailure(**{**row, "places": tuple(places)}, place=place)


def check_known(
    known: Iterable[KnownFailure], scenarios: Sequence[NamedScenario], project: Path
) -> None:
    """Raise `KnownError` with every entry that names nothing, neither here nor elsewhere.

    `scenarios` are those of this run, `project` is the folder that ids are counted from.
    """
    wrong = []
    for entry in known:
        said = names_nothing(entry, scenarios, project)
        if said:
            wrong.append(f"{entry.place}: {said}")
    if wrong:
        raise KnownError("\n".join(wrong))


def names_nothing(entry: KnownFailure, scenarios: Sequence[NamedScenario], project: Path) -> str:
    """Say what an entry names that there is not, nothing where all is there."""
    try:
        check_names(entry.id, scenarios, project)
    except SelectionError as error:
        return str(error)
    known = ids()
    if entry.rule.startswith(ALWAYS) or any(fnmatchcase(rule, entry.rule) for rule in known):
        return ""
    return f"unknown rule {entry.rule}{meant(entry.rule, [*known, *globs(known, '.')])}"


def excused(verdict: Verdict, known: Mapping[str, KnownFailure], today: date | None) -> Verdict:
    """Mark a failure that is known and has not run out."""
    if not failed_of(verdict):
        return verdict
    named = (each for each in known.values() if each.excuses(verdict) and not each.over(today))
    entry = next(named, None)
    return verdict if entry is None else replace(verdict, known=entry.reason)


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
        named = [each for each in judged if entry.names(each)]
        failed = [each for each in named if failed_of(each) and entry.excuses(each)]
        single = [each.scenario for each in named] == [entry.id]
        if failed and entry.over(today):
            yield f"{entry} was known until {entry.expires} ({entry.reason})"
        elif failed and (single or complete):
            yield from _elsewhere(entry, failed)
        elif named and (single or complete):
            yield f"{entry} is a known failure ({entry.reason}) but {_now(named[0], single=single)}"


def _elsewhere(entry: KnownFailure, failed: Sequence[Verdict]) -> Iterator[str]:
    """Say at which of its places nothing of an entry differs."""
    differs = entry.differs_in({place for each in failed for place in places_of(each)})
    for known in entry.places:
        if not differs(known):
            yield (
                f"{entry} is known to differ at {known} ({entry.reason}) but does not: "
                "remove that place"
            )


def _now(verdict: Verdict, *, single: bool) -> str:
    """Say what has become of an entry that excuses nothing; `verdict` is of what it names."""
    if single and failed_of(verdict):
        return f"fails otherwise: under {verdict.rule}, at {', '.join(places_of(verdict))}"
    return f"{'passes' if single else 'nothing of it fails'}: remove its entry"
