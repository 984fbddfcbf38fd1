"""Several implementations beside each other."""

from __future__ import annotations

from prorata.harness.report.compared import compared
from prorata.harness.running.verdict import Results, Verdict


def run(name, *verdicts):
    """Return the results of an implementation: a verdict for each of s1, s2, …."""
    told = (
        Verdict(f"s{number}", ("billmanager.renew.price",), verdict, 0.0)
        for number, verdict in enumerate(verdicts, start=1)
    )
    return Results(name, "1.0", {}, tuple(told), 0.1)


def lines(*runs, **options):
    """Return what is shown of them, without style."""
    return ["".join(text for _, text in line) for line in compared(runs, **options)]


def test_each_implementation_has_a_column():
    """Verdicts are counted, and a family that is not alike shows how many conform."""
    assert [
        "",
        "          mine 1.0   theirs 1.0",
        "conform          2            1",
        "do not           0            1",
        "errors           0            0",
        "skipped          0            0",
        "renew       2 of 2       1 of 2",
        "not alike in 1: s2",
    ] == lines(run("mine", "pass", "pass"), run("theirs", "pass", "fail"))


def test_what_is_alike_is_not_told():
    """No family, no scenario."""
    told = lines(run("mine", "pass"), run("theirs", "pass"))
    assert "skipped" in told[-1]
    assert 6 == len(told)


def test_a_family_that_one_was_not_judged_by_has_a_dash():
    """It was skipped there."""
    told = lines(run("mine", "pass"), run("theirs", "skipped"))
    assert "renew       1 of 1            –" == told[-2]


def test_many_scenarios_are_cut_unless_all_are_wanted():
    """Five are named."""
    runs = run("mine", *["pass"] * 7), run("theirs", *["fail"] * 7)
    assert "not alike in 7: s1, s2, s3, s4, s5, 2 more (-v)" == lines(*runs)[-1]
    assert "not alike in 7: s1, s2, s3, s4, s5, s6, s7" == lines(*runs, verbose=True)[-1]


def test_names_are_printed_without_control_characters():
    """A name comes from outside."""
    assert "\x1b" not in "".join(lines(run("a\x1b[31m", "pass"), run("b", "pass")))
