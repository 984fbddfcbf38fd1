"""Several implementations beside each other, after they were run through the same scenarios."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from prorata.harness.report.blocks import families
from prorata.harness.report.clean import clean

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from prorata.harness.report.console import StyledLine
    from prorata.harness.running.verdict import Results

__all__ = ["compared"]

_COUNTS: Final = {"conform": "pass", "do not": "fail", "errors": "error", "skipped": "skipped"}
#: How many scenarios are named that are not alike, where nobody asks for all.
_NAMED: Final = 5
_LONGEST: Final = 40


def compared(runs: Sequence[Results], *, verbose: bool = False) -> Iterator[StyledLine]:
    """Show a column for each run: its verdicts, and the families of rules that are not alike."""
    heads = [clean(f"{run.implementation} {run.version}".strip(), _LONGEST) for run in runs]
    rows = [("", heads), *_rows(runs)]
    widths = [max(len(cells[index]) for _, cells in rows) for index in range(len(runs))]
    first = max(len(name) for name, _ in rows)
    yield []
    for name, cells in rows:
        told = (f"{cell:>{width}}" for cell, width in zip(cells, widths, strict=True))
        yield [("bold" if not name else "", "   ".join([f"{name:<{first}}", *told]))]
    yield from _unlike(runs, verbose=verbose)


def _rows(runs: Sequence[Results]) -> Iterator[tuple[str, list[str]]]:
    for name, verdict in _COUNTS.items():
        yield name, [str(run.count(verdict)) for run in runs]
    counted = [families(run.verdicts) for run in runs]
    for family in dict.fromkeys(name for each in counted for name in each):
        of = [each.get(family) for each in counted]
        if len(set(of)) > 1:
            yield family, [f"{each[0]} of {each[1]}" if each else "–" for each in of]


def _unlike(runs: Sequence[Results], *, verbose: bool) -> Iterator[StyledLine]:
    """Name the scenarios whose verdicts are not alike."""
    told: dict[str, set[str]] = {}
    for run in runs:
        for verdict in run.verdicts:
            told.setdefault(verdict.scenario, set()).add(verdict.verdict)
    unlike = [name for name, verdicts in told.items() if len(verdicts) > 1]
    if not unlike:
        return
    shown = unlike if verbose else unlike[:_NAMED]
    more = f", {len(unlike) - len(shown)} more (-v)" if len(shown) < len(unlike) else ""
    yield [("", f"not alike in {len(unlike)}: {', '.join(shown)}{more}")]
