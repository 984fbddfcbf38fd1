"""What each further scenario costs, and on what the time goes."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING

from benchmarks.child import prorata
from benchmarks.rows import in_turns, single
from benchmarks.split import Split
from benchmarks.startup import SCENARIO
from prorata.harness.cli.quick import kept
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
#: Milliseconds for each scenario: all of it, its loading, and what is left of it without loading
#: and panels, which is a thousand of them a second.
_TARGET, _LOADING, _WITHOUT_PANELS = 1.5, 0.6, 1.0
#: In which part of the split the time of a method counts.
_PARTS = (
    (ScenarioPanels, "fresh", "panels"),
    (IspmanagerClient, "__init__", "panels"),
    (Wire, "call", "panels"),
    (Wire, "close", "panels"),
    (Billing, "__init__", "reference"),
    (Billing, "act", "reference"),
    (Billing, "advance_to", "reference"),
    (Judge, "__init__", "comparing"),
    (Judge, "step", "comparing"),
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
    spent = [_played(selection) for _ in range(size.runs + 1)][1:]
    parts = tuple((part, median(each[part] for each in spent)) for part in spent[0])
    yield single(f"each further of {count} scenarios", further, target=_TARGET, parts=parts)
    loading = [each["loading"] / 1000 for each in spent]
    yield single("loading one of them", loading, target=_LOADING)
    judging = [(sum(each.values()) - each["loading"] - each["panels"]) / 1000 for each in spent]
    yield single("judging a loaded one, without panels", judging, target=_WITHOUT_PANELS)


def _played(selection: tuple[str, ...]) -> dict[str, float]:
    """Return the milliseconds of the processor that each part takes for one scenario."""
    split = Split("loading", "panels", "reference", "comparing", "player")
    with split.watch(*_PARTS):
        with split.part("loading"), kept():
            scenarios = select(selection)
        with split.part("player"):
            panels = ScenarioPanels()
            reference = Reference(version="", transport=panels.transport)
            for _verdict in runner.judge_all(scenarios, reference, panels):
                pass
            reference.close()
    return {part: time * 1000 / len(scenarios) for part, time in split.spent.items()}
