"""`python -m mutation`: what is asked for, what is told, and with which exit code it ends."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from mutation import changed, command
from mutation.modules import REFERENCE, modules_of

ROOT = Path(__file__).parents[2]


def _changed(*arguments):
    command = (sys.executable, "-m", "mutation", "--changed", *arguments)
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.mark.sweep
def test_the_mutants_of_changed_functions_are_caught(tmp_path):
    """Whatever was judged whole and reads otherwise now is judged again."""
    ran = _changed("--cache", str(tmp_path / "cache"))

    assert 0 == ran.returncode, ran.stdout + ran.stderr


def test_a_file_that_is_not_there_is_told(capsys):
    """It is a mistake of the command line: 2."""
    assert 2 == command.main(["reference/nothing.py"])
    assert "no file of the reference is called reference/nothing.py\n" == capsys.readouterr().err


@pytest.mark.parametrize("shard", ["0/4", "5/4", "4", "one/4"])
def test_a_part_is_one_of_a_whole(shard, capsys):
    """Another is a mistake of the command line: 2."""
    with pytest.raises(SystemExit) as ended:
        command.main(["--shard", shard])

    assert 2 == ended.value.code
    assert f"{shard} is no part of a whole" in capsys.readouterr().err


def test_nothing_is_judged_where_nothing_has_changed(monkeypatch, tmp_path, capsys):
    """Neither workers are started then nor anything recorded."""
    judged = tmp_path / "judged.json"
    judged.write_text(changed.written(modules_of(REFERENCE)), encoding="utf-8")
    monkeypatch.setattr(changed, "JUDGED", judged)

    assert 0 == command.main(["--changed", "--cache", str(tmp_path / "cache")])
    assert "no function has changed\n" == capsys.readouterr().out
    assert not (tmp_path / "cache").exists()


def test_functions_that_changed_since_a_commit(tmp_path, made):
    """A file that was not there has changed whole."""
    git = ("git", "-c", "user.name=a", "-c", "user.email=a@b", "-C", str(tmp_path))
    module = made("def rule(a):\n    return a\n\n\ndef other(a):\n    return a\n")
    (tmp_path / "small").mkdir()
    (tmp_path / "small" / "rules.py").write_text(module.source, encoding="utf-8")
    for arguments in (("init", "-q"), ("add", "small"), ("commit", "-qm", "first")):
        subprocess.run((*git, *arguments), check=True)
    other = made("def rule(a):\n    return a\n\n\ndef other(a):\n    return -a\n")
    new = made("def rule(a):\n    return a\n", name="small.new")

    assert {("small.rules", "other"), ("small.new", "rule")} == (
        changed.since_commit([other, new], "HEAD", tmp_path)
    )
