"""Each wrong billing is caught, by the scenario and the name of the rule that it breaks."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from in_process import InProcess

from prorata.harness.running.api import run
from prorata.harness.running.panels import open_panels
from prorata.harness.running.runner import judge_all
from prorata.harness.running.selection import select

pytestmark = pytest.mark.sweep

TESTS = Path(__file__).parent
FOLDERS = [str(TESTS.parent / "examples" / "python"), str(TESTS / "miniatures")]
sys.path[:0] = FOLDERS
from caught import CAUGHT  # noqa: E402  from the folders above
from small_billing import SmallBilling  # noqa: E402
from wrong_billings import MINIATURES  # noqa: E402


@pytest.fixture(scope="module")
def judged():
    """Judge a factory by one scenario, with the panels behind one port for all of them."""
    with open_panels("socket") as panels:

        def judge(factory, scenario):
            (verdict,) = judge_all(select([scenario]), InProcess(factory), panels)
            return SimpleNamespace(
                verdict=verdict.verdict,
                reason=verdict.reason,
                rule=verdict.rule,
                rules={mismatch.rule for mismatch in verdict.mismatches},
            )

        yield judge


def test_every_miniature_has_its_scenario():
    """No wrong billing goes unjudged."""
    assert set(MINIATURES) == set(CAUGHT)


@pytest.mark.parametrize("miniature", CAUGHT)
def test_a_wrong_billing_is_caught_by_the_rule_that_it_breaks(judged, miniature):
    """The verdict is fail, not error, and the failure names the rule that the billing breaks."""
    scenario, rule = CAUGHT[miniature]
    seen = judged(MINIATURES[miniature], scenario)
    assert ("fail", "") == (seen.verdict, seen.reason)
    assert rule in seen.rules
    assert rule == seen.rule  # it is told under that


@pytest.mark.parametrize("scenario", sorted({scenario for scenario, _ in CAUGHT.values()}))
def test_the_billing_without_the_mistake_passes(judged, scenario):
    """It is the planted mistake that is caught: the example itself conforms."""
    seen = judged(SmallBilling, scenario)
    assert ("pass", "", set()) == (seen.verdict, seen.reason, seen.rules)


def test_a_wrong_billing_is_caught_in_a_process_of_its_own(monkeypatch):
    """A miniature is a factory like any other: `python:` finds and fails it."""
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(FOLDERS))
    scenario, rule = CAUGHT["exclusive_overdue_days"]
    (verdict,) = run(scenario, "python:wrong_billings:exclusive_overdue_days").verdicts
    assert "fail" == verdict.verdict
    assert [rule] == [mismatch.rule for mismatch in verdict.mismatches]
