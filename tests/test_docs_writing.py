"""docs/writing-scenarios.md is tried: its commands in their order, and its files."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from prorata.harness.running.api import run

pytestmark = pytest.mark.sweep

TEXT = (Path(__file__).parents[1] / "docs" / "writing-scenarios.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", TEXT.replace("\n  ", "\n"), re.DOTALL)
CONSOLES = re.findall(r"```console\n(.*?)```", TEXT, re.DOTALL)
FILES = dict(re.findall(r"```yaml\n# (\S+)\n(.*?)```", TEXT, re.DOTALL))


@pytest.fixture(name="folder")
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with the files of the page."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    (ledger,) = (text for kind, text in BLOCKS if kind == "csv")
    tmp_path.joinpath("ledger.csv").write_text(ledger, encoding="utf-8")
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


def test_the_commands_say_what_the_page_says(folder: Path) -> None:
    """One after the other; an ellipsis stands for anything."""
    for command, said in re.findall(
        r"\$ (prorata [^\n]*)\n((?:(?!\$ )[^\n]*\n)*)", "".join(CONSOLES)
    ):
        words = [sys.executable, "-m", *shlex.split(command)]
        ran = subprocess.run(words, capture_output=True, encoding="utf-8", cwd=folder, check=True)
        pattern = said.replace("[", "[[]").replace("…", "*")
        assert fnmatchcase(ran.stdout, pattern), (command, ran.stdout)
    (written,) = re.findall(r"```yaml\n(title: A dearer.*?)```", TEXT, re.DOTALL)
    assert written == (folder / "dearer.yaml").read_text(encoding="utf-8")


def test_the_scenario_with_a_catalogue_conforms(folder: Path) -> None:
    """It is found above the folder of the scenario."""
    assert ["catalogues/shop.yaml", "fees/one.yaml"] == list(FILES)
    assert 0 == run(str(folder / "fees" / "one.yaml")).exit_code
