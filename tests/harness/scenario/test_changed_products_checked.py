"""What staff make of a product is checked as what it is at first; so are the texts of a form."""

from __future__ import annotations

import pytest

from prorata.harness.scenario.checks import KnownNames
from prorata.harness.scenario.loader import loads
from prorata.harness.scenario.problems import ScenarioErrors

KNOWN = KnownNames(frozenset({"a.rule"}), {}, lambda _currency: 2)
TEXT = """\
title: Changed products
rules: [a.rule]
source: ours
given:
  system: hostbill
  products: {small: {prices: {monthly: "1"}}, ip: {prices: {monthly: "1"}, addon: yes}}
  clients: {anna: {}}
timeline:
  - at: 2025-08-01
    ACT
    expect: {charged: []}
"""
BRACKETS = 'set_tariff: {product: small, metered: {disk: {scheme: tiered, brackets: [{above: "0"'


def problems(act):
    """Return what is wrong with an act, with line and column."""
    text = TEXT.replace("ACT", act)
    try:
        loads(text.encode(), file="it.yaml", id="it", known=KNOWN, changes={})
    except ScenarioErrors as errors:
        return [str(problem) for problem in errors.problems]
    return []


@pytest.mark.parametrize(
    "act",
    [
        "set_tariff: {product: small, addons: [ip]}",
        'set_tariff: {product: small, hostname_pattern: "{client}.example.com"}',
        BRACKETS + ', price: "1"}]}}}',
        "import_form: {product: small, yaml: 'seats: {}'}",
    ],
)
def test_a_right_change_has_no_problem(act):
    """It needs no price, since the product keeps those that it has."""
    assert [] == problems(act)


@pytest.mark.parametrize(
    ("act", "said"),
    [
        ("set_tariff: {product: small, addons: [pi]}", '10:43: unknown product "pi"'),
        ("set_tariff: {product: small, bundle: [ip, smal]}", '10:47: unknown product "smal"'),
        (
            'set_tariff: {product: small, hostname_pattern: "{day}"}',
            '10:52: "{day}" is no word of a pattern',
        ),
        (BRACKETS + ', up_to: "5", price: "1"}]}}}', "10:98: the last bracket has no up_to"),
        ("import_form: {product: smal, json: '{}'}", '10:28: unknown product "smal"'),
        ("import_form: {product: small}", "10:18: give json or yaml, one of them"),
        (
            "import_form: {product: small, json: '{}', yaml: 'a: {}'}",
            "10:18: give json or yaml, one of them",
        ),
    ],
)
def test_a_wrong_change_is_told_at_its_place(act, said):
    """It is one clear error."""
    found = problems(act)
    assert 1 == len(found)
    assert f"it.yaml:{said}" in found[0]
