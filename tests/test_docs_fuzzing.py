"""docs/fuzzing.md: its commands work, and what it shows is found."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

pytestmark = pytest.mark.sweep

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "docs" / "fuzzing.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^    (prorata .*)$", TEXT, re.MULTILINE)
FOUND = "prorata-found"
BY_HYPOTHESIS = next(each for each in COMMANDS if "--hypothesis" in each)


def block(language: str) -> str:
    """Return the one block of a language."""
    found = re.findall(r"^```(\w*)\n(.*?)^```$", TEXT, re.DOTALL | re.MULTILINE)
    (text,) = (text for name, text in found if name == language)
    return str(text)


def _in(folder: Path) -> Any:
    """Return what runs a command of the page, in a folder with the page's billing."""
    (folder / "shop.py").write_text(block("python"), encoding="utf-8")

    def said(command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", *shlex.split(command)],
            cwd=folder,
            capture_output=True,
            encoding="utf-8",
            check=False,
            env={**os.environ, "PYTHONPATH": str(ROOT / "examples" / "python"), "COLUMNS": "200"},
        )

    return said


@pytest.fixture(name="shop", scope="module")
def _shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder in which commands are run one after another."""
    return tmp_path_factory.mktemp("shop")


@pytest.fixture(name="said", scope="module")
def _said(shop: Path) -> Any:
    """Return what runs commands one after another in the same folder."""
    return _in(shop)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command(said: Any, shop: Path, command: str) -> None:
    """It does what the page says: something is found, or not, but nothing is wrong with it."""
    if FOUND in command and not (shop / FOUND).exists():
        said(COMMANDS[0])  # whose test may be another process's
    ran = said(command)

    assert (True, "") == (ran.returncode in {0, 1}, ran.stderr)
    assert ran.stdout


def test_what_is_found_is_said_as_shown(tmp_path: Path) -> None:
    """The rule, and the sentence but for its amounts; the file is where the page has it."""
    said = _in(tmp_path)
    ran = said(COMMANDS[0])
    shown = block("")

    assert 1 == ran.returncode
    for line in ("a renewal charges one day too few", "rule billmanager.renew.late-fee.percent"):
        assert line in shown
        assert line in ran.stdout
    (again,) = re.findall(r"again:  (.*)", shown)
    assert again in ran.stdout
    assert 1 == said(again).returncode


def test_the_snippets_are_well_formed() -> None:
    """The job keeps the folder that its command names; the known failure is one."""
    job = yaml.safe_load(block("yaml"))["fuzz"]
    assert f"--save {job['artifacts']['paths'][0]}" in job["script"][0]
    (known,) = tomllib.loads(block("toml"))["known"]
    assert {"id", "rule", "reason"} == known.keys()
