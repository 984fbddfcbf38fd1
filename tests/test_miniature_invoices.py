"""Each wrong billing of HostBill's kind is caught, and told first by the rule that it breaks."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from in_process import InProcess

from prorata.harness.report.blocks import blocks
from prorata.harness.running.panels import open_panels
from prorata.harness.running.runner import judge_all
from prorata.harness.running.selection import select

TESTS = Path(__file__).parent
FOLDERS = [str(TESTS.parent / "examples" / "python"), str(TESTS / "miniatures")]
sys.path[:0] = FOLDERS
from small_invoices import SmallInvoices  # noqa: E402  from the folders above
from wrong_invoices import MINIATURES  # noqa: E402


@pytest.fixture(scope="module")
def judged():
    """Judge a factory by scenarios, with the panels behind one port for all of them."""
    with open_panels("socket") as panels:

        def judge(factory, scenario):
            verdicts = judge_all(select([scenario]), InProcess(factory), panels)
            return [each for each in verdicts if each.verdict != "skipped"]

        yield judge


@pytest.mark.parametrize("name", MINIATURES)
def test_a_wrong_billing_is_told_first_by_the_rule_that_it_breaks(judged, name):
    """Of what fails, the first block names the rule; nothing is an error."""
    factory, scenario, rule = MINIATURES[name]
    found = judged(factory, scenario)
    bad = [each for each in found if each.verdict != "pass"]
    assert {"fail"} == {each.verdict for each in bad}
    assert rule == next(iter(blocks(bad))).example.rule


@pytest.mark.parametrize("scenario", sorted({scenario for _, scenario, _ in MINIATURES.values()}))
def test_the_billing_without_the_mistake_passes(judged, scenario):
    """It is the planted mistake that is caught: the example itself conforms."""
    assert {"pass"} == {each.verdict for each in judged(SmallInvoices, scenario)}
