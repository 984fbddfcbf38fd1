"""The registry: every rule that is built has its function, found by its id."""

from __future__ import annotations

import re
from fractions import Fraction
from importlib import import_module
from inspect import isfunction, signature
from pkgutil import iter_modules

import pytest

from prorata.reference import billmanager, engine, hostbill
from prorata.reference.readings import READINGS
from prorata.reference.rules import DOCUMENTS, Rulings, function_of, ids, returns_amount, rules

BUILT = [rule for rule in rules().values() if rule.built]
UNBUILT = [rule for rule in rules().values() if not rule.built]
MODULES = [
    f"{package.__name__}.{module.name}"
    for package in (billmanager, hostbill)
    for module in iter_modules(package.__path__)
]
# They stand beside a rule, and their docstrings do not name it.
BESIDE = {
    "calendar_stretches",
    "filled",
    "first_new_day",
    "late",
    "minimum_until",
}


def test_ids_are_those_of_the_rules():
    """What is read of the registry for them alone is what is read of it in full."""
    assert rules().keys() == ids()


def test_there_are_rules_of_all_systems():
    """The registry has the rules of both billing systems, of provisioning and of reselling."""
    systems = {name.partition(".")[0] for name in rules()}
    assert {"billmanager", "hostbill", "provision", "resell"} == systems
    assert engine.RULEBOOKS.keys() < systems


@pytest.mark.parametrize("rule", BUILT, ids=lambda rule: rule.id)
def test_a_built_rule_has_its_function(rule):
    """The function of a rule that is built is found by the rule's id, and says what it does."""
    function = function_of(rule.id)
    assert callable(function)
    assert function.__doc__


@pytest.mark.parametrize("rule", UNBUILT, ids=lambda rule: rule.id)
def test_an_unbuilt_rule_has_none(rule):
    """A rule that is not built has no function and no readings."""
    with pytest.raises(LookupError, match=f"no function for the rule {rule.id}"):
        function_of(rule.id)
    assert () == rule.readings


@pytest.mark.parametrize("rule", rules().values(), ids=lambda rule: rule.id)
def test_a_rule_names_documents_that_there_are(rule):
    """A rule comes from the known documents, and its sentence is one."""
    assert set(rule.documents) <= set(DOCUMENTS)
    assert rule.documents
    assert rule.sentence.endswith(".")


@pytest.mark.parametrize("name", MODULES)
def test_a_public_rule_has_an_id(name):
    """Every public function of a rules module is a rule of the registry, or stands beside one."""
    module = import_module(name)
    found = {
        public
        for public in module.__all__
        if isfunction(function := getattr(module, public)) and function.__module__ == name
    }
    registered = {rule.id for rule in BUILT if function_of(rule.id).__module__ == name}
    functions = {function_of(rule).__name__ for rule in registered}
    for public in found - functions - BESIDE:
        named = re.findall(r"``([a-z.-]+)``", getattr(module, public).__doc__)
        assert set(named) & rules().keys(), public


@pytest.mark.parametrize("rule", BUILT, ids=lambda rule: rule.id)
def test_readings_come_from_the_signature(rule):
    """A rule's readings are those its parameters name, posting's, and the engine's beside it."""
    parameters = set(signature(function_of(rule.id)).parameters)
    named = parameters & READINGS.keys() | set(rule.asked_beside)
    if "counting" in parameters:
        named |= {"period_days", "rounding", "rounding_place"}
    if "pricing" in parameters:
        named |= {"rounding", "rounding_place"}
    if returns_amount(function_of(rule.id)):
        named |= {"rounding", "posting_digits"}
    assert named == set(rule.readings)
    assert [name for name in READINGS if name in named] == list(rule.readings)


@pytest.mark.parametrize(
    "rule",
    ["billmanager.none.such", "billmanager.order.none", "provision.other.create", "none.at.all"],
)
def test_an_unknown_rule_is_a_lookup_error(rule):
    """An id that is no rule finds nothing."""
    with pytest.raises(LookupError, match="no function for the rule"):
        function_of(rule)


def test_a_derivation_runs_the_rule_again(ruled):
    """A derivation has the rule's steps with their numbers, its result and the readings used."""
    rulings = ruled(month="thirty_days")
    found = rulings.derive("billmanager.order.price", {"period_price": Fraction("3.10")})
    assert ("billmanager.order.price", Fraction("3.10")) == (found.rule, found.result)
    assert [("price", "3.10")] == [(step.label, step.result) for step in found.steps]


def test_a_derivation_names_its_readings(ruled, bought):
    """The readings that a rule asked for are named with the values in force."""
    stretch = bought("4", "2021-12-16", "2022-01-16")
    found = ruled(period_days="nominal").derive(
        "billmanager.order.tariff-end", {"stretch": stretch}
    )
    assert {"period_days": "nominal", "rounding": "half_up", "rounding_place": "line"} == {
        name: found.readings[name] for name in ("period_days", "rounding", "rounding_place")
    }
    # By nominal days 31 of 30 days cost 4 × 31/30.
    assert Fraction(124, 30) == found.result


def test_a_rule_without_arithmetic_has_no_steps(ruled):
    """A rule that notes nothing is derived all the same."""
    found = ruled().derive("billmanager.resource.cancel.no-refund", {})
    assert ((), 0) == (found.steps, found.result)


def test_rules_are_made_ready_once(ruled):
    """The same rule under the same readings is the same function."""
    rulings = ruled()
    assert rulings.ready("billmanager.renew.plain") is rulings.ready("billmanager.renew.plain")
    assert isinstance(rulings, Rulings)


def test_every_reading_is_asked_for():
    """Each reading of the closed list is asked for by a rule, but those of rules not built yet."""
    asked = {name for rule in BUILT for name in rule.readings}
    later = {
        "failed_operation_task",
        "full_month_first_period",
        "ispmanager5_last_sale",
        "late_fee_base",
        "metered_volume",
    }
    assert READINGS.keys() - later == asked
