"""Random histories: what is recorded as equivalent may change nothing that is seen of them.

They are made and played by the right reference first. What is seen is compared whole, wording and
all: an equivalent is told from the right rules by nothing.
"""

from __future__ import annotations

from functools import cache
from time import process_time
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from prorata.harness.scenario import Scenario

__all__ = ["History", "differs", "histories"]

_SEED: Final = 1


class History(NamedTuple):
    """A history, what the right reference shows of it, and the seconds that it takes."""

    name: str
    scenario: Scenario
    shown: tuple[str, ...]
    seconds: float


@cache
def histories(number: int) -> tuple[History, ...]:
    """Make so many histories, and play each; the same ones every time."""
    from prorata.harness.fuzz.generating import Focus, Seeded, history

    found = []
    for each in range(number):
        name = f"fuzz/{_SEED}/{each}"
        made = history(Seeded(seed=_SEED, number=each), name=name, focus=Focus(vary=True))
        began = process_time()
        shown = _shown(made.scenario)
        found.append(History(name, made.scenario, shown, process_time() - began))
    return tuple(found)


def differs(history: History) -> bool:
    """Tell whether the reference shows anything else of it now."""
    return _shown(history.scenario) != history.shown


def _shown(scenario: Scenario) -> tuple[str, ...]:
    from prorata.harness.implementations.reference import Reference
    from prorata.harness.running.panels import ScenarioPanels
    from prorata.harness.running.play import play
    from prorata.harness.running.player import LostError, Watch

    panels = ScenarioPanels()
    reference = Reference(version="", transport=panels.transport)
    reference.pin(scenario.readings)
    watch = Watch(moments=True, notices=True)
    shown = []
    try:
        shown += map(repr, play(scenario, reference, panels, watch=watch))
    except LostError as error:  # it goes no further: an order that it needs was refused
        shown.append(str(error))
    return tuple(shown)
