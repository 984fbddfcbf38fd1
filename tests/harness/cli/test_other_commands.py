"""`try`, `rules`, `check`, `smoke`, and what all commands share."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from bundled import SCENARIOS

from prorata.harness.cli import rules_
from prorata.harness.version import version
from prorata.reference.readings import READINGS
from prorata.reference.rules import rules

if TYPE_CHECKING:
    from collections.abc import Collection

    from prorata.harness.scenario import Scenario

FEE = "documented/late-fee-half-of-five-days"
PERCENT = "billmanager.renew.late-fee.percent"
COMMANDS = ("run", "explain", "try", "rules", "readings", "check", "smoke")


def test_the_version_is_one_line(call: Any) -> None:
    """Of the package as installed."""
    assert (0, f"prorata {version()}\n") == (call("--version").code, call("--version").out)


@pytest.mark.parametrize("words", [(), *((command,) for command in COMMANDS)])
def test_every_command_has_its_help(call: Any, words: tuple[str, ...]) -> None:
    """Under -h as well."""
    said = call(*words, "--help")
    assert said.code == 0
    assert said.out.startswith(f"Usage: prorata {''.join(words)}")
    assert said.out == call(*words, "-h").out
    if not words:
        assert all(f"\n  {command} " in said.out for command in COMMANDS)


@pytest.mark.parametrize(
    ("word", "hint"),
    [("rum", " Did you mean 'run'?"), ("frobnicate", "")],
)
def test_an_unknown_command_is_exit_2(call: Any, word: str, hint: str) -> None:
    """With what was probably meant."""
    said = call(word)
    assert said.code == 2
    assert said.err.endswith(f"Error: No such command '{word}'.{hint}\n")


# try


def test_try_evaluates_one_rule(call: Any) -> None:
    """A fixed late fee is its amount."""
    said = call("try", "billmanager.renew.late-fee.fixed", "amount=2.00")
    assert said.code == 0
    assert said.out.splitlines()[-1].split() == ["posted", "2.00", "as", "2.00", "USD"]
    yen = call("try", "billmanager.renew.late-fee.fixed", "amount=2.50", "--currency", "JPY")
    # Half a yen rounds up.
    assert yen.out.splitlines()[-1].split() == ["posted", "2.50", "as", "3", "JPY"]
    down = call(
        "try", "billmanager.renew.late-fee.fixed", "amount=2.509", "--reading", "rounding=down",
    )  # fmt: skip
    assert down.out.splitlines()[-1].split() == ["posted", "2.509", "as", "2.50", "USD"]


def test_try_without_arguments_says_what_a_rule_takes(call: Any) -> None:
    """Each with an example."""
    said = call("try", "billmanager.renew.late-fee.fixed")
    assert said.code == 0
    assert said.out.splitlines()[1] == "  amount=3.10"


@pytest.mark.parametrize("rule", [rule.id for rule in rules().values()])
def test_try_says_of_every_rule_what_it_takes(call: Any, rule: str) -> None:
    """Evaluated, described, or one clear line: never a traceback."""
    said = call("try", rule)
    assert said.code in {0, 2}
    assert said.out + said.err
    pairs = [
        line.strip().split("   ")[0]
        for line in said.out.splitlines()[1:]
        if line.startswith("  ") and "=" in line
    ]
    if pairs:
        examples = [pair.replace("'", "").replace("; …", "") for pair in pairs]
        tried = call("try", rule, *examples)
        assert tried.code in {0, 2}
        assert len(tried.err.splitlines()) == (tried.code == 2)
        wild = call("try", rule, *(f"{pair.partition('=')[0]}=-1" for pair in pairs))
        assert wild.code in {0, 2}


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["billmanager.renew.late-fee.fixd"],
         'no rule is called billmanager.renew.late-fee.fixd; did you mean "billmanager.renew.late'),
        (["billmanager.renew.late-fee.fixed", "2.00"], "arguments are KEY=VALUE"),
        (["billmanager.renew.late-fee.fixed", "sum=2.00"],
         "the rule takes no sum; it takes amount"),
        (["billmanager.renew.late-fee.fixed", "amuont=2.00"],
         'the rule takes no amuont; did you mean "amount"?'),
        (["billmanager.renew.late-fee.fixed", "amount=1e999999999"],
         "amount: '1e999999999' is not an amount; digits with an optional point are, as in 3.10"),
        (["billmanager.renew.late-fee.fixed", "amount=2", "--currency", "XXX"],
         "no currency is called XXX"),
        (["billmanager.renew.late-fee.fixed", "amount=2", "--reading", "a=b"],
         'unknown reading "a"; there are month, month_end, day_count'),
    ],
)  # fmt: skip
def test_try_says_what_is_wrong(call: Any, words: list[str], message: str) -> None:
    """One line, exit code 2."""
    said = call("try", *words)
    assert said.code == 2
    assert said.err.startswith(message)
    assert len(said.err.splitlines()) == 1


def test_try_refuses_rules_that_act_on_a_panel(call: Any) -> None:
    """Their scenarios show them."""
    panel = next(rule.id for rule in rules().values() if rule.id.startswith("provision.")
                 and rule.built)  # fmt: skip
    said = call("try", panel)
    assert (said.code, said.err) == (2, f"{panel} acts on a panel; run its scenarios\n")


# rules


def test_rules_are_listed_with_documents_readings_and_scenarios(call: Any) -> None:
    """All of them, or those selected."""
    said = call("rules")
    assert said.code == 0
    assert said.out.splitlines()[-1].startswith(f"{len(rules())} rules, ")
    said = call("rules", PERCENT)
    head, sentence, origin, *rest, count = said.out.splitlines()
    assert (head, sentence.strip()) == (PERCENT, rules()[PERCENT].sentence)
    assert origin == "  from billmanager-hosting"
    assert any(line.startswith("  scenarios ") and FEE in line for line in rest)
    assert count == "1 rules, 1 built"
    unbuilt = [rule.id for rule in rules().values() if not rule.built]
    if unbuilt:
        assert f"{unbuilt[0]}  (not built yet)\n" in call("rules", unbuilt[0]).out


@pytest.fixture
def _loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the bundled scenarios loaded already."""

    def about(wanted: Collection[str]) -> list[Scenario]:
        return [each for each in SCENARIOS.values() if not {*each.rules}.isdisjoint(wanted)]

    monkeypatch.setattr(rules_, "about", about)


