"""After each move it is waited until no operation runs, and never for what nobody carries on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from prorata.harness.implementations.billmanager import BillmanagerPanel, implementation, target_of
from prorata.harness.running.panels import open_panels
from prorata.harness.running.runner import judge_all
from prorata.harness.running.selection import select

if TYPE_CHECKING:
    from collections.abc import Callable

    from prorata.fakes.control import Panels
    from prorata.harness.running.verdict import Verdict

FEE = "documented/late-fee-half-of-five-days"
RUNS = {"item": "7", "status": "running"}


@pytest.mark.parametrize(
    ("operations", "runs"),
    [
        ([], False),
        ([RUNS], True),
        ([{"item": "7", "status": "error"}], False),
        ([{"item": "7", "status": "manual"}, RUNS], False),
        ([{"item": "8", "status": "error"}, RUNS], True),
    ],
)
def test_what_waits_for_staff_or_for_time_is_not_waited_for(
    operations: list[dict[str, str]], *, runs: bool
) -> None:
    """Nor is what stands behind it: the operations of one service are done one after another."""
    assert implementation.runs(operations) is runs


def test_operations_that_never_end_end_the_scenario(
    served: Panels, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After the limit, with the fault of the panel."""
    monkeypatch.setattr(implementation, "SECONDS", 0.0)
    monkeypatch.setattr(implementation, "PAUSE", 0.0)
    monkeypatch.setattr(implementation, "runs", lambda _rows: True)
    billing = BillmanagerPanel(target_of(served.urls["billmanager"]))
    with open_panels("socket") as panels:
        (verdict,) = judge_all(select([FEE]), billing, panels)
    billing.close()
    assert (verdict.verdict, verdict.fault) == ("error", "implementation")
    assert verdict.reason == "operations still run after 0 s"


def test_a_panel_that_fails_in_the_middle_is_asked_again(
    judge: Callable[..., list[Verdict]], served: Panels
) -> None:
    """The scenario ends with the fault of the panel; the next one is played as ever."""
    rule = {"kind": "status", "status": 503, "func": "service.prolong", "times": 1}
    served.call("faults", faults=[rule])
    verdicts = judge([FEE, "worked/daily"], reset="none")
    assert [each.verdict for each in verdicts] == ["error", "pass"]
    assert verdicts[0].reason == "service.prolong: HTTP 503"
