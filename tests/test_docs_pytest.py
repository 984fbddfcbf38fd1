"""docs/pytest.md and docs/ci.md: what they show is examples/pytest, and all of it is run."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from configparser import ConfigParser
from pathlib import Path

import pytest
import yaml

from prorata.harness import pytest_plugin
from prorata.harness.running.settings import read_settings

pytestmark = pytest.mark.sweep

ROOT = Path(__file__).parents[1]
EXAMPLE = ROOT / "examples" / "pytest"
PAGES = {name: (ROOT / "docs" / f"{name}.md").read_text("utf-8") for name in ("pytest", "ci")}
BASH = shutil.which("bash") or "bash"
#: What a block of a file of the example begins with; of its end nothing is left out.
FILES = {
    name: dict(re.findall(r"```\w+\n# ([\w./-]+)\n(.*?)```", text, re.DOTALL))
    for name, text in PAGES.items()
}


@pytest.fixture
def shell(tmp_path, monkeypatch):
    """Return what runs a command in a copy of the example, where installing does nothing."""
    folder = tmp_path / "suite"
    shutil.copytree(EXAMPLE, folder, ignore=shutil.ignore_patterns("__pycache__", ".*_cache"))
    programs = tmp_path / "bin"
    programs.mkdir()
    python = shlex.quote(sys.executable)
    for name, command in {
        "prorata": f"{python} -c 'from prorata.harness.cli import main; main()'",
        "pytest": f"{python} -m pytest -p no:cacheprovider -p xdist -p {pytest_plugin.__name__}",
        "pip": "true",
    }.items():
        (programs / name).write_text(f'#!/bin/sh\nexec {command} "$@"\n', encoding="utf-8")
        (programs / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("COLUMNS", "80")
    # Other plugins that are installed here are no part of the example.
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")

    def run(command):
        return subprocess.run(
            [BASH, "-c", command], cwd=folder, text=True, timeout=120, check=False,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip

    run.folder = folder
    return run


@pytest.mark.parametrize(
    ("page", "name"),
    [
        ("pytest", "tests/test_conforms.py"),
        ("pytest", "tests/two-prices.scenario.yaml"),
        ("pytest", "tests/test_shop.py"),
        ("ci", ".github/workflows/billing.yml"),
        ("ci", ".gitlab-ci.yml"),
        ("ci", "tox.ini"),
    ],
)
def test_the_pages_show_the_example(page, name):
    """What can be copied from a page is what is run."""
    assert (EXAMPLE / name).read_text("utf-8") == FILES[page][name]


def test_the_commands_of_the_page(shell):
    """Every command prints what stands below it, from the first to the last."""
    sessions = re.findall(r"```console\n(.*?)```", PAGES["pytest"], re.DOTALL)
    commands = [
        part for each in sessions for part in re.split(r"^\$ ", each, flags=re.MULTILINE)[1:]
    ]
    assert 6 == len(commands)
    for each in commands:
        command, _, expected = each.rstrip().partition("\n")
        printed = shell(command).stdout.rstrip()
        assert re.fullmatch(pattern(expected), printed, re.DOTALL), f"$ {command}\n{printed}"


def pattern(expected):
    """Return what output must be like: `…` is anything, blanks and rules are of any width."""
    wanted = re.escape(expected).replace("…", ".*?")
    return re.sub(r"__+", "_+", re.sub(r"(?:\\ )+", " +", wanted))


def jobs():
    """Return the commands of each workflow."""
    hub = yaml.safe_load((EXAMPLE / ".github/workflows/billing.yml").read_text("utf-8"))
    lab = yaml.safe_load((EXAMPLE / ".gitlab-ci.yml").read_text("utf-8"))
    steps = hub["jobs"]["conforms"]["steps"]
    return {
        "GitHub": [step["run"] for step in steps if "run" in step],
        "GitLab": lab["billing"]["script"],
    }


def test_a_workflow_is_green_and_red(shell):
    """It passes with the billing as it is, keeps its reports, and fails with a wrong one."""
    commands = jobs()["GitHub"]
    assert commands == jobs()["GitLab"]
    for command in commands:
        ran = shell(command)
        assert 0 == ran.returncode, f"$ {command}\n{ran.stdout}"
    assert "<testsuite" in (shell.folder / "report.xml").read_text("utf-8")
    assert (shell.folder / "run.jsonl").read_text("utf-8").count("\n") >= 7
    shell("""sed -i 's/"status": "active"/"status": "suspended"/' my_billing.py""")
    assert [0, 1, 1] == [shell(command).returncode for command in commands]


def test_the_commands_of_tox(shell):
    """What tox.ini runs passes, in environments of the Pythons that there are."""
    tox = ConfigParser(interpolation=None)
    tox.read(EXAMPLE / "tox.ini")
    for command in tox["testenv"]["commands"].strip().splitlines():
        ran = shell(command.replace("{posargs}", ""))
        assert 0 == ran.returncode, ran.stdout
    ours = ConfigParser(interpolation=None)
    ours.read(ROOT / "tox.ini")
    assert tox["tox"]["env_list"] in ours["tox"]["env_list"]


def test_what_is_installed_is_there():
    """Each requirement of the workflows and of tox.ini is ours, or what ours is tested with."""
    tox = ConfigParser(interpolation=None)
    tox.read(EXAMPLE / "tox.ini")
    told = set(tox["testenv"]["deps"].split())
    for commands in jobs().values():
        assert {"pip", "install", *told} == set(shlex.split(commands[0]))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert "faker" in project["optional-dependencies"]
    locked = (ROOT / "requirements" / "lock.txt").read_text("utf-8")
    assert all(f"\n{name}==" in locked for name in told - {"prorata[faker]"})


def test_the_settings_of_the_page_are_settings(tmp_path, monkeypatch):
    """The `prorata.toml` for another language can be read."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "prorata.toml").write_text(FILES["ci"]["prorata.toml"], encoding="utf-8")
    assert "stdio:php billing.php" == read_settings(Path()).values["implementation"]


def test_every_fixture_and_option_is_on_the_page():
    """Whoever reads it knows all that there is."""
    fixtures = {"panels", "clock", "timeline", "clients", "ispmanager", "billmanager"}
    assert fixtures < set(pytest_plugin.__all__)
    told = set(re.findall(r"`([\w-]+)", PAGES["pytest"]))
    assert fixtures | {"--prorata-implementation", "--prorata-select", "prorata_select"} <= told
    for link in re.findall(r"\]\(([^)#:]+)[)#]", "".join(PAGES.values())):
        assert (ROOT / "docs" / link).exists(), link
