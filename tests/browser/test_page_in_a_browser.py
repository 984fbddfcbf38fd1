"""The page of a run, as a browser shows it."""

from __future__ import annotations

import resource
import subprocess
import sys

import pytest
from logged import HOSTILE, failed, hostile_lines, lines_of, passed, ran, record

from prorata.harness.report.page import page
from prorata.harness.report.reading import run_of

THEMES = ("light", "dark")
#: How far two colours are apart: what a reader needs at least.
CONTRAST = 4.5
#: The colours of a text and of what is behind it, as [r, g, b].
COLOURS = """
(element) => {
  const numbers = (text) => text.match(/[\\d.]+/g).map(Number);
  let behind = element;
  while (numbers(getComputedStyle(behind).backgroundColor)[3] === 0) behind = behind.parentElement;
  const style = getComputedStyle(element);
  const own = element.ownerSVGElement ? style.fill : style.color;
  return [numbers(own), numbers(getComputedStyle(behind).backgroundColor)];
}
"""


@pytest.fixture(name="text", scope="module")
def _text():
    """Return the page of a run with a failure, an error, a known failure and what conforms."""
    verdicts = [
        failed(), failed("a/k", known="planned for 2.4"), passed(),
        failed("a/e", verdict="error", fault="implementation", reason="exited", first=None),
    ]  # fmt: skip
    return page([ran(*verdicts), ran(passed("a/b"), name="other")])


def luminance(colour):
    """Return the relative luminance of a colour, by WCAG."""
    parts = [c / 255 / 12.92 if c <= 10 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in colour[:3]]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one, other):
    """Return how far two colours are apart, by WCAG."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("width", [1100, 390], ids=["desk", "phone"])
def test_hostile_strings_do_nothing(look, theme, width, script):
    """No script of theirs runs, nothing is asked for, no dialog opens: each is shown as text."""
    shown = look(
        page([run_of(hostile_lines(), "run.jsonl")]), theme=theme, width=width, script=script
    )

    assert [] == shown.said
    assert ["file"] == [url.partition(":")[0] for url in shown.asked]
    assert 0 == shown.locator("img, iframe, object, embed, main script").count()
    words = shown.locator("body").text_content()
    assert all(evil in words for evil in (HOSTILE[0], HOSTILE[2], HOSTILE[7]))
    if script:
        assert shown.evaluate("window.pwned === undefined")


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("width", [1100, 390], ids=["desk", "phone"])
def test_nothing_is_wider_than_the_screen(look, text, theme, width):
    """On a phone a drawing is moved sideways, and the page is not."""
    shown = look(text, theme=theme, width=width)

    assert shown.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert shown.locator(".drawing svg").first.is_visible()


@pytest.mark.parametrize("theme", THEMES)
def test_every_text_can_be_read(look, text, theme):
    """In both themes a text is far enough from what is behind it, in drawings as well."""
    shown = look(text, theme=theme)
    shown.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    kinds = ("h1", "p", ".dim", ".mark.fail", ".mark.error", ".mark.known", ".mark.pass", "td",
             "a", "pre", ".expected", ".got", "svg text", "svg text.day", "svg tspan.off",
             )  # fmt: skip
    found = {kind: contrast(*shown.locator(kind).first.evaluate(COLOURS)) for kind in kinds}

    assert {} == {kind: found[kind] for kind in kinds if found[kind] < CONTRAST}


def test_themes_differ(look, text):
    """The page is light where that is wanted, dark where that is."""
    light, dark = (
        look(text, theme=theme).evaluate("getComputedStyle(document.body).backgroundColor")
        for theme in THEMES
    )

    assert ("rgb(255, 255, 255)", "rgb(13, 17, 23)") == (light, dark)


def test_it_works_without_a_script(look, text):
    """Everything unfolds by itself; what needs the script is not there."""
    shown = look(text, script=False)
    row = shown.locator("details.s.pass").first
    row.locator("summary").first.click()

    assert row.locator("svg").is_visible()
    assert 0 == shown.locator("input").count()


def test_it_is_used_by_keyboard(look, text):
    """Tab reaches the first link, which leads to what failed; Enter unfolds a scenario."""
    shown = look(text)
    shown.keyboard.press("Tab")
    assert shown.evaluate("document.activeElement.className") == "skip"
    summary = shown.locator("details.s.pass > summary").first
    summary.focus()
    shown.keyboard.press("Enter")

    assert shown.locator("details.s.pass").first.get_attribute("open") is not None


def test_a_screen_reader_finds_its_way(look, text):
    """One main heading, sections with headings, drawings and tables with names."""
    shown = look(text)
    told = shown.locator("body").aria_snapshot()

    assert 1 == shown.locator("h1").count()
    for words in ('heading "What does not conform"', 'heading "Rules"', "table", "main",
                  'navigation "Sections"'):  # fmt: skip
        assert words in told
    assert 'group "Drawing"' in told
    assert "expected" in told


def test_scenarios_are_looked_for(look, text):
    """What is typed, and what is ticked, leaves the scenarios that fit."""
    shown = look(text)
    status = shown.get_by_role("status")
    assert status.text_content() == "5 of 5"
    shown.get_by_role("searchbox").fill("a/e")
    assert status.text_content() == "1 of 5"
    shown.get_by_role("searchbox").fill("")
    shown.get_by_role("checkbox", name="conforms").uncheck()

    assert status.text_content() == "3 of 5"


def test_a_link_unfolds_what_it_leads_to(look, text):
    """From a failure to its scenario, and from there to the scenario's text."""
    shown = look(text)
    shown.locator("details.s.fail a", has_text="text").first.click()

    assert shown.locator("#texts pre").first.is_visible()


def test_it_is_printed_on_white_paper(look, text):
    """Whatever the theme, paper is white, without what only a screen needs."""
    shown = look(text, theme="dark")
    shown.emulate_media(media="print")

    assert "rgb(255, 255, 255)" == shown.evaluate("getComputedStyle(document.body).backgroundColor")
    assert not shown.locator("nav").is_visible()


def test_a_page_of_1500_scenarios_takes_three_seconds_and_five_megabytes(tmp_path, look):
    """Made by the command from a log, and then shown."""
    told = record(text="# a line\n" * 40)
    told["got"] = told["got"] * 2
    del told["expected"]
    verdicts = [
        passed(f"a/{number}", record={**told, "file": f"a/{number}.yaml"}) for number in range(1480)
    ]
    verdicts += [failed(f"b/{number}") for number in range(20)]
    log, html = tmp_path / "run.jsonl", tmp_path / "run.html"
    log.write_text("".join(lines_of(*verdicts)), encoding="utf-8")
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(
        [sys.executable, "-m", "prorata", "report", str(log), "--html", str(html)], check=True
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    text = html.read_text(encoding="utf-8")

    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime <= 3
    assert len(text.encode()) <= 5_000_000
    assert look(text).get_by_role("status").text_content() == "1500 of 1500"
