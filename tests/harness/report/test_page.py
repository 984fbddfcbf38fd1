"""The page: what stands on it, that it stays small, and that every text stays text."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from logged import HOSTILE, advised, failed, hostile_lines, passed, ran, record

from prorata.harness.report.page import page
from prorata.harness.report.reading import run_of
from prorata.harness.running.verdict import Verdict

MEGABYTE = 1_000_000
#: Elements that are never closed.
VOID = {"meta", "input", "link", "img", "br"}


class Elements(HTMLParser):
    """Reads a page as a browser does: its elements with attributes, nested as they must be."""

    def __init__(self):
        super().__init__()
        self.open = []
        self.tags = []
        self.texts = []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert tag == self.open.pop()

    def handle_data(self, data):
        self.texts.append((self.open[-1] if self.open else "", data))


def elements(text):
    """Read a page, all of whose elements are closed."""
    read = Elements()
    read.feed(text)
    assert [] == read.open
    return read


def test_it_needs_nothing_beside_it():
    """No address is asked for: styles, drawings and the script stand in the page."""
    text = page([ran(failed(), passed())])

    assert "http" not in re.sub(r'http-equiv="Content-Security-Policy"', "", text)
    assert 'src="' not in text
    assert "default-src 'none'" in text


def test_what_fails_comes_first_and_is_unfolded():
    """The example of a failure is open, with its first difference, derivation and command."""
    read = elements(page([ran(passed(), failed(), failed("a/d"))]))
    scenarios = [a for tag, a in read.tags if tag == "details" and a.get("class", "")[:2] == "s "]
    texts = [text for _, text in read.texts]

    assert [False, True, False] == ["open" in each for each in scenarios]
    assert "First difference" in texts
    assert any("fee: 3.10 / 31 × 5 = 0.50" in text for text in texts)
    assert "prorata run a/b -i stdio:./mine" in texts
    assert "0.50 × 50 ÷ 100 = 0.25" in " ".join(texts)


def test_expected_stands_beside_got_in_the_journal():
    """A row that differs has both amounts, with as many digits as they need."""
    text = page([ran(failed())])

    assert (
        '<tr class="x"><td>2025-09-05 12:00</td><td>site late fee</td>'
        "<td>0.25</td><td>0.20</td></tr>"
    ) in text


def test_the_text_of_a_scenario_is_on_the_page_once():
    """Scenarios of one file link to the same text."""
    text = page([ran(failed("a/b[one]"), failed("a/b[two]"))])
    (anchor,) = set(re.findall(r'href="#(f\d+)"', text))

    assert text.count(f'href="#{anchor}"') == 2
    assert f'<pre id="{anchor}">title: Half of five overdue days\n</pre>' in text


def test_the_matrix_of_several_implementations():
    """Each rule has a cell for each implementation, with what stands how."""
    one, other = ran(failed(), passed()), ran(failed(verdict="pass", first=None), name="other")
    text = page([one, other])
    row = re.search(r'<th scope="row">billmanager.renew.late-fee.percent</th>(.*?)</tr>', text)

    assert row
    assert ['"fail">1 ✗ ', '"pass">1 ✓ '] == re.findall(r'<td class=("\w+">[^<]*)</td>', row[1])
    assert ["mine 2.3", "other 2.3"] == re.findall(r'<th scope="col">(\w+ 2.3)</th>', text)[:2]


def test_known_failures_and_errors_and_skips_are_told_apart():
    """Not by their colour alone: each has its word."""
    skipped = Verdict("a/s", ("x.y",), "skipped", 0.0, why="reading", reason="declares old")
    broken = failed("a/e", verdict="error", fault="adapter", reason="half a line", first=None)
    text = page([ran(failed(known="planned"), broken, skipped)])

    assert "~ known</span> a/b" in text
    assert "! error</span> a/e" in text
    assert "– skipped</span> a/s" in text
    assert "The fault of the adapter" in text
    assert "Known: planned" in text
    assert "reading: declares old" in text


def test_hostile_strings_stay_text():
    """Whatever is said anywhere, there is one script, ours, and no attribute that acts."""
    run = run_of(hostile_lines(), "run.jsonl")
    read = elements(page([run, run]))
    tags = [tag for tag, _ in read.tags]
    attributes = {name for _, given in read.tags for name in given}

    assert tags.count("script") == 1
    assert {"img", "iframe", "object", "base", "b"} & set(tags) <= {"b"}
    assert not [name for name in attributes if name.startswith("on") and name != "open"]
    assert all(given["href"].startswith("#") for tag, given in read.tags if tag == "a")
    shown = "".join(text for _, text in read.texts)
    for evil in (HOSTILE[0], HOSTILE[5], HOSTILE[7]):
        assert evil in shown


def test_the_text_of_a_file_has_no_control_characters_on_the_page():
    """A log may hold what no scenario may: it is shown as its escape, and lines stay lines."""
    run = ran(failed("a/b"))
    (file,) = run.texts
    run.texts[file] = "title: \x1b[31m\N{RIGHT-TO-LEFT OVERRIDE}red\n\0\n"

    assert ">title: \\x1b[31m\\u202ered\n\\x00\n</pre>" in page([run])


def many(count, kind):
    """Return verdicts of so many scenarios, each with a long record and a text of its own."""
    told = record(text="# a line of a text\n" * 60)
    told["got"] = told["got"] * 4
    told["derived"] = told["derived"] * 6
    told["calls"] = told["calls"] * 6
    made = failed() if kind == "fail" else passed()
    return [
        replace(made, scenario=f"a/{n}", record={**told, "file": f"a/{n}.yaml"},
                first=made.first and replace(made.first, expected=f"{n}.25"))
        for n in range(count)
    ]  # fmt: skip


@pytest.mark.parametrize("kind", ["pass", "fail"])
def test_a_page_of_1500_scenarios_takes_five_megabytes(kind):
    """However much there is to tell of each, and whatever failed; what is left out is said."""
    text = page([ran(*many(1500, kind))])

    assert len(text.encode()) <= 5 * MEGABYTE
    assert text.count('class="mark ') >= 1500
    assert "scenarios are listed without their drawings" in text


def test_nothing_is_left_out_of_a_small_page():
    """Three hundred scenarios with all that belongs to them have room."""
    text = page([ran(*many(300, "pass"))])

    assert text.count("<svg ") == text.count("<summary>Journal</summary>") == 300
    assert "listed without" not in text


def test_what_should_be_otherwise_is_listed():
    """Below what does not conform, with a link to its scenario, and in that scenario too."""
    text = page([ran(advised(), passed())])

    assert "What should be otherwise" in text
    assert 2 == text.count("late fee expected 0.25 got 0.20")
    assert "What should be otherwise" not in page([ran(passed())])
