"""Each wrong reseller is caught in the scenario that is about it, by the rule that it breaks."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from bundled import SCENARIOS

from prorata.harness.running.panels import ScenarioPanels
from prorata.harness.running.runner import judge_all

TESTS = Path(__file__).parent
sys.path[:0] = [str(TESTS / "wrong")]
from resellers import RESELLERS  # noqa: E402  from the folder above
from seams import Wrong, WrongBilling  # noqa: E402

#: What people get wrong, said by those who lost licences by it.
OUGHT = (
    "buys again when the answer is lost",
    "forgets an event that came early",
    "never resumes at the seller",
    "charges again though the seller refused",
    "renews at the seller twice",
    "renews the licence but not the server",
    "renews the server but not its licence",
    "keeps the old tariff's code",
    "sells past the end of sale",
    "applies the same event twice",
    "takes the seller's expiry as the client's",
    "polls never again after an outage",
    "orders by another code",
)


def judged(wrong):
    """Judge a billing by the scenarios in which its mistake shows."""
    panels = ScenarioPanels()
    billing = WrongBilling(wrong, panels.transport)
    scenarios = billing.each_of([SCENARIOS[each] for each in wrong.seen_in])
    return list(judge_all(scenarios, billing, panels))


@pytest.mark.parametrize("wrong", RESELLERS, ids=lambda wrong: wrong.name)
def test_a_wrong_reseller_is_caught_and_its_rule_named_first(wrong):
    """In each scenario that is named for it: failed, by nobody else's fault."""
    assert wrong.seen_in
    for verdict in judged(wrong):
        assert ("fail", "") == (verdict.verdict, verdict.fault), verdict
        assert verdict.rule in wrong.broken, verdict


def test_what_loses_licences_is_among_them():
    """None of the well-known mistakes is left out."""
    assert set(OUGHT) <= {wrong.name for wrong in RESELLERS}


def test_without_a_mistake_the_same_scenarios_pass():
    """It is the mistake that is caught."""
    seen_in = tuple(dict.fromkeys(each for wrong in RESELLERS for each in wrong.seen_in))
    right = Wrong("right", (), seen_in=seen_in)
    assert {"pass"} == {verdict.verdict for verdict in judged(right)}
