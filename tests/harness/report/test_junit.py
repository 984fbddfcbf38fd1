"""JUnit XML as GitLab, Jenkins and the viewers of GitHub read it."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from logged import FEE, advised, failed, hostile_lines, passed, ran

from prorata.harness.report.junit import junit
from prorata.harness.report.reading import run_of
from prorata.harness.running.verdict import Verdict

SKIPPED = Verdict("a/d", ("hostbill.cycle.next-due",), "skipped", 0.0, why="unsupported",
                  reason="does not support hostbill")  # fmt: skip
BROKEN = Verdict("a/e", ("provision.create",), "error", 0.5, fault="implementation",
                 reason="exited with code 3", at="2025-08-01 09:00", act="order site",
                 place="a/e.yaml:14", stderr=("boom",))  # fmt: skip


def suite_of(*verdicts, **rest):
    """Return the only suite of a run."""
    (suite,) = ET.fromstring(junit([ran(*verdicts, **rest)]).encode())
    return suite


def cases(suite):
    """Return the cases of a suite by their names."""
    return {case.get("name"): case for case in suite.iter("testcase")}


def test_a_case_a_scenario():
    """Its class is the family of its rule, its name the scenario, its file that of the scenario."""
    case = cases(suite_of(failed()))["a/b"]

    assert {
        "name": "a/b", "classname": "billmanager.renew", "time": "0.012", "file": "a/b.yaml",
        "line": "24",
    } == case.attrib  # fmt: skip


def test_the_first_difference_is_the_message():
    """It is the text of the failure as well, for GitLab shows no messages."""
    failure = cases(suite_of(failed()))["a/b"].find("failure")
    said = "late fee expected 0.25 got 0.20 (at 2025-09-05 12:00, renew site for 1 month)"

    assert said == failure.get("message")
    assert failure.get("type") == FEE.rule
    assert [
        said, f"rule: {FEE.rule}", "place: a/b.yaml:24:16", "  fee: 3.10 / 31 × 5 = 0.50",
        "  late fee: 0.25 posted as 0.25", "again: prorata run a/b -i stdio:./mine",
    ] == failure.text.splitlines()  # fmt: skip


def test_rules_and_readings_are_properties():
    """Of a case, as Jenkins shows them; the readings of the suite too."""
    suite = suite_of(failed())
    told = [(p.get("name"), p.get("value")) for p in cases(suite)["a/b"].iter("property")]

    assert [("rule", FEE.rule), ("reading rounding", "half_up")] == told
    assert suite.find("properties/property").get("value") == "half_up"


def test_skips_come_with_their_reason():
    """What is skipped says why, in the message."""
    skipped = cases(suite_of(SKIPPED))["a/d"].find("skipped")

    assert skipped.get("message") == "unsupported: does not support hostbill"


def test_an_error_says_whose_fault_it_is():
    """An error is no failure; it has the step and what was said on stderr."""
    error = cases(suite_of(BROKEN))["a/e"].find("error")

    assert error.get("type") == "implementation"
    assert error.get("message") == "the fault of the implementation: exited with code 3"
    assert "at: 2025-08-01 09:00, order site" in error.text
    assert "stderr: boom" in error.text


def test_a_known_failure_is_skipped():
    """A list keeps a run green, and so its report; what it says is told."""
    case = cases(suite_of(failed(known="planned for 2.4")))["a/b"]

    assert case.find("failure") is None
    assert case.find("skipped").get("message").startswith("known: planned for 2.4; late fee")


def test_the_counts():
    """Suite and root count what there is, with the seconds of the run."""
    suite = suite_of(failed(), passed(), SKIPPED, BROKEN)
    counts = {"tests": "4", "failures": "1", "errors": "1", "skipped": "1"}

    assert {"name": "mine 2.3", **counts, "time": "1.500"} == suite.attrib


def test_what_turns_a_run_red_beside_its_scenarios():
    """A stale entry is a failure, an end before the end an error: no server takes it for green."""
    suite = suite_of(passed(), complaints=("a/c passes",), ended=("interrupted; 3 not run",))
    counted = suite.get("tests"), suite.get("failures"), suite.get("errors")

    assert ("3", "1", "1") == counted
    assert cases(suite)["the run came to its end"].find("error") is not None


def test_several_runs_are_several_suites():
    """Each implementation has a suite of its name."""
    text = junit([ran(passed()), ran(failed(), name="other")])

    assert ["mine 2.3", "other 2.3"] == [each.get("name") for each in ET.fromstring(text.encode())]


def test_hostile_strings_stay_text():
    """Whatever is said anywhere, it is XML that any parser reads, and adds no element."""
    run = run_of(hostile_lines(), "run.jsonl")
    root = ET.fromstring(junit([run]).encode())
    tags = {each.tag for each in root.iter()}

    assert len(run.judged) + 13 + 1 == len(list(root.iter("testcase")))
    assert {"testsuites", "testsuite", "testcase", "properties", "property", "failure", "error",
            "skipped"} == tags  # fmt: skip


def test_what_should_be_otherwise_stands_in_a_green_case():
    """It is no failure, and viewers show what a case has written."""
    case = cases(suite_of(advised()))["a/d"]

    assert case.find("failure") is None
    assert (
        "should: late fee expected 0.25 got 0.20 (at 2025-09-05 12:00, renew site for 1 month)"
        == case.findtext("system-out")
    )
