"""Wrong billings are caught, and told by the rule that they break."""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest
from bundled import SCENARIOS

from prorata.harness.report.blocks import blocks
from prorata.harness.running import judge as judge_module
from prorata.harness.running.panels import ScenarioPanels
from prorata.harness.running.runner import judge_all
from prorata.harness.running.story import reference_story

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prorata.harness.running.story import Story
    from prorata.harness.scenario import Scenario

sys.path.insert(0, str(Path(__file__).parent / "wrong"))

from seams import Wrong, WrongBilling
from table import TABLE

#: So many scenarios of the rules that a billing breaks, and every so many-th of all.
OWN, EVERY = 40, 29


class Told(NamedTuple):
    """What a run tells of one wrong billing: its first block's rule, and that of each failure."""

    first: str
    rules: tuple[str, ...]


@cache
def story(scenario: str, readings: tuple[tuple[str, str], ...]) -> Story:
    """Have the reference play each scenario once for all billings."""
    return reference_story(SCENARIOS[scenario], dict(readings))


def chosen(wrong: Wrong) -> list[Scenario]:
    """Return what a billing is run through: of its own rules, and of all."""
    own = [each for each in SCENARIOS.values() if not set(wrong.broken).isdisjoint(each.rules)]
    names = {each.id for each in own[:: max(1, len(own) // OWN)]}
    names |= set(list(SCENARIOS)[::EVERY]) | set(wrong.seen_in)
    return [each for name, each in SCENARIOS.items() if name in names]


@pytest.fixture(scope="module")
def told() -> Mapping[str, Told]:
    """Run all of them."""
    found = {}
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(
            judge_module,
            "reference_story",
            lambda scenario, readings: story(scenario.id, tuple(sorted(readings.items()))),
        )
        for wrong in TABLE:
            panels = ScenarioPanels()
            billing = WrongBilling(wrong, panels.transport)
            verdicts = judge_all(billing.each_of(chosen(wrong)), billing, panels)
            bad = [each for each in verdicts if each.verdict in {"fail", "error"}]
            first = next((block.example.rule for block in blocks(bad)), "")
            found[wrong.name] = Told(first, tuple(each.rule for each in bad))
    return found


def test_each_is_caught(told):
    """By one scenario at least."""
    assert [] == [name for name, each in told.items() if not each.rules]


def test_the_first_block_names_what_is_broken(told):
    """Of 95 in 100."""
    others = {
        wrong.name: told[wrong.name].first
        for wrong in TABLE
        if told[wrong.name].first not in wrong.broken
    }
    assert len(others) <= len(TABLE) * 5 // 100, others


def test_failures_name_what_is_broken(told):
    """Nine in ten of all."""
    others = [
        (wrong.name, rule)
        for wrong in TABLE
        for rule in told[wrong.name].rules
        if rule not in wrong.broken
    ]
    assert len(others) <= sum(len(each.rules) for each in told.values()) // 10, others
