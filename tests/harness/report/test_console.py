"""The console's view of a run, line by line."""

from __future__ import annotations

import io
import sys
from typing import Any

import pytest

from prorata.harness.protocol import Started
from prorata.harness.report.console import heading, summary, told, write_plain, writer
from prorata.harness.running.verdict import Mismatch, Results, Verdict

RULE = "billmanager.renew.late-fee.percent"
FEE = Mismatch(
    RULE, "2025-09-05 12:00", "renew site for 1 month", ("charged", "late fee"), "0.25", "0.20",
    "a/b.yaml:24:16", derivation=("fee: 3.10 / 31 × 5 = 0.50", "late fee: 0.25 posted as 0.25"),
)  # fmt: skip


def mismatch(path: tuple[str, ...], **changes: Any) -> Mismatch:
    """Return a mismatch at a path, without derivation."""
    fields = {"rule": RULE, "at": "2025-09-05 12:00", "act": "wait", "expected": "1", "got": "2",
              "place": "a/b.yaml:1:1"}  # fmt: skip
    return Mismatch(path=path, **{**fields, **changes})


def text(lines: Any) -> list[str]:
    """Return lines without their styles."""
    return ["".join(part for _, part in line).rstrip() for line in lines]


def failed(*mismatches: Mismatch, **changes: Any) -> Verdict:
    """Return a failure of a/b."""
    fields = {"scenario": "a/b", "rules": (RULE,), "verdict": "fail", "seconds": 0.0}
    return Verdict(mismatches=mismatches, **{**fields, **changes})


def results(*verdicts: Verdict, complaints: tuple[str, ...] = ()) -> Results:
    """Return the results of a run of 1.06 seconds."""
    return Results("x", "1", {}, verdicts, 1.06, complaints)


@pytest.mark.parametrize(
    ("version", "scenarios", "panels", "expected"),
    [
        ("2.3", 214, "127.0.0.1:41235",
         "mine 2.3 (protocol 0) · 214 scenarios · panels on 127.0.0.1:41235"),
        ("", 1, "in process", "mine (protocol 0) · 1 scenario · panels in process"),
    ],
)  # fmt: skip
def test_the_heading(version: str, scenarios: int, panels: str, expected: str) -> None:
    """What is run on what."""
    declared = Started(name="mine", version=version, protocol=0)
    assert expected == text([heading(declared, scenarios, panels)])[0]


@pytest.mark.parametrize("said", ["pass", "skipped"])
def test_nothing_is_told_of_what_did_not_fail(said: str) -> None:
    """It is counted at the end."""
    assert list(told(failed(verdict=said))) == []


def test_a_failure_is_told_in_full() -> None:
    """Rule, step, both amounts, derivation, and how to run it again."""
    assert text(told(failed(FEE), ["-i", "stdio:./my billing"])) == [
        "",
        f"✗ {'a/b':<60} rule {RULE}",
        "    at 2025-09-05 12:00, renew site for 1 month",
        "      late fee     expected 0.25   got 0.20   a/b.yaml:24:16",
        "        fee: 3.10 / 31 × 5 = 0.50",
        "        late fee: 0.25 posted as 0.25",
        "    again:  prorata run a/b -i 'stdio:./my billing'",
    ]


def test_a_step_and_a_derivation_are_told_once() -> None:
    """Two mismatches of a step with the same story; another rule is named beside its own."""
    balance = mismatch(
        ("balance", "anna"), at=FEE.at, act=FEE.act, derivation=FEE.derivation, rule="other.rule",
    )  # fmt: skip
    later = mismatch(("site", "next_due"), at="2025-10-01 00:00", by="by the reference under x: y")
    lines = text(told(failed(FEE, balance, later)))
    assert lines[2:-1] == [
        "    at 2025-09-05 12:00, renew site for 1 month",
        "      late fee     expected 0.25   got 0.20   a/b.yaml:24:16",
        "        fee: 3.10 / 31 × 5 = 0.50",
        "        late fee: 0.25 posted as 0.25",
        "      balance anna expected 1   got 2   a/b.yaml:1:1",
        "      rule other.rule",
        "    at 2025-10-01 00:00, wait",
        "      site next due expected 1   got 2   by the reference under x: y",
    ]


