"""What is found is told once, in one sentence, and saved as a scenario that fails."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from prorata.harness.fuzz.examples import Examples
from prorata.harness.fuzz.finding import Findings
from prorata.harness.fuzz.plain import text_of
from prorata.harness.fuzz.saying import sentence
from prorata.harness.fuzz.searching import Search, SearchLimits
from prorata.harness.fuzz.sources import SeededHistories, bare, head_of_text
from prorata.harness.fuzz.suiting import suiting
from prorata.harness.running.api import run
from prorata.harness.running.verdict import Verdict

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(name="findings")
def _findings(court: Any, late: Any, tmp_path: Path) -> Any:
    """Return what finds and saves what is wrong with a history under a secret reading."""

    def findings(plain: Any = late, *, shrinking: bool = True, **secret: str) -> Any:
        judge = court(**(secret or {"overdue_days": "started"}))
        wanted = SeededHistories.of(0, suiting(judge.bar.declared))
        search = Search(judge, wanted, SearchLimits(1))
        search.run(lambda _: None, [head_of_text("late", text_of(plain))] * 3)
        found = [each for each in search.found.values() if each.way[1].head.id == "late"]
        making = Findings(judge, tmp_path / "found", lambda one: [f"Seen {one.count} times."])
        return list(making.each(found, shrinking=shrinking))

    return findings


def test_it_is_told_once_with_how_many_histories_showed_it(findings: Any) -> None:
    """Expired on September 1, renewed on the 5th at midnight: 4 days of 24 hours, 5 by dates."""
    (finding,) = findings()

    assert 3 == finding.found.count
    assert re.fullmatch(
        r"a renewal charges one day too few \(late fee [\d.]+, not [\d.]+\)", finding.sentence
    )


def test_its_file_conforms_by_the_reference_and_says_how(findings: Any) -> None:
    """Expectations are what the reference does, the sums stand beside and above them."""
    (finding,) = findings()
    text = finding.path.read_text(encoding="utf-8")

    assert finding.by_file
    assert 0 == run(str(finding.path)).exit_code
    assert "billmanager-renew-late-fee-percent-late-fee.yaml" == finding.path.name
    assert f"# {finding.sentence.capitalize().split(' charges')[0]}" in text
    assert "# billmanager.renew.late-fee.percent: A late renewal costs a percentage" in text
    assert "#     overdue: " in text
    assert "# Seen 3 times." in text
    assert "kind: late fee" in text
    assert "posted as" in text or " = " in text


def test_one_that_is_not_shrunk_is_saved_as_it_was_found(findings: Any) -> None:
    """As after Ctrl-C."""
    (finding,) = findings(shrinking=False)

    assert "not shrunk" == finding.not_least
    assert 5 == finding.path.read_text(encoding="utf-8").count("- at:")


def test_what_cannot_be_saved_is_told(findings: Any, tmp_path: Path) -> None:
    """Where there should be a folder there is a file: the search was not for nothing."""
    (tmp_path / "found").write_text("mine", encoding="utf-8")
    (finding,) = findings(shrinking=False)

    assert finding.path is None
    assert f"{tmp_path / 'found'}: File exists" == finding.unsaved
    assert "charges" in finding.sentence


def test_a_file_that_says_something_else_is_left_as_it_is(findings: Any) -> None:
    """The next one has a number."""
    (first,) = findings()
    (same,) = findings()
    assert first.path == same.path
    first.path.write_text("mine", encoding="utf-8")
    (second,) = findings()

    assert ("mine", f"{first.path.stem}-2.yaml") == (
        first.path.read_text(encoding="utf-8"),
        second.path.name,
    )


def test_a_day_that_does_not_matter_is_not_told(findings: Any, late: Any) -> None:
    """2025-09-06 is a Saturday; on other days the fee is as wrong."""
    late["timeline"][3]["at"] = "2025-09-06"
    (finding,) = findings()

    assert "weekend" not in finding.sentence


def test_a_day_that_matters_is_told(findings: Any, late: Any) -> None:
    """From January 31 the month's end differs on the last day of February alone.

    Under `clamp_and_stay` the next period from February 28 ends on March 28, not on the 31st.
    """
    del late["given"]["tariffs"]["small"]["late_renewal_fee"]
    del late["given"]["timezone"]
    order, renewal = late["timeline"][0], late["timeline"][3]
    late["timeline"] = [
        {**order, "at": "2025-01-31"},
        {**renewal, "at": "2025-02-27 12:00"},
    ]
    (finding,) = findings(month_end="clamp_and_stay")

    assert "sets expires 3 days too early" in finding.sentence.replace("three", "3")


def test_what_failed_before_is_tried_first_and_forgotten_when_it_passes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, late: Any
) -> None:
    """By implementation; what can no longer be read is dropped, and git does not see it."""
    monkeypatch.chdir(tmp_path)
    examples = Examples("python:mine:Billing")
    assert [] == examples.heads()
    examples.renew([text_of(late)])

    (head,) = Examples("python:mine:Billing").heads()
    assert text_of(late) == head.file.text  # type: ignore[attr-defined]
    assert [] == Examples("python:other:Billing").heads()
    assert "*\n" == (tmp_path / ".prorata" / ".gitignore").read_text(encoding="utf-8")
    (path,) = tmp_path.glob(".prorata/examples/*/*.yaml")
    path.write_text("title: no scenario", encoding="utf-8")
    assert [] == examples.heads()
    examples.renew([])
    assert not list(tmp_path.glob(".prorata/examples/*/*.yaml"))


@pytest.mark.parametrize("rule", ["hostbill.renew", "resell.licence.separate"])
def test_what_is_found_in_any_system_is_a_file_that_conforms(
    court: Any, tmp_path: Path, rule: str
) -> None:
    """Invoices of a HostBill, and billings that buy from each other, below their names."""
    judge = court(month="thirty_days")
    wanted = SeededHistories.of(2, suiting(judge.bar.declared, (rule,)))
    search = Search(judge, wanted, SearchLimits(24))
    search.run(lambda _: None)
    assert search.found
    making = Findings(judge, tmp_path, lambda _: [], seconds=4.0)
    for finding in making.each(list(search.found.values())[:2]):
        assert finding.path is not None
        assert 0 == run(str(finding.path)).exit_code
        assert not finding.sentence.startswith("the history")


def test_what_a_worker_ended_over_is_told_without_a_moment(late: Any) -> None:
    """Nobody knows when; and nothing that a billing said breaks a line."""
    scenario = bare(text_of(late), "late.yaml")
    ended = Verdict("fuzz/1/2", ("a.rule",), "error", 0.0, fault="suite", reason="its\nend\x07")

    assert r"a history breaks the suite: its\nend\x07" == sentence(ended, scenario, "")
