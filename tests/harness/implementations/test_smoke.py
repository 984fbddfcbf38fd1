"""Smoke: every vice is found by the check that is named for it."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

import pytest

from prorata.harness.protocol import PanelAccess
from prorata.harness.smoke import Check, Finding, SmokeReport, smoke
from prorata.harness.smoke.report import CHECKS

POLITE = Path(__file__).with_name("polite.py")


def report_of(vice: str = "", timeout: float = 2.0) -> SmokeReport:
    """Return what smoke says of the adapter with `vice`."""
    spec = f"stdio:{shlex.join([sys.executable, '-S', '-E', str(POLITE), vice])}"
    return smoke(spec, timeout=timeout, readings={"overdue_days": ("inclusive", "started")})


def test_good_manners() -> None:
    """An adapter with good manners passes every check, and the report says so in lines."""
    report = report_of()
    assert report.ok
    assert tuple(CHECKS) == tuple(check.name for check in report.checks)
    lines = report.lines()
    assert "ok           starts and answers start" == lines[0]
    assert "polite: 18 of 18 checks ok" == lines[-1]
    assert len(CHECKS) + 1 == len(lines)


@pytest.mark.parametrize(
    ("vice", "failed", "said"),
    [
        ("crash at start", "starts", "no answer: the process exited with code 3"),
        ("error at start", "starts", "answered start with an error: no database"),
        ("other protocol", "declares", "speaks protocol 2, this suite speaks 0 and 1"),
        ("unknown reading", "declares", 'readings: unknown reading "overdue_day"'),
        (
            "unknown system",
            "declares",
            'supports.systems[0]: unknown system "whmcs"; known here: billmanager, hostbill',
        ),
        ("no name", "form", "result.name: is missing"),
        ("wrong seq", "seq", "seq: is 99, asked was 3"),
        ("two keys", "form", "not result and error"),
        ("garbage", "stdout", "not JSON: 'settled, thanks'"),
        ("two lines", "stdout", "then 'done'"),
        ("late line", "stdout", "by the way"),
        ("crash", "settles", "exited with code 3"),
        ("never settles", "settles", "result.settled: not settled after 100 questions"),
        ("broken", "settles", "answered clock with an error: "),
        (
            "due before",
            "forward",
            "result.next: is 2025-07-01T00:00:00+00:00, and it is 2025-08-01",
        ),
        ("naive next", "instants", "result.next: an instant has date, time and offset"),
        ("obliging", "unknown act", "answered with a result"),
        ("refusal", "unknown act", "answered with a refusal: "),
        ("number", "amounts", "result.balances.anna: an amount is a string of digits"),
        ("signed line", "amounts", "result.ledger.0.amount: an amount here"),
        (
            "misspelt status",
            "words",
            'result.services.1.status: unknown word "actve"; did you mean "active"?',
        ),
        (
            "status elsewhere",
            "words",
            'result.services.1.status: "pending" is no status of billmanager; known here: active',
        ),
        ("misspelt kind", "words", 'result.ledger.0.kind: unknown word "perod"; did you mean'),
        ("naive", "instants", "result.services.1.starts: an instant has date"),
        ("more keys", "keys", "result.ledger.0.colour: is not a key of the protocol"),
        ("nothing", "form", "result.services: was asked for and is missing"),
        (
            "tells no notices",
            "observes",
            "answered observe with unsupported: no notifications; of what it is asked to tell",
        ),
        ("changing", "same", "result.balances.anna: was {"),
        ("list", "form", "result: must be an object, not []"),
        ("exit 7", "stops", "after stop it exited with code 7"),
        ("after stop", "stops", "wrote to stdout after its answer to stop"),
    ],
)
def test_vices(vice: str, failed: str, said: str) -> None:
    """The check fails, with the field, the message sent and the answer got."""
    report = report_of(vice)
    assert not report.ok
    check = next(check for check in report.checks if check.name == failed)
    assert "failed" == check.verdict
    assert any(said in line for finding in check.findings for line in finding.lines())
    assert any(said in line for line in report.lines())


def test_where_it_went_wrong() -> None:
    """A finding shows what was sent and what was got."""
    report = report_of("number")
    check = next(check for check in report.checks if check.name == "amounts")
    finding = check.findings[0]
    assert "result.balances.anna" == finding.field
    assert '"type":"observe"' in finding.sent
    assert '"anna": 96.9' in finding.got
    assert 4 == len(check.findings)  # twice in each of the two scenarios


def test_a_service_is_looked_at_while_it_is_active() -> None:
    """A month later its status may be another, and the word for the first one is never seen."""
    check = next(each for each in report_of("misspelt at first").checks if each.name == "words")
    assert ["result.services.1.status"] * 2 == [each.field for each in check.findings]
    assert 'unknown word "actve"; did you mean "active"?' == check.findings[0].said


def test_after_a_crash_nothing_more_is_reached() -> None:
    """What could not be checked says so, and the end of stderr goes with the report."""
    report = report_of("crash")
    verdicts = {check.name: check.verdict for check in report.checks}
    assert ("ok", "failed", "not reached") == (
        verdicts["opens"],
        verdicts["settles"],
        verdicts["stops"],
    )
    assert "out of memory" == report.stderr_tail[-1]
    assert "stderr       out of memory" in report.lines()


def test_a_hang_is_bounded() -> None:
    """An adapter that hangs is ended, and the check that waited has failed."""
    report = report_of("hang", timeout=0.2)
    check = next(check for check in report.checks if check.name == "settles")
    assert "no answer within 0.2 s; it was killed" == check.findings[0].said


def test_another_system_and_panels() -> None:
    """An adapter for HostBill alone is asked about HostBill."""
    spec = f"stdio:{shlex.join([sys.executable, '-S', '-E', str(POLITE), 'hostbill only'])}"
    panel = PanelAccess(url="http://127.0.0.1:1/ispmgr", login="root", password="x")
    assert smoke(spec, panels=lambda: {"ispmanager": panel}).ok


def test_what_does_not_start() -> None:
    """A command that is not there fails the first check."""
    report = smoke("stdio:./nowhere")
    assert "failed" == report.checks[0].verdict
    assert "cannot start './nowhere'" in report.checks[0].findings[0].said
    assert {"not reached"} == {check.verdict for check in report.checks[1:]}
    assert "cannot start" in smoke("stdio:./nowhere").lines()[1]
    assert "names no implementation" in smoke("nonsense").lines()[1]


def test_many_findings_are_cut() -> None:
    """Three findings of a check are shown, the rest counted; long messages are cut."""
    lines = list(Check("seq", "failed", tuple(Finding(str(n)) for n in range(4))).lines())
    assert ["0", "1", "2", "and 1 more"] == [line.strip() for line in lines[1:]]
    long = list(Finding("said", sent="x" * 200).lines())
    # "  sent  ", 160 characters, and the sign of cutting.
    assert 8 + 160 + 1 == len(long[1])
