"""`stdio:`: what goes over the pipe, and whose fault it is when it does not."""

from __future__ import annotations

import errno
import os
import shlex
import subprocess
import sys
import time
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from prorata.harness.implementations import (
    CannotStart,
    ImplementationFault,
    StdioImplementation,
    family,
    open_implementation,
)
from prorata.harness.protocol import (
    Advance,
    Close,
    Done,
    Failed,
    Lacking,
    Nothing,
    Observe,
    Open,
    OpeningClient,
    Perform,
    RefusedAct,
    Result,
    Settled,
)
from prorata.harness.version import version

if TYPE_CHECKING:
    from collections.abc import Iterator

POLITE = Path(__file__).with_name("polite.py")
BEGIN = datetime(2025, 8, 1, 9, tzinfo=UTC)
#: Without /proc, as on macOS, what has left for a session of its own cannot be found.
KNOWN_BY_PROC = ["leave"] if Path("/proc/self/environ").exists() else []
READINGS = {"overdue_days": ("inclusive", "started")}
OPEN = Open(
    scenario=1,
    at=BEGIN,
    system="billmanager",
    currency="USD",
    timezone="UTC",
    catalogue={"start": {"prices": {"1 month": "3.10"}}},
    clients={"anna": OpeningClient(balance="100.00")},
)
CLOCK = Advance(to=BEGIN)
ORDER = Perform.named("order", client="anna", tariff="start", period="1 month")
OBSERVE = Observe(of=["services", "ledger", "balances", "invoices"])


def polite(vice: str = "") -> str:
    """Return the spec of the polite adapter, or of the one with `vice`."""
    # -S -E: no site, which is most of what a small child takes to start.
    return f"stdio:{shlex.join([sys.executable, '-S', '-E', str(POLITE), vice])}"


@contextmanager
def running(vice: str = "", **options: Any) -> Iterator[StdioImplementation]:
    """Start an adapter, and close it whatever happens."""
    implementation = open_implementation(polite(vice), **{"timeout": 2.0, **options})
    try:
        yield implementation
    finally:
        implementation.close()


def fault_of(vice: str, *requests: Any, timeout: float = 2.0) -> ImplementationFault:
    """Return the fault that the vice leads to, at the last of the requests."""
    with running(vice, timeout=timeout) as implementation:
        for request in requests[:-1]:
            implementation.ask(request)
        with pytest.raises(ImplementationFault) as caught:
            implementation.ask(requests[-1])
    return caught.value


