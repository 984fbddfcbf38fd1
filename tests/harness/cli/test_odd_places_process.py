"""The command line beside strange files: full devices, endless ones, pipes, odd bytes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.sweep

MAIN = [sys.executable, "-m", "prorata"]
FEE = "documented/late-fee-half-of-five-days"
NO_ROOM = "cannot write: No space left on device\n"


def said(*words: str | bytes, stdin: bytes = b"") -> tuple[int, str, str]:
    """Call the command line; return its exit code and what it wrote."""
    ended = subprocess.run([*MAIN, *words], capture_output=True, check=False, input=stdin)
    out, err = ended.stdout.decode(), ended.stderr.decode()
    assert "Traceback" not in out + err
    return ended.returncode, out, err


def test_the_module_is_the_command() -> None:
    """`python -m prorata` is `prorata`, under that name."""
    code, out, err = said("run", "--help")
    assert (code, err) == (0, "")
    assert out.startswith("Usage: prorata run ")


@pytest.mark.parametrize(
    "words",
    [
        ("run", FEE),
        ("run", FEE, "--trace", "-"),
        ("explain", FEE),
        ("--help",),
        ("serve", "ispmanager", "--listen", ":0"),
    ],
    ids=" ".join,
)
def test_a_full_stdout_is_one_line(words: tuple[str, ...]) -> None:
    """And exit code 2, whoever writes."""
    with Path("/dev/full").open("wb") as nowhere:
        ended = subprocess.run([*MAIN, *words], stdout=nowhere, stderr=subprocess.PIPE, check=False)
    assert (ended.returncode, ended.stderr.decode()) == (2, NO_ROOM)


@pytest.mark.parametrize("option", ["--log", "--trace"])
def test_a_full_log_is_one_line(option: str) -> None:
    """What could not be kept is no run that can be relied on: exit code 2."""
    code, _, err = said("run", FEE, option, "/dev/full")
    assert (code, err) == (2, "/dev/full: No space left on device\n")


def test_a_disk_that_is_full_leaves_no_half_of_a_file(wrong: Path) -> None:
    """What was there stays as it was, and nothing new lies beside it; the file is named."""
    wrong.write_text(wrong.read_text(encoding="utf-8").replace('"', ""), encoding="utf-8")
    before = wrong.read_bytes()
    full = "ulimit -f 0; trap '' XFSZ; exec \"$@\""
    words = ["/bin/sh", "-c", full, "sh", *MAIN, "check", "--fix", str(wrong)]
    ended = subprocess.run(words, capture_output=True, check=False, text=True)
    assert (ended.returncode, ended.stderr) == (2, f"{wrong}: File too large\n")
    assert [wrong.name] == [each.name for each in Path().iterdir()]
    assert before == wrong.read_bytes()


@pytest.mark.parametrize("option", ["--json", "--log=-", "--trace=-", "--html=-"])
def test_a_stdout_that_is_closed_is_written_nothing(option: str) -> None:
    """And the run is judged all the same."""
    words = [*MAIN, "run", FEE, option]
    ended = subprocess.run(
        ["/bin/sh", "-c", 'exec "$@" >&-', "sh", *words], stderr=subprocess.PIPE, check=False
    )
    assert (ended.returncode, ended.stderr) == (0, b"")


def test_a_full_stderr_hides_the_mistake_and_not_its_code() -> None:
    """There is nowhere to tell it."""
    for words in (("run", "zzz"), ("zzz",)):
        with Path("/dev/full").open("wb") as nowhere:
            ended = subprocess.run([*MAIN, *words], stderr=nowhere, check=False)
        assert ended.returncode == 2


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("check", "/dev/zero"), "/dev/zero:1:1: cannot be read: larger than 16 MiB\n"),
        (("run", "/dev/zero"), "/dev/zero:1:1: cannot be read: larger than 16 MiB\n"),
        (("run", FEE, "--known-failures", "/dev/zero"), "/dev/zero: larger than 16 MiB\n"),
        (("serve", "all", "--seed", "/dev/zero"), "/dev/zero: larger than 16 MiB\n"),
        (("serve", "all", "--faults", "/dev/zero"), "/dev/zero: larger than 16 MiB\n"),
    ],
    ids=lambda words: " ".join(words) if isinstance(words, tuple) else "",
)
def test_a_file_without_end_is_one_line(words: tuple[str, ...], message: str) -> None:
    """No more of it is read than a file may have."""
    code, out, err = said(*words)
    assert code == 2
    assert (out + err).startswith(message)


def test_a_pipe_is_a_file(wrong: Path) -> None:
    """As `<(...)` of a shell is: a scenario is read from it, a log is written to it."""
    os.mkfifo("fifo.yaml")
    with subprocess.Popen(["/bin/sh", "-c", 'cat "$0" > fifo.yaml', str(wrong)]):
        assert said("check", "fifo.yaml") == (0, "1 file is fine\n", "")
    os.mkfifo("log")
    with subprocess.Popen(["/bin/sh", "-c", "cat log"], stdout=subprocess.PIPE) as reader:
        assert said("run", FEE, "--log", "log")[0] == 0
        assert reader.stdout is not None
        events = [json.loads(line)["event"] for line in reader.stdout]
    assert events == ["header", "scenario", "footer"]


def test_a_pipe_whose_reader_goes_ends_the_run_like_head() -> None:
    """Exit code 141, and nothing said."""
    os.mkfifo("log")
    with subprocess.Popen(["/bin/sh", "-c", "head -c 10 log"], stdout=subprocess.DEVNULL):
        code, _, err = said("run", "documented", "--log", "log")
    assert (code, err) == (141, "")


def test_a_folder_with_a_pipe_in_it_is_not_waited_for(wrong: Path) -> None:
    """Only files in it are scenarios."""
    Path("mine").mkdir()
    os.mkfifo("mine/pipe.yaml")
    Path("mine/fee.yaml").write_bytes(wrong.read_bytes())
    assert said("check", "mine") == (0, "1 file is fine\n", "")


def test_a_scenario_on_stdin_is_checked(wrong: Path) -> None:
    """Beside files as well; none at all is an empty one."""
    data = wrong.read_bytes()
    assert said("check", "-", str(wrong), stdin=data) == (0, "2 files are fine\n", "")
    code, out, _ = said("check", "-", stdin=data + b"\0")
    assert (code, out.splitlines()[0][:4]) == (2, "-:15")
    closed = subprocess.run(
        ["/bin/sh", "-c", 'exec "$@" <&-', "sh", *MAIN, "check", "-"],
        capture_output=True, check=False,
    )  # fmt: skip
    assert closed.stdout.startswith(b"-:1:1: the file is empty")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"title: \xff", "odd.yaml:1:8: byte 0xff is not UTF-8"),
        (b"title: a\0", "odd.yaml:1:9: character U+0000 cannot be in a scenario"),
        (b"", "odd.yaml:1:1: the file is empty; a scenario has a title"),
        (b"[" * 100_000, "odd.yaml:1:33: nested deeper than 32 levels"),
    ],
)
def test_odd_bytes_in_a_scenario_are_told_at_their_place(
    call: Any, data: bytes, message: str
) -> None:
    """Of a seed as well."""
    Path("odd.yaml").write_bytes(data)
    checked = call("check", "odd.yaml")
    assert (checked.code, checked.out) == (2, f"{message}\n1 problem in 1 file\n")
    seed = call("serve", "all", "--seed", "odd.yaml")
    assert (seed.code, seed.err[:11]) == (2, message[:11])
    faults = call("serve", "all", "--faults", "odd.yaml")
    assert (faults.code, faults.err[:11]) == (2, "odd.yaml:1:")


ODD = "\udcff"  # how Python passes on the byte 0xff, which is no UTF-8


@pytest.mark.parametrize(
    "words",
    [
        (ODD,),
        ("run", f"a{ODD}"),
        ("run", f"a{ODD}.yaml"),
        ("explain", ODD),
        ("try", ODD, f"a={ODD}"),
        ("try", "billmanager.renew.late-fee.fixed", f"amount={ODD}"),
        ("rules", ODD),
        ("readings", ODD),
        ("scenarios", ODD),
        ("scenarios", "show", ODD),
        ("run", "--reading", f"{ODD}={ODD}"),
        ("run", "-i", f"stdio:{ODD}"),
        ("run", FEE, "-i", f"python:{ODD}:{ODD}"),
        ("run", "--today", ODD),
        ("simulate", ODD, "--services=1", "--from=2025-01-01", "--to=2025-02-01", "--out=book"),
    ],
)
def test_odd_bytes_in_arguments_are_exit_2(call: Any, words: tuple[str, ...]) -> None:
    """With a message that can be printed."""
    told = call(*words)
    assert (told.code, told.out) == (2, "")
    assert told.err.strip()


@pytest.mark.parametrize("data", [b"a = '\xff'", b"a = '\0'", b"a = " + b"[" * 50_000])
def test_settings_and_lists_of_odd_bytes_are_exit_2(call: Any, data: bytes) -> None:
    """As of any file that cannot be used."""
    Path("known.toml").write_bytes(data)
    told = call("run", FEE, "--known-failures", "known.toml")
    assert (told.code, told.err[:12], told.err.count("\n")) == (2, "known.toml: ", 1)
    Path("prorata.toml").write_bytes(data)
    told = call("run", FEE)
    assert (told.code, told.err[:14], told.err.count("\n")) == (2, "prorata.toml: ", 1)


@pytest.mark.parametrize("year", ["0001", "1899", "3000", "9999"])
def test_a_year_that_no_billing_has_is_told(call: Any, year: str) -> None:
    """Of scenarios, simulations and panels alike."""
    day = f"{year}-01-01"
    text = f"title: x\nrules: []\nsource: ours\ngiven: {{}}\ntimeline: [{{at: {day}}}]\n"
    Path("year.yaml").write_text(text, encoding="utf-8")
    assert f"{day} is outside the years 1900 to 2999" in call("check", "year.yaml").out
    words = ("simulate", "shared-hosting", "--services", 1, "--from", day, "--to", "2999-12-31")
    told = call(*words, "--out", "book")
    assert (told.code, True) == (2, f"{day} is outside the years 1900 to 2999" in told.err)
    told = call("serve", "all", "--clock", day)
    assert (told.code, True) == (2, "is outside of the years 1900 to 2999" in told.err)
