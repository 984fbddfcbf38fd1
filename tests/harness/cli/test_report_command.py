"""`prorata report`, and the same options of `prorata run`, as a user calls them."""

from __future__ import annotations

import json
import os
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

FEE = "documented/late-fee-half-of-five-days"


@pytest.fixture(autouse=True)
def _no_summary(monkeypatch):
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)


@pytest.fixture(name="log")
def _log(call, wrong):
    """Return the log of a run in which one scenario of two fails."""
    assert call("run", FEE, wrong, "--log", "run.jsonl").code == 1
    return "run.jsonl"


def read(name):
    """Return the text of a file."""
    return Path(name).read_text(encoding="utf-8")


def test_every_report_of_a_log(call, log):
    """One command writes them all, and says nothing else."""
    said = call("report", log, "--html", "a.html", "--junit", "a.xml", "--markdown", "a.md",
                "--badge", "a.svg", "--badge", "b.json", "--json", "a.json")  # fmt: skip

    assert (0, "", "") == (said.code, said.out, said.err)
    assert "<svg" in read("a.html")
    assert ET.fromstring(read("a.xml")).get("failures") == "1"
    assert read("a.md").startswith("### ❌ reference")
    assert ET.fromstring(read("a.svg")).get("aria-label") == "reference: 1 of 2 conform"
    assert json.loads(read("b.json"))["message"] == "1 of 2 conform"
    assert ["pass", "fail"] == [each["verdict"] for each in json.loads(read("a.json"))["verdicts"]]


def test_what_is_read_is_never_written_over(call, log, wrong):
    """A log, a scenario, one in a folder, a list, the settings; nor is one file written twice."""
    Path("mine").mkdir()
    Path("mine/fee.yaml").write_bytes(wrong.read_bytes())
    Path("known.toml").touch()
    Path("prorata.toml").touch()
    Path("link.yaml").symlink_to(wrong)
    known = ["--known-failures", "known.toml"]
    for words, option, file in (
        (["report", log], "--html", log),
        (["report", "merge", log], "--log", f"./{log}"),
        (["run", wrong], "--log", wrong),
        (["run", wrong], "--trace", "link.yaml"),
        (["run", "mine"], "--junit", "mine/fee.yaml"),
        (["run", wrong, *known], "--markdown", "known.toml"),
        (["run", wrong], "--log", "prorata.toml"),
    ):
        before = Path(file).read_bytes()
        said = call(*words, option, file)
        told = f"{option}: {file} is read here, and would be written over; name another file\n"
        assert (2, "", told) == (said.code, said.out, said.err)
        assert before == Path(file).read_bytes()
    for file in ("new", "-"):
        said = call("run", wrong, "--log", file, "--html", file)
        told = f"--html: {file} is named by --log as well; name another file\n"
        assert (2, told) == (said.code, said.err)
    assert call("run", wrong, "--log", "/dev/null", "--trace", "/dev/null").code == 1


@pytest.mark.parametrize("option", ["--log", "--trace", "--html", "--junit"])
def test_an_option_without_its_file_does_not_write_over_scenarios(call, wrong, option):
    """It takes the file that was to be run for its own."""
    before = wrong.read_bytes()
    said = call("run", option, wrong)
    told = f"{option}: {wrong} is a file of scenarios; name the file to write first\n"
    assert (2, "", told) == (said.code, said.out, said.err)
    assert before == wrong.read_bytes()


def test_run_writes_the_same_reports(call, log, wrong):
    """From its own log, with the same options; the exit code stays that of the run."""
    call("report", log, "--junit", "a.xml", "--badge", "a.svg", "--markdown", "a.md")
    said = call("run", FEE, wrong, "--html", "b.html", "--junit", "b.xml", "--badge", "b.svg",
                "--markdown", "b.md")  # fmt: skip

    assert said.code == 1
    assert "late fee" in said.out
    assert read("a.svg") == read("b.svg")
    assert [c.attrib["name"] for c in ET.fromstring(read("a.xml")).iter("testcase")] == [
        c.attrib["name"] for c in ET.fromstring(read("b.xml")).iter("testcase")
    ]
    assert read("a.md").splitlines()[0] == read("b.md").splitlines()[0]
    assert "<svg" in read("b.html")


def test_a_plain_report_is_what_the_run_said(call, log, wrong):
    """Without a file the terminal shows it again, from the log alone."""
    run = call("run", FEE, wrong, "--log", "again.jsonl")
    said = call("report", log)

    assert said.code == 0
    assert run.out.splitlines()[1:-1] == said.out.splitlines()[1:-1]


def test_json_alone_is_printed(call):
    """As before: --json prints, also before a selection; with a name in .json it is a file."""
    alone = call("run", "--json", FEE)
    named = call("run", FEE, "--json", "out.json")
    joined = call("run", FEE, "--json=other")

    assert json.loads(alone.out)["verdicts"][0]["scenario"] == FEE
    assert json.loads(read("out.json"))["verdicts"][0]["scenario"] == FEE
    assert json.loads(read("other"))["verdicts"][0]["scenario"] == FEE
    assert "conforms" in named.out
    assert "conforms" in joined.out


def test_a_view_on_stdout_has_it_alone(call, log):
    """`-` prints a view, and nothing beside it."""
    assert ET.fromstring(call("report", log, "--junit", "-").out).get("tests") == "2"
    assert ET.fromstring(call("run", FEE, "--junit", "-").out).get("tests") == "1"


