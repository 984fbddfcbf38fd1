"""A right billing of another make shows no difference, whatever its habits are."""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from typing import TYPE_CHECKING

import pytest
from bundled import SCENARIOS
from habits import HABITS, all_at_once, lines_without
from right_billing import Foreign, Habits

from prorata.harness.running import judge as judge_module
from prorata.harness.running.panels import ScenarioPanels
from prorata.harness.running.runner import judge_all
from prorata.harness.running.story import reference_story

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from prorata.harness.running.story import Story
    from prorata.harness.running.verdict import Verdict
    from prorata.harness.scenario import Scenario

#: What its file has beside each scenario: rows and branches are of one kind.
FIRST = {each.id.removesuffix(each.variant): each for each in reversed(SCENARIOS.values())}
#: What a seller would have to be told as well: what is bought is ordered in the name of an id.
TOLD_TO_OTHERS = tuple(habit for habit in HABITS if "ids" in habit)
#: What cannot be judged of a billing that tells nothing of its users on the panel.
NEEDS_USERS = "does not tell user"


@cache
def _story(scenario: str, readings: tuple[tuple[str, str], ...]) -> Story:
    return reference_story(SCENARIOS[scenario], dict(readings))


@pytest.fixture(autouse=True)
def one_story(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the reference play each scenario once for all habits."""

    def story(scenario: Scenario, readings: Mapping[str, str]) -> Story:
        return _story(scenario.id, tuple(sorted(readings.items())))

    monkeypatch.setattr(judge_module, "reference_story", story)


def families() -> list[list[Scenario]]:
    """Return the scenarios by the family of the rule that each is about first."""
    found = defaultdict(list)
    for scenario in FIRST.values():
        system, _, rest = scenario.rules[0].partition(".")
        found[system, rest.partition(".")[0], scenario.id.partition("/")[0]].append(scenario)
    return list(found.values())


def met(habit: str) -> list[Scenario]:
    """Return a scenario of every third family, other ones for each habit."""
    number = list(HABITS).index(habit)
    chosen = [family[number // 3 % len(family)] for family in families()[number % 3 :: 3]]
    if habit in TOLD_TO_OTHERS:
        chosen = [each for each in chosen if not each.others]
    if habit == "what is due next is not known":
        chosen = [each for each in chosen if not _tried_again(each)]
    return [each for each in chosen if "number" not in habit or _counts_from_anywhere(each)]


def _tried_again(scenario: Scenario) -> bool:
    """Tell whether a seller fails: whoever tries again within a day has to tell when."""
    acts = (each.act for step in scenario.steps for each in step.others.values())
    return any(act is not None and act[0] == "panel" for act in acts)


def _counts_from_anywhere(scenario: Scenario) -> bool:
    """Tell whether other numbers change nothing: no name is taken before, none is too long."""
    given = scenario.given.ispmanager
    refused = (step.expect.refused for step in scenario.steps if step.expect)
    long = any(each and each.rule == "billmanager.name.username" for each in refused)
    return not (given and given.users) and not long


def judged(habits: Habits, scenarios: Iterable[Scenario], *, whole: bool) -> list[Verdict]:
    """Return the verdicts on a billing with these habits, which reads as each scenario does."""
    panels = ScenarioPanels()
    foreign = Foreign(panels.transport, habits)

    def announced() -> Iterator[Scenario]:
        for scenario in scenarios:
            foreign.pin(scenario.readings)
            yield scenario

    return list(judge_all(announced(), foreign, panels, whole=whole))


def wrong(verdicts: Iterable[Verdict]) -> list[tuple[object, ...]]:
    """Return what is called wrong, or not judged."""
    return [
        (each.scenario, each.verdict, each.reason, each.first, *each.mismatches)
        for each in verdicts
        if each.verdict != "pass" and each.reason != NEEDS_USERS
    ]


@pytest.mark.sweep
@pytest.mark.parametrize("habit", HABITS)
def test_a_right_billing_of_another_make_conforms(habit: str) -> None:
    """Each habit by itself, and every family; what a file expects is judged as well."""
    assert [] == wrong(judged(HABITS[habit], met(habit), whole=True))


@pytest.mark.sweep
@pytest.mark.parametrize("habit", HABITS)
def test_it_conforms_where_files_alone_decide(habit: str) -> None:
    """In a plain run, where notices are told in some scenarios only."""
    assert [] == wrong(judged(HABITS[habit], met(habit)[::2], whole=False))


@pytest.mark.sweep
def test_all_that_is_optional_may_be_left_out_at_once() -> None:
    """A scenario of every second file; what is not told is not judged, and counted."""
    some = list(FIRST.values())[::2]
    alone = [each for each in some if not each.others]
    buying = [each for each in some if each.others]
    verdicts = judged(all_at_once(), alone, whole=True)
    verdicts += judged(all_at_once(*TOLD_TO_OTHERS), buying, whole=True)
    assert [] == wrong(verdicts)
    untold = {name for verdict in verdicts for name in verdict.not_told}
    assert {
        "accounts", "auto_renewal", "clients of lines", "covers", "domain", "expires", "next_due",
        "instants of lines", "notifications", "period", "points_to", "resources",
        "services of lines", "starts", "tariff", "user",
    } == untold  # fmt: skip


def test_what_is_told_once_is_told_always() -> None:
    """A billing that tells what lines cover in the second scenario alone is wrong in the first."""
    silent = lines_without("covers")

    def at_first_silent(foreign: Foreign, told: dict[str, object]) -> None:
        if foreign.scenario == 1:
            silent(foreign, told)

    scenarios = [SCENARIOS["documented/tariff-end-charges-fifteen-days"], SCENARIOS["worked/daily"]]
    second, first = judged(Habits((at_first_silent,)), scenarios, whole=False)
    assert ("worked/daily", "pass") == (second.scenario, second.verdict)
    assert ("covers", "period") == first.mismatches[0].path
    assert "not told" == first.mismatches[0].got


def test_a_step_is_summed_at_each_billing() -> None:
    """One line a step is right where a seller has two services of its client as well."""
    scenario = SCENARIOS["reselling/names-where-there-is-no-account"]
    assert [] == wrong(judged(HABITS["one line a step"], [scenario], whole=True))
