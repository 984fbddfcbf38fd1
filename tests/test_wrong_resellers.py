"""What people get wrong who sell on: each is among the wrong billings, and named first."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from bundled import SCENARIOS

from prorata.harness.running.panels import ScenarioPanels
from prorata.harness.running.runner import judge_all

pytestmark = pytest.mark.sweep

TESTS = Path(__file__).parent
sys.path[:0] = [str(TESTS / "wrong")]
from matrix import Matrix  # noqa: E402  from the folder above
from resellers import RESELLERS  # noqa: E402
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


def judged(wrong, scenarios):
    """Judge a billing by scenarios."""
    panels = ScenarioPanels()
    billing = WrongBilling(wrong, panels.transport)
    return list(judge_all([SCENARIOS[each] for each in scenarios], billing, panels))


@pytest.mark.parametrize("name", OUGHT)
def test_a_wrong_reseller_is_caught_and_its_rule_named_first(name):
    """In a scenario that catches it: failed, by nobody else's fault."""
    wrong = {each.name: each for each in RESELLERS}[name]
    (first, *_) = Matrix.read().blocks(name)
    for verdict in judged(wrong, first.scenarios[:1]):
        assert ("fail", "") == (verdict.verdict, verdict.fault), verdict
        assert verdict.rule in wrong.broken, verdict


def test_without_a_mistake_the_same_scenarios_pass():
    """It is the mistake that is caught."""
    caught = {Matrix.read().blocks(name)[0].scenarios[0] for name in OUGHT}
    assert {"pass"} == {verdict.verdict for verdict in judged(Wrong("right", ()), sorted(caught))}