@pytest.mark.usefixtures("_loaded")
def test_rules_as_json(call: Any) -> None:
    """Id, documents, readings, scenarios, built."""
    found = json.loads(call("rules", "--json").out)["rules"]
    assert list(rules()) == [row["id"] for row in found]
    assert all(set(row) == {"id", "documents", "readings", "scenarios", "built"} for row in found)
    percent = next(row for row in found if row["id"] == PERCENT)
    assert FEE in percent["scenarios"]
    assert percent["built"] is True


@pytest.mark.usefixtures("_loaded")
def test_uncovered_rules_are_those_that_no_scenario_is_about(call: Any) -> None:
    """Only built ones; none of them is no mistake."""
    covered = {rule for scenario in SCENARIOS.values() for rule in scenario.rules}
    expected = [each.id for each in rules().values() if each.built and each.id not in covered]
    found = json.loads(call("rules", "--uncovered", "--json").out)["rules"]
    assert expected == [row["id"] for row in found]
    said = call("rules", PERCENT, "--uncovered")
    assert (said.code, said.out) == (0, "0 rules, 0 built\n")


def test_a_rule_that_there_is_not_is_exit_2(call: Any) -> None:
    """Like any other selection."""
    said = call("rules", "zzz.*")
    assert said.code == 2
    assert (said.code, said.err) == (2, 'unknown rule "zzz.*"; prorata rules lists them\n')
    said = call("rules", "bilmanager.renew.*")
    assert said.err == 'unknown rule "bilmanager.renew.*"; did you mean "billmanager.renew.*"?\n'


def test_readings_are_listed_with_their_defaults_first(call: Any) -> None:
    """Name, values, where they apply, and what decides."""
    lines = call("readings").out.splitlines()
    assert lines[4 * list(READINGS).index("rounding") :][:4] == [
        "rounding",
        "  half_up, half_even, down",
        "  applies to: posting",
        "  decided by: the documents do not say",
    ]
    rows = json.loads(call("readings", "--json").out)["readings"]
    assert [(each.name, list(each.values)) for each in READINGS.values()] == [
        (row["name"], row["values"]) for row in rows
    ]


# check


def test_check_validates_files_and_folders(call: Any, wrong: Path) -> None:
    """Numbers are not judged, only what stands there."""
    assert (0, "1 file is fine\n") == (call("check", wrong).code, call("check", wrong).out)
    Path("b.yaml").write_text(wrong.read_text("utf-8"), encoding="utf-8")
    assert call("check", ".").out == "2 files are fine\n"
    text = wrong.read_text("utf-8").replace("[billmanager.renew.late-fee.percent]", "[y]")
    Path("b.yaml").write_text(text, encoding="utf-8")
    said = call("check", ".")
    assert said.code == 2
    assert 'b.yaml:2:9: unknown rule "y"' in said.out
    assert said.out.endswith(" in 1 file\n")
    said = call("check", "none.yaml")
    assert said.code == 2
    assert said.out.startswith("none.yaml:1:1: cannot be read: ")
    Path("empty").mkdir()
    said = call("check", "empty")
    told = "empty:1:1: this folder has no scenario in it\n1 problem in 1 file\n"
    assert (said.code, said.out) == (2, told)
    assert told.splitlines()[0] in call("check", "empty", wrong).out


# smoke


def test_smoke_checks_manners(call: Any, polite: Any) -> None:
    """0: all well; 1: something is not; 2: no adapter to ask."""
    said = call("smoke", "-i", polite())
    assert (said.code, said.out.splitlines()[-1].endswith("18 of 18 checks ok")) == (0, True)
    assert call("smoke", "-i", polite("two lines")).code == 1
    said = call("smoke", "-i", "reference")
    assert said.code == 2
    assert "smoke is for other implementations" in said.err
    said = call("smoke", "-i", "fancy")
    assert said.code == 2
    assert said.err.startswith("cannot start the implementation: 'fancy' names no implementation")
    said = call("smoke", "-i", polite(), "--timeout", "nan")
    assert said.code == 2
    assert "nan is not more than 0" in said.err
