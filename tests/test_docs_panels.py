"""docs/panels.md: its commands are run, its clients are the examples, and all of them work."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import fields
from importlib.metadata import entry_points
from pathlib import Path

import pytest
from free_ports import free_ports

from prorata.fakes.control import CONTROLS, Panels
from prorata.fakes.faults import CALLS, FaultRule
from prorata.harness.cli.seeds import load_seed

pytestmark = pytest.mark.sweep

ROOT = Path(__file__).parents[1]
CLIENTS = ROOT / "examples" / "clients"
TEXT = (ROOT / "docs" / "panels.md").read_text(encoding="utf-8")
BASH = shutil.which("bash") or "bash"
PLUGIN = "prorata.harness.pytest_plugin"
#: What each client is run with, and what it needs beside.
LANGUAGES = {
    "client.py": ("python",),
    "client.php": ("php",),
    "client.sh": ("bash", "curl", "jq"),
    "client.java": ("java",),
}
INSTALL = {"php": "php-cli", "java": "default-jdk-headless"}


def blocks(language):
    """Return the blocks of one language."""
    return re.findall(rf"```{language}\n(.*?)```", TEXT, re.DOTALL)


def needing(name):
    """Return a client's name; skipped where it cannot run, but not where all has to be there."""
    lacking = [each for each in LANGUAGES[name] if each != "python" and not shutil.which(each)]
    packages = " ".join(INSTALL.get(each, each) for each in lacking)
    skipped = bool(lacking) and os.environ.get("CI") != "true"
    reason = f"{', '.join(lacking)} not installed: apt-get install {packages}"
    return pytest.param(name, marks=pytest.mark.skipif(skipped, reason=reason))


class Shell:
    """A shell in a copy of the examples, whose panels are on ports of their own."""

    def __init__(self, folder):
        self.folder = folder / "clients"
        shutil.copytree(CLIENTS, self.folder)
        self.port = free_ports(2)
        self.serving = None
        programs = folder / "bin"
        programs.mkdir()
        python = shlex.quote(sys.executable)
        main = f"{python} -c 'from prorata.harness.cli import main; main()'"
        for name, command in (("prorata", main), ("python", python)):
            (programs / name).write_text(f'#!/bin/sh\nexec {command} "$@"\n', encoding="utf-8")
            (programs / name).chmod(0o755)
        self.environment = {
            **os.environ,
            "PATH": f"{programs}:{os.environ['PATH']}",
            "PRORATA_PANEL": self.moved("127.0.0.1:1500"),
            "ISPMANAGER": self.moved("http://127.0.0.1:1500/ispmgr"),
            "BILLMANAGER": self.moved("http://127.0.0.1:1501/billmgr"),
        }

    def moved(self, text):
        """Return a text with the ports of this shell for the usual ones."""
        return text.replace(":1500", f":{self.port}").replace(":1501", f":{self.port + 1}")

    def run(self, command, expected):
        """Run a command and compare what it prints, up to the width of blanks."""
        serves = command.startswith("prorata serve")
        shown = self.serve(command, len(expected)) if serves else self.output(self.moved(command))
        wanted = re.escape("\n".join(self.moved(line) for line in expected)).replace("…", ".*?")
        pattern = re.sub(r"(?:\\ )+", r" +", wanted)
        assert re.fullmatch(pattern, shown.rstrip(), re.DOTALL), f"$ {command}\n{shown}"

    def output(self, command):
        """Return what a command prints, errors included."""
        done = subprocess.run(
            [BASH, "-c", command], cwd=self.folder, env=self.environment,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60, check=False,
        )  # fmt: skip
        return done.stdout

    def serve(self, command, lines):
        """Serve until the next command that serves; return the first lines that are printed."""
        self.stop()
        here = f"exec {command} --listen 127.0.0.1:{self.port}"
        self.serving = subprocess.Popen(
            [BASH, "-c", here], cwd=self.folder, env=self.environment,
            stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        return "".join(self.serving.stdout.readline() for _ in range(lines))

    def stop(self):
        """Kill what serves, as a crash does."""
        if self.serving is not None:
            self.serving.kill()
            self.serving.communicate(timeout=20)
            self.serving = None


@pytest.fixture
def shell(tmp_path):
    """Return a shell of the test's own, and end what it serves."""
    started = Shell(tmp_path)
    yield started
    started.stop()


def commands(block):
    """Yield each command of a session with the lines that it prints."""
    for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
        command, *lines = part.rstrip().splitlines()
        while command.endswith("\\"):
            command = command[:-1] + lines.pop(0).lstrip("> ")
        yield command, lines


#: What all clients print.
(PRINTED,) = blocks("text")


@pytest.mark.parametrize("name", [needing(name) for name in LANGUAGES])
def test_a_client_in_each_language(shell, name):
    """Each orders, prolongs, suspends, meets a fault and looks it up, and tells the same."""
    shell.serve("prorata serve all --seed shop.yaml", 3)
    shell.run(f"{LANGUAGES[name][0]} {name}", PRINTED.splitlines())


def test_a_client_can_be_run_again(shell):
    """It begins with a reset."""
    shell.serve("prorata serve all --seed shop.yaml", 3)
    for _ in range(2):
        shell.run("python client.py", PRINTED.splitlines())


@pytest.mark.parametrize("name", [*LANGUAGES, "shop.yaml"])
def test_the_page_shows_the_examples(name):
    """What can be copied from the page is what is run."""
    shown = re.search(rf"`{re.escape(name)}`[^\n]*\n\n```\w+\n(.*?)```", TEXT, re.DOTALL)
    assert shown, f"{name} is not on the page"
    assert (CLIENTS / name).read_text(encoding="utf-8") == shown[1]


def test_the_commands_of_the_page(shell):
    """Every command prints what stands below it, from the first to the last."""
    sessions = [command for block in blocks("console") for command in commands(block)]
    assert sessions
    for command, expected in sessions:
        shell.run(command, expected)


def test_every_control_function_and_fault_is_told():
    """Each stands on the page as code: `POST advance ...`, `| `slow` |`, `nth`."""
    told = set(re.findall(r"\w+", " ".join(re.findall(r"`[^`\n]+`", TEXT))))
    names = {name for _, name in CONTROLS}
    conditions = {each.name for each in fields(FaultRule)} - {"fault"}
    assert not sorted((names | set(CALLS) | conditions) - told)


def test_the_seeds_of_the_page(tmp_path):
    """Every seed that the page shows can be begun with."""
    file = tmp_path / "seed.yaml"
    for seed in blocks("yaml"):
        file.write_text(seed, encoding="utf-8")
        assert "ispmanager" in Panels(seed=load_seed(file)).panels


def test_the_panels_in_python_of_the_page(capsys):
    """What serves panels from Python does."""
    (example,) = [block for block in blocks("python") if block.startswith("from prorata.fakes")]
    exec(compile(example, "docs/panels.md", "exec"), {})  # noqa: S102  the page's own
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/billmgr\n", capsys.readouterr().out)


def test_the_tests_of_the_page(tmp_path):
    """Every test that the page shows passes."""
    found = [block for block in blocks("python") if block.startswith("# test_")]
    for block in found:
        name = re.match(r"# (test_\w+\.py)", block)[1]
        (tmp_path / name).write_text(block, encoding="utf-8")
    installed = {each.value for each in entry_points(group="pytest11")}
    words = [] if PLUGIN in installed else ["-p", PLUGIN]
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *words, str(tmp_path)],
        cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert f"{len(found)} passed" in ran.stdout, ran.stdout + ran.stderr
