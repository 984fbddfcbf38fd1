"""Mutants that nothing can tell from the right rules, each with its reason, in a file."""

from __future__ import annotations

import tomllib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from mutation.files import RECORDED
from mutation.making import mutants_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from mutation.modules import Module
    from mutation.mutants import Identity
    from mutation.results import Result

__all__ = ["FILE", "REASONS", "Equivalent", "problems", "read", "written"]

FILE: Final = Path(__file__).with_name("equivalents.toml")
#: Why a mutant cannot be told from the right rules.
REASONS: Final[Mapping[str, str]] = {
    "same value": "whatever goes in, the same comes out",
    "refused before": "what would come out otherwise is refused before it comes here",
    "shortcut": "it only spares work, and the long way comes to the same",
    "wording": "it changes words that nobody judges",
}
_FIELDS: Final = (
    "module", "function", "fingerprint", "statement", "operator", "before", "after", "nth",
    "reason", "sentence",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Equivalent:
    """A mutant by its identity; `fingerprint` is its function's, of when somebody looked."""

    identity: Identity
    fingerprint: str
    reason: str
    sentence: str

    def __str__(self) -> str:
        """Name it as the file does."""
        module, function, _, operator, before, after, _ = self.identity
        return f"{module}, {function}: {operator}, {before} → {after or 'left out'}"


def read(text: str) -> list[Equivalent]:
    """Read the entries of a file; raise `KeyError` for what an entry lacks."""
    return [_entry(row) for row in tomllib.loads(text).get("equivalent", [])]


def _entry(row: Mapping[str, Any]) -> Equivalent:
    identity = (
        row["module"], row["function"], row["statement"], row["operator"], row["before"],
        row["after"], row["nth"],
    )  # fmt: skip
    return Equivalent(identity, row["fingerprint"], row["reason"], row["sentence"])


def written(entries: Iterable[Equivalent]) -> str:
    """Write entries as the text of the file, in their order."""
    return "\n".join(_text(each) for each in sorted(entries, key=lambda each: each.identity))


def _text(entry: Equivalent) -> str:
    module, function, *rest = entry.identity
    values = (module, function, entry.fingerprint, *rest, entry.reason, entry.sentence)
    rows = (f"{name} = {_toml(value)}\n" for name, value in zip(_FIELDS, values, strict=True))
    return f"[[equivalent]]\n{''.join(rows)}"


def _toml(value: object) -> str:
    if isinstance(value, int):
        return str(value)
    escaped = str(value).replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def problems(
    entries: Sequence[Equivalent],
    modules: Sequence[Module],
    results: Mapping[Identity, Result] | None = None,
) -> Iterator[str]:
    """Yield what is wrong with entries: a line for each.

    Where `results` are there, an entry that anything caught is wrong too.
    """
    by_name = {module.name: module for module in modules}
    known = {name: {each.identity for each in mutants_of(by_name[name])}
             for name in {entry.identity[0] for entry in entries} & by_name.keys()}  # fmt: skip
    for entry in entries:
        module, function, *_ = entry.identity
        if entry.identity not in known.get(module, ()):
            yield f"{entry}: there is no such mutant"
        elif by_name[module].functions[function] != entry.fingerprint:
            yield f"{entry}: {function} has changed since; look at it again"
        if entry.reason not in REASONS:
            yield f"{entry}: {entry.reason} is no reason; there are {', '.join(REASONS)}"
        result = (results or {}).get(entry.identity)
        if result is not None and result.caught:
            yield f"{entry}: it is no equivalent, {result.by} catches it"
    yield from _too_many(entries, by_name)


def _too_many(entries: Sequence[Equivalent], modules: Mapping[str, Module]) -> Iterator[str]:
    seen: Counter[Identity] = Counter(entry.identity for entry in entries)
    yield from (f"{identity} is recorded twice" for identity, times in seen.items() if times > 1)
    for name, number in Counter(identity[0] for identity in seen).items():
        made = len(mutants_of(modules[name])) if name in modules else 0
        if number > RECORDED * made:
            yield f"{name}: {number} of {made} mutants are recorded, more than {RECORDED:.0%}"
