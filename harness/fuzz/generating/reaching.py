"""Which rules a history reached, by the reference's own run of it."""

from __future__ import annotations

from functools import cache
from inspect import signature
from typing import TYPE_CHECKING, Final

from prorata.harness.protocol import RefusedAct
from prorata.harness.running.causes.acts import by_act
from prorata.harness.running.causes.scene import Scene
from prorata.reference.rules import id_of, ids

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from prorata.harness.running.seen import Seen
    from prorata.harness.running.story import Story
    from prorata.harness.scenario import Scenario

__all__ = ["reached"]

_PANEL: Final = "provision.ispmanager."
_REFUSING: Final = "Refusal | None"


def reached(scenario: Scenario, story: Story) -> frozenset[str]:
    """Return the rules that decided on something: an amount, a date, a refusal, a name, a call.

    One that does nothing but refuse did so; of the others it is enough that they were asked.
    """
    found = {
        *_posted(story),
        *(rule for seen in story.whole for rule in _refused(seen)),
        *_acts(scenario, story),
        *_asked(story),
        *_on_panels(scenario, story),
    }
    return frozenset(found & ids())


def _posted(story: Story) -> Iterator[str]:
    for moments in story.steps:
        for moment in moments:
            yield from (line.rule for line in moment.lines)
            yield from (made.rule for made in moment.decisions)


def _refused(seen: Seen) -> Iterator[str]:
    for each in (seen, *seen.others.values()):
        if isinstance(each.answer, RefusedAct) and each.answer.rule:
            yield each.answer.rule


def _acts(scenario: Scenario, story: Story) -> Iterator[str]:
    """Yield the rules of acts that were done."""
    for step, moments in zip(scenario.steps, story.steps, strict=False):
        end = moments[-1]
        if end.seen.answer is not None and not isinstance(end.seen.answer, RefusedAct):
            yield by_act(Scene(scenario, step, end, (), end.seen))
            if getattr(step.act and step.act[1], "what", "") == "domain":
                yield f"{_PANEL}domain"
        if any(each.notifications for each in end.seen.others.values()):
            yield "resell.notice"


def _asked(story: Story) -> Iterator[str]:
    if story.billing is not None:
        for function in story.billing.rulings.asked:
            rule = _decides(function)
            if rule:
                yield rule


@cache
def _decides(function: Callable[..., object]) -> str:
    """Return the rule of a function that does more than refuse, nothing for another one."""
    if signature(function).return_annotation == _REFUSING:
        return ""
    try:
        return id_of(function)
    except LookupError:
        return ""


def _on_panels(scenario: Scenario, story: Story) -> Iterator[str]:
    """Yield the rules of what panels were asked, as the operations on services tell."""
    if story.billing is None:
        return
    book, catalogue = story.billing.book, scenario.catalogue()
    for operation in book.operations.values():
        service = book.services[operation.service]
        if service.resold is not None:
            yield "resell.operation"
            continue
        if scenario.given.ipmanager and operation.action == "resources":
            yield "provision.ipmanager"
        yield f"{_PANEL}{operation.action.replace('_', '-')}"
        row = catalogue.get(service.tariff, {})
        if operation.action == "create":
            yield from (f"{_PANEL}{each}" for each in ("resources", "overrides") if each in row)
