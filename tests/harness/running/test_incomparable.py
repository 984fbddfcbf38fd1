"""What nothing can be compared with is the fault of who told it, in that one scenario."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from prorata.harness.implementations import open_implementation
from prorata.harness.running import trial
from prorata.harness.running.panels import open_panels
from prorata.harness.running.runner import judge_all

if TYPE_CHECKING:
    from pathlib import Path

DIGITS = "9" * 5000
YEAR_1, YEAR_9999 = "0001-01-01T00:00:00+14:00", "9999-12-31T23:00:00-05:00"

BILLING = """
class Billing:
    def __init__(self, context):
        self.services, self.lines = {}, []

    def order(self, *, client, **rest):
        self.services["1"] = {"client": client, "status": "active", "user": "user1"}
        self.services["1"] |= SERVICE
        self.lines.append({"kind": "period", "amount": "3.17", "service": "1"} | LINE)
        return "1"

    def renew(self, **rest):
        pass

    def observe(self):
        balances = {"anna": "96.83"} | BALANCES
        told = {"services": self.services, "ledger": self.lines, "balances": balances}
        return told | {"invoices": {}}
"""


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"SERVICE": {"expires": YEAR_1}},
         "services.site.expires is 0001-01-01T00:00:00+14:00, which no calendar holds"),
        ({"SERVICE": {"expires": YEAR_9999}},
         "services.site.expires is 9999-12-31T23:00:00-05:00, which no calendar holds"),
        ({"LINE": {"amount": DIGITS}}, "ledger.0.amount is a number of 5,000 digits"),
        ({"LINE": {"covers": [YEAR_1, YEAR_9999]}},
         "ledger.0.covers.0 is 0001-01-01T00:00:00+14:00, which no calendar holds"),
        ({"BALANCES": {"anna": f"-{DIGITS}.10"}}, "balances.anna is a number of 5,002 digits"),
    ],
)  # fmt: skip
def test_it_is_an_error_of_the_implementation_and_the_run_goes_on(
    tmp_path: Path, written: Any, late: str, changed: dict[str, Any], said: str
) -> None:
    """Which place it is and what stands there is told, and nothing of our code."""
    names = {"SERVICE": {}, "LINE": {}, "BALANCES": {}, **changed}
    text = "\n".join([*(f"{name} = {value!r}" for name, value in names.items()), BILLING])
    (tmp_path / "odd.py").write_text(text, encoding="utf-8")
    covering = late.replace(
        'amount: "3.17"}]', 'amount: "3.17", covers: 2025-08-01 .. 2025-09-01}]'
    )
    scenarios = [written(covering, f"{name}.yaml") for name in ("one", "two")]
    with open_panels("socket") as panels:
        child = open_implementation("python:odd:Billing", cwd=tmp_path)
        try:
            verdicts = list(judge_all(scenarios, child, panels))
        finally:
            child.close()
    assert [("error", "implementation", f"told what cannot be compared: {said}")] * 2 == [
        (each.verdict, each.fault, each.reason) for each in verdicts
    ]
    assert [()] * 2 == [each.traceback for each in verdicts]
    # It is told at the step where it first came.
    assert {("2025-08-01 09:00", "order site by anna at start for 1 month")} == {
        (each.at, each.act) for each in verdicts
    }


def test_dates_far_away_that_can_be_compared_are_wrong_dates(judged: Any, on: Any) -> None:
    """The last day of year 9999 is later than expected."""

    def never(body: Any) -> Any:
        services = {
            own: each.model_copy(update={"expires": datetime(9999, 12, 30, tzinfo=UTC)})
            for own, each in (body.services or {}).items()
        }
        return body.model_copy(update={"services": services})

    verdict = judged(alter=on("observe", never))
    assert verdict.verdict == "fail"
    assert "9999-12-30 01:00" in {each.got for each in verdict.mismatches}


@pytest.mark.parametrize("method", ["step", "first", "told"])
def test_whatever_else_is_raised_while_judging_is_the_fault_of_the_suite(
    written: Any, late: str, bench: Any, monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    """Of one scenario: the run goes on."""

    def broken(*_: Any, **__: Any) -> Any:
        raise ZeroDivisionError("of ours")

    with monkeypatch.context() as patched:
        patched.setattr(trial.Judge, method, broken)
        near = bench(alter=lambda _, answer: answer, reads={"rounding": "down"})
        scenarios = [written(late, f"{name}.yaml") for name in ("one", "two")]
        verdicts = list(judge_all(scenarios, near, near.panels))
    assert [("error", "suite")] * 2 == [(each.verdict, each.fault) for each in verdicts]
    assert all(each.reason.startswith("ZeroDivisionError: of ours") for each in verdicts)
    assert all(each.traceback for each in verdicts)


def test_what_always_holds_may_break_too(
    written: Any, late: str, bench: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the file missed is told all the same."""

    def broken(*_: Any) -> Any:
        raise ZeroDivisionError("of ours")

    monkeypatch.setattr(trial, "violations", broken)
    near = bench(reads={"rounding": "down"})
    (verdict,) = judge_all([written(late)], near, near.panels)
    assert ("error", "suite") == (verdict.verdict, verdict.fault)
    assert ("charged", "late fee") == verdict.mismatches[0].path
