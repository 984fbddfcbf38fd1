"""The benchmarks run and tell their rows; how long anything takes is never asserted."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.sweep

ROOT = Path(__file__).parents[1]

#: The figures of each benchmark, by name, and whether each has a peer.
FIGURES = {
    "startup": [
        ("prorata run, one scenario", True),
        ("the same", True),
        ("prorata --help", True),
    ],
    "scenarios": [
        ("each further of 3 scenarios", False),
        ("loading one of them", False),
        ("judging a loaded one, without panels", False),
    ],
    "down": [("a month of a service whose panel is down", False)],
    "judging": [
        ("the reference, --whole", True),
        ("a Python child, --whole", True),
        ("a Python child, plain", True),
    ],
    "fuzz": [
        ("billmanager: 5 histories made", True),
        ("hostbill: 5 histories made", True),
        ("reselling: 5 histories made", True),
        ("made by a seed and judged", True),
        ("made by hypothesis and judged", True),
    ],
    "workers": [("the reference, 2 workers", True), ("a stdio billing, 2 workers", True)],
    "ipc": [("one question over stdio", True)],
    "proration": [("one proration", True)],
    "invoicing": [
        ("a month of 100 services of HostBill", True),
        ("memory of an idle service of HostBill", False),
    ],
    "state": [
        ("a restart after 60 changes", True),
        ("50 changes of users, kept in a file", True),
    ],
    "reselling": [
        ("40 days of each of 5 resold licences", False),
        ("a poll of them", False),
        ("a poll that finds nothing", False),
    ],
}
PARTS = ["loading", "panels", "reference", "comparing", "player"]


def benchmarks(*arguments):
    """Run the benchmarks on as little as there is."""
    return subprocess.run(
        (sys.executable, "-m", "benchmarks", "--runs", "1", "--tiny", *arguments),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
    )


@pytest.mark.parametrize("name", FIGURES)
def test_each_benchmark_tells_its_figures_as_json(name):
    """Every figure comes with its spread, and with a peer and a ratio where it has a peer."""
    ran = benchmarks(name, "--json")
    assert "" == ran.stderr
    assert 0 == ran.returncode
    rows = json.loads(ran.stdout)
    assert FIGURES[name] == [(row["name"], row["peer"] is not None) for row in rows]
    for row in rows:
        assert (row["peer"] is None) == (row["ratio"] is None)
        assert row["spread"][0] <= row["spread"][1]


def test_the_parts_of_a_scenario_are_told():
    """The time of a scenario is split into five parts, none of them below nothing."""
    row, *_ = json.loads(benchmarks("scenarios", "--json").stdout)
    assert PARTS == [part for part, _ in row["parts"]]
    assert [] == [part for part, spent in row["parts"] if spent <= 0]


def test_a_person_reads_figure_peer_ratio_and_target():
    """Without --json each figure is one line."""
    (told,) = benchmarks("proration").stdout.splitlines()
    assert told.startswith("one proration: ")
    for word in ("beside price × days ÷ full days: ", "  ratio ", "  target 3"):
        assert word in told


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("nothing",), "no benchmark is called nothing"),
        (("--runs", "0"), "--runs is at least 1"),
    ],
)
def test_what_cannot_be_measured_is_said(arguments, said):
    """A wrong name or number is one clear line and exit code 2."""
    ran = benchmarks(*arguments)
    assert 2 == ran.returncode
    assert ran.stderr.splitlines()[-1].endswith(said)
