"""docs/reselling.md: its example is run, its pictures and their texts are those of real runs."""

from __future__ import annotations

import re
import shlex
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner

from prorata.harness.drawing import drawn, svg, text
from prorata.harness.drawing.__main__ import main
from prorata.harness.running.api import run
from prorata.harness.running.selection import select

DOCS = Path(__file__).parents[1] / "docs"
TEXT = DOCS.joinpath("reselling.md").read_text(encoding="utf-8")
COMMAND = "python -m prorata.harness.drawing "
PICTURES = re.findall(rf"`({re.escape(COMMAND)}[^`\n]*\.svg)`", TEXT)
TEXTS = re.findall(rf"```text\n\$ ({re.escape(COMMAND)}[^\n]*)\n(.*?)```", TEXT, re.DOTALL)
EXAMPLES = re.findall(r"```yaml\n(title:.*?)```", TEXT, re.DOTALL)
SVG = "{http://www.w3.org/2000/svg}"


def scenario_of(command):
    """Return the scenario that a command draws, and the file that it writes, if it does."""
    name, *file = shlex.split(command.removeprefix(COMMAND))
    (found,) = select([name])
    return found, file


def test_there_are_pictures_of_an_order_a_renewal_and_a_lost_answer():
    """Each with its text, an alternative in words, and the command that makes it."""
    shown = dict(re.findall(r"!\[([^\]]+)\]\(([^)]+\.svg)\)", TEXT))
    files = {file for command in PICTURES for file in scenario_of(command)[1]}
    assert {f"docs/{file}" for file in shown.values()} == files
    assert 2 <= len(files) == len(TEXTS)
    assert all(60 < len(words) for words in shown)
    said = "\n".join(printed for _, printed in TEXTS)
    assert {"soft.order.param", "service.prolong", "itemevent", "lost"} <= set(
        re.findall(r"[\w.]+", said)
    )


@pytest.mark.parametrize("command", PICTURES)
def test_a_picture_is_that_of_a_run_today(command):
    """The same bytes, and the same once more."""
    found, (file,) = scenario_of(command)
    first, second = (svg(found, drawn(found)) for _ in range(2))
    assert first == second
    assert (DOCS.parent / file).read_text(encoding="utf-8") == first, f"renew it: {command}"


@pytest.mark.parametrize(("command", "printed"), TEXTS)
def test_a_text_is_that_of_a_run_today(command, printed):
    """The page shows what the command prints."""
    found, _ = scenario_of(command)
    assert printed.splitlines() == text(drawn(found))


@pytest.mark.parametrize("command", PICTURES)
def test_a_picture_tells_itself_in_words_and_in_light_and_dark(command):
    """Its title is the scenario's, its description every row; no colour is fixed on a shape."""
    found, (file,) = scenario_of(command)
    root = ET.parse(DOCS.parent / file).getroot()
    assert "img" == root.get("role")
    assert found.title == root.findtext(f"{SVG}title")
    assert text(drawn(found)) == root.findtext(f"{SVG}desc").splitlines()
    assert "prefers-color-scheme: dark" in root.findtext(f"{SVG}style")
    assert [] == [each for each in root.iter() if each.get("fill") or each.get("stroke")]


def test_the_example_holds(tmp_path):
    """The reference conforms, and so does a reseller that is no part of prorata."""
    (example,) = EXAMPLES
    file = tmp_path / "example.yaml"
    file.write_text(example, encoding="utf-8")
    (verdict,) = run(str(file)).verdicts
    assert "pass" == verdict.verdict, verdict
    command = shlex.join([sys.executable, "-m", "small_reseller"])
    assert "pass" == plugged(file, f"stdio:{command}")


def plugged(file, implementation):
    """Judge the example in Python by a file."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(DOCS.parent / "examples" / "python")
        (verdict,) = run(str(file), implementation).verdicts
    return verdict.verdict


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["edge/nothing-of-the-kind"], "edge/nothing-of-the-kind"),
        (["reselling/life-of-a-licence"], "scenarios; one is drawn"),
        (["worked/daily"], "has one billing"),
        (["reselling/ordered-and-active-by-event", "/nowhere/at/all.svg"], "/nowhere/at/all.svg"),
    ],
    ids=["unknown", "several", "one billing", "no folder"],
)
def test_what_cannot_be_drawn_is_told_in_a_line(words, said):
    """With the way out, and without a traceback."""
    ran = CliRunner().invoke(main, words)
    assert 2 == ran.exit_code
    assert said in ran.output
    assert 1 == len(ran.output.splitlines())


def test_it_draws(tmp_path):
    """Into a file, or as text."""
    name, file = "reselling/ordered-and-active-by-event", tmp_path / "drawn.svg"
    assert 0 == CliRunner().invoke(main, [name, str(file)]).exit_code
    (found,) = select([name])
    assert svg(found, drawn(found)) == file.read_text(encoding="utf-8")
    printed = CliRunner().invoke(main, [name]).output
    assert text(drawn(found)) == printed.splitlines()
