"""Playing wrong billings: which scenarios catch one, and what those have in common."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING
from unittest.mock import patch

from bundled import SCENARIOS
from matrix import BETWEEN
from seams import WrongBilling

from prorata.harness.report.blocks import alike
from prorata.harness.running import judge
from prorata.harness.running.panels import ScenarioPanels
from prorata.harness.running.runner import judge_all
from prorata.harness.running.story import reference_story

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from seams import Wrong

    from prorata.harness.running.story import Story
    from prorata.harness.scenario import Scenario

__all__ = ["failures"]


@lru_cache(maxsize=3000)
def _story(scenario: str, readings: tuple[tuple[str, str], ...]) -> Story:
    return reference_story(SCENARIOS[scenario], dict(readings))


def _once(scenario: Scenario, readings: Mapping[str, str]) -> Story:
    """Have the reference play each scenario once for all billings."""
    return _story(scenario.id, tuple(sorted(readings.items())))


def failures(wrong: Wrong, scenarios: Iterable[str]) -> dict[str, str]:
    """Return which of some scenarios catch a billing, each with what a report tells it under.

    That is its rule first, then the kind of its place and of the difference; or ``error``.
    """
    panels = ScenarioPanels()
    billing = WrongBilling(wrong, panels.transport)
    with patch.object(judge, "reference_story", _once):
        verdicts = list(judge_all([SCENARIOS[each] for each in scenarios], billing, panels))
    bad = [each for each in verdicts if each.verdict in {"fail", "error"}]
    return {each.scenario: BETWEEN.join(alike(each)[each.verdict == "fail" :]) for each in bad}