def gone(process: int) -> bool:
    """Return whether a process has ended, a zombie of somebody else's included."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
    except FileNotFoundError:
        return True


def test_a_whole_scenario() -> None:
    """Every type of request has its own body in the answer."""
    with running() as implementation:
        assert "polite" == implementation.name
        assert "1" == implementation.declared.version
        assert Result(Nothing()) == implementation.ask(OPEN)
        assert Result(Settled(settled=True, next=None)) == implementation.ask(CLOCK)
        assert Result(Done(service="1")) == implementation.ask(ORDER)
        seen = implementation.ask(OBSERVE)
        assert isinstance(seen, Result)
        assert {"anna": "100.00"} == seen.body.balances  # type: ignore[union-attr]
        assert Lacking("no act renew") == implementation.ask(Perform.named("renew", service="1"))
        assert Result(Nothing()) == implementation.ask(Close())


def test_refusals_and_errors_are_answers() -> None:
    """A refusal and an error are legal answers; what they mean is for the judge."""
    with running("refusal") as implementation:
        assert RefusedAct("closed", "billmanager.tariff.enabled") == implementation.ask(ORDER)
    with running("broken") as implementation:
        assert Failed("KeyError: 'anna'") == implementation.ask(CLOCK)


def test_trace_sees_every_line() -> None:
    """The trace gets each line as it goes, numbered, from start to stop."""
    seen: list[tuple[str, bytes]] = []
    with running(trace=lambda direction, line: seen.append((direction, line))) as implementation:
        implementation.ask(CLOCK)
    sent = [line for direction, line in seen if direction == ">"]
    assert (
        f'{{"seq":1,"type":"start","protocol":0,"newest":1,"suite":"{version()}"}}\n'.encode()
        == sent[0]
    )
    assert b'{"seq":2,"type":"clock","to":"2025-08-01T09:00:00+00:00"}\n' == sent[1]
    assert b'{"seq":3,"type":"stop"}\n' == sent[2]
    assert [">", "<"] * 3 == [direction for direction, _ in seen]


@pytest.mark.parametrize(
    ("vice", "request_", "fault", "said"),
    [
        (
            "crash",
            CLOCK,
            "implementation",
            "clock (seq 2): no answer: the process exited with code 3",
        ),
        ("killed", CLOCK, "implementation", "was killed by SIGTERM"),
        ("garbage", CLOCK, "adapter", "clock (seq 2): not JSON"),
        ("not an object", CLOCK, "adapter", "a message is a JSON object, not []"),
        ("not text", CLOCK, "adapter", "not JSON"),
        ("wrong seq", CLOCK, "adapter", "seq: is 99, asked was 2"),
        ("no seq", CLOCK, "adapter", "seq: is missing"),
        (
            "no key",
            CLOCK,
            "adapter",
            "exactly one of result, refusal, unsupported, error, not none",
        ),
        ("two keys", CLOCK, "adapter", "not result and error"),
        ("no field", CLOCK, "adapter", "result.settled: is missing"),
        ("naive next", CLOCK, "adapter", "result.next: an instant has date, time and offset"),
        ("list", OPEN, "adapter", "result: must be an object, not [] (an empty object is {}"),
        ("two lines", CLOCK, "adapter", "more than one line for one question: "),
        ("endless", CLOCK, "adapter", "longer than 8 MiB"),
        ("long", CLOCK, "adapter", "longer than 8 MiB"),
        ("obliging", ORDER, "adapter", "result.service: was asked for and is missing"),
        ("obliging but mute", ORDER, "adapter", "result.service: was asked for and is missing"),
        ("bad refusal", ORDER, "adapter", "act order (seq 2): refusal: must be an object"),
        ("nothing", OBSERVE, "adapter", "result.services: was asked for and is missing"),
        ("early", CLOCK, "adapter", None),
    ],
)
def test_faults(vice: str, request_: Any, fault: str, said: str | None) -> None:
    """Each way not to answer has a culprit and a sentence."""
    if said is None:
        with pytest.raises(CannotStart, match="hello"):
            open_implementation(polite(vice), timeout=2)
        return
    caught = fault_of(vice, *([OPEN] if request_ is OBSERVE else []), request_)
    assert fault == caught.fault
    assert said in caught.reason


@pytest.mark.parametrize("vice", ["hang", *KNOWN_BY_PROC])
def test_a_hang_ends_all_that_was_started(vice: str) -> None:
    """An answer that does not come within the limit ends the child and all it has started.

    That is so in a session of its own too, with no parent left: there /proc tells whose it is.
    """
    caught = fault_of(vice, CLOCK, timeout=0.2)
    assert "implementation" == caught.fault
    assert "clock (seq 2): no answer within 0.2 s; it was killed" == caught.reason
    grandchild = int(caught.stderr_tail[-1].removeprefix("grandchild "))
    deadline = time.monotonic() + 2
    while not gone(grandchild) and time.monotonic() < deadline:
        time.sleep(0.005)
    assert gone(grandchild)


def test_without_proc_the_group_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on macOS, where nothing tells of processes that have left it."""
    monkeypatch.setattr(family, "_PROC", Path("/nowhere"))
    caught = fault_of("hang", CLOCK, timeout=0.2)
    grandchild = int(caught.stderr_tail[-1].removeprefix("grandchild "))
    deadline = time.monotonic() + 2
    while not gone(grandchild) and time.monotonic() < deadline:
        time.sleep(0.005)
    assert gone(grandchild)


def test_closed_stdout() -> None:
    """A child that closes its output but runs on has ended the conversation."""
    caught = fault_of("close stdout", CLOCK)
    assert "clock (seq 2): no answer: the process closed its output and runs on" == caught.reason


def test_stderr_tail() -> None:
    """The last 20 lines of stderr go with a fault: of 31 lines, from the twelfth on."""
    tail = fault_of("crash", CLOCK).stderr_tail
    assert ("line 11", "out of memory") == (tail[0], tail[-1])
    assert 20 == len(tail)


def test_a_line_between_questions() -> None:
    """What comes when nothing was asked is found before the next question."""
    with running("late line") as implementation:
        implementation.ask(OPEN)
        time.sleep(0.15)
        with pytest.raises(ImplementationFault, match="before it was asked: 'by the way'"):
            implementation.ask(CLOCK)


@pytest.mark.parametrize(
    ("vice", "said"),
    [
        ("line after close", "more than one line"),
        ("late answer after close", "seq: is 99, asked was 4"),
        ("answers open twice", "more than one line"),
    ],
)
def test_what_comes_late_is_known_by_the_next_scenario(vice: str, said: str) -> None:
    """Output where a scenario is opened, that is no answer to it, may be of the one before."""
    caught = fault_of(vice, *([] if "twice" in vice else [OPEN, Close()]), OPEN)
    assert said in caught.reason
    assert caught.late
    assert not fault_of("wrong seq", CLOCK).late
    assert not fault_of("two lines", CLOCK).late


