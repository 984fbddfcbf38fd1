"""`python -m mutation`: what is asked for, what is told, and with which exit code it ends."""

from __future__ import annotations

import subprocess
import sys
from argparse import Namespace
from pathlib import Path

import pytest

from mutation import changed, command, equivalents
from mutation.making import mutants_of
from mutation.modules import REFERENCE, modules_of
from mutation.results import Result, Results

pytestmark = pytest.mark.sweep

ROOT = Path(__file__).parents[2]


def _changed(*arguments):
    command = (sys.executable, "-m", "mutation", "--changed", *arguments)
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


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


TEXT = "def late(day, due):\n    return day > due\n"


@pytest.fixture
def run(made, tmp_path, monkeypatch):
    """Return how a run of a module with one rule is told, of whose mutants nothing is recorded."""
    module = made(TEXT, name="small.rules")
    nothing = tmp_path / "equivalents.toml"
    nothing.write_text("", encoding="utf-8")
    monkeypatch.setattr(equivalents, "FILE", nothing)

    def tell(*hows, since=None):
        results = Results(tmp_path / "results.jsonl")
        mutants = mutants_of(module)
        for mutant, how in zip(mutants, hows, strict=True):
            results.add(mutant, Result(how, "edge/one" if how != "survived" else "", ""))
        asked = Namespace(changed=False, since=since, show=True, record=False)
        told = command.Run([module], None, results, asked)
        return told.tell([module], mutants)

    return tell


def test_a_run_ends_well_where_enough_is_caught(run, capsys):
    """It tells the rate of each file."""
    assert 0 == run("differs", "raises")
    told = "small/rules.py: 2 of 2 caught, 100.0% raw; 0 recorded, 100.0% of the rest; 0 open\n"
    assert (told, "") == capsys.readouterr()


def test_a_run_ends_with_1_where_too_little_is_caught(run, capsys):
    """It tells what nothing catches."""
    assert 1 == run("differs", "survived")
    told = capsys.readouterr()
    assert "    2 late, comparison: day > due → day <= due\n" in told.out
    assert "small/rules.py: 50.0% caught, less than 90%\nall: 50.0% caught" in told.err


def test_of_changed_functions_all_is_caught(run, capsys):
    """A new survivor has no share that it may be in."""
    assert 1 == run("differs", "survived", since="HEAD")
    assert (
        "small.rules, late: nothing catches comparison, day > due → day <= due\n"
        == capsys.readouterr().err
    )


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