def test_several_logs_in_one_page(call, log):
    """Implementations stand beside each other in the matrix; a badge is of one run."""
    call("run", FEE, "--log", "other.jsonl")
    assert call("report", log, "other.jsonl", "--html", "two.html", "--junit", "two.xml").code == 0
    refused = call("report", log, "other.jsonl", "--badge", "b.svg")

    assert len(ET.fromstring(read("two.xml"))) == 2
    assert (2, "--badge is of one run, and 2 logs are given\n") == (refused.code, refused.err)


def test_what_is_not_in_a_log_is_not_recorded(call):
    """A run without a log and a page records nothing; its JSON has no records."""
    call("run", FEE, "--json", "a.json", "--html", "a.html")

    assert "record" not in json.loads(read("a.json"))["verdicts"][0]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["report", "none.jsonl"], "none.jsonl: No such file or directory"),
        (["report", "."], ".: Is a directory"),
        (["report", "half.jsonl"],
         "half.jsonl: the run that wrote this log did not end: it has no footer,"),
        (["report", "full.jsonl", "--html", "no/such/a.html"],
         "no/such/a.html: there is no folder no/such"),
        (["report", "full.jsonl", "--html", "."], ".: is a folder"),
        (["report", "full.jsonl", "--html", "x", "--junit", "x"], "x is named for two reports"),
        (["run", "--junit", "no/such/a.xml"], "no/such/a.xml: there is no folder no/such"),
        (["run", "--junit", "new/"], "new/: is a folder"),
        (["report", "compare", "full.jsonl", "half.jsonl"],
         "half.jsonl: the run that wrote this log did not end: it has no footer,"),
    ],
    ids=[
        "missing", "folder", "half", "no folder", "to a folder", "twice", "run", "a new folder",
        "compare",
    ],
)  # fmt: skip
def test_a_mistake_is_one_clear_line(call, log, words, said):
    """Exit code 2, with the file and what is wrong; nothing was run in vain."""
    lines = read(log).splitlines(keepends=True)
    Path("full.jsonl").write_text("".join(lines), encoding="utf-8")
    Path("half.jsonl").write_text("".join(lines[:-1]), encoding="utf-8")
    told = call(*words)

    assert told.code == 2
    assert told.out == ""
    assert told.err.startswith(said)
    assert told.err.count("\n") == 1


def test_a_report_that_may_not_be_written_is_no_run_in_vain(call, monkeypatch):
    """Rights are looked at before the run; a file that is there may lie where nothing is made."""
    Path("locked").mkdir()
    Path("locked/there.html").touch()
    denied = {Path("locked").resolve(), Path("locked/new.html").resolve()}
    allowed = os.access
    monkeypatch.setattr(
        os, "access", lambda path, mode: Path(path) not in denied and allowed(path, mode)
    )
    told = call("run", FEE, "--html", "locked/new.html")
    assert (2, "", "locked/new.html: cannot be written: Permission denied\n") == (
        told.code, told.out, told.err,
    )  # fmt: skip
    assert 0 == call("run", FEE, "--html", "locked/there.html").code


def test_the_summary_of_a_github_job(call, log, monkeypatch, tmp_path):
    """Where it is asked for by GitHub, each run and each report adds its Markdown to it."""
    summary = tmp_path / "summary.md"
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    call("run", FEE)
    call("report", log)

    assert ["### ✅", "### ❌"] == [
        line[:5] for line in read(summary).splitlines() if line.startswith("### ")
    ]


def test_a_summary_that_is_full_is_left_as_it_is(call, monkeypatch, tmp_path):
    """GitHub refuses one beyond a megabyte: then what was there is kept."""
    summary = tmp_path / "summary.md"
    summary.write_text("x" * (1 << 20), encoding="utf-8")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))

    said = call("run", FEE)
    assert (0, f"{summary}: has no room for the summary of this run\n") == (said.code, said.err)
    assert summary.stat().st_size == 1 << 20


def test_a_summary_that_cannot_be_written_fails_no_run(call, monkeypatch, tmp_path):
    """Nobody has asked for it by name: it is said, and the verdict stands."""
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path))
    said = call("run", FEE)

    assert (0, f"{tmp_path}: Is a directory\n") == (said.code, said.err)


def test_what_changed_between_two_runs(call, log, wrong):
    """Exit code 1 where something fails newly, else 0; --json for machines."""
    Path("good.yaml").write_text(read(wrong).replace('"0.20"', '"0.25"'), encoding="utf-8")
    wrong.write_text(read("good.yaml"), encoding="utf-8")
    call("run", FEE, wrong, "--log", "mended.jsonl")
    better, worse = (call("report", "compare", *logs) for logs in (
        (log, "mended.jsonl"), ("mended.jsonl", log)))  # fmt: skip

    assert (0, 1) == (better.code, worse.code)
    assert better.out.splitlines()[-1] == "1 newly passing"
    assert worse.out.splitlines()[-1] == "1 newly failing"
    told = json.loads(call("report", "compare", "mended.jsonl", log, "--json").out)
    assert ["newly failing"] == [each["kind"] for each in told["changes"]]


def test_a_log_that_is_called_like_a_command(call, log):
    """A path tells it from the command below `report`."""
    Path(log).rename("compare")

    assert call("report", "./compare", "--badge", "b.svg").code == 0


def test_a_run_that_was_stopped_is_reported_as_such(call, wrong):
    """What was not run is in no report; that it was not is in each of them."""
    Path("my other.yaml").write_text(read(wrong), encoding="utf-8")
    call("run", wrong, "my other.yaml", "-x", "--junit", "a.xml", "--markdown", "a.md")
    root = ET.fromstring(read("a.xml"))

    assert root.get("errors") == "1"
    assert "stopped after 1 failure; 1 scenario not run" in read("a.md")
