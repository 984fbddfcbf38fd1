"""Wrong billings are caught, and told by the rule that they break."""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest
from bundled import SCENARIOS
from in_process import InProcess

from prorata.harness.report.blocks import blocks
from prorata.harness.running import judge as judge_module
from prorata.harness.running.panels import ScenarioPanels, open_panels
from prorata.harness.running.runner import judge_all
from prorata.harness.running.story import reference_story

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from prorata.harness.running.story import Story
    from prorata.harness.running.verdict import Verdict
    from prorata.harness.scenario import Scenario

TESTS = Path(__file__).parent
FOLDERS = ("wrong", "miniatures", "../examples/python")
sys.path[:0] = [str((TESTS / each).resolve()) for each in FOLDERS]
from caught import CAUGHT  # noqa: E402  from the folders above
from hostbill import HOSTBILL  # noqa: E402
from resellers import RESELLERS  # noqa: E402
from seams import WrongBilling  # noqa: E402
from small import SMALL  # noqa: E402
from table import TABLE  # noqa: E402
from wrong_billings import MINIATURES  # noqa: E402

#: So many scenarios of the rules that a billing breaks, and every so many-th of all.
OWN, EVERY = 9, 251
#: Those about HostBill's invoices, and about sellers: each is told first by what it breaks.
NAMED_FIRST = frozenset(wrong.name for wrong in (*HOSTBILL, *RESELLERS))
#: In so many parts they are run, each by whoever is free.
PARTS = 8


class Told(NamedTuple):
    """What a wrong billing breaks, what the first block of its run names, and each failure."""

    broken: tuple[str, ...]
    first: str
    rules: tuple[str, ...]


@cache
def story(scenario: str, readings: tuple[tuple[str, str], ...]) -> Story:
    """Have the reference play each scenario once for all billings."""
    return reference_story(SCENARIOS[scenario], dict(readings))


def chosen(broken: Collection[str], seen_in: Collection[str] = ()) -> list[Scenario]:
    """Return what a billing is run through: scenarios of its own rules, and of all."""
    own = [each for each in SCENARIOS.values() if not set(broken).isdisjoint(each.rules)]
    files = {each.id.removesuffix(each.variant): each.id for each in own}
    names = {*list(files.values())[:: max(1, len(files) // OWN)], *list(SCENARIOS)[::EVERY]}
    names |= {*(each.id for each in own[:: max(1, len(own) // OWN)]), *seen_in}
    return [each for name, each in SCENARIOS.items() if name in names]


def told_of(broken: tuple[str, ...], verdicts: Iterable[Verdict]) -> Told:
    """Return what a run tells."""
    bad = [each for each in verdicts if each.verdict in {"fail", "error"}]
    first = next((block.example.rule for block in blocks(bad)), "")
    return Told(broken, first, tuple(each.rule for each in bad))


def runs(part: int) -> Iterator[tuple[str, Told]]:
    """Run a part of the billings: the reference with one mistake each, the small one with one."""
    for wrong in TABLE[part::PARTS]:
        panels = ScenarioPanels()
        billing = WrongBilling(wrong, panels.transport)
        scenarios = billing.each_of(chosen(wrong.broken, wrong.seen_in))
        yield wrong.name, told_of(wrong.broken, judge_all(scenarios, billing, panels))
    with open_panels("socket") as served:
        for name, broken in list(SMALL.items())[part::PARTS]:
            small = InProcess(MINIATURES[name])
            scenarios = chosen(broken, CAUGHT[name][:1])
            yield name, told_of(broken, judge_all(scenarios, small, served))


def test_every_wrong_billing_is_run():
    """None is of the same name as another, and each small one has the rules that it breaks."""
    assert set(MINIATURES) == set(SMALL)
    assert len({*SMALL, *(wrong.name for wrong in TABLE)}) == len(TABLE) + len(SMALL)


@pytest.mark.sweep
@pytest.mark.parametrize("part", range(PARTS))
def test_each_is_caught_and_told_by_what_it_breaks(monkeypatch, part):
    """Each by one scenario; 19 of 20 by their first block, nine in ten of all failures."""
    monkeypatch.setattr(
        judge_module,
        "reference_story",
        lambda scenario, readings: story(scenario.id, tuple(sorted(readings.items()))),
    )
    told = dict(runs(part))
    assert [] == [name for name, each in told.items() if not each.rules]
    late = {name: each.first for name, each in told.items() if each.first not in each.broken}
    assert len(late) <= len(told) // 20, late
    assert {} == {name: late[name] for name in late.keys() & NAMED_FIRST}
    failures = [(name, rule, each) for name, each in told.items() for rule in each.rules]
    other = [(name, rule) for name, rule, each in failures if rule not in each.broken]
    assert len(other) <= len(failures) // 10, other
