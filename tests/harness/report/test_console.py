"""The console's view of a run, line by line."""

from __future__ import annotations

import io
import sys
from typing import Any

import pytest

from prorata.harness.protocol import Started
from prorata.harness.report.console import failures, heading, summary, write_plain, writer
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


def told(
    *verdicts: Verdict, again: tuple[str, ...] | list[str] = (), verbose: bool = False
) -> list[str]:
    """Return what is told of verdicts, but for how the file of the first is seen."""
    lines = text(failures(verdicts, again, verbose=verbose))
    return [line for line in lines if not line.startswith("    file:")]


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
    assert told(failed(verdict=said)) == []


def test_a_failure_is_told_in_full() -> None:
    """Rule, step, both amounts, derivation, and how to run it again."""
    assert told(failed(FEE), again=["-i", "stdio:./my billing"]) == [
        "",
        f"✗ {'a/b':<60} rule {RULE}",
        "    at 2025-09-05 12:00, renew site for 1 month",
        "      late fee     expected 0.25   got 0.20   (a/b.yaml:24:16)",
        "        fee: 3.10 / 31 × 5 = 0.50",
        "        late fee: 0.25 posted as 0.25",
        "    again:  prorata run a/b -i 'stdio:./my billing'",
    ]


def test_a_failure_is_told_where_the_run_first_parts_from_the_reference() -> None:
    """Once: the file's own first difference is named beside it, and shown with -v."""
    first = mismatch(("charged", "setup"), at="2025-09-01 00:00", act="", rule="other.rule")
    lines = told(failed(FEE, first=first))
    own = "not checked by the file, which first misses late fee at 2025-09-05 12:00, "
    assert lines[1:-1] == [
        f"✗ {'a/b':<60} rule other.rule",
        "    at 2025-09-01 00:00",
        f"      setup        expected 1   got 2   ({own}a/b.yaml:24:16)",
    ]
    assert told(failed(FEE, first=first), verbose=True)[4:-1] == [
        "    its file, at 2025-09-05 12:00, renew site for 1 month",
        "      late fee     expected 0.25   got 0.20   (a/b.yaml:24:16)",
    ]
    assert "   (not checked by the file)" in told(failed(first=first))[3]


def test_a_difference_of_the_file_itself_is_not_told_twice() -> None:
    """Where the run parts at the very place that the file checks, its line is named."""
    assert told(failed(FEE, first=FEE), verbose=True) == told(failed(FEE))


def test_each_step_of_a_file_is_told_once_with_v() -> None:
    """With all that differs in it; by the reference where that says what is expected."""
    balance = mismatch(("balance", "anna"), at=FEE.at, act=FEE.act)
    later = mismatch(("site", "next_due"), at="2025-10-01 00:00", by="by the reference under x: y")
    third = mismatch(("site", "status"), at="2025-10-01 00:00")
    assert told(failed(FEE, balance, later, third), verbose=True)[6:-1] == [
        "    its file, at 2025-09-05 12:00, renew site for 1 month",
        "      balance anna expected 1   got 2   (a/b.yaml:1:1)",
        "    its file, at 2025-10-01 00:00, wait",
        "      site next due expected 1   got 2   (by the reference under x: y)",
        "      site status  expected 1   got 2   (a/b.yaml:1:1)",
    ]


def test_what_the_reference_does_not_show_either_is_said() -> None:
    """A file of one's own may be wrong."""
    wrong = mismatch(("charged", "setup"), expected="2.00", got="1.00", reference="1.00")
    said = "(a/b.yaml:1:1; the reference shows 1.00 here)"
    assert f"      setup        expected 2.00   got 1.00   {said}" == told(failed(wrong))[3]
    others = told(failed(FEE, wrong), verbose=True)
    assert f"      setup        expected 2.00   got 1.00   {said}" in others


def test_what_always_holds_is_told_as_a_sentence() -> None:
    """It has no place in a file, and no rule of the registry."""
    always = mismatch(
        ("always",), rule="always: no gap", expected="no gap", got="site is active, and expired",
    )  # fmt: skip
    assert told(failed(always))[1:-1] == [
        f"✗ {'a/b':<60} what always holds: no gap",
        "    at 2025-09-05 12:00, wait",
        "      site is active, and expired",
    ]


@pytest.mark.parametrize(
    ("path", "name"),
    [
        (("act",), "the act"),
        (("act", "reason"), "the act reason"),
        (("charged",), "charged"),
        (("charged", "tax"), "tax"),
        (("covers", "period"), "time covered by period"),
        (("ispmanager", "site", "preset"), "on the panel site preset"),
        (("invoices", "1"), "invoice 1"),
        (("site", "auto_renewal"), "site auto renewal"),
        (("ledger",), "ledger"),
    ],
)
def test_places_are_told_in_words(path: tuple[str, ...], name: str) -> None:
    """As a person says them."""
    assert f"      {name:<12} expected 1   got 2" in told(failed(mismatch(path)))[3]


