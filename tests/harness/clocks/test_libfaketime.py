"""The wall clock of any program stands where the scenario does, and its timers go on."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from textwrap import dedent

import pytest
from clocked import NOON, SPRING, needs, needs_libfaketime, shown

from prorata.harness.clocks import libfaketime
from prorata.harness.clocks.libfaketime import Libfaketime
from prorata.harness.implementations.base import CannotStart, ImplementationFault

PROGRAMS = Path(__file__).parent / "programs"
#: In the past, later, and back at the beginning of another scenario.
INSTANTS = (NOON, SPRING, SPRING + timedelta(seconds=1))


def stdio(*words):
    """Return how a program of this folder is named."""
    return f"stdio:{shlex.join([words[0], *(str(PROGRAMS / word) for word in words[1:])])}"


@needs_libfaketime
@pytest.mark.parametrize(
    "program",
    [
        pytest.param(stdio("node", "timer.mjs"), marks=needs("node", "nodejs"), id="node"),
        pytest.param(stdio(sys.executable, "timer.py"), id="python"),
    ],
)
def test_a_timer_does_not_hang(program):
    """Its clock shows the very second, at each instant, and what waits by a timer goes on."""
    stands(program)


@needs_libfaketime
@needs("javac", "default-jdk-headless")
def test_a_timer_of_java_does_not_hang(tmp_path):
    """Java reads the clock tens of thousands of times while it starts, half of them for jstat."""
    compiler = str(shutil.which("javac"))
    subprocess.run([compiler, "-d", tmp_path, PROGRAMS / "Timer.java"], check=True)
    stands(f"stdio:java -XX:-UsePerfData -cp {tmp_path} Timer")


def stands(program):
    """See that the clock of a program stands where time does.

    libfaketime loses a reading of its file now and then, on a machine with few cores: a clock that
    is split is split each time.
    """
    for _ in range(2):
        with suppress(CannotStart, ImplementationFault):
            return _stands(program)
    return _stands(program)


def _stands(program):
    for instant, clocks in zip(INSTANTS, shown(program, "libfaketime", INSTANTS), strict=True):
        assert clocks
        assert {instant} == {shows.replace(microsecond=0) for shows in clocks.values()}


@needs_libfaketime
@needs("cc", "gcc libc6-dev")
def test_a_static_program_is_refused(tmp_path):
    """It loads no library: it is named, and nothing is judged."""
    program = tmp_path / "static"
    compiler = str(shutil.which("cc"))
    subprocess.run([compiler, "-static", "-o", program, PROGRAMS / "static.c"], check=True)
    with pytest.raises(CannotStart) as raised:
        shown(f"stdio:{program}", "libfaketime", [NOON])
    first, said = raised.value.reason.splitlines()
    assert "the clocks are split, and nothing is judged" == first
    assert said.startswith("  static (process ")
    assert said.endswith(") is linked statically, and loads no libfaketime")


@pytest.mark.skipif(not shutil.which("go"), reason="go is not installed")
@needs_libfaketime
def test_a_go_program_is_refused(tmp_path, monkeypatch):
    """It asks the kernel, however it is linked."""
    monkeypatch.setenv("GOCACHE", str(tmp_path / "cache"))
    program = tmp_path / "unreached"
    compiler = str(shutil.which("go"))
    subprocess.run([compiler, "build", "-o", program, PROGRAMS / "unreached.go"], check=True)
    with pytest.raises(CannotStart, match=r"unreached .* is a Go program, which asks the kernel"):
        shown(f"stdio:{program}", "libfaketime", [NOON])


@needs_libfaketime
def test_what_a_program_of_go_is_known_by(tmp_path):
    """A copy of a dynamic program that carries the mark of Go is taken for one."""
    program = tmp_path / "marked"
    program.write_bytes(Path("/bin/sleep").read_bytes() + b"\xff Go buildinf:")
    program.chmod(0o755)
    clock = Libfaketime()
    with subprocess.Popen([program, "60"], env={**os.environ, **clock.environment}) as process:
        try:
            clock.started(process.pid)
            said = f"marked (process {process.pid}) is a Go program, which asks the kernel for the"
            assert [f"{said} time itself"] == list(clock.unreached())
        finally:
            process.kill()
    clock.close()


ADAPTER = """
    import json, subprocess, sys
    from datetime import UTC, datetime
    seen = {{}}
    def order():
        {order}
        return {{"service": "1"}}
    results = {{
        "start": lambda: {{"name": "odd", "protocol": 0}},
        "clock": lambda: {{"settled": True, "next": None{now}}},
        "act": order,
        "observe": lambda: {{"services": seen, "ledger": [], "balances": {{}}, "invoices": {{}}}},
    }}
    for line in sys.stdin:
        asked = json.loads(line)
        result = results.get(asked["type"], dict)()
        print(json.dumps({{"seq": asked["seq"], "result": result}}), flush=True)
        if asked["type"] == "stop":
            break
