"""What changed between two runs."""

from __future__ import annotations

import pytest
from logged import failed, passed, ran, record

from prorata.harness.report.compare import changes, compared_lines, got_worse
from prorata.harness.running.verdict import Verdict

SKIPPED = Verdict("a/b", ("x.y",), "skipped", 0.0, why="unsupported", reason="no renewals")
PASSED = passed("a/b")
FAILED = failed("a/b")
KNOWN = failed("a/b", known="planned")


@pytest.mark.parametrize(
    ("before", "after", "kind", "worse"),
    [
        (PASSED, FAILED, "newly failing", True),
        (KNOWN, FAILED, "newly failing", True),
        (SKIPPED, FAILED, "newly failing", True),
        (FAILED, PASSED, "newly passing", False),
        (KNOWN, PASSED, "newly passing", False),
        (FAILED, KNOWN, "known by now", False),
        (PASSED, SKIPPED, "no longer judged", False),
        (SKIPPED, PASSED, "newly judged", False),
    ],
)
def test_a_scenario_that_stands_otherwise(before, after, kind, worse):
    """What fails newly is for the worse, all the rest is not."""
    found = changes(ran(before), ran(after))

    assert [(kind, "a/b")] == [(each.kind, each.scenario) for each in found]
    assert worse == got_worse(found)


def test_nothing_changed():
    """Two runs that say the same differ in nothing, however long they took."""
    assert [] == changes(ran(PASSED, failed("a/c")), ran(PASSED, failed("a/c", seconds=9.0)))


def test_other_amounts():
    """A scenario that conforms before and after, and comes to another amount, is told."""
    told = record(expected=[])
    other = [{**each, "amount": "0.21"} if each.get("kind") == "late fee" else each
             for each in told["got"]]  # fmt: skip
    before, after = (
        ran(passed("a/b", record=told)),
        ran(passed("a/b", record={**told, "got": other})),
    )
    (found,) = changes(before, after)

    assert found.kind == "other amounts"
    assert ("− 2025-09-05 12:00 site late fee 0.20", "+ 2025-09-05 12:00 site late fee 0.21") == (
        found.said
    )


def test_an_amount_is_the_same_however_many_digits_it_has():
    """0.2000 is 0.20."""
    told = record(expected=[])
    same = [{**each, "amount": "0.20"} if each.get("kind") == "late fee" else each
            for each in told["got"]]  # fmt: skip
    before, after = (
        ran(passed("a/b", record=told)),
        ran(passed("a/b", record={**told, "got": same})),
    )

    assert [] == changes(before, after)


def test_a_scenario_that_only_one_run_has():
    """A failure of a new scenario is a new failure; a scenario that is gone is told."""
    found = changes(ran(PASSED), ran(failed("a/new")))

    assert [("newly failing", "a/new"), ("no longer judged", "a/b")] == [
        (each.kind, each.scenario) for each in found
    ]


def test_it_is_told_by_kind_and_counted_last():
    """The last line counts, for who reads only that."""
    before, after = ran(PASSED, failed("a/c")), ran(FAILED, passed("a/c"))
    lines = list(compared_lines(before, after, changes(before, after)))

    assert lines[0] == "mine 2.3 (run.jsonl) → mine 2.3 (run.jsonl)"
    assert lines[2:4] == ["newly failing: 1", "  a/b"]
    assert lines[-1] == "1 newly failing · 1 newly passing"
