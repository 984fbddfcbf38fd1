"""What it costs to make a history and to hold a billing against the reference by it.

The peer is the reference alone, which plays the same histories: as the billing and as what that is
held against. At least 70 % of what it does in a second are to be left.
"""

from __future__ import annotations

import gc
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from time import process_time
from typing import TYPE_CHECKING, Final

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from benchmarks.rows import beside
from prorata.harness.fuzz.generating import Focus, Seeded, history
from prorata.harness.fuzz.generating.source import drawn
from prorata.harness.implementations.reference import Reference
from prorata.harness.running.endings import LostError
from prorata.harness.running.panels import ScenarioPanels
from prorata.harness.running.play import play
from prorata.harness.running.player import Watch
from prorata.harness.running.runner import judge_all
from prorata.harness.running.story import reference_story
from prorata.reference.readings import choose

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from benchmarks.rows import Row, Size
    from prorata.harness.scenario import Scenario

__all__ = ["measure"]

_FEW, _MANY = 5, 100
#: Ratios to the reference alone: of making a history, of all by a seed, of all by hypothesis.
_MAKING, _SEEDED, _DRAWN = 0.15, 1.43, 1.95
_SYSTEMS: Final = ("billmanager", "hostbill", "reselling")
_WATCH: Final = Watch(moments=True, beside=True)
_PEER: Final = "the reference alone"


def measure(size: Size) -> Iterator[Row]:
    """Measure the parts and the whole, in time of the processor, beside the reference."""
    count = _FEW if size.tiny else _MANY
    gc.freeze()  # what is loaded stays, as in a run of the command line
    for system in _SYSTEMS:
        seeded = _Run(partial(_seeded, Focus(systems=(system,)), count))
        pairs = _in_turns(size.runs, seeded.make, seeded.played)
        yield beside(f"{system}: {count} histories made", _PEER, pairs, target=_MAKING)
    for name, make, target in (("a seed", _seeded, _SEEDED), ("hypothesis", _drawn, _DRAWN)):
        run = _Run(partial(make, Focus(), count))
        pairs = _in_turns(size.runs, run.judged, run.played_twice)
        yield beside(f"made by {name} and judged", f"{_PEER}, twice", pairs, target=target)


def _in_turns(
    runs: int, work: Callable[[], object], peer: Callable[[], object]
) -> list[tuple[float, float]]:
    """Measure both in turns after one that warms up; return pairs of seconds of the processor."""
    return [(_spent(work), _spent(peer)) for _ in range(runs + 1)][1:]


def _spent(work: Callable[[], object]) -> float:
    began = process_time()
    work()
    return process_time() - began


def _seeded(focus: Focus, count: int) -> list[Scenario]:
    """Make so many histories of a seed."""
    return [
        history(Seeded(1, number), name=str(number), focus=focus).scenario
        for number in range(count)
    ]


def _drawn(focus: Focus, count: int) -> list[Scenario]:
    """Have hypothesis choose as many, each time the same."""
    made: list[Scenario] = []

    @settings(
        max_examples=count,
        database=None,
        derandomize=True,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.composite(lambda draw: history(drawn(draw), name="", focus=focus).scenario)())
    def keep(scenario: Scenario) -> None:
        made.append(scenario)

    keep()
    return made


@dataclass(slots=True)
class _Run:
    """Some histories, as they are made: the same each time."""

    make: Callable[[], list[Scenario]]
    made: list[Scenario] = field(default_factory=list)

    def played(self) -> None:
        """Have the reference play them; they are made before the clock runs."""
        self.made = self.made or self.make()
        for scenario in self.made:
            reference_story(scenario, choose(scenario.readings))

    def played_twice(self) -> None:
        """Have it play them as a billing too."""
        self.played()
        panels = ScenarioPanels()
        reference = Reference(version="", transport=panels.transport)
        for scenario in self.made:
            reference.pin(scenario.readings)
            with suppress(LostError):  # a history ends where it has lost its ground
                deque(play(scenario, reference, panels, watch=_WATCH), maxlen=0)

    def judged(self) -> None:
        """Make them, and judge the reference by them."""
        panels = ScenarioPanels()
        reference = Reference(version="", transport=panels.transport)
        deque(judge_all(self.make(), reference, panels, whole=True), maxlen=0)