"""


def refused(tmp_path, **parts):
    """Return what is said of an adapter that has these parts."""
    program = tmp_path / "adapter.py"
    text = dedent(ADAPTER).format(**{"order": "pass", "now": "", **parts})
    program.write_text(text, encoding="utf-8")
    with pytest.raises(CannotStart) as raised:
        shown(f"stdio:{sys.executable} {program}", "libfaketime", [NOON])
    first, *found = raised.value.reason.splitlines()
    assert "the clocks are split, and nothing is judged" == first
    return [line.strip() for line in found]


@needs_libfaketime
def test_a_child_that_is_not_reached_is_named(tmp_path):
    """A billing is right, and what it has started reads the real clock."""
    order = 'subprocess.Popen(["/bin/sleep", "60"], env={})'
    (said,) = refused(tmp_path, order=order, now=', "now": datetime.now(UTC).isoformat()')
    assert said.startswith("sleep (process ")
    assert said.endswith(") was started without LD_PRELOAD, or for another kind of machine")


@needs_libfaketime
def test_dates_that_come_from_another_clock_are_told(tmp_path):
    """What tells no `now` is known by the dates that it makes: here those of a child."""
    date = 'subprocess.check_output(["env", "-i", "date", "-u", "+%FT%TZ"], text=True).strip()'
    order = f'seen["1"] = {{"client": "anna", "status": "active", "starts": {date}}}'
    (said,) = refused(tmp_path, order=order)
    assert said.startswith("service 1 starts at 20")
    assert said.endswith(", and it is 2025-08-01T09:00:00+00:00")


@needs_libfaketime
def test_a_clock_of_several_that_is_off_is_named(tmp_path):
    """`now` may tell several clocks by their names."""
    now = ', "now": {"php": datetime.now(UTC).isoformat(), "mysql": "2001-01-01T00:00:00Z"}'
    assert ["mysql shows 2001-01-01T00:00:00+00:00, and it is 2025-08-01T09:00:00+00:00"] == (
        refused(tmp_path, now=now)
    )


@needs_libfaketime
def test_a_timer_goes_on_without_a_library_that_is_mended(tmp_path):
    """Python finds its own sitecustomize, and then that of the user."""
    (tmp_path / "sitecustomize.py").write_text("print('of the user')", encoding="utf-8")
    clock = Libfaketime()
    path = f"{clock.environment['PYTHONPATH']}{os.pathsep}{tmp_path}"
    code = "import time; time.sleep(0.01); print(int(time.time()))"
    done = subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, **clock.environment, "PYTHONPATH": path},
        capture_output=True, text=True, check=False, timeout=20,
    )  # fmt: skip
    clock.close()
    # 2025-01-01T00:00:00Z, where it stands until it is set.
    assert ("of the user\n1735689600\n", "") == (done.stdout, done.stderr)


@needs_libfaketime
def test_nothing_is_left_behind(tmp_path, monkeypatch):
    """Neither its file, nor what libfaketime shares among processes that were killed."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    clock = Libfaketime()
    with subprocess.Popen(["/bin/sleep", "60"], env={**os.environ, **clock.environment}) as child:
        clock.started(child.pid)
        shared = Path("/dev/shm", f"faketime_shm_{child.pid}")  # noqa: S108
        while not shared.exists():
            assert child.poll() is None
        child.kill()
    clock.close()
    assert not shared.exists()
    assert [] == list(tmp_path.iterdir())


def test_where_it_is_not_installed(monkeypatch):
    """One line says how it is."""
    monkeypatch.setattr(libfaketime, "library", lambda: None)
    with pytest.raises(CannotStart, match="libfaketime is not installed: apt-get install"):
        Libfaketime()


def test_where_it_has_no_effect(monkeypatch, tmp_path):
    """A library that is none is found out before anything is started; nothing is left behind."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    nothing = tmp_path / "nothing.so"
    nothing.write_bytes(b"")
    monkeypatch.setattr(libfaketime, "library", lambda: nothing)
    with pytest.raises(CannotStart, match="--clock libfaketime: it has no effect here: "):
        Libfaketime()
    assert [nothing] == list(tmp_path.iterdir())
