"""The registry: every rule that is built has its function, and every function its rule."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from importlib import import_module
from inspect import isfunction, signature
from pkgutil import iter_modules

import pytest

from prorata.reference import billmanager, engine, hostbill, provision, resell
from prorata.reference.billmanager import order, resource
from prorata.reference.derivation import silent
from prorata.reference.readings import READINGS
from prorata.reference.rules import (
    DOCUMENTS,
    function_of,
    id_of,
    ids,
    returns_amount,
    rules,
)
from prorata.reference.ruling import owner, standing_beside

BUILT = [rule for rule in rules().values() if rule.built]
MODULES = [
    provision,
    *(
        import_module(f"{package.__name__}.{module.name}")
        for package in (billmanager, hostbill, resell)
        for module in iter_modules(package.__path__)
    ),
]
FUNCTIONS = [
    function
    for module in MODULES
    for name, function in vars(module).items()
    if isfunction(function) and function.__module__ == module.__name__ and name[0] != "_"
]
#: What each parameter that is no reading asks for.
BUNDLES = {
    "counting": {"period_days", "rounding", "rounding_place"},
    "pricing": {"rounding", "rounding_place"},
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


def test_every_rule_is_built():
    """None is left; of an id that is none there is no function."""
    assert list(rules().values()) == BUILT
    with pytest.raises(LookupError, match=r"no function for the rule resell\.nothing"):
        function_of("resell.nothing")


@pytest.mark.parametrize("rule", rules().values(), ids=lambda rule: rule.id)
def test_a_rule_names_documents_that_there_are(rule):
    """A rule comes from the known documents, and its sentence is one."""
    assert set(rule.documents) <= set(DOCUMENTS)
    assert rule.documents
    assert rule.sentence.endswith(".")


@pytest.mark.parametrize(
    "function", FUNCTIONS, ids=lambda each: f"{each.__module__}.{each.__name__}"
)
def test_a_public_function_belongs_to_a_rule(function):
    """Every public function of a rules module is a rule, or is marked to stand beside one."""
    rule = rules()[id_of(function)]
    is_rule = rule.built and function_of(rule.id) is function
    assert is_rule == (owner(function) is None)
    assert is_rule or function in standing_beside(rule.id)


@pytest.mark.parametrize("rule", BUILT, ids=lambda rule: rule.id)
def test_what_is_beside_a_rule_is_near(rule):
    """What stands beside a rule is in the module of its function; for panels, in one for all."""
    near = {function_of(rule.id).__module__, provision.__name__}
    assert {each.__module__ for each in standing_beside(rule.id)} <= near


@pytest.mark.parametrize("rule", BUILT, ids=lambda rule: rule.id)
def test_readings_come_from_the_signatures(rule):
    """A rule's readings are those its functions' parameters name, and those of posting."""
    named = {"rounding", "posting_digits"} if returns_amount(function_of(rule.id)) else set()
    for function in (function_of(rule.id), *standing_beside(rule.id)):
        for name in signature(function).parameters:
            named |= BUNDLES.get(name, {name} & READINGS.keys())
    assert [name for name in READINGS if name in named] == list(rule.readings)


def test_readings_of_what_is_beside_a_rule():
    """Whether a disabled period is sold is asked beside the price of an order, by a reading."""
    assert "billmanager.order.price" == id_of(order.period_sold) == id_of(order.price)
    asked = {"disabled_period", "rounding", "posting_digits"}
    assert asked == set(rules()["billmanager.order.price"].readings)
    assert () == rules()["billmanager.order.quantity"].readings


def test_a_function_without_a_rule_is_a_lookup_error():
    """A function that is no rule, nor marked beside one, has no id."""
    with pytest.raises(LookupError, match=r"silent belongs to no rule"):
        id_of(silent)


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
    found = ruled().derive("billmanager.delete.client", {"allowed": True})
    assert ((), None) == (found.steps, found.result)


def test_sections_are_those_of_documents():
    """What no document says, or only pages of a vendor do, has none."""
    sections = {rule.documents[0] for rule in rules().values() if rule.section}
    assert {"billmanager-hosting", "hostbill-licences"} == sections
    fee = rules()["billmanager.renew.late-fee.fixed"]
    assert "Policy / Late renewal fee / Fixed amount" == fee.section


def test_a_rule_that_costs_nothing_says_why(ruled):
    """In a step without numbers."""
    found = ruled().derive("billmanager.resource.cancel.no-refund", {})
    assert 0 == found.result
    told = [(step.numbers, step.result, step.why) for step in found.steps]
    assert [("", "0.00", "the tariff gives nothing back for what is cancelled")] == told


def test_a_derivation_by_the_function_is_that_by_the_id(ruled, bought):
    """A function beside a rule is derived under the rule's id, with the readings of its own."""
    stretch = bought("4", "2021-12-16", "2022-01-16")
    arguments = {"stretch": stretch}
    rulings = ruled()
    by_id = rulings.derive("billmanager.order.tariff-end", arguments)
    assert by_id == rulings.derive(order.tariff_end, arguments)
    days = {"starts": date(2021, 12, 16), "expires": date(2022, 1, 16), "end": date(2021, 12, 31)}
    cut = rulings.derive(order.cut_at_tariff_end, days)
    assert ("billmanager.order.tariff-end", days["end"], {}) == (
        cut.rule, cut.result, dict(cut.readings),
    )  # fmt: skip


def test_rules_are_asked_with_their_arguments(ruled):
    """A rule says no to an argument that it does not take."""
    with pytest.raises(TypeError, match="unexpected keyword argument 'cost'"):
        ruled()(resource.full_price, cost=Fraction(3))


def test_every_reading_is_asked_for():
    """Each reading of the closed list is asked for by a rule."""
    assert READINGS.keys() == {name for rule in BUILT for name in rule.readings}


def test_the_documents_are_in_the_order_in_which_pages_list_them():
    """The five of the product, HostBill's first, then what vendors do and what we decide."""
    assert DOCUMENTS == (
        "hostbill-licences", "hostbill-hosting", "billmanager-hosting", "billmanager-reselling",
        "billmanager-reselling-2021", "vendor", "ours",
    )  # fmt: skip


def test_panels_are_those_of_provisioning_only():
    """Another system that had a family of the name would have a module of its own."""
    with pytest.raises(LookupError, match=r"no function for the rule hostbill\.ispmanager\.create"):
        function_of("hostbill.ispmanager.create")
