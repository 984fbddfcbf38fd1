"""`prorata run -n`: the same log for any number of workers, and nothing left behind."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from prorata.harness.cli.worker_options import Hands
from prorata.harness.workers.process import WorkerProcess

#: A billing that tells what a line covers for one client alone.
QUIET = """\
class Quiet:
    prorata = {"name": "quiet", "supports": {"systems": ["billmanager"]}}

    def __init__(self, context):
        self.context, self.services, self.lines = context, {}, []

    def order(self, client, tariff, period, **rest):
        self.services["1"] = {"client": client, "tariff": tariff, "status": "active"}
        line = {"kind": "period", "amount": "3.10", "service": "1"}
        if self.context.clients["anna"]["balance"] == "66.00":
            line["covers"] = [f"2025-{month}-01T00:00:00+00:00" for month in ("08", "09")]
        self.lines.append(line)
        return "1"

    def observe(self):
        return {"services": self.services, "ledger": self.lines, "balances": {}, "invoices": {}}
"""
COVERS = """\
title: A month
rules: [billmanager.order.price]
source: ours
given:
  system: billmanager
  tariffs: {{start: {{prices: {{1 month: "3.10"}}}}}}
  clients: {{anna: {{balance: "{balance}"}}}}
timeline:
  - at: 2025-08-01
    order: {{as: site, client: anna, tariff: start, period: 1 month}}
    expect:
      charged: [{{kind: period, amount: "3.10", covers: 2025-08-01 .. 2025-09-01}}]
