"""The summary in Markdown, and the badges."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import pytest
from logged import HOSTILE, advised, failed, hostile_lines, passed, ran
from markdown_it import MarkdownIt

from prorata.harness.report.badge import badge_json, badge_svg
from prorata.harness.report.markdown import escaped, fenced, markdown
from prorata.harness.report.reading import run_of
from prorata.harness.running.verdict import Verdict


def test_a_summary_begins_with_the_result():
    """The heading says how many do not conform, the table below it counts."""
    lines = markdown([ran(failed(), passed())]).splitlines()

    assert lines[0] == "### ❌ mine 2.3: 1 of 2 scenarios does not conform"
    assert "| 1 | 1 | 0 | 0 | 0 | 1.5 |" in lines


def test_a_green_run():
    """Where all conform there is nothing to unfold but the families."""
    text = markdown([ran(passed())])

    assert text.startswith("### ✅ mine 2.3: 1 of 1 scenarios conform\n")
    assert text.count("<details>") == 1


def test_a_failure_is_told_with_its_derivation_and_its_command():
    """What is the same is told once, with the other scenarios behind it."""
    text = markdown([ran(failed("a/b"), failed("a/c"))])

    assert "**late fee expected 0.25 got 0.20**" in text
    assert "2 scenarios: <b>billmanager.renew.late-fee.percent</b>" in text
    assert "```\nfee: 3.10 / 31 × 5 = 0.50\n" in text
    assert "\nprorata run a/b -i stdio:./mine\n```" in text
    assert "also: a/c" in text


def test_a_run_that_ended_early_is_red():
    """That no scenario failed says nothing of those that were not run."""
    text = markdown([ran(passed(), ended=("interrupted; 3 scenarios not run",))])

    assert text.startswith("### ❌")
    assert "> interrupted; 3 scenarios not run" in text


@pytest.mark.parametrize("evil", HOSTILE)
def test_a_hostile_text_formats_nothing(evil):
    """A text in a line of Markdown stays on that line, without a tag, a link or a table's cell."""
    shown = escaped(evil)

    assert "\n" not in shown
    for special in ("<", ">", "|", "[", "`", "*"):
        assert shown.count(special) == shown.count(f"\\{special}")
    assert "@someone" not in shown


def test_an_apostrophe_is_shown_as_one():
    """In a line of HTML its escape begins like the number of an issue, and is none."""
    assert "<summary>❌ a/b[don&#x27;t]: " in markdown([ran(failed("a/b[don't]"))])


def test_no_line_ends_a_block_of_code():
    """The fence is longer than any run of backticks in it."""
    first, *_, last = fenced(["```", "`````"])

    assert first == last == "``````"


class Tags(HTMLParser):
    """Collects the tags of a page, each with its attributes, and what is open when."""

    def __init__(self) -> None:
        super().__init__()
        self.found = set()
        self.open = 0

    def handle_starttag(self, tag, attrs):
        """Take note of a tag."""
        self.found |= {tag, *(f"{tag} {name}" for name, _ in attrs)}
        self.open += tag == "details"

    def handle_endtag(self, tag):
        """Count what is closed."""
        self.open -= tag == "details"


def test_hostile_runs_are_text_and_keep_their_blocks():
    """As GitHub renders it, nothing but our own tags is there, and every block is closed."""
    text = markdown([run_of(hostile_lines(), "run.jsonl")])
    tags = Tags()
    tags.feed(MarkdownIt("gfm-like", {"html": True, "linkify": False}).render(text))
    ours = {"h3", "p", "table", "thead", "tbody", "tr", "th", "td", "details", "summary", "b",
            "strong", "br", "pre", "code", "blockquote", "th style", "td style"}  # fmt: skip

    assert set() == tags.found - ours
    assert tags.open == 0


@pytest.mark.parametrize(
    ("verdicts", "rest", "message", "colour"),
    [
        ((passed(), passed("a/d")), {}, "all 2 conform", "brightgreen"),
        ((passed(), failed()), {}, "1 of 2 conform", "red"),
        ((passed(), failed(known="planned")), {}, "1 of 2 conform", "yellow"),
        ((passed(),), {"ended": ("interrupted",)}, "all 1 conform, ended early", "red"),
        ((Verdict("a/d", ("x.y",), "skipped", 0.0),), {}, "nothing judged", "lightgrey"),
    ],
)
def test_the_badge(verdicts, rest, message, colour):
    """It counts what conforms of what was judged; a known failure is yellow, a failure red."""
    run = ran(*verdicts, **rest)
    told = json.loads(badge_json(run))

    assert {"schemaVersion": 1, "label": "mine", "message": message, "color": colour} == told
    assert f"mine: {message}" == ET.fromstring(badge_svg(run)).get("aria-label")


def test_a_hostile_name_on_a_badge():
    """It is XML with that name as text, and with no element of its own."""
    root = ET.fromstring(badge_svg(run_of(hostile_lines(), "run.jsonl")))
    tags = {each.tag.rpartition("}")[2] for each in root.iter()}

    assert {"svg", "title", "clipPath", "rect", "g", "text"} == tags


def test_what_should_be_otherwise_is_told_of_a_green_run():
    """With its scenario; the run stays green."""
    text = markdown([ran(advised(), passed())])

    assert text.startswith("### ✅ mine 2.3: 2 of 2 scenarios conform\n")
    assert "🟡 a/d: should\\: late fee expected 0.25 got 0.20" in text
