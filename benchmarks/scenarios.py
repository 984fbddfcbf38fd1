"""What each further scenario costs, and on what the time goes."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING

from benchmarks.child import prorata
from benchmarks.rows import in_turns, single
from benchmarks.split import Split
from benchmarks.startup import SCENARIO
from prorata.harness.implementations.reference import Reference
from prorata.harness.running import runner
from prorata.harness.running.judge import Judge
from prorata.harness.running.panels import ScenarioPanels
from prorata.harness.running.selection import select
from prorata.reference.engine import Billing
from prorata.reference.panels import IspmanagerClient, Wire

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.rows import Row, Size

__all__ = ["measure"]

_FEW = ("worked/month-end-*",)
_TARGET = 2.5  # milliseconds
#: In which part of the split the time of a method counts.
_PARTS = (
    (IspmanagerClient, "__init__", "panel calls"),
    (Wire, "call", "panel calls"),
    (Wire, "close", "panel calls"),
    (Billing, "__init__", "rules"),
    (Billing, "act", "rules"),
    (Billing, "advance_to", "rules"),
    (Judge, "__init__", "judging"),
    (Judge, "step", "judging"),
)


def measure(size: Size) -> Iterator[Row]:
    """Measure a run of all less a run of one, then the parts of it in this process."""
    selection = _FEW if size.tiny else ()
    count = len(select(selection))
    pairs = in_turns(
        size.runs,
        lambda: prorata("run", *selection),
        lambda: prorata("run", SCENARIO),
    )
    further = [(several - one) / (count - 1) for several, one in pairs]
    yield single(
        f"each further of {count} scenarios",
        further,
        target=_TARGET,
        parts=_parts(size.runs, selection),
    )


def _parts(runs: int, selection: tuple[str, ...]) -> tuple[tuple[str, float], ...]:
    """Return the median milliseconds of each part for one scenario."""
    spent = [_played(selection) for _ in range(runs + 1)][1:]
    return tuple((part, median(each[part] for each in spent)) for part in spent[0])


def _played(selection: tuple[str, ...]) -> dict[str, float]:
    split = Split("load", "panel calls", "rules", "judging", "rest")
    with split.watch(*_PARTS):
        with split.part("load"):
            scenarios = select(selection)
        with split.part("rest"):
            panels = ScenarioPanels()
            reference = Reference(version="", transport=panels.transport)
            for _verdict in runner.judge_all(scenarios, reference, panels):
                pass
            reference.close()
    return {part: time * 1000 / len(scenarios) for part, time in split.spent.items()}