def test_what_is_said_after_an_answer_is_overheard() -> None:
    """Where nothing is asked, a silent billing is left alone, and one that speaks is ended."""
    with running() as billing:
        assert billing.overheard() is None
        billing.ask(OPEN)
    with running("late line") as billing:
        billing.ask(OPEN)
        time.sleep(0.5)
        fault = billing.overheard()
        assert fault is not None
        assert ("adapter", True) == (fault.fault, fault.late)
        assert "wrote to stdout before it was asked: 'by the way'" == fault.reason
        assert billing.overheard() is None


def test_restart() -> None:
    """After a fault nothing is asked until a fresh process has started."""
    with running("crash") as implementation:
        with pytest.raises(ImplementationFault, match="code 3"):
            implementation.ask(CLOCK)
        with pytest.raises(ImplementationFault, match="asked after a fault") as caught:
            implementation.ask(OPEN)
        assert "suite" == caught.value.fault
        implementation.restart()
        assert Result(Nothing()) == implementation.ask(OPEN)


def test_a_question_larger_than_the_pipe() -> None:
    """A question may be larger than what a pipe holds (64 KiB)."""
    tariffs = {f"tariff{number}": {"note": "x" * 1000} for number in range(300)}
    with running() as implementation:
        assert Result(Nothing()) == implementation.ask(
            OPEN.model_copy(update={"catalogue": tariffs})
        )


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("import time; time.sleep(60)", "no answer within"),
        (
            "import time; os.read(0, 1); os.write(1, b'what?'); time.sleep(60)",
            "before it was asked: 'what?'",
        ),
        ("import os; os.close(0)", "exited with code 0"),
        ("import time; os.close(1); time.sleep(60)", "closed its output and runs on"),
    ],
)
def test_a_large_question_that_is_not_read(script: str, said: str) -> None:
    """Writing a question is bounded by the limit too, and ends with the child."""
    start = 'print(\'{"seq":1,"result":{"name":"n","protocol":0}}\', flush=True)'
    tariffs = {f"tariff{number}": {"note": "x" * 1000} for number in range(300)}
    # Byte by byte, so that nothing but the first line leaves the pipe.
    reading = "import os\nwhile os.read(0, 1) != b'\\n': pass"
    code = f"{reading}\n{start}\n{script}"
    spec = f"stdio:{shlex.join([sys.executable, '-S', '-E', '-c', code])}"
    implementation = open_implementation(spec, timeout=0.5)
    with pytest.raises(ImplementationFault) as caught:
        implementation.ask(OPEN.model_copy(update={"catalogue": tariffs}))
    assert said in caught.value.reason


@pytest.mark.parametrize(
    ("vice", "fault", "said"),
    [
        ("exit 7", "implementation", "after stop it exited with code 7"),
        ("after stop", "adapter", "wrote to stdout after its answer to stop: 'by the way'"),
        ("linger", "adapter", "did not exit within 0.3 s of its answer to stop"),
        ("hang at stop", "implementation", "stop (seq 2): no answer within 0.3 s"),
    ],
)
def test_bad_goodbyes(vice: str, fault: str, said: str) -> None:
    """The end of the process is part of the protocol; closing again does nothing."""
    implementation = open_implementation(polite(vice), timeout=0.3)
    with pytest.raises(ImplementationFault) as caught:
        implementation.close()
    assert fault == caught.value.fault
    assert said in caught.value.reason
    implementation.close()


@pytest.mark.parametrize(
    ("vice", "said"),
    [
        ("crash at start", "no answer: the process exited with code 3 | out of memory"),
        ("error at start", "no database"),
        ("refusal at start", "answered start with a refusal: closed today"),
        ("other protocol", "speaks protocol 2, this suite speaks 0 and 1"),
        ("no name", "result.name: is missing"),
        ("empty name", "result.name: must not be empty"),
        (
            "unknown reading",
            'readings: unknown reading "overdue_day"; did you mean "overdue_days"?',
        ),
        (
            "unknown value",
            'readings.overdue_days: unknown value "exclusive"; did you mean "inclusive"?',
        ),
        (
            "misspelt support",
            'supports.systems[0]: unknown system "Billmanagr"; did you mean "billmanager"?\n  ',
        ),
        (
            "misspelt support",
            '\n  supports.acts[1]: unknown act "renue"; did you mean "renew"?\n  ',
        ),
        (
            "misspelt support",
            '\n  supports.rules[0]: unknown rule "billmanager.renw.*"; did you mean "billmanager.',
        ),
        (
            "misspelt support",
            '\n  supports.rules[2]: unknown rule "billmanager.renew.late-fee.percents"; did you m',
        ),
        ("chatty start", "then 'ready to serve'"),
    ],
)
def test_cannot_start(vice: str, said: str) -> None:
    """Whoever does not introduce itself properly cannot be judged; a line says of each why."""
    with pytest.raises(CannotStart) as caught:
        open_implementation(polite(vice), timeout=2, readings=READINGS)
    assert said in caught.value.reason
    several = {"misspelt support": 4}
    assert caught.value.reason.count("\n") == several.get(vice, 0)


