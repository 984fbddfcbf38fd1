"""Histories reach every rule and reading that acts can reach, and say everything files can say."""

from __future__ import annotations

import sys
from collections import Counter
from itertools import product
from typing import Any

import pytest

from prorata.harness.fuzz.generating import Focus, Seeded, history
from prorata.harness.fuzz.generating.billmanager import tariffs
from prorata.harness.fuzz.generating.hostbill import products
from prorata.harness.fuzz.generating.reaching import reached
from prorata.harness.running.story import reference_story
from prorata.harness.scenario.acts import ACTS
from prorata.reference.readings import READINGS, choose
from prorata.reference.rules import ids, rules
from prorata.reference.vocabulary.product import PRODUCT
from prorata.reference.vocabulary.settings import SETTINGS
from prorata.reference.vocabulary.tariff import TARIFF

#: Rules that no act of a history reaches, and why.
BEYOND = {
    "billmanager.tariff.resources": "the addons of tariffs are made when the catalogue is read",
    "provision.ispmanager.return": "a client returns to the billing by the panel's own form",
}


def test_every_field_of_tariffs_and_products_can_be_said() -> None:
    """A field that the vocabulary gets has to be generated too."""
    assert set(TARIFF.names) == set(tariffs.FIELDS)
    assert set(PRODUCT.names) == set(products.FIELDS)


@pytest.fixture(scope="module")
def many() -> list[Any]:
    """Return many histories, which are not played."""
    return [history(Seeded(13, n), name=str(n), focus=Focus()).scenario for n in range(800)]


def test_every_act_is_asked(many: list[Any]) -> None:
    """A verb that scenarios get has to be generated too."""
    asked = {
        (scenario.given.system, step.act[0])
        for scenario in many
        for each in (scenario, *scenario.others.values())
        for step in each.steps
        if step.act
    }
    wanted = {(system, verb) for system in ("billmanager", "hostbill") for verb in ACTS[system]}
    assert not wanted - asked


def test_every_setting_is_said(many: list[Any]) -> None:
    """So it is with what holds for the whole billing."""
    said = {name for scenario in many for name in scenario.given.model_fields_set}
    assert set(SETTINGS.names) <= said


#: So many histories of each rule are tried until one reaches it.
MOST = 60


def reaches(rule: str) -> bool:
    """Tell whether a history that is steered to a rule reaches it by the reference's own run."""
    for number in range(MOST):
        scenario = history(Seeded(17, number), name=rule, focus=Focus(rules=(rule,))).scenario
        story = reference_story(scenario, choose(scenario.readings))
        if rule in reached(scenario, story):
            return True
    return False


@pytest.mark.sweep
@pytest.mark.parametrize("rule", sorted(ids() - BEYOND.keys()))
def test_every_rule_is_reached(rule: str) -> None:
    """A rule that acts can reach is reached by a history that is steered to it."""
    assert reaches(rule)


@pytest.mark.sweep
def test_every_reading_is_reached_under_each_value(capsys: pytest.CaptureFixture[str]) -> None:
    """Each value of each reading decides on something; what stays out of reach is printed."""
    asking = [rule for rule in sorted(ids()) if rules()[rule].readings]
    met: Counter[tuple[str, str, str]] = Counter()
    boundaries: Counter[tuple[str, str]] = Counter()
    for rule, number in product(asking, range(25)):
        made = history(Seeded(29, number), name=rule, focus=Focus(rules=(rule,)))
        chosen = choose(made.scenario.readings)
        found = reached(made.scenario, reference_story(made.scenario, chosen))
        met.update((each, name, chosen[name]) for each in found for name in rules()[each].readings)
        boundaries.update(each for each in made.classes if each[0] in found)
    wanted = [
        (rule, name, value)
        for rule in asking
        for name in rules()[rule].readings
        for value in READINGS[name].values
    ]
    lacking = [each for each in wanted if not met[each]]
    told = f"{len(wanted) - len(lacking)} of {len(wanted)} values of readings of rules"
    with capsys.disabled():
        sys.stdout.write(f"\n{told}, {len(boundaries)} boundaries of rules; not: {lacking}\n")
    assert not {each[1:] for each in wanted} - {each[1:] for each in met}
    assert len(lacking) <= len(wanted) // 10
