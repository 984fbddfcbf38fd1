"""The command line as a process: signals, pipes, terminals."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.sweep

MAIN = [sys.executable, "-c", "from prorata.harness.cli import main; main()"]
#: Who is started in the background, or behind nohup, ignores what it is to hear here.
_HEARS = """
import os, signal, sys
for each in (signal.SIGINT, signal.SIGHUP):
    signal.signal(each, signal.SIG_DFL)
os.execvp(sys.argv[1], sys.argv[1:])
"""
HEARD = [sys.executable, "-c", _HEARS]
FEE = "documented/late-fee-half-of-five-days"


def test_ctrl_c_while_the_program_is_loaded_shows_no_traceback() -> None:
    """Nothing has begun then, so there is nothing to end: it is as of any program."""
    early = (
        "import os, signal, sys; from prorata.harness.cli import main\n"
        "class Early:\n"
        "    def find_spec(self, name, *rest):\n"
        "        os.kill(os.getpid(), signal.SIGINT) if name.endswith('.commands') else None\n"
        "sys.meta_path.insert(0, Early()); main()"
    )
    words = [*HEARD, sys.executable, "-c", early, "run"]
    ended = subprocess.run(words, capture_output=True, check=False)
    assert (ended.returncode, ended.stdout, ended.stderr) == (-signal.SIGINT, b"", b"")


@pytest.mark.parametrize(
    ("before", "number", "code", "said"),
    [
        ("", signal.SIGINT, 130, "interrupted"),
        ("trap '' INT; ", signal.SIGINT, 130, "interrupted"),
        ("", signal.SIGTERM, 143, "terminated"),
        ("", signal.SIGHUP, 129, "hung up"),
    ],
    ids=["heard", "ignored", "terminated", "hung up"],
)
def test_a_run_that_is_ended_from_outside_ends_with_its_footer(
    polite: Any, before: str, number: int, code: int, said: str
) -> None:
    """Though the billing hangs, which is ended as well, and though a shell ignores Ctrl-C."""
    words = ["run", FEE, "-i", polite("hang"), "--timeout", "60", "--log", "run.jsonl"]
    with subprocess.Popen(
        [
            *HEARD,
            "/bin/sh",
            "-c",
            before + 'exec "$@"',
            "sh",
            *MAIN,
            *words,
            "--trace",
            "trace.jsonl",
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        log = Path("run.jsonl")
        deadline = time.monotonic() + 20
        try:
            while not (log.exists() and "header" in log.read_text("utf-8")):
                assert time.monotonic() < deadline
                time.sleep(0.02)
            time.sleep(0.3)  # until it has been asked and hangs
            process.send_signal(number)
            out, err = process.communicate(timeout=20)
        finally:
            process.kill()
    assert (process.returncode, err) == (code, f"{said}; 1 scenario not run\n")
    header, footer = (json.loads(line) for line in log.read_text("utf-8").splitlines())
    assert (header["event"], footer["event"], footer["passed"]) == ("header", "footer", 0)
    assert out.splitlines()[-1].startswith("0 conform")


@pytest.mark.parametrize(
    "words",
    [["run", FEE], ["explain", "worked/daily"], ["rules"], ["--help"]],
)
def test_a_reader_that_goes_away_is_no_mistake(words: list[str]) -> None:
    """As `| head -1`: nothing on stderr."""
    reading, writing = os.pipe()
    os.close(reading)
    ended = subprocess.run(
        [*MAIN, *words], stdout=writing, stderr=subprocess.PIPE, check=False, text=True, timeout=20,
    )  # fmt: skip
    os.close(writing)
    assert ended.stderr == ""
    assert ended.returncode == (1 if words == ["--help"] else 141)


def test_a_closed_stdout_is_no_mistake() -> None:
    """As `>&-`: judged all the same."""
    command = 'exec "$@" >&-'
    ended = subprocess.run(
        ["/bin/sh", "-c", command, "sh", *MAIN, "run", FEE],
        stderr=subprocess.PIPE, check=False, text=True, timeout=20,
    )  # fmt: skip
    assert (ended.returncode, ended.stderr) == (0, "")


def on_a_terminal(*words: str, **environment: str) -> str:
    """Run with a terminal as stdout and stderr, and return what it shows."""
    master, slave = pty.openpty()
    clean = {key: value for key, value in os.environ.items() if key not in {"NO_COLOR", "CI"}}
    with subprocess.Popen(
        [*MAIN, *words],
        stdout=slave,
        stderr=slave,
        env={**clean, "TERM": "xterm-256color", **environment},
    ) as process:
        os.close(slave)
        shown = b""
        try:
            while chunk := os.read(master, 65536):
                shown += chunk
        except OSError:  # the end of a terminal
            pass
        assert process.wait(20) in {0, 1}
    os.close(master)
    return shown.decode()


def test_colour_is_for_terminals_whose_user_wants_it(wrong: Path) -> None:
    """On a terminal styled, plain under NO_COLOR and in a pipe."""
    styled = on_a_terminal("run", str(wrong))
    assert "\x1b[" in styled
    assert "late fee" in styled
    plain = on_a_terminal("run", str(wrong), NO_COLOR="1")
    assert "\x1b[" not in plain
    assert "expected 0.20   got 0.25" in plain
    assert "\x1b[" in on_a_terminal("run", str(wrong), NO_COLOR="")
    assert "\x1b[" in on_a_terminal("rules", "billmanager.renew.*")
    assert "\x1b[" not in on_a_terminal("rules", "billmanager.renew.*", NO_COLOR="1")
    piped = subprocess.run(
        [*MAIN, "run", str(wrong)], capture_output=True, check=False, text=True, timeout=20,
    )  # fmt: skip
    assert "\x1b[" not in piped.stdout + piped.stderr
    assert "expected 0.20   got 0.25" in piped.stdout


@pytest.mark.parametrize(
    "words",
    [
        ("rules", "billmanager.renew.late-fee.percent"),
        ("readings", "rounding", "period_days"),
        ("scenarios", "edge/late-fee*"),
        ("fields", "tariff"),
        ("explain", FEE),
        ("--help",),
    ],
    ids=" ".join,
)
def test_nothing_is_wider_than_a_narrow_terminal(words: tuple[str, ...]) -> None:
    """Of 60 columns: what is longer goes on below, but for a word that has no space in it."""
    shown = on_a_terminal(*words, COLUMNS="60", NO_COLOR="1").replace("\r", "")
    wide = [line for line in shown.splitlines() if len(line) > 60 and " " in line.strip()]
    assert wide == []
    assert len(shown.splitlines()) > 5


def test_any_encoding_will_do(wrong: Path) -> None:
    """What a terminal cannot show is replaced."""
    ended = subprocess.run(
        [*MAIN, "run", str(wrong)],
        capture_output=True, check=False, timeout=20,
        env={**os.environ, "PYTHONIOENCODING": "latin-1"},
    )  # fmt: skip
    assert (ended.returncode, ended.stderr) == (1, b"")
    assert b"expected 0.20   got 0.25" in ended.stdout
