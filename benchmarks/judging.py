"""What it costs to look closely: at every due moment, twice, and at everything the reference shows.

Each is measured in this process, on scenarios that are loaded already, beside a run that looks
less closely. The billing in a process of its own is the small one of the examples.
"""

from __future__ import annotations

import gc
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from benchmarks.rows import beside, in_turns
from prorata.harness.implementations import open_implementation
from prorata.harness.implementations.reference import Reference
from prorata.harness.running.panels import open_panels
from prorata.harness.running.player import Watch
from prorata.harness.running.runner import judge_all
from prorata.harness.running.selection import select

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.rows import Row, Size
    from prorata.harness.implementations.base import Implementation
    from prorata.harness.running.panels import ScenarioPanels
    from prorata.harness.scenario import Scenario

__all__ = ["measure"]

_FEW: Final = ("worked/month-end-*",)
_EXAMPLES: Final = Path(__file__).parents[1] / "examples" / "python"
_CHILD: Final = "python:small_billing:SmallBilling"
#: Ratios to the run that looks less closely.
_WHOLE_REFERENCE, _WHOLE_CHILD, _CLOSELY = 2.4, 1.8, 1.3


def measure(size: Size) -> Iterator[Row]:
    """Measure each way to look beside the one before it, for the reference and for a child."""
    scenarios = select(_FEW if size.tiny else ())
    gc.freeze()  # what is loaded stays, as in a run of the command line
    with open_panels("inprocess") as panels:
        run = _Run(scenarios, Reference(version="", transport=panels.transport), panels)
        pairs = in_turns(size.runs, lambda: run(whole=True), run)
        yield beside("the reference, --whole", "plain", pairs, target=_WHOLE_REFERENCE)
    with open_panels("socket") as panels:
        child = open_implementation(_CHILD, cwd=_EXAMPLES)
        try:
            yield from _of_child(size.runs, _Run(scenarios, child, panels))
        finally:
            child.close()


def _of_child(runs: int, run: _Run) -> Iterator[Row]:
    pairs = in_turns(runs, lambda: run(whole=True), run)
    yield beside("a Python child, --whole", "plain", pairs, target=_WHOLE_CHILD)
    pairs = in_turns(runs, run, lambda: run(watch=Watch()))
    yield beside("a Python child, plain", "seen after its steps", pairs, target=_CLOSELY)


@dataclass(frozen=True, slots=True)
class _Run:
    """A run of scenarios on an implementation."""

    scenarios: list[Scenario]
    implementation: Implementation
    panels: ScenarioPanels

    def __call__(self, *, whole: bool = False, watch: Watch | None = None) -> None:
        """Judge them all."""
        verdicts = judge_all(
            self.scenarios, self.implementation, self.panels, whole=whole, watch=watch
        )
        for _verdict in verdicts:
            pass
