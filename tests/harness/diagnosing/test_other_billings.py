"""Billings that are not the reference: foreign ones, those that support little, wrong ones."""

from __future__ import annotations

from pathlib import Path

import pytest
from following import Following, diagnosis
from habits import HABITS, all_at_once
from right_billing import Foreign

from prorata.harness.diagnosing import Witness, concluded, searched
from prorata.harness.diagnosing.probes import probes
from prorata.harness.implementations.base import ImplementationFault
from prorata.harness.protocol import Observe, Result
from prorata.harness.protocol.bodies import Supports
from prorata.harness.running.api import end, open_any
from prorata.harness.running.panels import open_panels

#: What a seller would have to be told as well: what is bought is ordered in the name of an id.
TOLD_TO_OTHERS = tuple(habit for habit in HABITS if "ids" in habit)
EXAMPLES = Path(__file__).parents[3] / "examples" / "python"


class Altered(Following):
    """A billing that tells other amounts of lines of one kind."""

    def __init__(self, transport, kind, amount):
        super().__init__(transport)
        self._kind, self._amount = kind, amount

    def ask(self, request):
        """Answer as the reference does, but for those lines."""
        answer = self._inner.ask(request)
        if not isinstance(request, Observe) or not isinstance(answer, Result):
            return answer
        lines = [
            line.model_copy(update={"amount": self._amount(line.amount)})
            if line.kind == self._kind
            else line
            for line in answer.body.ledger or ()
        ]
        return Result(answer.body.model_copy(update={"ledger": lines}))


def why(told):
    """Return why each reading is open."""
    return {each.name: each.why for each in told.open}


@pytest.mark.sweep
def test_a_right_billing_of_another_make():
    """Its habits of telling are no readings."""
    told = diagnosis(lambda transport: Foreign(transport, all_at_once(*TOLD_TO_OTHERS)))
    assert ({}, (), {}) == (told.block, told.conventions, told.odd)
    assert {"agrees with several", "unsupported"} >= set(why(told).values())


@pytest.mark.parametrize(
    ("factory", "system"),
    [("small_billing:SmallBilling", "billmanager"), ("small_invoices:SmallInvoices", "hostbill")],
)
def test_the_example_billings(factory, system, monkeypatch):
    """They are at the defaults; what they lack is open, with their own words for it."""
    monkeypatch.chdir(EXAMPLES)
    with open_panels("socket") as opened:
        asked = open_any(f"python:{factory}", opened)
        try:
            billing = Witness(asked, opened, 60)
            told = concluded(searched(billing), billing.asked, len(probes()))
        finally:
            end(asked)
    assert ({}, (), {}) == (told.block, told.conventions, told.odd)
    assert {"month", "rounding"} <= {each.name for each in told.readings}
    assert {"unsupported", "agrees with several"} >= set(why(told).values())
    other = {"billmanager": "late_payment", "hostbill": "day_count"}[system]
    assert other in why(told)


def test_a_billing_that_supports_little():
    """Of one that sells and renews by HostBill's rules nothing of BILLmanager's is asked."""
    few = Supports(systems=["hostbill"], acts=["order", "pay"])
    told = diagnosis(lambda transport: Following(transport, {"month": "thirty_days"}, supports=few))
    assert {"month": "thirty_days"} == told.block
    assert "unsupported" == why(told)["day_count"]
    assert "does not support billmanager" in {each.reason for each in told.open}
    assert told.asked <= 8


def test_what_is_wrong_for_another_reason():
    """A late fee that is always 0.20 too little is no reading, and the difference is told."""
    wrong = diagnosis(lambda transport: Altered(transport, "late fee", lambda _amount: "0.20"))
    assert ({}, ()) == (wrong.block, wrong.conventions)
    (told,) = [each for each in wrong.open if each.name == "overdue_days"]
    assert "agrees with none" == told.why
    assert "late fee expected" in told.reason
    assert wrong.odd


@pytest.mark.sweep
def test_a_billing_that_breaks():
    """Whose fault it is stands at each reading, and the rest is asked all the same."""

    class Breaking(Following):
        def ask(self, request):
            if getattr(request, "act", "") == "change_tariff":
                message = "no such table"
                raise ImplementationFault("implementation", message)
            return self._inner.ask(request)

    told = diagnosis(Breaking)
    assert {} == told.block
    assert "error" == why(told)["change_day"]
    assert "rounding" in {each.name for each in told.readings}
