"""A billing is held to its own word: by its quotes, and where an act or a payment comes twice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from prorata.harness.implementations.reference import Reference
from prorata.harness.protocol import Lacking, Perform, Quote, Quoted, RefusedAct, Result
from prorata.harness.running.panels import ScenarioPanels
from prorata.harness.running.places import QUOTED, SECOND
from prorata.harness.running.runner import judge_all
from prorata.harness.running.selection import select

PRICED = "edge/quoted-and-then-charged"
TWICE = "edge/acts-delivered-twice"
TOLD = "edge/payment-that-is-told-twice"


@dataclass
class Tampered:
    """The reference behind `ask`, which may ask it and answer otherwise."""

    inner: Reference
    tamper: Any
    name: str = "tampered"

    @property
    def declared(self):
        return self.inner.declared

    def ask(self, request):
        return self.tamper(self.inner, request)

    def abandon(self):
        return self.inner.abandon()

    def restart(self):
        self.inner.restart()

    close = restart


def verdict_of(scenario, tamper, **declared):
    """Return the verdict of what is tampered with."""
    panels = ScenarioPanels()
    reference = Reference(version="", transport=panels.transport)
    reference.declared = reference.declared.model_copy(update=declared)
    (verdict,) = judge_all(select([scenario]), Tampered(reference, tamper), panels)
    return verdict


def missed(verdict):
    """Return what differs: rule, place, what was wanted and what was got."""
    return [(m.rule, m.path, m.expected, m.got, m.by) for m in verdict.mismatches]


def plain(reference, request):
    """Tamper with nothing."""
    return reference.ask(request)


def dearer(act, by):
    """Quote `by` for the period of an act."""

    def ask(reference, request):
        answer = reference.ask(request)
        if not (isinstance(request, Quote) and request.act == act and isinstance(answer, Result)):
            return answer
        lines = [
            line.model_copy(update={"amount": by}) if line.kind == "period" else line
            for line in answer.body.lines
        ]
        return Result(Quoted(lines=lines))

    return ask


@pytest.mark.parametrize("scenario", [PRICED, TWICE, TOLD])
def test_who_keeps_their_word_conforms(scenario):
    """The reference quotes what it charges, and does once what comes twice."""
    assert "pass" == verdict_of(scenario, plain).verdict


def test_a_quote_is_compared_with_what_the_act_charges():
    """Kind by kind; the rule is that of the line, with its derivation."""
    verdict = verdict_of(PRICED, dearer("renew", "11.00"))
    by = "by what it charged then"
    rule = "billmanager.order.renewal-price"
    assert [(rule, (QUOTED, "period"), "10.00", "11.00", by)] == missed(verdict)
    (found,) = verdict.mismatches
    assert ("2025-10-03 12:00", "renew site for 1 month") == (found.at, found.act)
    assert "period: 10.00 posted as 10.00" in found.derivation
    assert found.place.endswith("quoted-and-then-charged.yaml:18:12")
    assert "" == found.reference


def test_a_line_that_is_quoted_and_not_charged():
    """A line too much has a place of its own, and one that is forgotten too."""

    def forgets(reference, request):
        answer = reference.ask(request)
        if isinstance(request, Quote) and request.act == "renew" and isinstance(answer, Result):
            _, period = answer.body.lines
            more = period.model_copy(update={"kind": "setup", "amount": "2.00"})
            return Result(Quoted(lines=[period, more]))
        return answer

    found = {each[1:4] for each in missed(verdict_of(PRICED, forgets))}
    fee = (QUOTED, "late fee"), "0.50", "nothing"
    assert {fee, ((QUOTED, "setup"), "nothing", "2.00")} == found


def test_a_quote_of_what_is_refused():
    """What the act refuses the quote refuses, under the same rule where both name one."""

    def quotes(reference, request):
        if isinstance(request, Quote) and request.parameters.get("period") == "3 years":
            return Result(Quoted(lines=[]))
        return reference.ask(request)

    refused = "refused by billmanager.order.price"
    (found,) = missed(verdict_of(PRICED, quotes))
    assert ((QUOTED,), refused, "nothing") == found[1:4]

    def namelessly(reference, request):
        answer = reference.ask(request)
        if isinstance(request, Quote) and isinstance(answer, RefusedAct):
            return RefusedAct("no such price")
        return answer

    assert "pass" == verdict_of(PRICED, namelessly).verdict


def test_a_quote_that_does_the_act_is_caught():
    """A quote changes nothing: whoever charges for it charges twice."""

    def does(reference, request):
        answer = reference.ask(request)
        if isinstance(request, Quote) and request.act == "order":
            reference.ask(Perform.named(request.act, **request.parameters))
        return answer

    assert "fail" == verdict_of(PRICED, does).verdict


def test_a_billing_that_tells_no_kinds_is_held_to_the_sum():
    """A quote and a charge are then compared by what they come to."""
    assert "pass" == verdict_of(PRICED, plain, itemised=False).verdict
    (found,) = missed(verdict_of(PRICED, dearer("renew", "11.00"), itemised=False))
    assert ((QUOTED, "in all"), "10.50", "11.50") == found[1:4]


def test_an_act_that_is_done_twice():
    """The second answer is another one, and so is what was charged."""

    def forgets(reference, request):
        known = isinstance(request, Perform) and request.again
        return reference.ask(request.model_copy(update={"again": False}) if known else request)

    found = missed(verdict_of(TWICE, forgets))
    said = "the answer that was given before"
    rule = "always: what is delivered twice is done once"
    assert (rule, (SECOND,), said, "service 2", "by its first answer") in found
    assert ("billmanager.pay", ("balance", "anna")) in [each[:2] for each in found]


def test_a_payment_that_is_booked_twice():
    """The same number is the same payment, whatever act tells it."""

    def forgets(reference, request):
        if isinstance(request, Perform) and request.act == "pay":
            told = {key: each for key, each in request.parameters.items() if key != "payment"}
            return reference.ask(Perform.named("pay", **told))
        return reference.ask(request)

    found = missed(verdict_of(TOLD, forgets))
    anna = "billmanager.pay", ("balance", "anna"), "20.00", "40.00", ""
    assert anna == found[0]


@pytest.mark.parametrize(
    ("scenario", "reason"),
    [(PRICED, "quotes"), (TWICE, "ids of acts"), (TOLD, "ids of payments")],
)
def test_protocol_0_is_not_asked_for_what_it_does_not_have(scenario, reason):
    """Such a scenario is skipped, with the version as the reason."""
    verdict = verdict_of(scenario, plain, protocol=0)
    said = f"speaks protocol 0, which has no {reason}"
    assert ("skipped", "unsupported", said) == (verdict.verdict, verdict.why, verdict.reason)


def test_protocol_0_is_asked_as_it_was():
    """An act has no id there, and a payment no number."""
    asked = []

    def notes(reference, request):
        asked.append(request)
        return reference.ask(request)

    scenario = "edge/full-payment-limits[from the first day]#a cent more than there is"
    verdict_of(scenario, notes, protocol=0)
    acts = [each for each in asked if isinstance(each, Perform)]
    assert acts
    assert all(each.id is None and "payment" not in each.parameters for each in acts)


@pytest.mark.parametrize(
    ("scenario", "lacks"),
    [
        (PRICED, lambda request: isinstance(request, Quote)),
        (TWICE, lambda request: isinstance(request, Perform) and request.again),
    ],
)
def test_what_is_unsupported_is_skipped(scenario, lacks):
    """A billing without a basket, or that cannot tell acts apart, says so."""

    def ask(reference, request):
        return Lacking("planned") if lacks(request) else reference.ask(request)

    verdict = verdict_of(scenario, ask)
    assert ("skipped", "planned") == (verdict.verdict, verdict.reason)
