"""`--start CMD --wait-for URL`: a server is started, waited for, and ended with its children."""

from __future__ import annotations

import re
import shlex
import socket
import sys
import time
from pathlib import Path

import pytest
import speaking_http
from click.testing import CliRunner
from free_ports import free_port

from prorata.harness.cli.fuzz_ import command as fuzz_command
from prorata.harness.cli.run_ import command as run_command
from prorata.harness.cli.smoke_ import command as smoke_command
from prorata.harness.implementations import CannotStart, open_implementation
from prorata.harness.implementations.server import StartedServer

SERVER = Path(speaking_http.__file__)
DONE = "edge/free-tariff-without-a-balance"


@pytest.fixture
def port():
    """A port at which nothing listens."""
    return free_port()


def command(port, vice=""):
    """Return the command line of a server that speaks the protocol."""
    return shlex.join([sys.executable, str(SERVER), str(port), vice])


def server_of(port, vice="", **options):
    """Return a server that is not started yet."""
    return StartedServer(command(port, vice), f"http://127.0.0.1:{port}/", **options)


def alive(process):
    """Tell whether a process is there and no zombie."""
    try:
        return " Z " not in Path(f"/proc/{process}/stat").read_text().rpartition(")")[2][:4]
    except OSError:
        return False


def gone(process, seconds=3.0):
    """Tell whether a process ends within some seconds."""
    until = time.monotonic() + seconds
    while alive(process) and time.monotonic() < until:
        time.sleep(0.02)
    return not alive(process)


def test_a_server_is_started_waited_for_and_ended(port):
    """It is asked when it is up, how long that takes is told, and at last it is gone."""
    told = []
    server = server_of(port, "slow start", waiting=told.append)
    server.start()
    process = server._process.pid
    assert 1 <= max(told) < 20
    assert sorted(told) == told
    implementation = open_implementation(server.url, server=server)
    assert "polite" == implementation.name
    implementation.close()
    assert gone(process)


def test_a_server_is_ended_with_all_its_children(port):
    """One that ignores to be told so ends too, and its child in a session of its own."""
    server = server_of(port, "children")
    server.start()
    process = server._process.pid
    until = time.monotonic() + 5
    while not server.last_lines() and time.monotonic() < until:
        time.sleep(0.02)
    child = int(re.fullmatch(r"child (\d+)", server.last_lines()[0])[1])
    assert alive(child)
    server.end()
    assert gone(process)
    assert gone(child)


def test_a_server_that_ends_before_it_is_up(port):
    """Its exit code and its last lines are told, at once."""
    words = [sys.executable, "-c", "print('no database'); raise SystemExit(3)"]
    server = StartedServer(shlex.join(words), f"http://127.0.0.1:{port}/")
    began = time.monotonic()
    with pytest.raises(CannotStart, match=f"exited with code 3 before http://127.0.0.1:{port}/"):
        server.start()
    assert ("no database",) == server.last_lines()
    assert time.monotonic() - began < 20


def test_a_server_that_is_never_up(port):
    """After the limit it is ended, and why it is not up is told."""
    words = [sys.executable, "-c", "import time; time.sleep(60)"]
    server = StartedServer(shlex.join(words), f"http://127.0.0.1:{port}/", limit=0.3)
    said = f"http://127.0.0.1:{port}/ is not up after 0.3 s: connection refused"
    with pytest.raises(CannotStart, match=re.escape(said)):
        server.start()
    assert server._process is None


def test_what_runs_already_is_not_judged_in_its_place(port):
    """Where the address answers before the server is started, nothing is."""
    server, other = server_of(port), server_of(port)
    server.start()
    try:
        with pytest.raises(CannotStart, match=r"something answers at .* already"):
            other.start()
    finally:
        server.end()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("./nowhere", "cannot start './nowhere': not found"),
        ("'unclosed", 'cannot start "\'unclosed": No closing quotation'),
    ],
)
def test_a_command_that_does_not_start(port, words, said):
    """It is one line."""
    with pytest.raises(CannotStart, match=re.escape(said)):
        StartedServer(words, f"http://127.0.0.1:{port}/").start()


