"""A failure in one sentence: what is done, at what moment, and what comes of it that should not."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, Final

from prorata.harness.fuzz.days import notable
from prorata.harness.fuzz.gaps import gap
from prorata.harness.report.blocks import shown_first
from prorata.harness.report.clean import clean
from prorata.reference.rules import rules

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prorata.harness.running.verdict import Verdict
    from prorata.harness.scenario import Scenario

__all__ = ["moment_of", "named", "rule_sentence", "sentence", "title_of"]

#: What an act is called.
_DEEDS: Final[Mapping[str, str]] = {
    "cancel_resource": "giving up a resource",
    "change_period": "a change of the cycle",
    "change_tariff": "a tariff change",
    "delete": "a deletion",
    "order": "an order",
    "order_resource": "an order of a resource",
    "panel": "what happens to the panel",
    "pay": "a payment",
    "renew": "a renewal",
    "resume": "lifting a suspension",
    "set_auto_renewal": "switching automatic renewal",
    "set_resource": "setting a resource",
    "set_tariff": "an edit of a tariff",
    "suspend": "a suspension",
}


def sentence(verdict: Verdict, scenario: Scenario, moment: str) -> str:
    """Say what is wrong: ``a tariff change on the last day of February charges one day too many``.

    `scenario` is the history of the verdict, `moment` what is notable about when it fails.
    """
    first = shown_first(verdict)
    if first is None:
        at = verdict.at and datetime.fromisoformat(verdict.at)
        # Where a worker ended over it, nobody knows when.
        deed = _deed(verdict.act, at, scenario) if at else "a history"
        return clean(f"{deed} breaks the {verdict.fault}: {verdict.reason}")
    deed = _deed(first.act, datetime.fromisoformat(first.at), scenario)
    return clean(" ".join(filter(None, (deed, moment, gap(first)))))


def moment_of(verdict: Verdict, scenario: Scenario) -> str:
    """Return what is notable about when a history fails, nothing where there is nothing."""
    first = shown_first(verdict)
    return named(first.at, scenario) if first else ""


def named(at: str, scenario: Scenario) -> str:
    """Return what is notable about a moment, as a verdict has it."""
    return notable(datetime.fromisoformat(at), scenario)


def _deed(act: str, at: datetime, scenario: Scenario) -> str:
    """Return what is done at an instant, or that time has passed."""
    zone = scenario.given.timezone
    minute = at.replace(tzinfo=None)
    for step in scenario.steps:
        own = step.at.astimezone(zone).replace(tzinfo=None, second=0, microsecond=0)
        if own == minute and step.act and step.act[0] != "wait":
            verb = step.act[0]
            if act.startswith(verb.replace("_", " ")):
                return _DEEDS.get(verb, verb.replace("_", " "))
    return "what falls due"


def title_of(said: str) -> str:
    """Return a sentence as a title."""
    return re.sub(r"^\w", lambda found: found.group().upper(), said)


def rule_sentence(rule: str) -> str:
    """Return what a rule says; nothing for what always holds."""
    known = rules().get(rule)
    return known.sentence if known else ""
