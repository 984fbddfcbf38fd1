"""The rows of a drawing, from a run of the reference: acts, calls, and what came of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from prorata.harness.drawing.answers import NOTHING, answered
from prorata.harness.implementations.reference import Reference
from prorata.harness.running.panels import ScenarioPanels
from prorata.harness.running.play import play
from prorata.harness.running.player import Watch
from prorata.reference.ledger import TO_CLIENT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from prorata.fakes.mgr5.journal import JournalEntry
    from prorata.harness.running.play import Stage
    from prorata.harness.running.seen import Seen
    from prorata.harness.scenario import Scenario, TimelineStep
    from prorata.harness.scenario.acts import Act

__all__ = ["PEOPLE", "Row", "drawn"]

#: Who asks for what a billing does: its clients and its staff.
PEOPLE: Final = "clients and staff"
#: What of an act or a call is worth telling.
_SAID: Final = ("tariff", "product", "period", "cycle")
_TOLD: Final = ("elid", "pricelist", "period", "remoteid", "since")
#: Acts that are none of a client or of staff.
_SILENT: Final = frozenset({"wait", "panel"})


@dataclass(frozen=True, slots=True)
class Row:
    """Something that is asked of `to`, or where nobody is, a note of `by`.

    `answer` is what came back, nothing where nothing is told of it; `lost` tells that it did not
    arrive.
    """

    at: datetime
    by: str
    to: str
    said: str
    answer: str = ""
    lost: bool = False


def drawn(scenario: Scenario) -> list[Row]:
    """Play a scenario with the reference, and return what happened between its billings.

    Raises what `play` raises.
    """
    panels = ScenarioPanels()
    reference = Reference(version="", readings=scenario.readings, transport=panels.transport)
    reader = _Reader(scenario, panels)
    stages = play(scenario, reference, panels, watch=Watch(moments=True))
    rows = [
        row
        for step, stage in zip(scenario.steps, stages, strict=True)
        for row in reader.rows(step, stage)
    ]
    zone = scenario.given.timezone
    return [replace(row, at=row.at.astimezone(zone)) for row in rows]


class _Reader:
    """Reads what happened since it was asked last."""

    def __init__(self, scenario: Scenario, panels: ScenarioPanels) -> None:
        self._scenario = scenario
        self._panels = panels
        self._read: dict[str, int] = {}
        self._status: dict[str, str] = {}

    def rows(self, step: TimelineStep, stage: Stage) -> Iterator[Row]:
        """Yield what happened on the way to a step, its act, and what came of it."""
        calls = self._calls()
        acts = list(self._acts(step))
        for number, seen in enumerate(stage.moments, 1):
            last = number == len(stage.moments)
            now = [each for each in calls if last or each.at <= seen.at]
            calls = calls[len(now) :]
            # What fell due at the instant of an act was done before it, where there was no act.
            before = [each for each in now if each.at < step.at] if last and acts else now
            yield from before
            if last:
                yield from acts
            yield from now[len(before) :]
            yield from self._notes(seen)

    def _acts(self, step: TimelineStep) -> Iterator[Row]:
        billings = {self._scenario.name: step, **step.others}
        for name, each in billings.items():
            if each.act is not None and each.act[0] not in _SILENT:
                yield Row(step.at, PEOPLE, name, _act(*each.act))

    def _calls(self) -> list[Row]:
        rows = []
        for name, seller in self._panels.sellers.items():
            for call in seller.traffic.calls.find(since=self._read.get(name, 0)):
                self._read[name] = call.number
                rows.append(self._call(name, call))
        # To ask what happened, and to hear nothing, is done every five minutes.
        return [row for row in rows if row.answer != NOTHING]

    def _call(self, seller: str, call: JournalEntry) -> Row:
        told = [f"{name} {call.params[name]}" for name in _TOLD if name in call.params]
        said = f"{call.func} {', '.join(told)}"
        lost = call.fault is not None
        return Row(call.at, self._scenario.name, seller, said, answered(call), lost)

    def _notes(self, seen: Seen) -> Iterator[Row]:
        """Yield what each billing charged, and what its services are from now on."""
        billings: Mapping[str, Seen] = {self._scenario.name: seen, **seen.others}
        for name, each in billings.items():
            for line in each.lines:
                verb = "gets back" if line.kind in TO_CLIENT else "is charged"
                yield Row(seen.at, name, "", f"{line.client} {verb} {line.amount}")
        for label, service in seen.services.items():
            if service is not None and service.status != self._status.get(label):
                self._status[label] = service.status
                yield Row(seen.at, self._scenario.name, "", f"{label} is {service.status}")


def _act(verb: str, act: Act) -> str:
    """Say an act in a few words: ``renew panel for 1 month``."""
    label = getattr(act, "service", None) or getattr(act, "label", None) or ""
    told = [str(getattr(act, name)) for name in _SAID if getattr(act, name, None)]
    return f"{verb.replace('_', ' ')} {label}{': ' if told else ''}{', '.join(told)}".strip()


def lanes(scenario: Scenario, rows: Sequence[Row]) -> list[str]:
    """Return who is drawn, from left to right: who asks for acts, who buys, who sells."""
    named = [name for row in rows for name in (row.by, row.to) if name]
    return [PEOPLE, *(name for name in (scenario.name, *scenario.others) if name in named)]
