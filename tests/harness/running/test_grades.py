"""Grades: what it means that an expectation is missed: verdict, summary and exit code."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from prorata.harness.implementations.base import ImplementationFault
from prorata.harness.protocol import Failed
from prorata.harness.report.console import summary
from prorata.harness.running.runner import judge_all
from prorata.harness.running.verdict import Results
from prorata.harness.scenario import ScenarioErrors

if TYPE_CHECKING:
    from prorata.harness.running.verdict import Verdict

HEAD, RENEWAL = "source: ours\n", "  - at: 2025-09-05 12:00\n"
#: The grade of the scenario, and that of the step in which 0.26 is expected.
GRADED = [
    ("required", None, "required"),
    ("should", None, "should"),
    ("may", None, "may"),
    ("required", "should", "should"),
    ("required", "may", "may"),
    ("may", "required", "required"),
    ("should", "may", "may"),
]


def graded(text: str, scenario: str, step: str | None = None) -> str:
    """Give a scenario and its second step a grade."""
    text = text.replace(HEAD, f"{HEAD}grade: {scenario}\n")
    return text if step is None else text.replace(RENEWAL, f"{RENEWAL}    grade: {step}\n")


@pytest.fixture(name="cheaper")
def _cheaper(on: Any) -> Any:
    """Return what makes the late fee 0.21, and the balance what is left after that."""

    def change(body: Any) -> Any:
        if not any(line.kind == "late fee" for line in body.ledger):
            return body
        lines = [
            line.model_copy(update={"amount": "0.21"}) if line.kind == "late fee" else line
            for line in body.ledger
        ]
        # 100.00 − 3.17 − 0.21 − 3.17
        return body.model_copy(update={"ledger": lines, "balances": {"anna": "93.45"}})

    return on("observe", change)


def results(*verdicts: Verdict) -> Results:
    """Return the results of a run."""
    return Results("near", "1", {}, verdicts, 0.0)


def said(verdict: Verdict, *, verbose: bool = False) -> list[str]:
    """Return the lines of a summary."""
    lines = summary(results(verdict), verbose=verbose)
    return ["".join(text for _, text in line) for line in lines]


@pytest.mark.parametrize("grades", GRADED)
def test_only_what_is_required_fails(
    judged: Any, cheaper: Any, late: str, grades: tuple[str, str | None, str]
) -> None:
    """A step's own grade counts before the scenario's; what differs is told in any case."""
    *given, grade = grades
    verdict = judged(graded(late, *given), alter=cheaper)
    differing = {("charged", "late fee"): ("0.26", "0.21"), ("balance", "anna"): ("93.40", "93.45")}
    found, other = verdict.mismatches, verdict.advice
    if grade != "required":
        found, other = other, found
    assert ("fail" if grade == "required" else "pass") == verdict.verdict
    assert differing == {each.path: (each.expected, each.got) for each in found}
    assert {grade} == {each.grade for each in found}
    assert () == other
    assert (1 if grade == "required" else 0) == results(verdict).exit_code
    assert (grade == "should") == (results(verdict).advised == (verdict,))


def test_what_should_be_is_in_the_summary(judged: Any, cheaper: Any, late: str) -> None:
    """With what differs, and counted beside what conforms."""
    lines = said(judged(graded(late, "should"), alter=cheaper))
    assert "what should be otherwise:" == lines[0]
    assert "  own, at 2025-09-05 12:00, renew site for 1 month" == lines[1]
    assert "      late fee     expected 0.26   got 0.21   (" in "".join(lines)
    assert lines[-1].startswith("1 conforms · 1 should do otherwise  ")


def test_what_may_be_is_told_to_who_asks(judged: Any, cheaper: Any, late: str) -> None:
    """One or the other is right: nothing of it stands in a short summary."""
    verdict = judged(graded(late, "may"), alter=cheaper)
    assert ["1 conforms        0.0 s"] == said(verdict)
    lines = said(verdict, verbose=True)
    assert "what may be otherwise:" == lines[0]
    assert any("expected 0.26   got 0.21" in line for line in lines)


def test_what_is_required_beside_fails_all_the_same(judged: Any, on: Any, late: str) -> None:
    """And a failure is told by it alone."""
    empty = on("observe", lambda body: body.model_copy(update={"balances": {}, "ledger": []}))
    verdict = judged(graded(late, "required", "should"), alter=empty)
    assert "fail" == verdict.verdict
    assert {("charged", "period")} == {each.path for each in verdict.mismatches} - {("always",)}
    assert {"should"} == {each.grade for each in verdict.advice}


@pytest.mark.parametrize("grade", ["should", "may"])
def test_a_crash_is_an_error_in_any_grade(judged: Any, late: str, grade: str) -> None:
    """Nothing could be compared, and that was the implementation's fault."""

    def broken(request: Any, answer: Any) -> Any:
        return Failed("KeyError: 'anna'") if request.type == "clock" else answer

    def fall(request: Any, answer: Any) -> Any:
        if request.type == "act":
            raise ImplementationFault("implementation", "fell over")
        return answer

    for alter in (broken, fall):
        verdict = judged(graded(late, grade), alter=alter)
        assert ("error", "implementation") == (verdict.verdict, verdict.fault)
        assert 1 == results(verdict).exit_code


