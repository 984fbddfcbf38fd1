"""A failure says under which reading or convention it would be none, wherever it is shown."""

from __future__ import annotations

import json
from dataclasses import replace
from io import StringIO

import pytest
from bundled import SCENARIOS
from following import Following

from prorata.harness.diagnosing.likely import would_agree
from prorata.harness.diagnosing.playing import ran
from prorata.harness.report.blocks import blocks
from prorata.harness.report.console import failures, plain
from prorata.harness.report.junit import junit
from prorata.harness.report.markdown import markdown
from prorata.harness.report.page import page
from prorata.harness.report.reading import read_log
from prorata.harness.running import judge as judge_module
from prorata.harness.running.comparing import Difference
from prorata.harness.running.crew import OneProcess
from prorata.harness.running.log import EventLog
from prorata.harness.running.panels import ScenarioPanels
from prorata.harness.running.runner import judge_all
from prorata.harness.running.session import RunSession, RunTerms
from prorata.harness.running.story import reference_story
from prorata.reference.readings import DEFAULTS, choose

FEE = "documented/late-fee-half-of-five-days"
FUNDS = "worked/change-funds"
LATE = [each for each in SCENARIOS.values() if "billmanager.renew.late-fee.percent" in each.rules]


def judged(*scenarios, readings=None, conventions=()):
    """Return the verdicts of a billing that follows these."""
    panels = ScenarioPanels()
    billing = Following(panels.transport, readings, *conventions)
    return list(judge_all(scenarios, billing, panels, explains=True))


def told(name, **following):
    """Return what the failure of a scenario says of it, whatever that pins."""
    (verdict,) = judged(replace(SCENARIOS[name], readings={}), **following)
    assert "fail" == verdict.verdict
    return verdict.agrees


def test_a_reading():
    """It is named with its value."""
    assert "rounding_place = day_rate" == told(
        "edge/cancelled-resource-in-a-later-change#one of two with a refund",
        readings={"rounding_place": "day_rate"},
    )


def test_a_reading_that_a_document_decides():
    """The document is named."""
    assert (
        "overdue_days = started (by default inclusive; billmanager-hosting: expired Sep 1 and"
        " renewed Sep 5 is 5 days)"
    ) == told("edge/full-payment-expires-with-its-own-time#later than before",
              readings={"overdue_days": "started"})  # fmt: skip


def test_a_convention_that_a_document_rules_out():
    """So it is said: 4 days and not 5."""
    assert (
        "whole elapsed days overdue (days overdue; billmanager-hosting rules it out: expired Sep 1"
        " and renewed Sep 5 is 5 days)"
    ) == told(FEE, conventions=["whole elapsed days overdue"])


def test_a_convention_that_no_document_has():
    """It is known by name."""
    told_of = told(FUNDS, conventions=["months of 31 days"])
    assert "months of 31 days (days of a period; no document has it)" == told_of


def test_several_that_agree():
    """All are named, up to three."""
    said = told("edge/late-fee-percent-from-nothing-to-all[half of one]",
                readings={"rounding": "down"})  # fmt: skip
    assert "rounding = half_even or rounding = down or rounding_place = ratio_9" == said


def test_two_readings_at_once():
    """They are named where neither explains it alone."""
    both = {"month": "thirty_days", "rounding_place": "day_rate"}
    said = told("edge/days-of-each-calendar-month", readings=both)
    assert "month = thirty_days and rounding_place = day_rate" == said


def test_what_nothing_explains():
    """Of a billing that is wrong in its own way nothing is said."""

    class Wrong(Following):
        def ask(self, request):
            answer = self._inner.ask(request)
            if request.type == "observe":
                lines = [
                    line.model_copy(update={"amount": "7.77"} if line.kind == "late fee" else {})
                    for line in answer.body.ledger
                ]
                return type(answer)(answer.body.model_copy(update={"ledger": lines}))
            return answer

    panels = ScenarioPanels()
    (verdict,) = judge_all([SCENARIOS[FEE]], Wrong(panels.transport), panels, explains=True)
    assert ("fail", "") == (verdict.verdict, verdict.agrees)


def test_what_a_file_alone_looks_at():
    """Where a run parts from the reference's nowhere else, it is like that under any reading."""
    scenario = SCENARIOS["faults/reselling-key-not-ready#it comes"]
    missed = Difference(("seller", "licences", "panel", "key"), "yes", "no")
    same = ran(reference_story(scenario, choose({})))
    assert "" == would_agree(scenario, DEFAULTS, same, [missed])


def test_only_the_first_of_those_that_are_alike_is_asked(monkeypatch):
    """Of many failures of a kind one says it, and the others cost nothing."""
    asked = []
    right = judge_module.Judge.would_agree

    def counted(judge, *rest):
        asked.append(judge)
        return right(judge, *rest)

    monkeypatch.setattr(judge_module.Judge, "would_agree", counted)
    verdicts = judged(*LATE, conventions=["whole elapsed days overdue"])
    failed = [each for each in verdicts if each.verdict == "fail"]
    assert len(failed) > 20
    assert len(blocks(failed)) == len(asked)
    assert len(asked) < 6


def test_what_conforms_is_never_explained(monkeypatch):
    """A run of a billing that conforms plays the reference for nothing of this."""

    def never(*_):
        raise AssertionError

    monkeypatch.setattr(judge_module.Judge, "would_agree", never)
    assert {"pass"} == {each.verdict for each in judged(*LATE[:20])} - {"skipped"}


@pytest.fixture(name="log", scope="module")
def _log(tmp_path_factory):
    """Return the log of a run with failures."""
    file = tmp_path_factory.mktemp("log") / "run.jsonl"
    panels = ScenarioPanels()
    billing = Following(panels.transport, {}, "whole elapsed days overdue")
    scenarios = [
        SCENARIOS[FEE],
        SCENARIOS["edge/late-fee-by-the-day-and-what-was-bought[five days]#for a month"],
    ]
    text = StringIO()
    log = EventLog(text)
    log.header(billing.declared, "following", "in process", len(scenarios))
    crew = OneProcess(scenarios, billing, panels, None, whole=False, patience=60, records=True)
    terms = RunTerms({}, None, None, complete=False, ending=lambda error: None)
    RunSession(terms, crew, log, len(scenarios)).run(lambda: None, lambda _verdict: None)
    file.write_text(text.getvalue(), encoding="utf-8")
    return file


SAID = "agrees with the reference under whole elapsed days overdue"


def test_in_the_log(log):
    """As a text of the scenario, of the first of a kind alone."""
    events = [json.loads(line) for line in log.read_text("utf-8").splitlines()]
    said = [each.get("agrees", "") for each in events if each["event"] == "scenario"]
    assert [True, False] == [each.startswith("whole elapsed days overdue (") for each in said]


@pytest.mark.parametrize("view", [junit, markdown, page])
def test_in_the_reports(log, view):
    """JUnit, Markdown and the page say it."""
    assert SAID in view([read_log(str(log))])


def test_on_the_console(log):
    """Below the derivation, in one line."""
    lines = [*map(plain, failures(read_log(str(log)).results.verdicts))]
    (said,) = [line for line in lines if SAID in line]
    assert said.startswith("      agrees")
    assert "late fee: 0.25 posted as 0.25" in lines[lines.index(said) - 1]
