"""The reference conforms to itself on whatever is generated."""

from __future__ import annotations

from collections import Counter

import pytest

from prorata.harness.fuzz.generating import Focus, Seeded, history
from prorata.harness.fuzz.generating.billmanager.history import BILLMANAGER
from prorata.harness.fuzz.generating.hostbill.history import HOSTBILL
from prorata.harness.fuzz.generating.reselling.history import RESELLING
from prorata.harness.implementations.reference import Reference
from prorata.harness.running.panels import ScenarioPanels
from prorata.harness.running.runner import judge_all

SYSTEMS = ("billmanager", "hostbill", "reselling")
#: The rules that have corners which a search comes by where it asks for them.
CORNERS = sorted(
    {each.rule for one in (BILLMANAGER, HOSTBILL, *RESELLING) for each in one.steers if each.asked}
)


def verdicts(
    numbers: range, *systems: str, rules: tuple[str, ...] = ()
) -> Counter[tuple[str, str]]:
    """Judge the reference by histories; count the verdicts, with the reasons of those that fail."""
    panels = ScenarioPanels()
    reference = Reference(version="", transport=panels.transport)
    focus = Focus(systems=systems, rules=rules)
    made = (history(Seeded(23, each), name=f"23/{each}", focus=focus).scenario for each in numbers)
    return Counter(
        (
            each.verdict,
            "" if each.verdict == "pass" else f"{each.scenario}: {each.reason}{each.first}",
        )
        for each in judge_all(made, reference, panels, whole=True)
    )


@pytest.mark.parametrize("system", SYSTEMS)
def test_some(system: str) -> None:
    """It does on some histories of each kind."""
    assert {("pass", ""): 20} == verdicts(range(20), system)


@pytest.mark.sweep
@pytest.mark.parametrize("system", SYSTEMS)
def test_many(system: str) -> None:
    """It does on many more; `tox -e histories` looks through thousands."""
    assert {("pass", ""): 250} == verdicts(range(1_000, 1_250), system)


@pytest.mark.sweep
@pytest.mark.parametrize(("rule", "many"), [*((each, 25) for each in CORNERS), ("*", 200)])
def test_corners(rule: str, many: int) -> None:
    """And on those that are asked for a rule, or for all, in any system that has it."""
    assert {("pass", ""): many} == verdicts(range(many), *SYSTEMS, rules=(rule,))
