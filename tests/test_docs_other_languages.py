"""The commands and the code of docs/other-languages.md do what the page says."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sysconfig
from pathlib import Path

import pytest
from free_ports import free_port

pytestmark = pytest.mark.sweep

PAGE = Path(__file__).parent.parent / "docs" / "other-languages.md"
#: The tool of each chapter, and whether CI installs it: there it has to be.
TOOLS = {"PHP": ("php", True), "Node": ("node", True), "Java": ("javac", True), "Go": ("go", False)}
#: The file that the code of a chapter goes into, and what follows the class in it.
PLACES = {
    "PHP": ("adapter.php", "// The protocol:"),
    "Node": ("adapter.mjs", "let billing;"),
    "Java": ("Adapter.java", "    private static final Set"),
}
#: Code between fences, or a command behind four blanks.
_PART = r"^```(?:php|js|java)\n((?:(?!```).*\n)*)|^    (\S.*)$"
CLASS = "/** Your billing in one scenario"


def chapter(title):
    """Return the text of a chapter."""
    text = PAGE.read_text(encoding="utf-8")
    return re.search(rf"^## {title}\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)[1]


def runnable(title):
    """Return a chapter as a parameter, skipped where its tool is missing and may be."""
    tool, in_ci = TOOLS[title]
    missing = shutil.which(tool) is None and not (in_ci and os.environ.get("CI") == "true")
    return pytest.param(title, marks=pytest.mark.skipif(missing, reason=f"{tool} is not installed"))


class Shell:
    """Does commands one after the other, in the folder that they lead to."""

    def __init__(self, folder):
        self.folder = folder
        self.port = str(free_port())

    def run(self, line):
        """Do a command; return what it said, which must be done."""
        words = shlex.split(line.replace("8080", self.port))
        if words[0] == "cd":
            self.folder /= words[1]
            return ""
        path = os.pathsep.join([sysconfig.get_path("scripts"), os.environ["PATH"]])
        done = subprocess.run(
            words, cwd=self.folder, env={**os.environ, "PATH": path}, capture_output=True,
            text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def put(self, file, after, code):
        """Put code in place of the class of a file, up to what comes after it."""
        path = self.folder / file
        text = path.read_text(encoding="utf-8")
        begin, end = text.rindex("\n", 0, text.index(CLASS)), text.index(after)
        path.write_text(f"{text[:begin]}\n{code}\n{text[end:]}", encoding="utf-8")


@pytest.mark.parametrize("title", list(map(runnable, TOOLS)))
def test_each_chapter_does_what_it_says(title, tmp_path, monkeypatch):
    """The skeleton has manners, and with the code of the page five scenarios conform."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    shell, said = Shell(tmp_path), []
    for code, command in re.findall(_PART, chapter(title), re.MULTILINE):
        if code:
            shell.put(*PLACES[title], code)
        else:
            said.append(shell.run(command))
    assert any("my-billing: 18 of 18 checks ok" in each for each in said)
    if title in PLACES:
        assert "\n5 conform" in said[-1]


@pytest.mark.skipif(
    shutil.which("node") is None and os.environ.get("CI") != "true",
    reason="node is not installed",
)
def test_the_settings_of_the_page_start_the_server(tmp_path, monkeypatch):
    """What stands in prorata.toml need not be said."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    shell = Shell(tmp_path)
    for line in ("prorata new adapter --node shop", "cd shop"):
        shell.run(line)
    code, settings = re.findall(r"```(?:js|toml)\n(.*?)```", chapter("Node"), re.DOTALL)
    shell.put(*PLACES["Node"], code)
    text = settings.replace("8080", shell.port)
    (shell.folder / "prorata.toml").write_text(text, encoding="utf-8")
    assert "\n5 conform" in shell.run("prorata run edge/free-tariff-and-every-period")
