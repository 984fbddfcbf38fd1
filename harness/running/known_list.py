"""Bringing a list of known failures up to date with a run, where that is asked for.

What failed and is not known is added, each scenario with the rule and the places of its failure; of
what failed otherwise than is known rule and places are renewed; what is over is taken out. The rest
stays as it is written. An entry that has run out stays too, and the run red: a person decides.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

from prorata.harness.running.known import (
    ENTRY,
    KnownError,
    KnownFailure,
    failed_of,
    names_nothing,
    places_of,
    read_known,
)
from prorata.harness.running.whole import write_whole

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from prorata.harness.running.selection import NamedScenario
    from prorata.harness.running.verdict import Verdict

__all__ = ["Renewal", "known_in", "renew"]

#: How long the reason is at most that is written for a new entry.
_LONGEST: Final = 200
#: Lines of comment right above an entry, which belong to it.
_ABOVE: Final = re.compile(r"(?:^[ \t]*#.*\n)+\Z", re.MULTILINE)


class Renewal(NamedTuple):
    """What became of a list: how many entries were added, changed and taken out."""

    path: Path
    added: int
    changed: int
    removed: int

    def __str__(self) -> str:
        """Say it in one line."""
        return f"{self.path}: {self.added} added, {self.changed} changed, {self.removed} removed"


def known_in(path: Path) -> dict[str, KnownFailure]:
    """Read a list that is to be renewed, none where it is not there yet; raises `KnownError`."""
    return read_known(path) if path.exists() else {}


def renew(
    path: Path,
    verdicts: Sequence[Verdict],
    scenarios: Sequence[NamedScenario],
    *,
    project: Path,
    today: date,
    complete: bool,
) -> Renewal:
    """Bring the list at `path` up to date with the verdicts of a run; raises `KnownError`.

    `complete` tells that everything was run that there is: only then an entry of several scenarios
    is known to be over. `scenarios` are those of the run, `project` is the folder of their ids.
    """
    known = known_in(path)
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    kept: dict[str, KnownFailure | None] = {
        key: None
        if names_nothing(entry, scenarios, project)
        else _renewed(entry, verdicts, today, complete=complete)
        for key, entry in known.items()
    }
    there = [entry for entry in kept.values() if entry is not None]
    added = [_entry(each) for each in verdicts if _is_new(each, there, today)]
    parts = list(_parts(path, text, known, kept)) + [_written(entry) for entry in added]
    changed = sum(entry is not None and entry != known[key] for key, entry in kept.items())
    if added or changed or len(there) < len(known):
        _write(path, "\n".join(part.strip("\n") + "\n" for part in parts))
    return Renewal(path, len(added), changed, len(known) - len(there))


def _renewed(
    entry: KnownFailure, verdicts: Sequence[Verdict], today: date, *, complete: bool
) -> KnownFailure | None:
    """Return what an entry becomes, None where it is over."""
    named = [each for each in verdicts if each.verdict != "skipped" and entry.names(each)]
    failed = [each for each in named if failed_of(each)]
    single = [each.scenario for each in named] == [entry.id]
    if not named or not (single or complete) or (failed and entry.over(today)):
        return entry
    if single and failed:
        found = places_of(failed[0])
        exact = entry.excuses(failed[0]) and all(map(entry.differs_in(found), entry.places))
        new = _entry(failed[0])
        return entry if exact else replace(entry, rule=new.rule, places=new.places)
    return entry if any(map(entry.excuses, failed)) else None


def _is_new(verdict: Verdict, there: Sequence[KnownFailure], today: date) -> bool:
    """Tell whether a failure has to be added; what is the fault of the suite is not the list's."""
    if not failed_of(verdict) or verdict.fault == "suite":
        return False
    return not any(
        each.excuses(verdict) or (each.id == verdict.scenario and each.over(today))
        for each in there
    )


def _entry(verdict: Verdict) -> KnownFailure:
    """Return the entry of a failure: under its rule, where it differs, with what was seen."""
    first = verdict.first or next(iter(verdict.mismatches), None)
    if verdict.verdict == "error" or first is None:
        return KnownFailure(verdict.scenario, verdict.reason[:_LONGEST], places=places_of(verdict))
    said = f"{' '.join(first.path)}: expected {first.expected}, got {first.got}"
    return KnownFailure(
        verdict.scenario, said[:_LONGEST], rule=verdict.rule, places=places_of(verdict)
    )


def _parts(
    path: Path,
    text: str,
    known: Mapping[str, KnownFailure],
    kept: Mapping[str, KnownFailure | None],
) -> Iterator[str]:
    """Yield the text of the list in parts: what stands before all entries, then each that stays."""
    starts = [found.start() for found in ENTRY.finditer(text)]
    if len(starts) != len(known):
        raise KnownError(f"{path}: only a list of [[known]] tables can be brought up to date")
    begins = [_with_comment(text, start) for start in starts]
    head = text[: begins[0]] if begins else text
    if head.strip():
        yield head
    ends = [*begins, len(text)][1:]
    for (key, entry), begin, start, end in zip(known.items(), begins, starts, ends, strict=True):
        new = kept[key]
        if new is not None:
            yield text[begin:end] if new == entry else text[begin:start] + _written(new)


def _with_comment(text: str, start: int) -> int:
    above = _ABOVE.search(text, 0, start)
    return above.start() if above else start


def _written(entry: KnownFailure) -> str:
    rows = [f"id = {_quoted(entry.id)}"]
    if entry.rule != "*":
        rows.append(f"rule = {_quoted(entry.rule)}")
    if entry.places:
        rows.append(f"places = [{', '.join(map(_quoted, entry.places))}]")
    rows.append(f"reason = {_quoted(entry.reason)}")
    if entry.link:
        rows.append(f"link = {_quoted(entry.link)}")
    if entry.expires is not None:
        rows.append(f"expires = {entry.expires.isoformat()}")
    return "\n".join(["[[known]]", *rows, ""])


def _quoted(text: str) -> str:
    """Write a text of TOML: as JSON does, but for one character; half a pair becomes a mark."""
    whole = text.encode("utf-8", "replace").decode()
    return json.dumps(whole, ensure_ascii=False).replace("\x7f", "\\u007f")


def _write(path: Path, text: str) -> None:
    try:
        write_whole(path, text.encode())
    except OSError as error:
        raise KnownError(f"{path}: cannot be written: {error.strerror}") from None
