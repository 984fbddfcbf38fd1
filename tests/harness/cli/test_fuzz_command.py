"""`prorata fuzz`, as a user calls it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from secretly import secretly

from prorata.harness.cli import fuzz_, progress
from prorata.harness.fuzz import searching
from prorata.harness.fuzz.court import OneDesk

#: Where months of 30 days show soon.
RENEWED = ("--rules", "billmanager.renew.plain", "--seed", "1", "--examples", "12")
#: A billing that could not judge anything of HostBill's.
SHOP = """\
class Shop:
    prorata = {"name": "shop", "supports": {"systems": ["billmanager"]}}

    def __init__(self, context):
        pass

    def observe(self):
        return {"services": {}, "ledger": [], "balances": {}, "invoices": {}}
"""


@pytest.fixture(name="wrong_months")
def _wrong_months(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let what is called the reference count months of 30 days, and say nothing of that."""
    monkeypatch.setattr(
        fuzz_, "OneDesk", lambda job, _: OneDesk(job, secretly(month="thirty_days"))
    )


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


@pytest.mark.usefixtures("wrong_months")
def test_what_is_found_is_told_and_saved(call: Any) -> None:
    """Exit code 1; the file that is saved expects what the reference does, and comes first next."""
    said = call("fuzz", "-i", "reference", *RENEWED, "--save", "found")

    assert (1, "") == (said.code, said.err)
    assert re.search(
        r"^    (a renewal|an order) .*sets expires .* too (early|late)$", said.out, re.MULTILINE
    )
    (again, *_) = re.findall(r"again:  prorata (run found/\S+\.yaml -i reference)", said.out)
    assert 0 == call(*again.split()).code
    more = json.loads(call("fuzz", *RENEWED[:-1], "1", "--json", "--save", "found").out)
    assert "example" == more["found"][0]["history"].partition("/")[0]


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


def test_rules_that_a_billing_does_not_have_are_a_mistake(call: Any) -> None:
    """Nothing could be judged: exit code 2."""
    Path("shop.py").write_text(SHOP, encoding="utf-8")
    said = call("fuzz", "-i", "python:shop:Shop", "--rules", "hostbill.tax")

    assert 2 == said.code
    assert "shop says that it does not support hostbill.tax" in said.err


@pytest.mark.usefixtures("wrong_months")
def test_in_ci_the_seed_is_0_and_nothing_is_remembered(
    call: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same commit finds the same."""
    monkeypatch.setenv("CI", "true")
    said = call("fuzz", *RENEWED[:2], "--examples", "8")

    assert (1, True) == (said.code, "8 histories, seed 0" in said.out)
    assert not Path(".prorata").exists()


def test_how_far_it_is_is_told_in_ci(call: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of how many, where that is known; all rules one by one where somebody asks."""
    monkeypatch.setenv("CI", "true")
    monkeypatch.setattr(progress, "_OFTEN", 0.0)
    told = call("fuzz", "--examples", "3", "--rules", "billmanager.pay", "-v")
    timed = call("fuzz", "--for", "1s", "--rules", "billmanager.pay")

    assert ["1 of 3", "2 of 3", "3 of 3"] == told.err.splitlines()
    assert re.search(r"^billmanager\.pay +1 of 1", told.out, re.MULTILINE)
    assert "1 so far" == timed.err.splitlines()[0]
    assert "· 1 s, seed 0 ·" in timed.out


@pytest.mark.usefixtures("wrong_months")
def test_ctrl_c_tells_and_saves_what_was_found(call: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit code 130; it is not shrunk."""
    take = searching.Search.take

    def interrupted(search: Any, *told: Any) -> Any:
        taken = take(search, *told)
        if search.found:
            raise KeyboardInterrupt
        return taken

    monkeypatch.setattr(searching.Search, "take", interrupted)
    said = call("fuzz", *RENEWED, "--save", "found")

    assert (130, "interrupted") == (said.code, said.err.strip())
    assert "not shrunk" in said.out
    assert 1 == len(list(Path("found").glob("*.yaml")))


def test_a_billing_that_breaks_is_told_with_its_stderr(call: Any, polite: Any) -> None:
    """As `run` tells it: whose fault it is, and over which act."""
    said = call("fuzz", "-i", polite("crash"), "--examples", "3", "--seed", "1", traceback=True)

    assert 1 == said.code
    assert "! " in said.out
    assert "the fault of the implementation" in said.out


def test_a_billing_that_differs_and_then_breaks(call: Any) -> None:
    """Both are told: what was shown first, and what it broke over."""
    broken = """
    def order(self, *, client, tariff, **rest):
        return "1"

    def pay(self, **told):
        raise KeyError("who")
"""
    Path("shop.py").write_text(SHOP + broken, encoding="utf-8")
    said = call("fuzz", "-i", "python:shop:Shop", "--examples", "8", "--seed", "1",
                "--rules", "billmanager.pay", traceback=True)  # fmt: skip

    assert 1 == said.code
    assert re.search(
        r"^! .*the fault of the implementation\n.*\n.*\n.* expected .* got .*\n(.*\n)*?"
        r"      then +the order answered 1, .*; then: answered act with an error: KeyError: 'who'",
        said.out,
        re.MULTILINE,
    )


@pytest.mark.usefixtures("wrong_months")
def test_what_is_known_is_counted_apart(call: Any) -> None:
    """And is no failure."""
    Path("known.toml").write_text(
        '[[known]]\nid = "fuzz/*"\nreason = "months are planned"\n', encoding="utf-8"
    )
    said = call("fuzz", *RENEWED, "--known-failures", "known.toml")

    assert 0 == said.code
    assert re.search(r"· \d+ known", said.out)


@pytest.mark.usefixtures("wrong_months")
def test_settings_name_the_implementation(call: Any) -> None:
    """As for a run: prorata.toml, and the command that is told again does not name it."""
    Path("prorata.toml").write_text('implementation = "reference"\n', encoding="utf-8")
    said = call("fuzz", *RENEWED)

    assert re.search(r"again:  prorata run prorata-found/\S+\.yaml$", said.out, re.MULTILINE)
