"""Bundled scenarios are tests of somebody's own billing, in three lines."""

from __future__ import annotations

import os
import shlex
import sys
import time
from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

FEE = '"documented/late-fee-half-of-five-days"'
FREE = '"edge/free-tariff-and-every-period"'


def of(implementation):
    """Return the argument that names an implementation."""
    return f'implementation="{implementation}"'


def test_three_lines(suite, right):
    """A scenario is a case of the test, called by its id."""
    suite.write(
        "test_mine.py",
        "from prorata.harness.pytest import conforms\n"
        f"@conforms({FEE}, {FREE}, {of(right)})\n"
        "def test_documented() -> None: ...\n",
    )
    ran = suite.run("-v")
    ran.assert_outcomes(passed=6)
    ran.stdout.fnmatch_lines(
        ["test_mine.py::test_documented[[]documented/late-fee-half-of-five-days] PASSED*"]
    )


def test_a_failure_is_what_the_console_shows(suite, wrong):
    """The derivation, and no traceback."""
    suite.conforms(FEE, of(wrong))
    ran = suite.run()
    ran.assert_outcomes(failed=1)
    said = ran.stdout.str()
    assert "late fee     expected 0.25   got 0.20   (documented/late-fee-half" in said
    assert "        late fee: 0.50 × 50 ÷ 100 = 0.25\n" in said
    assert "again:  prorata run documented/late-fee-half-of-five-days -i python:excl" in said
    assert "Traceback" not in said
    assert "prorata/harness" not in said


def test_the_test_itself_comes_first_with_its_fixtures(suite, right):
    """It may prepare what the billing needs, and fail on its own."""
    suite.conforms(FEE, of(right), body='raise OSError("no database")')
    ran = suite.run()
    ran.assert_outcomes(failed=1)
    ran.stdout.fnmatch_lines(["*OSError: no database"])


def test_marks_and_classes(suite, wrong):
    """Whatever pytest has goes with it: a mark beside, a class below."""
    suite.conforms(FEE, of(wrong), more="@pytest.mark.xfail(reason='ours', strict=True)")
    suite.write(
        "test_class.py",
        "from prorata.harness.pytest import conforms\n"
        f"@conforms({FREE}, {of(wrong)})\n"
        "class TestShop:\n"
        "    def test_free(self): ...\n",
    )
    suite.run().assert_outcomes(xfailed=1, passed=5)


@pytest.mark.parametrize(
    ("where", "text", "arguments"),
    [
        ("pytest.ini", "[pytest]\n", ["--prorata-implementation", "python:exclusive:Wrong"]),
        ("pytest.ini", "[pytest]\nprorata_implementation = python:exclusive:Wrong\n", []),
        ("prorata.toml", 'implementation = "python:exclusive:Wrong"\n', []),
    ],
    ids=["command line", "ini", "prorata.toml"],
)
def test_the_implementation_may_be_named_elsewhere(suite, where, text, arguments):
    """On the command line, in the ini file, in prorata.toml."""
    suite.write(where, text)
    suite.conforms(FEE)
    suite.run(*arguments).assert_outcomes(failed=1)


def test_the_first_that_names_it_counts(suite, right):
    """The test, then the command line, then the ini file."""
    suite.write("pytest.ini", "[pytest]\nprorata_implementation = python:nothing:Nothing\n")
    suite.conforms(FEE)
    suite.run("--prorata-implementation", right).assert_outcomes(passed=1)
    suite.conforms(FEE, of(right))
    suite.run("--prorata-implementation", "python:nothing:Nothing").assert_outcomes(passed=1)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([FEE], "test_shop.py:4: test_it: conforms is told of no implementation: say impl*"),
        (['"documentd/*"', of("reference")], 'test_shop.py:4: test_it: *; did you mean "docum*"?'),
        (['"my"', of("reference")], "my/broken.yaml:1:1: *"),
    ],
)
def test_what_cannot_be_collected_is_one_line(suite, arguments, said):
    """With its place, and without a traceback."""
    suite.write("my/broken.yaml", "title: Broken\n")
    suite.conforms(*arguments)
    ran = suite.run()
    ran.assert_outcomes(errors=1)
    ran.stdout.fnmatch_lines([said])
    assert "Traceback" not in ran.stdout.str()


def test_an_implementation_that_cannot_start_is_told_once(suite):
    """As an error of each test, with the reason at the first."""
    suite.conforms(FEE, FREE, of("python:nothing:Nothing"))
    ran = suite.run()
    ran.assert_outcomes(errors=6)
    said = ran.stdout.str()
    assert 1 == said.count("there is no module nothing in") - said.count("- Failed: cannot start")
    assert "During handling" not in said


def test_a_setting_of_pytest_counts_for_the_billing(suite):
    """Its `pythonpath` is where the billing is found too."""
    suite.write("pytest.ini", "[pytest]\npythonpath = source\n")
    suite.write("source/mine.py", "from small_billing import SmallBilling as Mine\n")
    suite.conforms(FEE, of("python:mine:Mine"))
    before = os.environ["PYTHONPATH"]
    suite.run().assert_outcomes(passed=1)
    assert before == os.environ["PYTHONPATH"]


