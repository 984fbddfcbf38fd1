"""A search goes through histories, and is the same however it is spread."""

from __future__ import annotations

import re
from typing import Any

import pytest

from prorata.harness.fuzz import by_hypothesis
from prorata.harness.fuzz.court import HistoryCourt, OneDesk
from prorata.harness.fuzz.generating import Focus, Seeded, history
from prorata.harness.fuzz.lacking import LackingNames, features, lessened, without
from prorata.harness.fuzz.plain import text_of
from prorata.harness.fuzz.searching import Search, SearchLimits
from prorata.harness.fuzz.sources import (
    GeneratedSource,
    SeededHistories,
    bare,
    head_of_text,
    heads_of,
)
from prorata.harness.fuzz.suiting import suiting, wanted_rules
from prorata.harness.protocol import Started, Supports
from prorata.harness.report.blocks import alike
from prorata.harness.running.known import KnownFailure
from prorata.harness.workers import Job, Pool
from prorata.reference.rules import ids


def searched(
    judge: HistoryCourt, histories: int, rules: tuple[str, ...] = (), seed: int = 1
) -> Search:
    """Return a search that is over."""
    wanted = SeededHistories.of(seed, suiting(judge.bar.declared, rules))
    search = Search(judge, wanted, SearchLimits(histories))
    search.run(lambda _: None)
    return search


def test_on_the_reference_nothing_is_found(court: Any) -> None:
    """It does as it does."""
    search = searched(court(), 40)

    assert ({}, 40) == (search.found, search.counts["pass"])


@pytest.mark.sweep
def test_on_the_reference_nothing_is_found_in_many(court: Any) -> None:
    """Nor in 300 histories of all systems, under all readings."""
    judge = court()
    wanted = SeededHistories.of(7, suiting(judge.bar.declared, vary=True))
    search = Search(judge, wanted, SearchLimits(300))
    search.run(lambda _: None)

    assert ({}, 300) == (search.found, search.counts["pass"])


def test_a_secret_reading_is_found_by_its_rule(court: Any) -> None:
    """Months of 30 days: the rule of a period, or that of its renewal."""
    search = searched(court(month="thirty_days"), 30, ("billmanager.renew.plain",))

    first = next(iter(search.found.values()))
    assert first.key[1] in {"billmanager.charge.periodic", "billmanager.renew.plain"}
    assert search.counts["fail"] == sum(each.count for each in search.found.values())
    assert 1 <= first.after <= 30


def test_a_known_failure_is_no_finding(court: Any) -> None:
    """It is counted apart."""
    judge = court(month="thirty_days")
    search = Search(
        judge,
        SeededHistories.of(1, suiting(judge.bar.declared, ("billmanager.renew.plain",))),
        SearchLimits(30),
        {"months": KnownFailure("fuzz/*", "months are planned")},
    )
    search.run(lambda _: None)

    assert {} == search.found
    assert 0 < search.counts["known"]


@pytest.mark.parametrize(("skipped", "rounds"), [(0, [32, 64, 104]), (1, [32] * 6 + [8])])
def test_what_is_lacking_is_learnt_before_much_is_played(
    court: Any, skipped: int, rounds: list[int]
) -> None:
    """Rounds grow once half of one was for the billing: each tells what the next leaves out."""
    judge = court()
    wanted = SeededHistories.of(1, suiting(judge.bar.declared))
    search = Search(judge, wanted, SearchLimits(200))
    sizes = []
    for numbers in search._rounds(0.0):
        sizes.append(len(numbers))
        search.counts["skipped"] += skipped * len(numbers)

    assert rounds == sizes


def test_workers_find_the_same(court: Any) -> None:
    """Rounds and batches depend on the number of histories, and on what came of those before."""
    job = Job("reference", "inprocess", {"rounding": "down"}, 5.0, 60.0, whole=True)
    found = []
    for bar in (OneDesk(job), Pool(2)):
        if isinstance(bar, Pool):
            bar.begin(job, ())
        verdicts = HistoryCourt(bar).judged(
            heads_of(SeededHistories.of(3, suiting(bar.declared)), range(40))
        )
        found.append([(each.scenario, each.verdict, each.record["rules"]) for each in verdicts])
        bar.close()

    assert found[0] == found[1]
    assert 40 == len(found[0])


def test_time_is_a_limit_too(court: Any) -> None:
    """After it no further round begins."""
    judge = court()
    search = Search(
        judge, SeededHistories.of(1, suiting(judge.bar.declared)), SearchLimits(seconds=0.1)
    )
    search.run(lambda _: None)

    assert 32 <= search.judged < 2000


def test_what_is_reached_is_counted_by_rule_reading_and_boundary(court: Any) -> None:
    """Of rules that histories are steered to, each is reached, under the readings declared."""
    search = searched(court(), 80, ("billmanager.renew.*",))
    rows = search.coverage.rows(["billmanager.renew.plain", "hostbill.tax"], readings={})

    renewed, taxed = rows
    assert 0 < renewed.histories <= 80
    assert {"month", "month_end"} == renewed.readings.keys()
    assert {"anchor": renewed.histories} == renewed.readings["month_end"]
    assert (2, 2) == renewed.values
    assert renewed.boundaries
    assert (0, {}) == (taxed.histories, taxed.boundaries)


