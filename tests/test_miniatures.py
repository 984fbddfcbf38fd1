"""Each wrong billing is caught, by the scenario and the name of the rule that it breaks."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from prorata.harness.implementations.factory import declared
from prorata.harness.implementations.host import Host, line_of
from prorata.harness.protocol import Start, decode_answer, encode
from prorata.harness.running.api import run
from prorata.harness.running.panels import open_panels
from prorata.harness.running.runner import judge_all
from prorata.harness.running.selection import select

TESTS = Path(__file__).parent
FOLDERS = [str(TESTS.parent / "examples" / "python"), str(TESTS / "miniatures")]
sys.path[:0] = FOLDERS
from small_billing import SmallBilling  # noqa: E402  from the folders above
from wrong_billings import MINIATURES  # noqa: E402

#: The scenario that catches each, and the rule that it names.
CAUGHT = {
    "thirty_day_months": ("worked/month-end-anchor", "billmanager.charge.periodic"),
    "chained_month_ends": ("worked/month-end-anchor", "billmanager.renew.plain"),
    "pro_rata_day_off_by_one": (
        "edge/calendar-on-the-pro-rata-day",
        "billmanager.charge.calendar",
    ),
    "tariff_end_ignored": (
        "documented/tariff-end-charges-fifteen-days",
        "billmanager.order.tariff-end",
    ),
    "renewed_from_the_renewal": (
        "documented/renewed-from-the-suspension-date",
        "billmanager.renew.from-suspension",
    ),
    "exclusive_overdue_days": (
        "documented/late-fee-half-of-five-days",
        "billmanager.renew.late-fee.percent",
    ),
    "midnight_of_utc": (
        "edge/winter-time-and-a-late-renewal",
        "billmanager.renew.late-policy",
    ),
    "suspended_a_day_late": (
        "edge/suspended-and-resumed-by-a-renewal",
        "billmanager.suspend.non-payment",
    ),
    "rounds_half_down": ("edge/half-a-cent-rounds-up", "billmanager.change.funds"),
    "rounds_through_floats": ("edge/half-a-cent-rounds-up", "billmanager.change.funds"),
    "late_fee_of_the_whole_price": (
        "worked/late-fee-of-a-year",
        "billmanager.renew.late-fee.percent",
    ),
    "second_stretch_ignored": (
        "worked/stretches-of-a-renewed-service",
        "billmanager.change.funds",
    ),
    "refund_never_given": ("worked/change-funds-refund", "billmanager.change.funds"),
    "calendar_without_the_order_day": (
        "documented/calendar-before-the-pro-rata-day",
        "billmanager.charge.calendar",
    ),
    "daily_without_the_order_day": (
        "documented/daily-charges-each-day-of-january",
        "billmanager.charge.daily",
    ),
    "whole_price_until_the_tariff_end": (
        "worked/tariff-end",
        "billmanager.order.tariff-end",
    ),
    "resource_for_the_whole_month": (
        "documented/resource-until-expiry-charges-fifteen-days",
        "billmanager.resource.until-expiry",
    ),
    "full_price_for_the_days_left": (
        "documented/resource-at-full-price-for-ten-days",
        "billmanager.resource.full-price",
    ),
    "sells_on_credit": (
        "edge/balance-too-small-for-a-renewal",
        "billmanager.renew.plain",
    ),
    "user_name_without_the_number": (
        "documented/user-name-from-the-template",
        "billmanager.name.username",
    ),
    "never_suspends_on_the_panel": (
        "edge/suspended-and-resumed-by-a-renewal",
        "provision.ispmanager.suspend",
    ),
    "never_resumes_on_the_panel": (
        "edge/suspended-and-resumed-by-a-renewal",
        "provision.ispmanager.resume",
    ),
    "never_deletes_on_the_panel": ("edge/deleted-by-staff", "provision.ispmanager.delete"),
    "keeps_the_old_preset": ("worked/change-funds-refund", "provision.ispmanager.change-preset"),
}


class InProcess:
    """A factory in this process, asked through the very lines that a child would read and write."""

    def __init__(self, factory):
        self.name, self._factory = factory.__name__, factory
        self.restart()

    def restart(self):
        """Begin afresh."""
        self._host, self._seq = Host(lambda: declared(self.name, self._factory)), 0
        self.declared = self.ask(Start(suite="")).body

    def abandon(self):
        """Leave nothing."""
        return ()

    def ask(self, request):
        self._seq += 1
        numbered = request.numbered(self._seq)
        answer = self._host.answer(json.loads(encode(numbered)))
        return decode_answer(line_of(self._seq, answer).rstrip(b"\n"), to=numbered)


@pytest.fixture(scope="module")
def judged():
    """Judge a factory by one scenario, with the panels behind one port for all of them."""
    with open_panels("socket") as panels:

        def judge(factory, scenario):
            (verdict,) = judge_all(select([scenario]), InProcess(factory), panels)
            return SimpleNamespace(
                verdict=verdict.verdict,
                reason=verdict.reason,
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
