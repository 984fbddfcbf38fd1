"""What histories are about can be narrowed: systems, rules, readings, acts and their number."""

from __future__ import annotations

from typing import Any

import pytest

from prorata.harness.fuzz.generating import Focus, Seeded, history
from prorata.harness.scenario.acts import Paying


def made(focus: Focus, count: int = 60) -> list[Any]:
    """Return some histories."""
    return [history(Seeded(11, number), name=str(number), focus=focus) for number in range(count)]


def acts(focus: Focus) -> list[tuple[str, Any]]:
    """Return the acts of some histories, of every billing in them."""
    scenarios = [each.scenario for each in made(focus)]
    every = [one for each in scenarios for one in (each, *each.others.values())]
    return [step.act for each in every for step in each.steps if step.act]


@pytest.mark.parametrize(
    ("system", "of", "several"),
    [
        ("billmanager", {"billmanager"}, False),
        ("hostbill", {"hostbill"}, False),
        ("reselling", {"billmanager", "hostbill"}, True),
    ],
)
def test_systems(system: str, of: set[str], several: Any) -> None:
    """Histories are of one billing of a system, or of several, one of which buys."""
    found = made(Focus(systems=(system,)))
    assert of == {each.scenario.given.system for each in found}
    assert {several} == {bool(each.scenario.others) for each in found}


@pytest.mark.parametrize("judged", ["billmanager", "hostbill"])
@pytest.mark.parametrize("rules", [(), ("resell.*",)])
def test_the_billing_that_buys_is_of_a_system_that_can_be_judged(judged: str, rules: Any) -> None:
    """Its sellers are BILLmanagers, whatever it is itself."""
    found = made(Focus(systems=("reselling",), judged=(judged,), rules=rules))
    assert {judged} == {each.scenario.given.system for each in found}


def test_steps() -> None:
    """About ten things happen, or as many as are wanted; a deed is not broken off."""
    counts = [len(each.scenario.steps) for each in made(Focus(), 200)]
    assert 9 <= sum(counts) / len(counts) <= 12
    assert max(counts) <= 18
    few = [len(each.scenario.steps) for each in made(Focus(steps=4))]
    assert sum(few) / len(few) <= 6


def test_rules_narrow_what_is_steered_to() -> None:
    """Histories are steered to the rules that globs name, two of which are to meet."""
    found = {
        rule for each in made(Focus(rules=("billmanager.renew.*",))) for rule in each.scenario.rules
    }
    assert all(rule.startswith("billmanager.renew.") for rule in found)
    assert 6 <= len(found)


def test_rules_of_no_steer_leave_all() -> None:
    """Where nothing can be steered to, histories are as they are without."""
    assert made(Focus(rules=("nothing.*",)), 3)


def test_readings_are_pinned_or_drawn() -> None:
    """Pinned readings are in each history; others are drawn beside them, or not at all."""
    pinned = {"rounding": "down"}
    drawn = [each.scenario.readings for each in made(Focus(readings=pinned))]
    assert {"down"} == {each["rounding"] for each in drawn}
    assert any(len(each) > 1 for each in drawn)
    alone = [each.scenario.readings for each in made(Focus(readings=pinned, vary=False))]
    assert all(pinned == each for each in alone)


def test_acts_that_a_billing_lacks_are_not_asked() -> None:
    """Only acts that are named are asked, beside waiting and what happens to panels."""
    few = frozenset({"order", "renew", "pay"})
    assert few | {"wait", "panel"} >= {verb for verb, _ in acts(Focus(acts=few))}


def test_protocol_0_has_no_quotes_and_no_ids() -> None:
    """What protocol 0 lacks is in no history for it, and in some others."""
    for protocol, some in ((0, False), (1, True)):
        found = made(Focus(protocol=protocol), 200)
        steps = [step for each in found for step in each.scenario.steps]
        paid = [step.act[1] for step in steps if step.act and isinstance(step.act[1], Paying)]
        assert some is any(step.quote for step in steps)
        assert some is any(step.again for step in steps)
        assert some is any(each.payment for each in paid)


def test_boundaries_are_told_by_rule() -> None:
    """A history says at which boundaries its rules were to be met."""
    classes = {each for one in made(Focus(), 200) for each in one.classes}
    assert ("billmanager.renew.late-fee.percent", "days after the expiry") in classes
    boundaries = {boundary for _, boundary in classes}
    assert {
        "midnight", "a second before the expiry", "a second after the expiry", "a change of clocks",
        "the end of a month", "the end of February", "the pro-rata day", "a weekend",
        "half of what is bought", "exactly enough money", "a second change on the same day",
    } <= boundaries  # fmt: skip