def test_hypothesis_searches_and_shrinks(court: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """What it finds is shrunk by its choices, for a while."""
    monkeypatch.setattr(by_hypothesis, "_SHRINKING", 6.0)
    judge = court(month="thirty_days")
    wanted = SeededHistories.of(1, suiting(judge.bar.declared, ("billmanager.renew.plain",)))
    search = by_hypothesis.HypothesisSearch(judge, wanted, SearchLimits(10))
    search.run(lambda _: None)

    first = next(iter(search.found.values()))
    (scenario,) = first.way[1].head.file.load()
    assert first.key == alike(first.way[1].verdict)
    assert len(scenario.steps) <= 10


def test_a_history_suits_what_an_implementation_declares() -> None:
    """Systems, rules, acts, readings and the protocol; of rules those that are asked for too."""
    declared = Started(
        name="small",
        protocol=0,
        readings={"rounding": "down"},
        supports=Supports(systems=["billmanager"], acts=["order"], rules=["billmanager.renew.*"]),
    )
    focus = suiting(declared, ("*.plain", "hostbill.*"))

    assert (("billmanager",), ("billmanager.renew.plain",)) == (focus.systems, focus.rules)
    assert ({"rounding": "down"}, False) == (focus.readings, focus.vary)
    assert (frozenset({"order"}), 0) == (focus.acts, focus.protocol)
    assert () == suiting(declared, ("hostbill.*",)).systems
    everything = Started(name="all", protocol=1)
    assert sorted(ids()) == wanted_rules(everything)
    assert ("billmanager", "hostbill", "reselling") == suiting(everything).systems


def test_what_is_lacking_is_learnt_by_reason() -> None:
    """What all of a reason have, and no judged history has; fewest things explain most."""
    known = LackingNames()
    known.add({"prices", "groups", "trial"}, "client groups: planned")
    known.add({"prices", "groups"}, "client groups: planned")
    known.add({"prices", "trial"}, "")

    assert ("groups",) == known.names()
    known.add({"groups"}, "")
    assert () == known.names()


def test_what_every_history_has_explains_no_reason() -> None:
    """Where several things explain as much, it is the one that other reasons have least."""
    known = LackingNames()
    for _ in range(2):
        known.add({"order", "groups"}, "client groups: planned")
        known.add({"order", "tariffs.*.daily"}, "charges by the day: planned")

    assert ("groups", "tariffs.*.daily") == known.names()


def test_a_billing_that_buys_keeps_its_sellers() -> None:
    """Without them no billing of the history would be the one that is judged."""
    focus = Focus(systems=("reselling",))
    made = [
        history(Seeded(1, number), name=str(number), focus=focus).scenario for number in range(20)
    ]
    for scenario in made:
        names = features(scenario.tree.plain)
        assert not any(name.endswith("sellers") for name in names)
        assert lessened(scenario, names & {"order", "billings.*.modules"}).others


def test_what_is_lacking_is_left_out_with_what_names_it(late: Any) -> None:
    """The group of a client goes with the groups; a step whose act is lacking goes too."""
    late["given"]["groups"] = {"partners": {"suspend": "yes"}}
    late["given"]["clients"]["anna"]["group"] = "partners"
    scenario = bare(text_of(late), "late.yaml")
    names = features(scenario.tree.plain)
    assert {"groups", "pay", "clients.*.group", "tariffs.*.setup_fee"} <= names

    left = lessened(scenario, ["groups", "pay", "tariffs.*.setup_fee"])
    given = left.tree.plain["given"]
    assert {"balance": "812.34"} == given["clients"]["anna"]  # type: ignore[index,call-overload]
    assert "setup_fee" not in given["tariffs"]["small"]  # type: ignore[index,call-overload]
    assert ["order", "order", "renew"] == [step.act[0] for step in left.steps if step.act]
    assert scenario is lessened(scenario, ["trial"])


def test_now_and_then_something_is_tried_again() -> None:
    """In every eighth history one of the things, each in its turn."""
    assert ("a", "b") == without(("a", "b"), 1)
    assert ("b",) == without(("a", "b"), 0)
    assert ("a",) == without(("a", "b"), 8)


def test_a_generated_history_is_the_same_where_it_is_made(focus: Any) -> None:
    """From a seed and a number alone: a source is plain data."""
    source = GeneratedSource(SeededHistories.of(5, focus), 3)
    (one,), (other,) = source.load(), source.load()

    assert ("fuzz/5/3", text_of(one.tree.plain)) == (one.id, text_of(other.tree.plain))
    assert re.search(r"^timeline:$", text_of(one.tree.plain), re.MULTILINE)


def test_a_text_expects_nothing_unless_it_is_asked_to(court: Any, late: Any) -> None:
    """Its one expectation is there for the sake of a file, and wrong: something was charged."""
    judge, text = court(), text_of(late)

    assert "pass" == next(judge.judged([head_of_text("bare", text)])).verdict
    assert "fail" == next(judge.judged([head_of_text("whole", text, expecting=True)])).verdict
