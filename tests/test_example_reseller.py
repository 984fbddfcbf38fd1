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

pytestmark = pytest.mark.sweep

FOLDER = Path(__file__).parent.parent / "examples" / "python"
RESELLER = f"stdio:{shlex.join([sys.executable, '-m', 'small_reseller'])}"
LIFE = "reselling/life-of-a-licence"
RESELLING = ("reselling", "faults/reselling*")


@pytest.fixture(autouse=True)
def _in_its_folder(monkeypatch):
    monkeypatch.chdir(FOLDER)


@pytest.mark.parametrize("whole", [False, True])
def test_a_plugged_in_reseller_is_judged_by_the_same_scenarios(whole):
    """It conforms to all that it supports, and says why it does not have the rest."""
    verdicts = run(RESELLING, RESELLER, whole=whole).verdicts
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


WRONG = """
import small_reseller.seller

class Wrong(small_reseller.seller.Seller):
    def do(self, func, number, **params):
        if func == "service.prolong":
            params["period"] = "12"
        super().do(func, number, **params)

small_reseller.seller.Seller = Wrong
import small_reseller.__main__
"""


def test_it_is_caught_where_it_asks_for_the_wrong_parameters(tmp_path, monkeypatch):
    """By what the seller's journal has, at the parameter's place."""
    program = tmp_path / "wrong.py"
    program.write_text(WRONG, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(FOLDER))
    implementation = f"stdio:{shlex.join([sys.executable, str(program)])}"
    (verdict,) = run(f"{LIFE}#renewed by hand", implementation).verdicts
    wrong = {each.path: (each.expected, each.got) for each in verdict.mismatches}
    place = ("seller", "calls", "service.prolong", "period")
    assert ("fail", "resell.operation") == (verdict.verdict, verdict.rule)
    assert ("1", "12") == wrong[place]
    # As of any billing, a date is told before what was charged for it, and both before a balance.
    assert ("seller", "panel", "expires") == verdict.first.path
    # 50.00 for a year at the seller, where 5.00 was to be paid for a month
    assert ("5.00", "50.00") == wrong["seller", "charged", "period"]
