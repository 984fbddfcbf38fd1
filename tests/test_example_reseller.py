"""A reseller plugged in: a program of its own that buys over a socket, judged as any billing is."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from prorata.harness.running.api import run
from prorata.harness.smoke import smoke

FOLDER = Path(__file__).parent.parent / "examples" / "python"
RESELLER = f"stdio:{shlex.join([sys.executable, '-m', 'small_reseller'])}"
RESELLING = ("reselling", "faults/reselling*")


@pytest.fixture(autouse=True)
def _in_its_folder(monkeypatch):
    monkeypatch.chdir(FOLDER)


def test_a_plugged_in_reseller_is_judged_by_the_same_scenarios():
    """It conforms to all that it supports, and says why it does not have the rest."""
    verdicts = run(RESELLING, RESELLER).verdicts
    assert [] == [each for each in verdicts if each.verdict in {"fail", "error"}]
    passed = {each.scenario for each in verdicts if each.verdict == "pass"}
    assert 39 <= len(passed)
    assert {
        "reselling/ordered-and-active-by-event",
        "reselling/life-of-a-licence#renewed by hand",
        "faults/reselling-answer-lost#of an order",
        "faults/reselling-two-on-one-account",
    } <= passed


def test_it_uses_nothing_of_prorata():
    """Whoever writes one in another language has no more than it has."""
    sources = [each.read_text("utf-8") for each in (FOLDER / "small_reseller").glob("*.py")]
    assert [] == [source for source in sources if "import prorata" in source]
    assert [] == [source for source in sources if "from prorata" in source]


def test_it_has_good_manners():
    """It passes every check of smoke."""
    report = smoke(RESELLER)
    assert report.ok, "\n".join(report.lines())


def test_open_tells_it_where_the_seller_is(tmp_path):
    """`panels` has the seller by its name: the address of a BILLmanager, and a client's login."""
    trace = tmp_path / "trace.jsonl"
    words = ["run", "reselling/ordered-and-active-by-event", "-i", RESELLER, "--trace", str(trace)]
    main = "from prorata.harness.cli import main; main()"
    subprocess.run([sys.executable, "-c", main, *words], capture_output=True, check=True)
    told = [json.loads(line) for line in trace.read_text("utf-8").splitlines()]
    opened = next(json.loads(each[">"]) for each in told if '"type":"open"' in each.get(">", ""))
    seller = opened["panels"]["seller"]
    assert ("partner", "prorata") == (seller["login"], seller["password"])
    assert seller["url"].startswith("http://127.0.0.1:")
    assert seller["url"].endswith("/billmgr")
    modules = {"licences": {"type": "billmanager", "seller": "seller"}}
    assert modules == opened["settings"]["modules"]
