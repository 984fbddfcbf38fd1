"""What became of mutants, a line of JSON for each: sorted, and good for the next run."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from mutation.mutants import Identity, Mutant

__all__ = ["Result", "Results"]

_IDENTITY = ("module", "function", "statement", "operator", "before", "after", "nth")


class Result(NamedTuple):
    """What became of a mutant: how it was caught and by what; `digest` says of which reference."""

    how: str
    by: str
    digest: str

    @property
    def caught(self) -> bool:
        """Whether anything caught it."""
        return self.how != "survived"


class Results:
    """The results in a file; each is added to it when it comes, and `sort` puts them in order."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._known: dict[Identity, Result] = {}
        lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
        for line in lines:
            row = json.loads(line)
            self._known[_identity(row)] = Result(row["how"], row["by"], row["digest"])

    @property
    def all(self) -> Mapping[Identity, Result]:
        """Every result, by its mutant."""
        return self._known

    def of(self, mutant: Mutant, digest: Callable[[Mutant, str], str]) -> Result | None:
        """Return what became of a mutant, where nothing of that has changed since."""
        known = self._known.get(mutant.identity)
        if known is None or known.digest != digest(mutant, known.by):
            return None
        return known

    def add(self, mutant: Mutant, result: Result) -> None:
        """Keep a result."""
        self._known[mutant.identity] = result
        self._file.parent.mkdir(parents=True, exist_ok=True)
        with self._file.open("a", encoding="utf-8") as file:
            file.write(_line(mutant.identity, result))

    def sort(self, made: Iterable[Mutant]) -> None:
        """Write them in order, without those of mutants that are made no longer."""
        known = {mutant.identity for mutant in made}
        self._known = {each: self._known[each] for each in sorted(self._known) if each in known}
        lines = (_line(identity, result) for identity, result in self._known.items())
        self._file.parent.mkdir(parents=True, exist_ok=True)
        self._file.write_text("".join(lines), encoding="utf-8")


def _line(identity: Identity, result: Result) -> str:
    row = {**dict(zip(_IDENTITY, identity, strict=True)), **result._asdict()}
    return f"{json.dumps(row, ensure_ascii=False)}\n"


def _identity(row: Mapping[str, object]) -> Identity:
    return tuple(row[name] for name in _IDENTITY)  # type: ignore[return-value]