@pytest.mark.parametrize("grade", ["should", "may"])
def test_what_always_holds_is_required_in_any_grade(
    judged: Any, on: Any, late: str, grade: str
) -> None:
    """Money that no line tells of is no matter of taste."""
    richer = on("observe", lambda body: body.model_copy(update={"balances": {"anna": "99.00"}}))
    verdict = judged(graded(late, grade), alter=richer)
    assert "fail" == verdict.verdict
    assert ["always: conservation"] == [each.rule for each in verdict.mismatches]
    assert {("balance", "anna")} == {each.path for each in verdict.advice}


@pytest.mark.parametrize("grade", ["required", "should"])
def test_what_no_step_looks_at_is_of_the_scenario_s_grade(
    bench: Any, written: Any, on: Any, late: str, grade: str
) -> None:
    """Where everything is compared."""
    text = graded(late, grade).replace("expires: 2025-09-01, ", "")

    def later(body: Any) -> Any:
        moved = {
            name: service.model_copy(update={"starts": service.expires})
            for name, service in body.services.items()
        }
        return body.model_copy(update={"services": moved})

    near = bench(alter=on("observe", later))
    (found,) = judge_all([written(text)], near, near.panels, whole=True)
    assert ("fail" if grade == "required" else "pass") == found.verdict
    seen = found.first if grade == "required" else found.advice[0]
    assert (("site", "starts"), grade) == (seen.path, seen.grade)


def test_alternatives_are_readings(judged: Any, late: str) -> None:
    """Two right answers are a reading, declared and judged by its own numbers; no grade is one.

    3.17 / 31 × 5 × 50 % = 0.2556…, which is 0.25 where the rest is dropped: 93.41 are left.
    """
    down = {"reads": {"rounding": "down"}}
    declared = judged(late, declares={"readings": {"rounding": "down"}}, **down)
    assert "pass" == declared.verdict
    silent = judged(late, **down)
    assert ("fail", "0.26", "0.25") == (
        silent.verdict, silent.mismatches[0].expected, silent.mismatches[0].got
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("grade: shuold\n", ":4:8", 'shuold is not a grade; did you mean "should"?'),
        ("grade: {a: b}\n", ":4:8", "a mapping is not a grade; known here: may, required, should"),
    ],
)
def test_a_grade_is_one_of_three_words(
    written: Any, late: str, text: str, place: str, message: str
) -> None:
    """Of a scenario, with its line and column."""
    with pytest.raises(ScenarioErrors) as caught:
        written(late.replace(HEAD, HEAD + text))
    assert f"own.yaml{place}: {message}" in str(caught.value)


@pytest.mark.parametrize(
    ("grade", "without", "message"),
    [
        ("must", "", "must is not a grade; known here: may, required, should"),
        ("[may]", "", "is not a grade"),
        ("may", "    expect:\n", "grades nothing: the step has no expect"),
    ],
)
def test_a_step_s_grade_is_checked(
    written: Any, late: str, grade: str, without: str, message: str
) -> None:
    """A step that expects nothing has none."""
    head, tail = late.split(RENEWAL)
    act, expect = tail.split("    expect:\n")
    tail = act if without else f"{act}    expect:\n{expect}"
    with pytest.raises(ScenarioErrors) as caught:
        written(f"{head}{RENEWAL}    grade: {grade}\n{tail}")
    assert message in str(caught.value)
    assert "own.yaml:18:12" in str(caught.value)
