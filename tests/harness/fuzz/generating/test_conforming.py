"""The reference conforms to itself on whatever is generated."""

from __future__ import annotations

from collections import Counter

import pytest

from prorata.harness.fuzz.generating import Focus, Seeded, history
from prorata.harness.implementations.reference import Reference
from prorata.harness.running.panels import ScenarioPanels
from prorata.harness.running.runner import judge_all


def verdicts(system: str, numbers: range) -> Counter[tuple[str, str]]:
    """Judge the reference by histories; count the verdicts, with the reasons of those that fail."""
    panels = ScenarioPanels()
    reference = Reference(version="", transport=panels.transport)
    focus = Focus(systems=(system,))
    made = (history(Seeded(23, each), name=f"23/{each}", focus=focus).scenario for each in numbers)
    return Counter(
        (
            each.verdict,
            "" if each.verdict == "pass" else f"{each.scenario}: {each.reason}{each.first}",
        )
        for each in judge_all(made, reference, panels, whole=True)
    )


@pytest.mark.parametrize("system", ["billmanager", "hostbill", "reselling"])
def test_some(system: str) -> None:
    """It does on some histories of each kind."""
    assert {("pass", ""): 20} == verdicts(system, range(20))


@pytest.mark.sweep
@pytest.mark.parametrize("system", ["billmanager", "hostbill", "reselling"])
def test_many(system: str) -> None:
    """It does on many more; `tox -e histories` looks through thousands."""
    assert {("pass", ""): 250} == verdicts(system, range(1_000, 1_250))
