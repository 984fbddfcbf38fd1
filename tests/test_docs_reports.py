"""docs/reports.md: its commands work, its snippets are well formed, and the log is as it says."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

pytestmark = pytest.mark.sweep

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "docs" / "reports.md").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")
FEE = "documented/late-fee-half-of-five-days"


def blocks(language):
    """Return the blocks of one language."""
    return re.findall(rf"```{language}\n(.*?)```", TEXT, re.DOTALL)


def said(command, folder):
    """Run a command of the page; what runs everything there runs two scenarios."""
    words = shlex.split(command, comments=True)
    words += [FEE, "edge/free-tariff-and-every-period"] if words[1] == "run" else []
    return subprocess.run(
        [sys.executable, "-m", *words],
        cwd=folder,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


@pytest.fixture(name="folder")
def _folder(tmp_path, monkeypatch):
    """Return a folder with the README's billing, where nobody collects summaries."""
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    (code,) = re.findall(r"```python\n# my_billing\.py\n(.*?)```", README, re.DOTALL)
    (tmp_path / "my_billing.py").write_text(code, encoding="utf-8")
    return tmp_path


def test_the_commands(folder):
    """One after the other, each writes what it names, and says nothing on stderr."""
    (block,) = blocks("sh")
    for command in block.splitlines():
        ran = said(command, folder)
        assert (ran.returncode in {0, 1}, ran.stderr) == (True, "")
        for name in ("mine", "theirs", "before"):
            (folder / f"{name}.jsonl").write_bytes((folder / "run.jsonl").read_bytes())
    written = {path.name for path in folder.iterdir()}

    assert {"run.jsonl", "report.html", "junit.xml", "summary.md", "badge.svg", "badge.json",
            "run.json", "both.html"} <= written  # fmt: skip


def test_the_snippets_for_ci(folder):
    """They are YAML, and each command of prorata in them writes what is kept."""
    snippets = [yaml.safe_load(block) for block in blocks("yaml")]
    gitlab, github = snippets
    commands = [*gitlab["billing"]["script"], github[0]["run"]]
    kept = {*gitlab["billing"]["artifacts"]["paths"], *github[1]["with"]["path"].split()}
    for command in commands:
        assert said(command, folder).returncode == 0

    assert kept | {gitlab["billing"]["artifacts"]["reports"]["junit"]} <= {
        path.name for path in folder.iterdir()
    }


def test_what_changed_is_told_as_shown(folder):
    """The block is what is printed for a late fee that is newly wrong."""
    said("prorata run --log before.jsonl", folder)
    lines = (folder / "before.jsonl").read_text(encoding="utf-8").splitlines()
    told = [json.loads(line) for line in lines]
    first = {"rule": "x", "at": "2025-09-05 12:00", "act": "renew site for 1 month",
             "path": ["charged", "late fee"], "expected": "0.25", "got": "0.20"}  # fmt: skip
    told[1] |= {"verdict": "fail", "first": first}
    told[-1] |= {"passed": told[-1]["passed"] - 1, "failed": 1}
    text = "".join(json.dumps(each) + "\n" for each in told)
    (folder / "after.jsonl").write_text(text, encoding="utf-8")
    (shown,) = blocks("text")

    ran = said("prorata report compare before.jsonl after.jsonl", folder)
    assert (1, shown) == (ran.returncode, ran.stdout.partition("\n\n")[2])


def test_the_log_is_as_it_says(folder):
    """Every key of an event and of a record is in the tables."""
    said("prorata run --log run.jsonl", folder)
    lines = (folder / "run.jsonl").read_text(encoding="utf-8").splitlines()
    events = [json.loads(line) for line in lines]
    keys = {key for event in events for key in (*event, *event.get("record", ()))} - {"event"}

    assert set() == {key for key in keys if f"`{key}`" not in TEXT}


def test_the_pictures_are_there():
    """Each with a text for who cannot see it."""
    pictures = re.findall(r"!\[([^\]]+)\]\((pictures/[^)]+)\)", TEXT)

    assert len(pictures) == 3
    assert all(alt and (ROOT / "docs" / path).is_file() for alt, path in pictures)