@pytest.mark.parametrize(
    ("path", "name"),
    [
        (("act",), "the act"),
        (("act", "reason"), "the act reason"),
        (("charged",), "charged"),
        (("charged", "tax"), "tax"),
        (("ispmanager", "0", "preset"), "on the panel 0 preset"),
        (("invoices", "1"), "invoice 1"),
        (("site", "auto_renewal"), "site auto renewal"),
        (("ledger",), "ledger"),
    ],
)
def test_places_are_told_in_words(path: tuple[str, ...], name: str) -> None:
    """As a person says them."""
    assert f"      {name:<12} expected 1   got 2" in text(told(failed(mismatch(path))))[3]


def test_a_long_derivation_is_cut_with_the_way_to_the_rest() -> None:
    """Twelve lines, then how to see all, for a file of one's own by its path."""
    story = tuple(f"day {number}" for number in range(1, 15))
    verdict = failed(mismatch(("charged", "daily"), derivation=story), file="my own.yaml")
    lines = text(told(verdict))
    assert lines[4:17] == [
        *(f"        day {number}" for number in range(1, 13)),
        "        … 2 more lines: prorata explain 'my own.yaml'",
    ]
    assert lines[-1] == "    again:  prorata run 'my own.yaml'"


def test_an_error_names_who_is_at_fault_with_the_last_words() -> None:
    """Whose fault, the reason, the lines of stderr."""
    verdict = failed(
        verdict="error", fault="adapter", reason="no answer", stderr=("one", "two"),
    )  # fmt: skip
    assert text(told(verdict))[1:-1] == [
        f"✗ {'a/b':<60} rule {RULE}",
        "    error, the fault of the adapter: no answer",
        "      stderr: one",
        "      stderr: two",
    ]


def test_a_known_failure_has_a_mark_of_its_own() -> None:
    """And its reason."""
    lines = text(told(failed(FEE, known="rounds up")))
    assert lines[1].startswith("~ a/b")
    assert "    known: rounds up" in lines


def test_a_long_name_is_parted_from_its_rule() -> None:
    """However long."""
    name = "edge/" + "x" * 80
    assert text(told(failed(FEE, scenario=name)))[1] == f"✗ {name} rule {RULE}"


PASSED = failed(verdict="pass")
BROKEN = failed(verdict="error")
SKIPPED = failed(verdict="skipped", why="unsupported", reason="planned")
TWO_REASONS = (
    "0 conform · 3 skipped: unsupported (planned; 2 more reasons) · "
    "1 skipped: reading (declares x: y)        1.1 s"
)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (results(PASSED), ["1 conforms        1.1 s"]),
        (results(PASSED, PASSED), ["2 conform        1.1 s"]),
        (results(), ["0 conform        1.1 s"]),
        (results(failed(FEE)), ["", "0 conform · 1 does not        1.1 s"]),
        (results(failed(FEE), failed(FEE), BROKEN),
         ["", "0 conform · 2 do not · 1 error        1.1 s"]),
        (results(BROKEN, BROKEN), ["", "0 conform · 2 errors        1.1 s"]),
        (results(PASSED, complaints=("a/b passes",)),
         ["✗ a/b passes", "", "1 conforms        1.1 s"]),
        (results(PASSED, SKIPPED), ["1 conforms · 1 skipped: unsupported (planned)        1.1 s"]),
        (results(SKIPPED, SKIPPED, failed(verdict="skipped", why="unsupported", reason="never")),
         ["0 conform · 3 skipped: unsupported (planned; 1 more reason)        1.1 s"]),
        (results(SKIPPED, *(failed(verdict="skipped", why="unsupported", reason=each)
                            for each in "ab"),
                 failed(verdict="skipped", why="reading", reason="declares x: y")),
         [TWO_REASONS]),
    ],
)  # fmt: skip
def test_the_summary_counts(found: Results, expected: list[str]) -> None:
    """What conforms, what does not, errors, what is skipped and why."""
    assert expected == text(summary(found))


def test_the_summary_counts_what_is_known() -> None:
    """Beside or instead of the failures."""
    lines = text(summary(results(failed(FEE, known="x"), PASSED)))
    assert "1 known" in lines[-1]


def test_lines_are_plain_or_styled(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Style is for terminals; brackets are text, not markup."""
    line = [("bold red", "✗ "), ("", "[red]0.25[/red]   ")]
    assert writer(styled=False) is write_plain
    write_plain(line)
    assert capsys.readouterr().out == "✗ [red]0.25[/red]\n"

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    terminal = Terminal()
    monkeypatch.setattr(sys, "stdout", terminal)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    writer(styled=True)(line)
    assert terminal.getvalue().startswith("\x1b[1;31m✗ \x1b[0m[red]0.25[/red]")
