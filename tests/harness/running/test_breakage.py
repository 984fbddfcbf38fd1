"""What breaks in prorata itself is told as that, with its traceback, and blamed on nobody else."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from prorata.harness.implementations import ImplementationFault, open_implementation
from prorata.harness.implementations.reference import Reference
from prorata.harness.running import story as story_module
from prorata.harness.running.log import EventLog
from prorata.harness.running.panels import ScenarioPanels, open_panels
from prorata.harness.running.runner import judge_all
from prorata.reference.billmanager import renew

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from prorata.harness.running.verdict import Verdict

#: What a rule may raise that is written like an answer to a wrong name or number.
RAISED = [LookupError("anna"), KeyError("7"), ValueError("7"), TypeError("7"), ArithmeticError("0")]

# As the scenario LATE, but the late fee is 0.20 instead of 0.26.
CHEAPER = """
class Billing:
    prorata = {"name": "cheaper"}

    def __init__(self, context):
        self.lines = []

    def order(self, *, client, tariff, period):
        self.lines.append({"kind": "period", "amount": "3.17", "service": "1"})
        return "1"

    def renew(self, *, service, period):
        for kind, amount in ("late fee", "0.20"), ("period", "3.17"):
            self.lines.append({"kind": kind, "amount": amount, "service": "1"})

    def advance(self, to):
        return None

    def observe(self):
        return {"services": {}, "ledger": self.lines, "balances": {"anna": "0"}, "invoices": {}}


class Careless(Billing):
    def renew(self, *, service, period):
        raise LookupError(service)
"""


@pytest.fixture(name="broken", params=RAISED, ids=lambda error: type(error).__name__)
def _broken(request: Any, monkeypatch: pytest.MonkeyPatch) -> Exception:
    """Let the rule of the late fee raise something, deep inside."""

    def part(*_: Any) -> Any:
        raise request.param

    monkeypatch.setattr(renew, "part", part)
    return request.param


@pytest.fixture(name="child")
def _child(tmp_path: Path, written: Any, late: str) -> Any:
    """Return what judges a factory of the module above, run in a child process."""
    (tmp_path / "cheaper.py").write_text(CHEAPER)

    def judged(factory: str) -> Verdict:
        with open_panels("socket") as panels:
            child = open_implementation(f"python:cheaper:{factory}", cwd=tmp_path)
            try:
                return next(judge_all([written(late)], child, panels))
            finally:
                child.close()

    return judged


def whose(verdict: Verdict) -> tuple[str, str]:
    """Return the verdict and whose fault it is."""
    return verdict.verdict, verdict.fault


def told(error: Exception) -> str:
    """Return how the reason begins: the error, and the rule's file."""
    return f"{type(error).__name__}: {error} (reference/billmanager/renew.py:"


def test_a_rule_that_raises_in_the_reference(written: Any, late: str, broken: Exception) -> None:
    """It is the fault of the suite; the traceback is in the verdict, and in the trace once."""
    panels, events = ScenarioPanels(), []
    scenarios = [written(late, f"{name}.yaml") for name in ("one", "two")]
    reference = Reference(version="1", transport=panels.transport)
    verdicts = list(judge_all(scenarios, reference, panels, trace=events.append))
    assert [("error", "suite")] * 2 == [whose(each) for each in verdicts]
    assert verdicts[0].reason.startswith(told(broken))
    assert verdicts[0].traceback[0] == "Traceback (most recent call last):"
    assert any("late_fee_percent" in line for line in verdicts[0].traceback)
    kept = [each for each in events if "traceback" in each]
    assert [("one", verdicts[0].traceback), ("two", verdicts[1].traceback)] == [
        (each["scenario"], each["traceback"]) for each in kept
    ]


def test_a_rule_that_raises_in_this_process(judged: Any, broken: Exception) -> None:
    """Nor is it the fault of an implementation that runs in this process."""
    verdict = judged()
    assert ("error", "suite") == whose(verdict)
    assert verdict.reason.startswith(told(broken))


def test_a_rule_that_raises_while_a_child_is_judged(child: Any, broken: Exception) -> None:
    """The child's wrong fee is shown; that it cannot be explained is the fault of the suite."""
    verdict = child("Billing")
    assert ("error", "suite") == whose(verdict)
    assert verdict.reason.startswith(told(broken))
    fee = next(each for each in verdict.mismatches if each.path == ("charged", "late fee"))
    assert ("0.26", "0.20", ()) == (fee.expected, fee.got, fee.derivation)


def test_what_a_child_raises_is_its_own_fault(child: Any) -> None:
    """An exception of its own code came from outside, as an answer."""
    verdict = child("Careless")
    assert ("error", "implementation") == whose(verdict)
    assert verdict.reason == (
        "the order answered 1, which observe does not have; then: "
        "answered act with an error: LookupError: 1 (cheaper.py:25)"
    )
    assert "LookupError: 1" == verdict.stderr[-1]


def test_the_log_keeps_the_traceback(judged: Any, broken: Exception, tmp_path: Path) -> None:
    """A verdict without one has no such key."""
    with (tmp_path / "log").open("w+") as file:
        EventLog(file).verdict(judged())
        file.seek(0)
        assert json.loads(file.read())["traceback"][-1].startswith(type(broken).__name__)


def test_a_reference_that_does_not_settle(
    written: Any, late: str, judged: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is no implementation that has a fault of its own: the suite has."""

    def never(*_: Any, **__: Any) -> Iterator[Any]:
        raise ImplementationFault("implementation", "has not settled")

    monkeypatch.setattr("prorata.harness.running.trial.play", never)
    panels = ScenarioPanels()
    reference = Reference(version="1", transport=panels.transport)
    verdict = next(judge_all([written(late)], reference, panels))
    assert ("error", "suite", "has not settled") == (*whose(verdict), verdict.reason)
    monkeypatch.undo()
    monkeypatch.setattr(story_module, "play", never)
    verdict = judged(reads={"rounding": "down"})
    assert ("error", "suite") == whose(verdict)
    assert verdict.reason.startswith("RuntimeError: the reference has not settled (harness/")
    assert [("charged", "late fee")] == [each.path for each in verdict.mismatches][:1]


def test_a_trace_that_cannot_be_written_ends_the_run(judged: Any, written: Any, late: str) -> None:
    """The disk is nobody's fault."""
    panels = ScenarioPanels()
    reference = Reference(version="1", transport=panels.transport)

    def full(_event: Any) -> None:
        raise OSError("no space left")

    with pytest.raises(OSError, match="no space left"):
        list(judge_all([written(late)], reference, panels, trace=full))
