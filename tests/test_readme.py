"""What the README says is tried: its own billing, and its commands."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from prorata.harness.running.api import run

pytestmark = pytest.mark.sweep

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "README.md").read_text(encoding="utf-8")
BILLING = "python:my_billing:Billing"
CONFORMS = "edge/free-tariff-and-every-period"
#: What takes a folder of the reader's, a server, or a quarter of an hour.
NOT_TRIED = ("prorata check my/scenarios", "prorata serve", "prorata panel", "prorata simulate")

#: The commands of indented blocks, without the comments behind them.
COMMANDS = re.findall(r"^    (prorata [a-z][^\n]*?)(?: +# [^\n]*)?$", TEXT, re.MULTILINE)


@pytest.fixture(autouse=True)
def _stranger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stand in a folder with nothing but the README's billing."""
    (code,) = re.findall(r"```python\n# my_billing\.py\n(.*?)```", TEXT, re.DOTALL)
    (tmp_path / "my_billing.py").write_text(code, encoding="utf-8")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)


def said(command: str) -> subprocess.CompletedProcess[str]:
    """Run a command of the README."""
    words = [sys.executable, "-m", *shlex.split(command)]
    return subprocess.run(words, capture_output=True, encoding="utf-8", check=False)


def test_the_billing_conforms_where_the_readme_says_so() -> None:
    """Each of the five scenarios, in which its price is judged."""
    results = run(CONFORMS, BILLING)
    assert (results.exit_code, results.count("pass")) == (0, 5)
    assert f"-i {BILLING} {CONFORMS}      # five scenarios, which conform" in TEXT


def test_what_the_billing_gets_wrong_fits_on_a_screen() -> None:
    """And nothing that it is asked breaks it."""
    ran = said(f"prorata run -i {BILLING} documented worked provisioning")
    assert ran.returncode == 1
    assert "! " not in ran.stdout
    assert " errors" not in ran.stdout
    assert len(ran.stdout.splitlines()) <= 50
    assert int(re.findall(r"^(\d+) conform", ran.stdout, re.MULTILINE)[0]) > 0


def test_there_are_commands_to_try() -> None:
    """Of those that look closer, and of those that judge one's own billing."""
    tried = [each for each in COMMANDS if not each.startswith(NOT_TRIED)]
    assert {command.split()[1] for command in tried} == {
        "smoke", "run", "explain", "try", "rules", "readings", "trace", "fields", "scenarios",
    }  # fmt: skip


@pytest.mark.parametrize(
    "command",
    [
        each
        for each in COMMANDS
        if not each.startswith(NOT_TRIED) and not each.endswith("g:Billing")
    ],
)
def test_a_command_does_what_it_says(command: str) -> None:
    """As a stranger types it."""
    ran = said(command)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout


def test_its_manners_are_good() -> None:
    """`prorata smoke`, which comes first."""
    assert said(f"prorata smoke -i {BILLING}").returncode == 0


def test_what_needs_an_extra_is_said() -> None:
    """Of every extra that there is, and where the command lives."""
    project: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    for extra in project["project"]["optional-dependencies"]:
        assert f"`{extra}`" in TEXT
    assert ".venv/bin/prorata" in TEXT
    assert shutil.which("prorata", path=Path(sys.executable).parent)


def test_the_files_that_it_leads_to_are_there() -> None:
    """Every link."""
    for link in re.findall(r"\]\(([^)#:]+)\)", TEXT):
        assert (ROOT / link).is_file()