def test_known_failures_are_expected(suite, wrong):
    """By the list of prorata.toml, which turns red where it no longer tells the truth."""
    suite.write("prorata.toml", 'known-failures = "known.toml"\n')
    entry = '[[known]]\nid = "{}"\nreason = "counts nights"\n'
    suite.write("known.toml", entry.format("documented/late-fee-half-of-five-days"))
    suite.conforms(FEE, of(wrong))
    ran = suite.run("-rx")
    ran.assert_outcomes(xfailed=1)
    ran.stdout.fnmatch_lines(["*known: counts nights"])
    suite.write("known.toml", entry.format("edge/free-tariff-without-a-balance"))
    suite.conforms('"edge/free-tariff-without-a-balance"', of(wrong))
    ran = suite.run()
    ran.assert_outcomes(failed=1)
    ran.stdout.fnmatch_lines(["*is a known failure (counts nights) but passes: remove its entry"])
    suite.write("known.toml", "[[known]]\n")
    suite.run().stdout.fnmatch_lines(["*known.toml:1: id is missing"])


#: A billing that says something more when its first scenario is over.
LATE = """
import subprocess, sys, time
from pathlib import Path

host = [sys.executable, "-P", "-m", "prorata.harness.implementations.host"]
billing = subprocess.Popen(
    [*host, "small_billing:SmallBilling"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
for line in sys.stdin.buffer:
    billing.stdin.write(line)
    billing.stdin.flush()
    sys.stdout.buffer.write(billing.stdout.readline())
    sys.stdout.buffer.flush()
    if b'"close"' in line and not Path("said").exists():
        Path("said").touch()
        time.sleep(0.1)
        sys.stdout.buffer.write(b"late\\n")
        sys.stdout.buffer.flush()
"""


def test_what_is_said_too_late_is_told_of_the_scenario_before(suite):
    """As an error behind the next one, which is judged on a fresh process."""
    suite.write("late.py", LATE)
    command = f"stdio:{shlex.join([sys.executable, 'late.py'])}"
    suite.conforms(FEE, FREE, of(command), body="__import__('time').sleep(0.3)")
    ran = suite.run()
    ran.assert_outcomes(passed=6, errors=1)
    ran.stdout.fnmatch_lines(
        [
            "*ERROR at teardown of test_it[[]edge/free-tariff-and-every-period[[]price zero]]*",
            "documented/late-fee-half-of-five-days: when the scenario was over: *",
        ]
    )


#: A billing that writes down the processes that it has been.
NOTED = """
import os
from pathlib import Path
from small_billing import SmallBilling

with Path("processes").open("a") as file:
    file.write(f"{os.getpid()}\\n")

class Noted(SmallBilling):
    pass
"""


@pytest.mark.parametrize(("arguments", "most"), [([], 1), (["-p", "xdist", "-n", "2"], 2)])
def test_one_process_for_each_worker(suite, arguments, most):
    """Started once, whatever the number of tests, and gone when the session has ended."""
    suite.write("noted.py", NOTED)
    suite.scenario("late-fee.scenario.yaml")
    suite.conforms(FEE, FREE, of("python:noted:Noted"))
    ran = suite.run("--prorata-implementation", "python:noted:Noted", *arguments)
    ran.assert_outcomes(passed=7)
    processes = (suite.folder / "processes").read_text("utf-8").split()
    assert 1 <= len(processes) <= most
    for process in processes:
        ends = time.monotonic() + 5
        while Path("/proc", process).exists() and time.monotonic() < ends:
            time.sleep(0.01)
        assert not Path("/proc", process).exists()


def test_a_failure_under_xdist_is_the_same(suite, wrong):
    """What a worker tells arrives whole."""
    suite.conforms(FEE, of(wrong))
    ran = suite.run("-p", "xdist", "-n", "1")
    ran.assert_outcomes(failed=1)
    assert "        late fee: 0.50 × 50 ÷ 100 = 0.25\n" in ran.stdout.str()


def test_a_goodbye_that_is_wrong_is_an_error_at_the_end(suite):
    """Behind the last test."""
    suite.write(
        "rude.py",
        "import atexit, os\nfrom small_billing import SmallBilling\n"
        "atexit.register(lambda: os._exit(4))\n"
        "class Rude(SmallBilling): ...\n",
    )
    suite.conforms(FEE, of("python:rude:Rude"))
    ran = suite.run()
    ran.assert_outcomes(passed=1, errors=1)
    ran.stdout.fnmatch_lines(["python:rude:Rude, at the end: after stop it exited with code 4"])


def test_without_the_plugin_nothing_passes(suite, right, pytester):
    """With `-p no:prorata` the test is an error, never green."""
    suite.conforms(FEE, of(right))
    suite.scenario("late-fee.scenario.yaml")
    ran = pytester.runpytest_inprocess("-W", "ignore")
    ran.assert_outcomes(errors=1)
    ran.stdout.fnmatch_lines(["*fixture '_prorata_scenario' not found*"])
