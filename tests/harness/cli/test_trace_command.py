"""`prorata trace`: what the documents say, by words, rules and scenarios, and what shows it."""

from __future__ import annotations

import json

import pytest

from prorata.harness.tracing.page import page

FEE = """\
billmanager-hosting, Policy / Late renewal fee / Fixed amount
  A fixed amount comes on top of what the renewal costs.
  rules billmanager.renew.late-fee.fixed
  scenarios edge/late-fee-fixed, edge/late-fee-that-the-balance-does-not-pay
  built
"""


def told(call, *words):
    """Return the statements that a call prints as JSON."""
    said = call("trace", *words, "--json")
    assert (0, "") == (said.code, said.err)
    return json.loads(said.out)["statements"]


def test_words_of_a_section_find_its_statements(call):
    """In any case: section, statement, rules, scenarios and verdict of each, and how many."""
    said = call("trace", "Late renewal fee")
    assert (0, "") == (said.code, said.err)
    assert FEE in said.out
    assert said.out.endswith("\n9 statements, 9 built\n")
    assert said == call("trace", "late RENEWAL fee")


def test_words_of_a_document_a_statement_or_a_rule_find_it(call):
    """Whatever their order; of several conditions all must fit."""
    (row,) = told(call, "September 5 overdue")
    assert "Policy / Late renewal fee / Percent from the price for late renewal" == row["section"]
    assert {"hostbill-licences"} == {row["document"] for row in told(call, "reselling HostBill")}
    assert ["hostbill.late-fee"] == told(call, "late-fee", "hostbill-hosting")[0]["rules"]
    assert told(call, "Policy / Late renewal fee") == told(call, "late fee renewal / policy")


def test_a_row_of_the_json_has_all_that_is_known(call):
    """By the names of the table."""
    assert [
        {
            "document": "billmanager-hosting",
            "section": "Policy / Late renewal fee / Fixed amount",
            "says": "A fixed amount comes on top of what the renewal costs.",
            "rules": ["billmanager.renew.late-fee.fixed"],
            "functions": [],
            "scenarios": ["edge/late-fee-fixed", "edge/late-fee-that-the-balance-does-not-pay"],
            "verdict": "built",
            "reason": "",
        }
    ] == told(call, "Fixed amount")


@pytest.mark.parametrize("glob", ["billmanager.charge.daily", "billmanager.charge.d*"])
def test_a_rule_gives_the_statements_that_it_rests_on(call, glob):
    """By its id, or a glob of ids."""
    rows = told(call, glob)
    assert "A tariff may charge for each day of use." in {row["says"] for row in rows}
    assert all(any("charge.daily" in rule for rule in row["rules"]) for row in rows)


def test_a_scenario_gives_the_statements_that_it_rests_on(call):
    """Those of the rules that it is about, also of a row or branch of it, and of several files."""
    late = told(call, "documented/late-fee-half-of-five-days")
    assert {"billmanager.renew.late-fee.percent"} <= {rule for row in late for rule in row["rules"]}
    assert 4 == len(late)
    row = told(call, "edge/calendar-by-the-day-of-the-order[leap day]")
    assert told(call, "edge/calendar-by-the-day-of-the-order") == row
    assert len(told(call, "documented/*")) > len(late)


def test_a_rule_that_no_document_has_says_what_the_registry_says(call):
    """Under its source."""
    (row,) = told(call, "billmanager.change.free")
    assert ("ours", "") == (row["document"], row["section"])
    assert "The period cannot be recalculated between a free and a paid tariff." == row["says"]
    said = call("trace", "billmanager.change.free")
    assert said.out.startswith("ours\n  The period cannot be recalculated")


def test_one_document_alone(call):
    """By its name; of a name that is misspelt all are told."""
    rows = told(call, "late fee", "--document", "hostbill-hosting")
    assert {"hostbill-hosting"} == {row["document"] for row in rows}
    said = call("trace", "--document", "hostbill")
    assert 2 == said.code
    assert "'hostbill' is not one of 'hostbill-licences', 'hostbill-hosting'" in said.err


def test_what_is_outside_and_what_differs(call):
    """Each with the reason."""
    outside, differs = told(call, "--outside"), told(call, "--differs")
    assert {"outside"} == {row["verdict"] for row in outside}
    assert {"differs"} == {row["verdict"] for row in differs}
    assert all(row["reason"] for row in (*outside, *differs))
    assert "  outside: how a page looks decides nothing of billing\n" in call("trace", "menu").out


def test_nothing_that_fits_is_told_as_nothing(call):
    """Where the words are known and what is asked of them is not there."""
    said = call("trace", "Fixed amount", "--outside")
    assert (0, "0 statements\n") == (said.code, said.out)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("Late renewel fee",), 'nothing is said of "Late renewel fee"; did you mean "Late rene'),
        (("billmanager.charge.dayly",), 'did you mean "billmanager.charge.daily"?'),
        (("bilmanager.charge.*",), 'did you mean "billmanager.charge.*"?'),
        (("quite something else",), "; prorata trace lists all that is said"),
        (("Late renewal fee", "hostbill-hosting"), "nothing is said of all of Late renewal fee, "),
        ((" ",), 'nothing is said of " "'),
        (("edge/late-fee-fixd",), 'edge/late-fee-fixd"; did you mean "edge/late-fee-fixed"?'),
    ],
)
def test_what_nothing_is_said_of_is_told_with_what_was_meant(call, words, said):
    """The nearest name, else how to see all."""
    ended = call("trace", *words)
    assert (2, "") == (ended.code, ended.out)
    assert said in ended.err


def test_a_file_of_ones_own_rests_on_statements_too(call, wrong):
    """As a bundled scenario does; one that cannot be read is told with its place."""
    name = f"./{wrong}"
    assert told(call, "documented/late-fee-half-of-five-days") == told(call, name)
    wrong.write_text("title: nothing else\n", encoding="utf-8")
    said = call("trace", name)
    assert 2 == said.code
    assert said.err.startswith(f"{wrong}:1:")


def test_the_page_is_printed(call):
    """Alone: with anything else it is a mistake."""
    assert page() == call("trace", "--markdown").out
    said = call("trace", "--markdown", "fee")
    assert 2 == said.code
    assert "--markdown stands alone" in said.err