def test_a_known_reading_may_be_declared() -> None:
    """A reading and value of the table are accepted."""
    with running("good reading", readings=READINGS) as implementation:
        assert {"overdue_days": "started"} == implementation.declared.readings


def test_start_may_take_longer() -> None:
    """Start gets four times the limit: 4 × 0.1 s."""
    with pytest.raises(CannotStart, match=r"no answer within 0\.4 s"):
        open_implementation(polite("hang at start"), timeout=0.1)


def test_commands_that_do_not_start(tmp_path: Path) -> None:
    """Not found, not executable, no program, no folder: each is one line."""
    (tmp_path / "plain.txt").write_text("text")
    (tmp_path / "empty").write_text("no first line")
    (tmp_path / "empty").chmod(0o755)
    for command, said in {
        "stdio:./nowhere": "cannot start './nowhere': not found",
        "stdio:./plain.txt": "cannot start './plain.txt': not executable",
        "stdio:./empty": "cannot start './empty': Exec format error",
        "stdio:'a\0b'": "embedded null byte",
        "stdio:'unclosed": "stdio:'unclosed: no closing quotation",
        "stdio:": "'stdio:' names no implementation; "
        "the forms are reference, stdio:COMMAND, http://…, python:",
        "ftp://host": "'ftp://host' names no implementation",
        "python:module": "python:module: write python:package.module:factory",
    }.items():
        with pytest.raises(CannotStart) as caught:
            open_implementation(command, cwd=tmp_path)
        assert said in caught.value.reason
    with pytest.raises(CannotStart, match="is not a folder"):
        open_implementation(polite(), cwd=tmp_path / "absent")


def test_runs_where_it_is_told_with_the_protocol_in_its_environment(tmp_path: Path) -> None:
    """The child runs in `cwd`, without a shell, and finds PRORATA_PROTOCOL=0."""
    script = tmp_path / "adapter"
    script.write_text(
        f"#!{sys.executable} -S\n"
        "import json, os\n"
        "input()\n"
        "name = os.getcwd() + ' ' + os.environ['PRORATA_PROTOCOL']\n"
        "print(json.dumps({'seq': 1, 'result': {'name': name, 'protocol': 0}}), flush=True)\n"
        "input()\n"
        'print(\'{"seq":2,"result":{}}\')\n'
    )
    script.chmod(0o755)
    implementation = open_implementation("stdio:./adapter $HOME", cwd=tmp_path)
    assert f"{tmp_path} 1" == implementation.name
    implementation.close()


def test_ctrl_c_while_it_starts() -> None:
    """What interrupts a start leaves no process behind."""

    def interrupt(_direction: str, _line: bytes) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        open_implementation(polite(), trace=interrupt)
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


def test_a_file_with_a_strange_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever else the system says is passed on."""

    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.ENOMEM, "Cannot allocate memory")

    monkeypatch.setattr("subprocess.Popen", refuse)
    with pytest.raises(CannotStart, match="Cannot allocate memory"):
        open_implementation(polite())


def test_no_zombies() -> None:
    """Whatever happened, no child is left, dead or alive."""
    with running("crash") as implementation, pytest.raises(ImplementationFault):
        implementation.ask(CLOCK)
    with running():
        pass
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


def test_ctrl_c_does_not_reach_the_child() -> None:
    """Ctrl-C goes to the harness alone; closing afterwards is quick though a question is open."""
    code = f"""
import os, signal, sys, threading, time
signal.signal(signal.SIGINT, signal.default_int_handler)  # whoever runs the tests may ignore it
from prorata.harness.implementations import open_implementation
from prorata.harness.protocol import decode
implementation = open_implementation({polite("hang")!r}, timeout=30)
threading.Timer(0.3, lambda: os.killpg(0, signal.SIGINT)).start()
try:
    implementation.ask(decode(b'{{"seq":1,"type":"clock","to":"2025-08-01T09:00:00+00:00"}}'))
except KeyboardInterrupt:
    alive = implementation._child._process.poll() is None
    begin = time.monotonic()
    implementation.close()
    print(alive, time.monotonic() - begin < 1.5)
"""
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=False,
        start_new_session=True,
        timeout=20,
    )
    assert "True True" == done.stdout.strip(), done.stderr
