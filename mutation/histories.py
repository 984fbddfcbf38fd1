"""Random histories: what is recorded as equivalent may change nothing that is seen of them.

They are made and played by the right reference first, and it is noted which functions each passes
through. What is seen is compared as `prorata fuzz` does.
"""

from __future__ import annotations

import gc
import sys
from functools import cache, partial
from time import process_time
from typing import TYPE_CHECKING, Final, NamedTuple

from mutation.judging import cleared

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import CodeType, FrameType

    from mutation.mutants import Identity
    from prorata.harness.running.story import Story
    from prorata.harness.scenario import Scenario

__all__ = ["History", "differs", "histories"]

_SEED: Final = 1


class History(NamedTuple):
    """A history, the right reference's run of it, and the seconds that it takes.

    `through` are the functions that its run passes through, each with its module.
    """

    name: str
    scenario: Scenario
    story: Story
    seconds: float
    through: frozenset[tuple[str, str]] = frozenset()

    def passes(self, mutant: Identity) -> bool:
        """Tell whether a run passes through the function that a mistake is in."""
        return mutant[:2] in self.through


@cache
def histories(number: int) -> tuple[History, ...]:
    """Make so many histories, and play each; the same ones every time."""
    from prorata.harness.fuzz.generating import Focus, Seeded, history

    found = []
    for each in range(number):
        name = f"fuzz/{_SEED}/{each}"
        scenario = history(
            Seeded(seed=_SEED, number=each), name=name, focus=Focus(vary=True)
        ).scenario
        began = process_time()
        story = _story(scenario)
        seconds = process_time() - began
        made = History(name, scenario, story, seconds)
        found.append(made._replace(through=_through(partial(differs, made))))
    # A child that looks through all this for garbage would get a copy of all of it.
    gc.collect()
    gc.freeze()
    return tuple(found)


def _through(run: Callable[[], object]) -> frozenset[tuple[str, str]]:
    """Return the functions that a run passes through, with what is kept of other runs forgotten."""
    found: set[tuple[str, CodeType]] = set()

    def note(frame: FrameType, _event: str, _of: object) -> None:
        found.add((frame.f_globals["__name__"], frame.f_code))

    cleared()
    sys.setprofile(note)
    try:
        run()
    finally:
        sys.setprofile(None)
    return frozenset((module, code.co_qualname.split(".<locals>")[0]) for module, code in found)


def differs(history: History) -> bool:
    """Tell whether the reference shows anything else of it now; raise what it raises."""
    from prorata.harness.diagnosing.playing import ran
    from prorata.harness.running.comparing import parted
    from prorata.harness.running.places import Writer

    story = _story(history.scenario)
    if len(story.whole) != len(history.story.whole):
        return True
    run, writer = ran(story), Writer(history.scenario)
    where, _ = parted(history.scenario, history.story, run.stages, writer, run.told, itemised=True)
    return where is not None


def _story(scenario: Scenario) -> Story:
    from prorata.harness.running.story import reference_story
    from prorata.reference.readings import choose

    story = reference_story(scenario, choose(scenario.readings))
    story.check()
    story.billing = None  # which is large
    return story
