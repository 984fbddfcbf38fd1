"""Wrong billings are caught by the bundled scenarios, and told by the rules that they break."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from bundled import SCENARIOS

from prorata.harness.running.panels import ScenarioPanels
from prorata.harness.running.runner import judge_all
from prorata.reference.readings import READINGS
from prorata.reference.rules import rules

TESTS = Path(__file__).parent
sys.path[:0] = [str(TESTS / "wrong")]
from billings import wrong_billings  # noqa: E402  from the folder above
from by_histories import caught_by_histories  # noqa: E402
from matrix import PATH, Matrix, named  # noqa: E402
from page import found, page  # noqa: E402
from passing import may_show, passed_by  # noqa: E402
from playing import failures  # noqa: E402
from seams import WrongBilling  # noqa: E402
from table import TABLE  # noqa: E402

#: In so many parts they are run, each by whoever is free.
PARTS = 8
#: So many of the scenarios that catch one are played again, and so many of all by the reference.
AGAIN, EVERY = 2, 151


#: Wrong billings that a single scenario shows, with the rule that the failure has to name.
TOLD = (
    ("another cycle of the old length", "edge/cycle-change-that-is-refused#by hand",
     "hostbill.cycle.change"),
    ("a part of a payment brings all", "edge/invoice-paid-in-part#in two parts",
     "hostbill.invoice.pay"),
    ("a merged invoice is due with the last",
     "edge/hostbill-merged-on-the-earlier-due-date#one is moved on", "hostbill.invoice.merge"),
    ("the day of a daily resource comes back",
     "edge/daily-resource-ordered-again-on-its-day#cancelled and ordered",
     "billmanager.charge.daily"),
    ("a change charges its day again",
     "edge/daily-changed-to-another-tariff[the day of the new tariff]#dearer",
     "billmanager.charge.daily"),
    ("a request to cancel suspends on the panel",
     "edge/cancelled-at-the-end[renewed with the payment]#before the renewal",
     "provision.ispmanager.suspend"),
    ("another preset before it is paid", "edge/upgraded-on-the-order[with its payment]#paid",
     "provision.ispmanager.change-preset"),
    ("makes a second user when the answer is lost", "faults/answer-lost-after-the-creation",
     "provision.ispmanager.create"),
    ("one that is unpaid suspends all of a client",
     "edge/day-and-month-due-at-one-midnight#the month first", "billmanager.suspend.non-payment"),
    ("a payment counts when it begins", "edge/opened-payment-is-paid-once", "billmanager.pay"),
    ("does again what comes again", "edge/acts-delivered-twice",
     "always: what is delivered twice is done once"),
    ("a suspension stops the time",
     "edge/acts-that-come-twice-and-are-two#two suspensions and one resumption",
     "billmanager.suspend.staff"),
    ("a payment renews what has expired", "edge/auto-renewal-at-expiry",
     "billmanager.renew.auto"),
    ("a payment starts what is deleted", "edge/acts-on-what-is-ordered[by staff]#deleted",
     "billmanager.pay"),
    ("a trial goes on for money", "edge/trial", "billmanager.order.trial"),
    ("renews by itself a day before",
     "edge/day-and-month-due-at-one-midnight#the day first", "billmanager.renew.auto"),
    ("a late fee begins the days anew", "edge/hostbill-addon-of-another-cycle#shorter",
     "hostbill.late-fee"),
    ("an invoice of nothing waits for its payment",
     "edge/hostbill-free-and-renewed-with-the-invoice", "hostbill.invoice.zero"),
    ("an invoice of nothing waits for its payment", "edge/hostbill-metered-cron",
     "hostbill.invoice.zero"),
    ("what belongs together on invoices of its own",
     "edge/hostbill-addon-and-an-upgrade#with the renewal of both unpaid",
     "hostbill.order.addons"),
    ("each termination cancels what is unpaid",
     "edge/hostbill-late-fee-of-a-merged-invoice#the first of them is terminated",
     "hostbill.terminate"),
    ("each termination cancels what is unpaid",
     "reselling/hostbill-suspended#never paid and bought ahead", "hostbill.terminate"),
    ("the server's own user takes room", "provisioning/capacity-at-the-maximum#both at once",
     "provision.ispmanager.capacity"),
    ("the server's own user takes room", "provisioning/hostbill-capacity#one is there",
     "provision.ispmanager.capacity"),
    ("takes a stranger's user for its own",
     "faults/login-of-a-stranger[the answer is lost]#it is suspended",
     "provision.ispmanager.create"),
)  # fmt: skip


@pytest.fixture(scope="module")
def matrix():
    """Read what the whole came to."""
    return Matrix.read()


def test_every_rule_and_reading_value_has_a_wrong_billing():
    """Each rule is named first by one, and each value of a reading is had by one."""
    assert len({wrong.name for wrong in TABLE}) == len(TABLE)
    assert [] == sorted(rules().keys() - {wrong.broken[0] for wrong in TABLE})
    had = {pair for wrong in TABLE for pair in wrong.reads.items()}
    assert had == {(name, value) for name, each in READINGS.items() for value in each.values}


def test_every_wrong_billing_has_the_rules_that_it_breaks():
    """They are rules of the registry, or what always holds."""
    told = {rule for wrong in TABLE for rule in wrong.broken}
    assert [] == sorted(rule for rule in told - rules().keys() if not rule.startswith("always: "))
    assert [] == [wrong.name for wrong in TABLE if not wrong.broken]


def test_the_matrix_is_of_these_billings_and_scenarios(matrix):
    """All that it tells of is there, and each billing is in it."""
    assert {wrong.name for wrong in TABLE} == matrix.billings.keys()
    caught = {scenario for row in matrix.billings.values() for scenario in row}
    assert [] == sorted((caught | matrix.telling) - SCENARIOS.keys())
    assert matrix.written() == PATH.read_text(encoding="utf-8")


def test_each_is_caught_by_two_scenarios_and_named_first(matrix):
    """Each by two at least, 19 of 20 by their first block, nine in ten of all failures."""
    results = list(found(matrix, TABLE))
    assert [] == [each.wrong.name for each in results if each.scenarios < AGAIN]
    late = {each.wrong.name: each.first for each in results if not each.right}
    assert len(late) <= len(TABLE) // 20, late


def test_the_page_tells_what_came_of_it(matrix):
    """``docs/detection.md`` is that of the matrix."""
    text = (TESTS.parent / "docs" / "detection.md").read_text(encoding="utf-8")
    assert page(matrix, TABLE, caught_by_histories()) == text


@pytest.mark.parametrize(("name", "scenario", "rule"), TOLD)
def test_a_failure_names_the_rule_that_is_broken(name, scenario, rule):
    """Not that of what it stands beside."""
    (wrong,) = (each for each in TABLE if each.name == name)
    assert [rule] == [named(under) for under in failures(wrong, [scenario]).values()]


def test_a_date_is_explained_by_what_decided_on_its_own_service():
    """Not by what is charged for another one at the same midnight."""
    (wrong,) = (each for each in TABLE if each.name == "renews by itself a day before")
    panels = ScenarioPanels()
    scenario = SCENARIOS["edge/day-and-month-due-at-one-midnight#the day first"]
    (verdict,) = judge_all([scenario], WrongBilling(wrong, panels.transport), panels)
    assert (("monthly", "expires"), ()) == (verdict.first.path, verdict.first.derivation)


@pytest.mark.sweep
@pytest.mark.parametrize("part", range(PARTS))
def test_what_caught_a_billing_catches_it_again(matrix, part):
    """A sample of the matrix comes out as it stands there."""
    for wrong in TABLE[part::PARTS]:
        blocks = matrix.blocks(wrong.name)
        played = [each for block in blocks for each in block.scenarios][:: len(blocks)][:AGAIN]
        again = failures(wrong, sorted(played, key=list(SCENARIOS).index))
        assert {each: matrix.billings[wrong.name][each] for each in played} == again, wrong.name


@pytest.mark.sweep
def test_a_scenario_that_does_not_come_by_a_mistake_is_not_played(matrix):
    """What is left out of the matrix, for the reference does not come by it, catches nothing."""
    some = list(SCENARIOS)[::EVERY]
    passed = dict(passed_by([SCENARIOS[each] for each in some], TABLE))
    for number, wrong in enumerate(TABLE):
        shown = {each for each in some if may_show(wrong, SCENARIOS[each], passed[each])}
        assert matrix.billings[wrong.name].keys() & {*some} <= shown, wrong.name
        for left_out in [each for each in some if each not in shown][number % 9 :: 9]:
            assert {} == failures(wrong, [left_out]), (wrong.name, left_out)


def test_each_is_made_for_whoever_plays_something_else():
    """By its name, in this process, from the way to its panels."""
    made = {name: make(lambda _url: None) for name, make in wrong_billings()}
    assert [wrong.name for wrong in TABLE] == [each.name for each in made.values()]
