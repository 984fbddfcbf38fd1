"""A shell completes commands, options, and the ids of scenarios and rules."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from prorata.harness.scenario import bundled_root, discover
from prorata.reference.rules import ids

pytestmark = pytest.mark.sweep

NAMES = [
    each.relative_to(bundled_root()).with_suffix("").as_posix() for each in discover(bundled_root())
]
PRORATA = Path(sys.executable).with_name("prorata")


def asked(line: str, shell: str = "bash") -> list[str]:
    """Return what is offered for the last word of a line; an empty one ends with a space."""
    words = shlex.split(line)
    last = len(words) if line.endswith(" ") else len(words) - 1
    current = words[last] if last < len(words) else ""
    told = current if shell == "fish" else str(last)
    env = {"COMP_WORDS": line, "COMP_CWORD": told, "_PRORATA_COMPLETE": f"{shell}_complete"}
    ran = subprocess.run(
        [PRORATA], capture_output=True, encoding="utf-8", env={**os.environ, **env}, check=True
    )
    assert "" == ran.stderr
    return ran.stdout.splitlines()


def test_commands_are_completed() -> None:
    """With what they do, where a shell shows it."""
    assert ["plain,run", "plain,rules"] == asked("prorata ru")
    assert any(
        each.startswith("plain,explain\tDerive every") for each in asked("prorata exp", "fish")
    )


def test_ids_of_scenarios_and_rules_are_completed() -> None:
    """All that begin so, and no other; of a rule for `try`, of a scenario for `explain`."""
    worked = [f"plain,{each}" for each in sorted(NAMES) if each.startswith("worked/up")]
    assert worked
    assert worked == sorted(asked("prorata run worked/up"))
    late = [f"plain,{each}" for each in sorted(ids()) if each.startswith("billmanager.renew.late")]
    assert late
    assert late == asked("prorata run -x edge/one billmanager.renew.late")
    assert late == asked("prorata try billmanager.renew.late")
    assert ["plain,worked/change-funds", "plain,worked/change-funds-old-day"] == sorted(
        each for each in asked("prorata explain worked/change-funds") if "refund" not in each
    )
    assert len(asked("prorata scenarios ")) == len(NAMES) + len(ids())


def test_other_words_are_completed() -> None:
    """Readings, catalogues, files of one's own; options and what follows them by the command."""
    assert ["plain,rounding", "plain,rounding_place"] == asked("prorata readings roundi")
    assert ["plain,shared-hosting"] == asked("prorata simulate sh")
    assert ["file,my/sc"] == asked("prorata run my/sc")
    assert ["plain,--known-failures"] == asked("prorata run --kno")
    assert ["plain,inprocess", "plain,socket"] == asked("prorata run --panels ")
    assert ["plain,scenario"] == asked("prorata new sce")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_of_a_shell_is_printed(shell: str) -> None:
    """And read by that shell, where it is there."""
    env = {**os.environ, "_PRORATA_COMPLETE": f"{shell}_source"}
    script = subprocess.run([PRORATA], capture_output=True, env=env, check=True).stdout
    assert b"_PRORATA_COMPLETE" in script
    if shutil.which(shell):
        subprocess.run([shell, "-n"], input=script, check=True)