def test_after_a_fault_the_server_is_started_again(port, monkeypatch, tmp_path):
    """A server that crashes in each scenario is judged in each, by its own fault."""
    monkeypatch.chdir(tmp_path)
    url = f"http://127.0.0.1:{port}/"
    words = [DONE, "documented/late-fee-half-of-five-days", "-i", url]
    result = CliRunner().invoke(run_command, [*words, "--start", command(port, "crash"), "-v"])
    assert "2 errors" in result.output
    said = "no answer: closed the connection; the server exited with code 3"
    assert 1 <= result.output.count(said)
    assert f"-i {url} --start {shlex.quote(command(port, 'crash'))}" in result.output


def test_the_command_line_starts_a_server(port, monkeypatch, tmp_path):
    """`prorata smoke` and `prorata run` start it, and it is gone after each."""
    monkeypatch.chdir(tmp_path)
    url = f"http://127.0.0.1:{port}/"
    words = ["-i", url, "--start", command(port)]
    smoked = CliRunner().invoke(smoke_command, words)
    assert "polite: 18 of 18 checks ok" == smoked.output.splitlines()[-1]
    (tmp_path / "prorata.toml").write_text(
        f'implementation = "{url}"\nstart = {command(port)!r}\nwait-for = "{url}up"\n'
        "wait-limit = 30\n"
    )
    ran = CliRunner().invoke(run_command, [DONE])
    assert "polite 1 (protocol 0) · 1 scenario" in ran.output
    other = CliRunner().invoke(run_command, [DONE, "-i", "reference"])
    assert "1 conforms" in other.output, "the server is not for another implementation"
    with socket.socket() as probe:
        assert 0 != probe.connect_ex(("127.0.0.1", port))


@pytest.mark.sweep
def test_a_search_starts_a_server(port, monkeypatch, tmp_path):
    """As a run does, by the settings too; what is found is judged again in the same way."""
    monkeypatch.chdir(tmp_path)
    url = f"http://127.0.0.1:{port}/"
    few = ["--examples", "2", "--seed", "1"]
    words = ["-i", url, "--start", command(port, "crash")]
    found = CliRunner().invoke(fuzz_command, [*few, *words])
    assert "the server exited with code 3" in found.output
    assert f"-i {url} --start {shlex.quote(command(port, 'crash'))}" in found.output
    (tmp_path / "prorata.toml").write_text(f'implementation = "{url}"\nstart = {command(port)!r}\n')
    searched = CliRunner().invoke(fuzz_command, few)
    assert "polite 1 (protocol 0) · 2 histories, seed 1" in searched.output
    with socket.socket() as probe:
        assert 0 != probe.connect_ex(("127.0.0.1", port))
    several = CliRunner().invoke(fuzz_command, [*few, "-i", "reference", "-n", "2", *words[2:],
                                                "--wait-for", url])  # fmt: skip
    assert "-n: --start starts one server, for one process" in several.output


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--wait-for", "http://host/"], "--wait-for is for --start, which is not there"),
        (["--wait-limit", "3"], "--wait-limit is for --start, which is not there"),
        (["--start", " "], "--start has no command"),
        (["-i", "stdio:cat", "--start", "true"], "--start needs --wait-for URL"),
        (
            ["--start", "true", "--wait-for", "127.0.0.1:80"],
            "--wait-for: 127.0.0.1:80 is no address; http://127.0.0.1:8080/ is",
        ),
    ],
)
def test_options_of_a_server_that_cannot_be_meant(words, said, monkeypatch, tmp_path):
    """Each is told before anything is judged, with exit code 2."""
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(run_command, [DONE, *words])
    assert (2, True) == (result.exit_code, said in result.output)


def test_a_server_is_ended_by_ctrl_c(port):
    """While it is waited for, too."""
    server = server_of(port, "slow start")

    started = []

    def interrupt(_gone):
        started.append(server._process.pid)
        raise KeyboardInterrupt

    server.waiting = interrupt
    with pytest.raises(KeyboardInterrupt):
        server.start()
    assert gone(started[0])
