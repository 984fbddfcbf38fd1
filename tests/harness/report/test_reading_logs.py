"""Reading a log: what is unknown is let pass, the first and the last line are not."""

from __future__ import annotations

import json

import pytest
from logged import advised, failed, lines_of, passed

from prorata.harness.report.reading import run_of
from prorata.harness.running.reading_logs import LogError

NO_FOOTER = (
    "the run that wrote this log did not end: it has no footer, and tells of 2 scenarios so far"
)
NO_LOG = "is no log of a run: it does not begin with a header; prorata run --log FILE writes one"


def read(lines):
    """Read the lines of a log."""
    return run_of(lines, "run.jsonl")


def test_verdicts_come_back_as_they_were():
    """What a log tells of a scenario is the verdict that the run gave, and its record."""
    verdict = failed()
    (judged,) = read(lines_of(verdict)).judged

    assert judged.verdict.first == verdict.first
    assert judged.verdict.mismatches == verdict.mismatches
    assert (verdict.rules, "fail", 0.012) == (
        judged.verdict.rules, judged.verdict.verdict, judged.verdict.seconds,
    )  # fmt: skip
    assert ["0.2000"] == [e.amount for e in judged.record.got if e.kind == "late fee"]


def test_the_text_of_a_file_is_told_once():
    """Several scenarios of one file have its text in common: the first of them holds it."""
    lines = lines_of(failed("a/b[one]"), failed("a/b[two]"))

    assert [True, False] == ["text" in json.loads(line)["record"] for line in lines[1:-1]]
    assert {"a/b.yaml": "title: Half of five overdue days\n"} == read(lines).texts


def test_what_is_unknown_is_let_pass():
    """A key, or a kind of event, of a later prorata changes nothing of what is known."""
    lines = lines_of(passed())
    more = json.dumps({**json.loads(lines[1]), "later": {"and": 1}}) + "\n"
    run = read([lines[0], more, '{"event": "weather"}\n', lines[2]])

    assert ["a/c"] == [each.verdict.scenario for each in run.judged]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda lines: lines[:-1],
         f"run.jsonl: {NO_FOOTER}"),
        (lambda lines: [*lines[:-1], lines[-1][:20]],
         "run.jsonl:4: is no JSON object, and its end is missing: the run did not end"),
        (lambda lines: lines[1:],
         f"run.jsonl: {NO_LOG}"),
        (lambda _lines: [],
         f"run.jsonl: {NO_LOG}"),
        (lambda lines: ["title: a scenario\n", *lines],
         f"run.jsonl: {NO_LOG}"),
        (lambda lines: [*lines, *lines],
         "run.jsonl:5: goes on after its footer; a log holds one run"),
        (lambda lines: [lines[0], lines[2], lines[3]],
         "run.jsonl: its footer counts 1 failed, and it tells of 0"),
        (lambda lines: [lines[0], lines[1].replace('"fail"', '"lost"'), *lines[2:]],
         "run.jsonl:2: verdict: input should be 'pass', 'fail', 'error' or 'skipped'"),
        (lambda lines: [lines[0].replace('"name"', '"nome"'), *lines[1:]],
         "run.jsonl:1: implementation.name: field required"),
        (lambda lines: [lines[0], "[" * 100_000 + "\n", *lines[1:]],
         "run.jsonl:2: is no JSON object"),
    ],
    ids=["no footer", "half a footer", "no header", "nothing", "a scenario", "two", "one lost",
         "no verdict", "no name", "too deep"],
)  # fmt: skip
def test_a_log_that_cannot_be_read(change, said):
    """One clear sentence, with its place, says what is wrong with a log."""
    with pytest.raises(LogError) as told:
        read(change(lines_of(failed(), passed())))

    assert said == str(told.value)


def test_what_should_be_otherwise_comes_back():
    """With its grade: a strict run is red by it, and a report of its log tells it."""
    verdict = advised()
    run = read(lines_of(verdict))

    assert verdict.advice == run.judged[0].verdict.advice
    assert ["a/d"] == [each.scenario for each in run.results.advised]
