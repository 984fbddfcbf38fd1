"""What a hostile implementation says reaches no terminal as it is; every line of a log is JSON."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from prorata.harness.scenario import Scenario

pytestmark = pytest.mark.sweep

HERE = Path(__file__).parent


@pytest.mark.parametrize(
    ("vice", "code"),
    [
        ("escapes", 1),
        ("escapes in the name", 0),
        ("escapes at start", 2),
        ("escapes on stderr", 1),
        ("escapes in a refusal", 1),
        ("escapes in a user", 1),
        ("a null in a name", 1),
        ("binary", 1),
        ("ignores SIGTERM at the end", 1),
    ],
)
def test_escapes_reach_no_terminal(
    scenarios: list[Scenario], tmp_path: Path, vice: str, code: int
) -> None:
    """Neither on stdout nor on stderr, and each line of the log is JSON of UTF-8."""
    files = [Path(each.place(()).file).name for each in scenarios]
    program = shlex.join([sys.executable, "-S", "-E", str(HERE / "right.py")])
    said = subprocess.run(
        [Path(sys.executable).with_name("prorata"), "run", *files, "-v", "--log", "log.jsonl",
         "-i", f"stdio:{program}", "--timeout", "1"],
        cwd=tmp_path / "run", capture_output=True, check=False,
        env={**os.environ, "HOSTILE": vice, "HOSTILE_AT": "2", "XDG_CACHE_HOME": str(tmp_path)},
    )  # fmt: skip
    assert code == said.returncode
    shown = (said.stdout + said.stderr).decode()
    assert [] == [each for each in shown if not each.isprintable() and each != "\n"]
    assert "Traceback" not in shown
    log = tmp_path / "run" / "log.jsonl"
    assert all(json.loads(line) for line in log.read_text(encoding="utf-8").splitlines())