def test_a_long_derivation_is_cut_with_the_way_to_the_rest() -> None:
    """Six lines, then how to see all, for a file of one's own by its path."""
    story = tuple(f"day {number}" for number in range(1, 15))
    lines = told(
        failed(mismatch(("charged", "daily"), derivation=story), file="my own.yaml"),
    )  # fmt: skip
    assert lines[4:11] == [
        *(f"        day {number}" for number in range(1, 7)),
        "        … 8 more lines: prorata explain 'my own.yaml'",
    ]
    assert lines[-1] == "    again:  prorata run 'my own.yaml'"


BROKEN = {
    "verdict": "error", "fault": "adapter", "reason": "no answer", "stderr": ("one", "two"),
    "at": "2025-09-05 12:00", "act": "renew site", "place": "a/b.yaml:21",
}  # fmt: skip


def test_an_error_names_who_is_at_fault_with_the_last_words() -> None:
    """Whose fault, the instant, the act, its place in the file, the reason, the lines of stderr."""
    assert told(failed(**BROKEN))[1:-1] == [
        f"! {'a/b':<60} the fault of the adapter",
        "    at 2025-09-05 12:00, renew site   a/b.yaml:21",
        "      no answer",
        "      stderr  one",
        "      stderr  two",
    ]


def test_an_error_of_prorata_itself_has_its_traceback_with_v() -> None:
    """So have its file's own differences until there."""
    broken = failed(FEE, **{**BROKEN, "fault": "suite", "traceback": ("Traceback", "KeyError: 9")})
    assert "      KeyError: 9" not in told(broken)
    lines = told(broken, verbose=True)
    assert lines[6:8] == ["      Traceback", "      KeyError: 9"]
    assert "    its file, at 2025-09-05 12:00, renew site for 1 month" in lines


@pytest.mark.parametrize("changes", [{}, BROKEN])
def test_a_known_failure_has_a_mark_of_its_own(changes: dict[str, Any]) -> None:
    """And its reason; it is told by itself."""
    known = failed(FEE, known="rounds up", **changes)
    lines = told(known, failed(FEE, scenario="a/c", **changes))
    (marked,) = (line for line in lines if line.startswith("~"))
    assert marked.startswith("~ a/b  ")
    assert "    known: rounds up" in lines
    assert any(line.startswith(("✗ a/c", "! a/c")) for line in lines)


def test_failures_that_are_the_same_are_told_once() -> None:
    """By the first of them, with the names of three in all, and of every one with -v."""
    verdicts = [failed(FEE, scenario=f"a/{letter}") for letter in "bcdef"]
    assert told(*verdicts)[1:] == [
        f"✗ {'5 scenarios':<60} rule {RULE}",
        "    first: a/b, at 2025-09-05 12:00, renew site for 1 month",
        "      late fee     expected 0.25   got 0.20   (a/b.yaml:24:16)",
        "        fee: 3.10 / 31 × 5 = 0.50",
        "        late fee: 0.25 posted as 0.25",
        "    also: a/c, a/d, 2 more (-v)",
        "    again:  prorata run a/b",
    ]
    assert "    also: a/c, a/d" in told(*verdicts[:3])
    assert [f"    also: a/{letter}" for letter in "cdef"] == told(*verdicts, verbose=True)[6:-1]
    errors = [failed(scenario=f"a/{letter}", **BROKEN) for letter in "bc"]
    assert told(*errors)[1:3] == [
        f"! {'2 scenarios':<60} the fault of the adapter",
        "    first: a/b, at 2025-09-05 12:00, renew site   a/b.yaml:21",
    ]