"""
#: Seconds: ten on a quiet machine, with the start of everything; this one may be busy.
_LONG = 90
POLITE = Path(__file__).parents[1] / "implementations" / "polite.py"


def test_the_log_is_the_same_for_any_number_of_workers(run, many, timeless, left):
    """But for times; with failures in it, and whatever arrives first."""
    folder = many(80, wrong=frozenset({3, 40, 77}))
    logs = []
    for workers in (1, 2, 3):
        ran = run(folder, "documented/*", "-n", workers, "--log", f"{workers}.jsonl")
        assert (1, "") == (ran.returncode, ran.stderr)
        logs.append(timeless(f"{workers}.jsonl"))
    assert logs[0] == logs[1] == logs[2]
    assert [] == left()


@pytest.mark.sweep
@pytest.mark.parametrize("form", ["stdio", "python"])
def test_a_billing_has_a_process_of_its_own_in_each_worker(run, many, timeless, left, form):
    """Of an implementation in a process of its own, too, the log is the same."""
    named = {
        "stdio": f"stdio:'{sys.executable}' '{POLITE}'",
        "python": "python:small_billing:SmallBilling",
    }
    folder = many(70)
    for workers in (1, 2):
        ran = run(folder, "-i", named[form], "-n", workers, "--log", f"{workers}.jsonl")
        assert "" == ran.stderr
    assert timeless("1.jsonl") == timeless("2.jsonl")
    assert 72 == timeless("1.jsonl").count("\n")
    assert [] == left()


@pytest.mark.parametrize("workers", [1, 2])
def test_the_first_failure_ends_it_at_the_same_scenario(run, many, events, workers, left):
    """-x tells of the same failure for any number of workers: s005, though s006 fails as well."""
    folder = many(70, wrong=frozenset({5, 6, 60}))
    ran = run(folder, "-x", "-n", workers, "--log", "log.jsonl")
    assert 1 == ran.returncode
    assert "stopped after 1 failure; 64 scenarios not run\n" == ran.stderr
    told = [each["scenario"] for each in events("log.jsonl")[1:-1]]
    assert [f"many/s{number:03d}" for number in range(6)] == told
    assert [] == left()


def test_a_worker_that_dies_is_that_scenarios_error(run, many, deadly, events, left):
    """The others are judged; the scenario that killed its worker twice is told so, in time."""
    folder = many(40, deadly=20)
    began = time.monotonic()
    ran = run(folder, "-i", deadly, "-n", 2, "--log", "log.jsonl")
    assert time.monotonic() - began < _LONG
    assert 1 == ran.returncode
    *_, footer = found = events("log.jsonl")
    assert (39, 1) == (footer["failed"], footer["errors"])
    (error,) = (each for each in found if each.get("verdict") == "error")
    assert "many/s020" == error["scenario"]
    assert "its worker was killed by SIGKILL, twice" == error["reason"]
    assert "suite" == error["fault"]
    assert [f"many/s{number:03d}" for number in range(40)] == [
        each["scenario"] for each in found[1:-1]
    ]
    assert [] == left()


@pytest.mark.sweep
@pytest.mark.parametrize(("told", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_interrupt_ends_the_log_and_leaves_nothing(events, left, told, code):
    """Ctrl-C: the footer is written, what was judged is in the log, no process stays."""
    with subprocess.Popen(
        (sys.executable, "-m", "prorata", "run", "-n", "2", "--log", "log.jsonl", "-v"),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),  # noqa: PLW1509
    ) as process:
        log = Path("log.jsonl")
        while not log.exists() or log.read_bytes().count(b"\n") < 3:
            time.sleep(0.02)
            assert process.poll() is None
        process.send_signal(told)
        _, err = process.communicate(timeout=20)
    assert code == process.returncode
    assert err.endswith(" scenarios not run\n")
    *_, footer = events("log.jsonl")
    assert "footer" == footer["event"]
    assert footer["ended"][0].endswith(" scenarios not run")
    assert [] == left()


@pytest.mark.sweep
def test_workers_go_when_the_run_is_killed(left):
    """A run that is killed cannot end its workers: they end themselves."""
    with subprocess.Popen(
        (sys.executable, "-m", "prorata", "run", "-n", "2", "--log", "log.jsonl"),
        stdout=subprocess.DEVNULL,
    ) as process:
        while not left():
            time.sleep(0.02)
            assert process.poll() is None
        process.kill()
    gone_by = time.monotonic() + 20
    while left() and time.monotonic() < gone_by:
        time.sleep(0.05)
    assert [] == left()


@pytest.mark.sweep
def test_every_problem_of_every_file_is_told_in_order(run, many, left):
    """Workers load the files; what is wrong in them is told as ever, and nothing is judged."""
    folder = many(70)
    for name in ("s065.yaml", "s002.yaml"):
        (folder / name).write_text("title: x\n", encoding="utf-8")
    alone, two = (run(folder, "-n", workers) for workers in (1, 2))
    assert (2, alone.stderr) == (two.returncode, two.stderr)
    assert two.stderr.index("s002.yaml") < two.stderr.index("s065.yaml")
    assert [] == left()


def test_an_implementation_that_cannot_be_started_is_one_line(run, many, left):
    """As with one worker."""
    ran = run(many(3), "-i", "stdio:./nothing", "-n", 2)
    assert 2 == ran.returncode
    assert 1 == ran.stderr.count("\n")
    assert ran.stderr.startswith("cannot start the implementation: cannot start './nothing'")
    assert [] == left()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("-n", "0"), "0 is neither auto nor a number from 1 to 64"),
        (("-n", "many"), "many is neither auto nor a number from 1 to 64"),
        (("-n", "2", "--trace", "t"), "-n: --trace follows one scenario after the other"),
        (("-n", "2", "-i", "billmanager:http://127.0.0.1:1"), "-n: billmanager:"),
        (("-n", "2", "--dask", "tcp://127.0.0.1:1"), "say one of them"),
        (("--durations", "log.jsonl"), "--durations is for --shard"),
    ],
)
def test_what_cannot_be_done_by_several_is_said(run, words, said):
    """One clear line, exit code 2."""
    ran = run("documented/late-fee-half-of-five-days", *words)
    assert 2 == ran.returncode
    assert said in ran.stderr


def test_auto_is_one_worker_for_few_scenarios():
    """A run of few is not worth the start of another process, one of many is; a number stays."""
    assert [1, 1] == [Hands("auto", None, None, None).number(files) for files in (1, 199)]
    assert 3 == Hands("3", None, None, None).number(1)


def test_the_processes_of_a_worker_end_with_it():
    """Those too that a worker has started."""
    worker = WorkerProcess()
    assert "was killed by SIGKILL" == worker.end(0)


def bought(number: int) -> Path:
    """Write so many scenarios in which a month is bought, by another client in the last."""
    folder = Path("many")
    folder.mkdir()
    for index in range(number):
        text = COVERS.format(balance="66.00" if index == number - 1 else "100.00")
        (folder / f"s{index:03d}.yaml").write_text(text, encoding="utf-8")
    return folder


@pytest.mark.sweep
def test_what_is_told_in_another_batch_is_judged_at_the_end(run, timeless, events):
    """Only the last of 40 tells covers: they come last, and fail, as nobody else tells them."""
    Path("quiet.py").write_text(QUIET, encoding="utf-8")
    folder = bought(40)
    for workers in (1, 2):
        run(folder, "-i", "python:quiet:Quiet", "-n", workers, "--log", f"{workers}.jsonl")
    assert timeless("1.jsonl") == timeless("2.jsonl")
    _, last, *others, footer = events("1.jsonl")
    assert ("many/s039", "pass") == (last["scenario"], last["verdict"])
    assert [f"many/s{number:03d}" for number in range(39)] == [each["scenario"] for each in others]
    assert (1, 39) == (footer["passed"], footer["failed"])
