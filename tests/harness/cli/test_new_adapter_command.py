"""`prorata new adapter`: each skeleton passes smoke, and answers unsupported to everything."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
from free_ports import free_port

from prorata.harness.cli.new_adapter import SKELETONS

FILES = {
    "php": {"adapter.php"},
    "node": {"adapter.mjs"},
    "python": {"adapter.py"},
    "java": {"Adapter.java"},
    "go": {"go.mod", "main.go"},
}
TOOLS = {"php": "php", "node": "node", "java": "javac", "go": "go"}
#: Those that CI installs: an adapter that does not run there is a failure.
IN_CI = {"php", "node", "java"}


def runnable(language):
    """Return the language as a parameter, skipped where its tools are missing and may be."""
    tool = TOOLS.get(language)
    there = tool is None or shutil.which(tool) is not None
    wanted = language in IN_CI and os.environ.get("CI") == "true"
    skip = pytest.mark.skipif(not there and not wanted, reason=f"{tool} is not installed")
    return pytest.param(language, marks=skip)


def options(language, port):
    """Return the options of a skeleton, on a port that is free."""
    return shlex.split(SKELETONS[language].options.replace("8080", port))


@pytest.mark.parametrize("language", list(map(runnable, SKELETONS)))
def test_a_skeleton_passes_smoke_and_is_unsupported_everywhere(language, call, monkeypatch):
    """It has manners from the first moment, and no scenario is judged yet."""
    assert 0 == call("new", "adapter", f"--{language}", "mine").code
    monkeypatch.chdir("mine")
    skeleton, port = SKELETONS[language], str(free_port())
    if skeleton.build:
        subprocess.run(shlex.split(skeleton.build), check=True)
    smoked = call("smoke", *options(language, port))
    assert "my-billing: 18 of 18 checks ok" == smoked.out.splitlines()[-1]
    selection = ["documented", "edge/quoted-and-then-charged", "edge/acts-delivered-twice"]
    ran = call("run", *selection, *options(language, port), "--json")
    assert 2 == ran.code, ran.out
    verdicts = json.loads(ran.out)["verdicts"]
    assert {"skipped"} == {each["verdict"] for each in verdicts}
    reasons = {each["reason"] for each in verdicts if each["why"] == "unsupported"}
    assert {"order: planned", "quotes: planned"} == reasons


@pytest.mark.parametrize("language", SKELETONS)
def test_what_is_written_is_told(language, call):
    """The files, and the command that asks them next."""
    said = call("new", "adapter", f"--{language}")
    assert FILES[language] == {each.name for each in Path().iterdir()}
    wrote, then = said.out.split("next:\n")
    assert {f"wrote {name}" for name in FILES[language]} == set(wrote.splitlines())
    assert f"  prorata smoke {SKELETONS[language].options}" == then.splitlines()[-1]
    elsewhere = call("new", "adapter", f"--{language}", "my own").out
    assert elsewhere.endswith(f"next:\n  cd 'my own'\n{then}")


def test_nothing_is_written_over(call):
    """Where one of the files is there, none is written."""
    Path("main.go").write_text("mine", encoding="utf-8")
    said = call("new", "adapter", "--go")
    there = "main.go is there already, and is not written over; name another DIR\n"
    assert (2, there) == (said.code, said.err)
    assert ["main.go"] == [each.name for each in Path().iterdir()]
    assert "mine" == Path("main.go").read_text(encoding="utf-8")


def test_the_language_has_to_be_said(call):
    """Without one all are named, and nothing is written."""
    said = call("new", "adapter")
    languages = "say the language: --php, --node, --python, --java, --go\n"
    assert (2, languages) == (said.code, said.err)
    said = call("new", "adapter", "--go", "--php")
    assert (2, "say one language: --php, --go\n") == (said.code, said.err)
    assert [] == list(Path().iterdir())


def test_where_nothing_can_be_written(call):
    """A folder that is a file is one clear line."""
    Path("file").write_text("", encoding="utf-8")
    said = call("new", "adapter", "--php", "file")
    assert (2, "file: File exists\n") == (said.code, said.err)


def test_new_lists_what_it_writes(call):
    """`prorata new --help` names the kinds."""
    assert "adapter" in call("new", "--help").out
    assert 2 == call("new", "adaptor").code
