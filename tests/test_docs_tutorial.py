"""docs/tutorial.md: whoever follows it sees what it shows."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.sweep

PAGE = (Path(__file__).parents[1] / "docs" / "tutorial.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(python|diff|text|toml)\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
MAIN = "from prorata.harness.cli import main; main()"
#: Seconds are never the same, nor are ports, nor how many scenarios there are.
CHANGING = re.compile(
    r" +\d+\.\d s$|127\.0\.0\.1:\d+|\b\d+ (?=conform|skipped|scenarios|more)", re.MULTILINE
)


def changed(text: str, diff: str) -> str:
    """Apply a change to the only place that it fits."""
    lines = diff.splitlines(keepends=True)
    old = "".join(line[1:] for line in lines if line[0] in " -")
    new = "".join(line[1:] for line in lines if line[0] in " +")
    assert 1 == text.count(old), old
    return text.replace(old, new)


def test_what_it_shows_is_what_one_sees(tmp_path, monkeypatch):
    """Its file and its changes, and what each command prints on the way; lines may be left out."""
    monkeypatch.setenv("COLUMNS", "80")
    shop = tmp_path / "shop.py"
    shown = []
    for kind, text in BLOCKS:
        if kind == "python":
            shop.write_text(text, encoding="utf-8")
        elif kind == "diff":
            shop.write_text(changed(shop.read_text("utf-8"), text), encoding="utf-8")
        elif kind == "toml":
            (tmp_path / "prorata.toml").write_text(text, encoding="utf-8")
        else:
            command, _, printed = text.removeprefix("$ ").partition("\n")
            words = [sys.executable, "-c", MAIN, *shlex.split(command)[1:]]
            ran = subprocess.run(
                words, check=False, cwd=tmp_path, capture_output=True, encoding="utf-8"
            )
            assert "Traceback" not in ran.stderr
            seen = CHANGING.sub("", ran.stdout)
            for part in re.split(r"^…\n", printed, flags=re.MULTILINE):
                wanted = re.escape(CHANGING.sub("", part.strip("\n"))).replace("…", ".*")
                assert re.search(rf"^{wanted}$", seen, re.MULTILINE), f"{command}\n{ran.stdout}"
            shown.append((command, ran.returncode))
    # What fails on the way, and in the end nothing does.
    assert [1, 1, 1, 1] == [code for _, code in shown if code]
    assert ("prorata run -q", 0) == shown[-1]
