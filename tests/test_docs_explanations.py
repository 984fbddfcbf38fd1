"""What the documents show of `prorata explain` is what it prints."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.sweep

ROOT = Path(__file__).parents[1]
TEXTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
#: A block that shows a command and what it prints.
_SHOWN = re.compile(r"```(?:text)?\n\$ (prorata explain [^\n]*)\n(.*?)```", re.DOTALL)
SHOWN = [
    pytest.param(command, shown, id=f"{file.name}: {command}")
    for file in TEXTS
    for command, shown in _SHOWN.findall(file.read_text(encoding="utf-8"))
]


def test_the_documents_show_explanations() -> None:
    """A date in the README; a change and an automatic renewal where failures are read."""
    assert len(SHOWN) >= 3


@pytest.mark.parametrize(("command", "shown"), SHOWN)
def test_what_is_shown_is_printed(command, shown, monkeypatch):
    """On 80 columns; lines that are left out have an ellipsis in their place."""
    monkeypatch.setenv("COLUMNS", "80")
    main = "from prorata.harness.cli import main; main()"
    words = [sys.executable, "-c", main, *shlex.split(command)[1:]]
    ran = subprocess.run(words, capture_output=True, encoding="utf-8", check=True)
    parts = [part.strip("\n") for part in re.split(r"^…\n", shown, flags=re.MULTILINE)]
    assert all(f"\n{part}\n" in f"\n{ran.stdout}" for part in parts), ran.stdout
