"""docs/diagnosing.md: whoever follows it sees what it shows, and every convention is in it."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from prorata.harness.diagnosing.conventions import CONVENTIONS

pytestmark = pytest.mark.sweep

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "diagnosing.md").read_text(encoding="utf-8")
SHOWN = re.findall(r"^```text\n\$ (.*)\n((?:.*\n)*?)```$", PAGE, re.MULTILINE)
PLAIN = re.findall(r"^ {4}(prorata .*)$", PAGE, re.MULTILINE)
#: Seconds are never the same, nor is how many scenarios there are.
CHANGING = re.compile(r"\d+ of \d+ scenarios asked · \d+\.\d s$", re.MULTILINE)


def said(command, folder):
    """Run a command of the page."""
    words = [sys.executable, "-m", *shlex.split(command)]
    ran = subprocess.run(words, check=False, cwd=folder, capture_output=True, encoding="utf-8")
    assert "" == ran.stderr
    return ran


@pytest.fixture(name="folder", scope="module")
def _folder(tmp_path_factory):
    """Return a folder with the shop of the page, beside the billing that it is made of."""
    folder = tmp_path_factory.mktemp("shop")
    shutil.copytree(ROOT / "examples" / "python" / "small_billing", folder / "small_billing")
    (code,) = re.findall(r"^```python\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
    (folder / "shop.py").write_text(code, encoding="utf-8")
    return folder


@pytest.mark.parametrize(("command", "printed"), SHOWN)
def test_what_it_shows_is_what_one_sees(command, printed, folder):
    """What each command prints; lines may be left out, and the ends of long ones."""
    seen = CHANGING.sub("", said(command, folder).stdout)
    for part in re.split(r"^…\n", printed, flags=re.MULTILINE):
        wanted = re.escape(CHANGING.sub("", part.strip("\n"))).replace("…", ".*")
        assert re.search(rf"^{wanted}$", seen, re.MULTILINE), seen


@pytest.mark.parametrize("command", PLAIN)
def test_the_other_commands(command, folder):
    """They work, and JSON is JSON."""
    ran = said(command, folder)
    assert 0 == ran.returncode
    assert "--json" not in command or {"rounding": "down"} == json.loads(ran.stdout)["declare"]


def test_every_convention_is_told():
    """By its name, what it is about and its sentence, and nothing else is."""
    rows = re.findall(
        r"^\| `(.*?)` \| (.*?) \| (.*?) \|$", PAGE.partition("## Conventions")[2], re.MULTILINE
    )
    told = [(name, each.about, each.sentence) for name, each in CONVENTIONS.items()]
    assert told == rows


def test_it_is_found_from_the_readme():
    """As every page is."""
    assert "](docs/diagnosing.md)" in (ROOT / "README.md").read_text(encoding="utf-8")