def test_what_fails_in_most_ways_is_cut_to_a_screen() -> None:
    """Three kinds of failure, those of most scenarios first; all of them with -v."""
    kinds = [
        failed(mismatch((f"site{place}", f"field{place}")), scenario=f"a/{place}{number}")
        for place in range(6)
        for number in range(place // 5 + 1)
    ]
    lines = told(*kinds)
    heads = [line for line in lines if line.startswith("✗")]
    assert ["✗ 2 scenarios", "✗ a/00", "✗ a/10"] == [line[:13].strip() for line in heads]
    assert lines[-2:] == ["", "… 3 more kinds of failure, in 3 scenarios: -v"]
    assert 6 == sum(line.startswith("✗") for line in told(*kinds, verbose=True))


def test_how_the_file_of_a_bundled_scenario_is_seen_is_said_once() -> None:
    """A file of one's own is seen without help."""
    show = "    file:   prorata scenarios show a/b"
    assert [show] == [
        line for line in text(failures([failed(FEE), failed(**BROKEN)])) if "show" in line
    ]
    assert show not in text(failures([failed(FEE, file="own.yaml")]))


def test_a_long_name_is_parted_from_its_rule() -> None:
    """However long."""
    name = "edge/" + "x" * 80
    assert told(failed(FEE, scenario=name))[1] == f"✗ {name} rule {RULE}"


def test_what_comes_from_outside_is_printed_as_text(capsys: pytest.CaptureFixture[str]) -> None:
    """Control characters become their escapes, and nothing goes on without end."""
    rude = "\x1b[2J\u202e" + "x" * 5000
    verdict = failed(
        mismatch(("charged", "tax"), got=rude, act=rude, place=f"{rude}.yaml:1:1"),
        scenario=rude,
        file=rude,
    )
    broken = failed(**{**BROKEN, "reason": rude, "stderr": (rude,)})
    declared = Started(name=rude, version=rude, protocol=0)
    skipped = failed(verdict="skipped", why="unsupported", reason=rude)
    for line in (
        heading(declared, 1, "in process"),
        *failures([verdict, broken], ["-i", rude]),
        *summary(results(verdict, skipped, complaints=(rude,))),
    ):
        write_plain(line)
    said = capsys.readouterr().out
    assert said.replace("\n", "").isprintable()
    assert r"\x1b[2J\u202e" in said
    assert max(map(len, said.splitlines())) < 5000


PASSED = failed(verdict="pass")
ERROR = failed(verdict="error")
SKIPPED = failed(verdict="skipped", why="unsupported", reason="planned")
REASONS = (
    "0 conform · 4 skipped: unsupported (planned; 2 more reasons: -v) · "
    "1 skipped: reading (declares x: y)        1.1 s"
)
#: One rule of the family renew.
NONE, HALF = "renew 0 of 1", "renew 1 of 2"


def skipped(reason: str, why: str = "unsupported") -> Verdict:
    """Return a verdict of what is not judged."""
    return failed(verdict="skipped", why=why, reason=reason)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (results(PASSED), ["1 conforms        1.1 s"]),
        (results(PASSED, PASSED), ["2 conform        1.1 s"]),
        (results(), ["0 conform        1.1 s"]),
        (results(failed(FEE)), ["", NONE, "0 conform · 1 does not        1.1 s"]),
        (results(failed(FEE), PASSED), ["", HALF, "1 conforms · 1 does not        1.1 s"]),
        (results(failed(FEE), failed(FEE), ERROR),
         ["", "renew 0 of 3", "0 conform · 2 do not · 1 error        1.1 s"]),
        (results(ERROR, ERROR), ["", "renew 0 of 2", "0 conform · 2 errors        1.1 s"]),
        (results(PASSED, complaints=("a/b passes",)),
         ["✗ a/b passes", "", "1 conforms        1.1 s"]),
        (results(PASSED, skipped("planned")),
         ["1 conforms · 1 skipped: unsupported (planned)        1.1 s"]),
        (results(skipped("planned"), skipped("planned"), skipped("never")),
         ["0 conform · 3 skipped: unsupported (planned; 1 more reason: -v)        1.1 s"]),
        (results(skipped("planned"), *map(skipped, ["planned", "a", "b"]),
                 skipped("declares x: y", "reading")), [REASONS]),
    ],
)  # fmt: skip
def test_the_summary_counts(found: Results, expected: list[str]) -> None:
    """What conforms, what does not, errors, what is skipped and why."""
    assert expected == text(summary(found))


def test_the_summary_counts_what_is_known() -> None:
    """Beside or instead of the failures."""
    lines = text(summary(results(failed(FEE, known="x"), PASSED)))
    assert lines[-1] == "1 conforms · 1 known        1.1 s"


def test_the_summary_counts_families_of_rules() -> None:
    """Those that conform of those judged, the panel's as one; lines of ninety characters."""
    rules = ["provision.ispmanager.create", *(f"billmanager.family-{n}.price" for n in range(9))]
    lines = text(summary(results(*(failed(FEE, rules=(rule,)) for rule in rules))))
    assert lines[1].startswith("provision 0 of 1 · family-0 0 of 1 · ")
    assert 2 == len(lines[1:-1])
    assert all(len(line) <= 90 for line in lines)
    assert 10 == sum(line.count(" 0 of 1") for line in lines)


def test_the_summary_counts_what_is_not_told() -> None:
    """By what the places are about, the most frequent first."""
    quiet = failed(verdict="pass", not_told=("covers", "balances", "covers"))
    lines = text(summary(results(quiet, quiet)))
    assert lines[0] == "not told, and so not judged: covers (4), balances (2)"


def test_every_reason_is_listed_with_v() -> None:
    """By how many scenarios each stands for."""
    lines = text(summary(results(*map(skipped, ["a", "b", "b"])), verbose=True))
    assert lines[:2] == ["2 skipped: unsupported (b)", "1 skipped: unsupported (a)"]


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


def test_a_line_is_as_wide_as_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is longer goes on below, deeper; commands stay in one piece, to be copied."""
    terminal = io.StringIO()
    monkeypatch.setattr(sys, "stdout", terminal)
    monkeypatch.setenv("COLUMNS", "60")
    failure = failed(FEE, scenario="edge/late-fee-of-a-rather-long-name")
    write = writer(styled=True)
    for line in failures([failure], ["-i", "python:my_billing:Billing"]):
        write(line)
    assert terminal.getvalue().splitlines()[:5] == [
        "",
        "✗ edge/late-fee-of-a-rather-long-name",
        "  rule billmanager.renew.late-fee.percent",
        "    at 2025-09-05 12:00, renew site for 1 month",
        "      late fee     expected 0.25   got 0.20",
    ]
    long = [line for line in terminal.getvalue().splitlines() if len(line) > 60]
    assert [line.split()[0] for line in long] == ["again:", "file:"]
