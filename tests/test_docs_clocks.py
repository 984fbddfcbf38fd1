"""What docs/clocks.md shows is what there is, and what is said."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from prorata.harness.clocks.wishes import FORMS

PAGE = (Path(__file__).parents[1] / "docs" / "clocks.md").read_text(encoding="utf-8")


def test_every_clock_has_its_row():
    """The page has a row for each word that may stand behind --clock, and no other."""
    words = set(re.findall(r"[\w:-]+", FORMS.replace(" or ", ", ")))
    (table,) = re.findall(r"\| `--clock` .*?\n\n", PAGE, re.DOTALL)
    assert words == set(re.findall(r"^\| `([\w:-]+)`", table, re.MULTILINE)) - {"--clock"}


def test_what_is_said_of_one_that_does_not_fit(tmp_path):
    """The command of the page says what the page shows."""
    ((words, said),) = re.findall(r"\$ prorata (.*)\n(.*reference is none)\n", PAGE)
    done = subprocess.run(
        [sys.executable, "-m", "prorata", *words.split()],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (2, "", f"{said}\n") == (done.returncode, done.stdout, done.stderr)
