"""Rules and families of rules against implementations: how many scenarios conform of each."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from prorata.harness.report.blocks import family

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from prorata.harness.report.reading import RunLog
    from prorata.harness.running.verdict import Verdict

__all__ = ["MatrixCell", "MatrixRow", "by_family", "by_rule", "standing"]


class MatrixCell(NamedTuple):
    """How the scenarios of a rule stand with one implementation."""

    passed: int = 0
    failed: int = 0
    errors: int = 0
    known: int = 0
    skipped: int = 0

    @property
    def kind(self) -> str:
        """The worst that there is of them, or `none` where there is nothing at all."""
        bad = (("fail", self.failed), ("error", self.errors), ("known", self.known))
        rest = (("pass", self.passed), ("skipped", self.skipped))
        return next((kind for kind, count in (*bad, *rest) if count), "none")


class MatrixRow(NamedTuple):
    """A rule, or a family, with a cell for each implementation."""

    name: str
    cells: tuple[MatrixCell, ...]


def standing(verdict: Verdict) -> str:
    """Return how a scenario stands: its verdict, or that its failure is known."""
    return "known" if verdict.known else verdict.verdict


def by_rule(runs: Sequence[RunLog]) -> list[MatrixRow]:
    """Return a row for each rule that a scenario is of."""
    return _rows(runs, lambda verdict: dict.fromkeys(verdict.rules))


def by_family(runs: Sequence[RunLog]) -> list[MatrixRow]:
    """Return a row for each family of rules: that of a scenario's first rule."""
    return _rows(runs, lambda verdict: (family(verdict),))


def _rows(runs: Sequence[RunLog], names: Callable[[Verdict], Iterable[str]]) -> list[MatrixRow]:
    counted: list[Counter[tuple[str, str]]] = [Counter() for _ in runs]
    for run, counts in zip(runs, counted, strict=True):
        for verdict in run.results.verdicts:
            counts.update((name, standing(verdict)) for name in names(verdict))
    found = sorted({name for counts in counted for name, _ in counts})
    return [MatrixRow(name, tuple(_cell(counts, name) for counts in counted)) for name in found]


def _cell(counts: Counter[tuple[str, str]], name: str) -> MatrixCell:
    return MatrixCell(
        *(counts[name, kind] for kind in ("pass", "fail", "error", "known", "skipped"))
    )
