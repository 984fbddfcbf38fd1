"""`prorata fuzz`, as a user calls it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from prorata.harness.cli import fuzz_
from prorata.harness.fuzz import finding, searching

EXAMPLES = Path(__file__).parents[3] / "examples" / "python"
#: A small billing that leaves the day of a late renewal out.
SHOP = """\
import sys
sys.path.insert(0, {folder!r})
from small_billing import Rules, SmallBilling

class ShopRules(Rules):
    def overdue_days(self, expired, today):
        return (today - expired).days

class Billing(SmallBilling):
    rules = ShopRules()
"""
FEE = ("--rules", "billmanager.renew.late-fee.percent", "--seed", "1")


@pytest.fixture(name="shop")
def _shop(monkeypatch: pytest.MonkeyPatch) -> tuple[str, ...]:
    """Return the words that name the billing."""
    monkeypatch.setattr(finding, "SHRINKING", 5.0)
    Path("shop.py").write_text(SHOP.format(folder=str(EXAMPLES)), encoding="utf-8")
    return "-i", "python:shop:Billing"


def test_on_the_reference_nothing_is_found(call: Any) -> None:
    """Exit code 0; what was reached is a table, and the counts are its last line."""
    said = call("fuzz", "--examples", "12", "--seed", "4", "--rules", "billmanager.renew.*")

    assert (0, "") == (said.code, said.err)
    first, *_, last = said.out.splitlines()
    assert re.fullmatch(
        r"reference \S+ \(protocol 1\) · 12 histories, seed 4 · panels in process", first
    )
    assert re.fullmatch(r"12 agree +[\d.]+ s", last)
    assert re.search(r"^billmanager\.renew +\d of 7 ", said.out, re.MULTILINE)
    assert not Path("prorata-found").exists()


def test_what_is_found_is_told_and_saved(call: Any, shop: Any) -> None:
    """Exit code 1; what is saved fails, and its command says so."""
    said = call("fuzz", *shop, *FEE, "--examples", "40", "--save", "found")

    assert 1 == said.code
    assert "a renewal charges one day too few" in said.out
    (again,) = re.findall(r"again:  prorata (run found/\S*late-fee\S*\.yaml -i \S+)", said.out)
    assert 1 == call(*again.split()).code
    assert 0 == call(*again.split()[:2]).code  # the reference does what the file expects
    # What failed is tried first the next time.
    more = call("fuzz", *shop, *FEE, "--examples", "1", "--json")
    assert ["example"] == [each["history"].split("/")[0] for each in json.loads(more.out)["found"]][
        :1
    ]


def test_json_is_whole(call: Any) -> None:
    """Counts, what was found, and each rule with its readings and boundaries."""
    said = call("fuzz", "--examples", "8", "--seed", "2", "--json")
    told = json.loads(said.out)

    assert (0, 2, 8) == (said.code, told["seed"], told["histories"])
    assert {"pass": 8, "fail": 0, "error": 0, "known": 0, "skipped": 0} == told["counts"]
    assert [] == told["found"]
    row = next(each for each in told["coverage"] if each["rule"] == "billmanager.renew.plain")
    assert {"rule", "histories", "readings", "boundaries"} == row.keys()
    assert {"month", "month_end"} == row["readings"].keys()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--rules", "billmanager.renw.*"), 'unknown rule "billmanager.renw.*"; did you mean'),
        (("--for", "soon"), "soon is no duration; 90s, 10m and 2h are"),
        (("--for", "0s"), "0s is no duration"),
        (("--for", "9s", "--examples", "3"), "say one of them"),
        (("-i", "billmanager:https://x"), "is judged by prorata run"),
        (("-i", "stdio:true", "--reading", "rounding=down"), "--reading is for the reference"),
        (("--hypothesis", "-n", "2"), "-n: --hypothesis chooses one history after the other"),
        (("-n", "2", "--dask", "tcp://x"), "say one of them"),
        (("--known-failures", "none.toml"), "none.toml"),
        (("-i", "nothing"), "names no implementation"),
    ],
)
def test_a_mistake_is_one_line(call: Any, words: tuple[str, ...], said: str) -> None:
    """Exit code 2."""
    ran = call("fuzz", *words)

    assert (2, "") == (ran.code, ran.out)
    assert said in ran.err
    assert ran.err.strip().splitlines()[-1:] == [ran.err.strip().splitlines()[-1]]


def test_without_hypothesis_it_says_what_to_install(
    call: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One line with the command, exit code 2."""
    monkeypatch.setattr(fuzz_, "find_spec", lambda _name: None)
    said = call("fuzz", "--hypothesis")

    assert 2 == said.code
    assert "--hypothesis needs the extra fuzz: " in said.err
    assert said.err.rstrip("'\n").endswith("[fuzz]")


def test_rules_that_a_billing_does_not_have_are_a_mistake(call: Any, shop: Any) -> None:
    """Nothing could be judged: exit code 2."""
    said = call("fuzz", *shop, "--rules", "hostbill.tax")

    assert 2 == said.code
    assert "small-billing says that it does not support hostbill.tax" in said.err


def test_in_ci_the_seed_is_0_and_nothing_is_remembered(
    call: Any, monkeypatch: pytest.MonkeyPatch, shop: Any
) -> None:
    """The same commit finds the same."""
    monkeypatch.setenv("CI", "true")
    said = call("fuzz", *shop, *FEE[:2], "--examples", "30")

    assert "30 histories, seed 0" in said.out
    assert not Path(".prorata").exists()


def test_ctrl_c_tells_and_saves_what_was_found(
    call: Any, monkeypatch: pytest.MonkeyPatch, shop: Any
) -> None:
    """Exit code 130; it is not shrunk."""
    take = searching.Search.take

    def interrupted(search: Any, *told: Any) -> Any:
        taken = take(search, *told)
        if search.found:
            raise KeyboardInterrupt
        return taken

    monkeypatch.setattr(searching.Search, "take", interrupted)
    said = call("fuzz", *shop, *FEE, "--examples", "60", "--save", "found")

    assert (130, "interrupted") == (said.code, said.err.strip())
    assert "not shrunk" in said.out
    assert 1 == len(list(Path("found").glob("*.yaml")))


def test_a_billing_that_breaks_is_told_with_its_stderr(call: Any, polite: Any) -> None:
    """As `run` tells it: whose fault it is, and over which act."""
    said = call("fuzz", "-i", polite("crash"), "--examples", "3", "--seed", "1", traceback=True)

    assert 1 == said.code
    assert "! " in said.out
    assert "the fault of the implementation" in said.out


def test_what_is_known_is_counted_apart(call: Any, shop: Any) -> None:
    """And is no failure."""
    Path("known.toml").write_text(
        '[[known]]\nid = "fuzz/*"\nreason = "all of it is planned"\n', encoding="utf-8"
    )
    said = call("fuzz", *shop, *FEE, "--examples", "40", "--known-failures", "known.toml")

    assert 0 == said.code
    assert re.search(r"· \d+ known", said.out)


def test_settings_name_the_implementation(call: Any, shop: Any) -> None:
    """As for a run: prorata.toml, and the command that is told again does not name it."""
    Path("prorata.toml").write_text(f'implementation = "{shop[1]}"\n', encoding="utf-8")
    said = call("fuzz", *FEE, "--examples", "40")

    assert "small-billing" in said.out
    assert re.search(r"again:  prorata run prorata-found/\S+\.yaml$", said.out, re.MULTILINE)
