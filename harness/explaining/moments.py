"""The moments of a scenario: each act, and what fell due between the acts, at its own instant."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from prorata.harness.explaining.deciding import Explained, explain
from prorata.harness.explaining.sides import Sides
from prorata.harness.explaining.titles import act_title, bought_title, due_title, other_title
from prorata.harness.explaining.unposted import unposted
from prorata.harness.explaining.watching import Watched
from prorata.harness.protocol import RefusedAct
from prorata.harness.running.panels import ScenarioPanels
from prorata.harness.running.play import play

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from prorata.harness.explaining.sides import Resale
    from prorata.harness.explaining.unposted import Unposted
    from prorata.harness.explaining.watching import Happened
    from prorata.harness.running.seen import Seen
    from prorata.harness.scenario import Scenario, TimelineStep
    from prorata.reference.engine.decisions import Decision
    from prorata.reference.engine.state import Notification, Operation
    from prorata.reference.ledger import Line

__all__ = ["ExplainedMoment", "ToldService", "explained"]


@dataclass(frozen=True, slots=True)
class ToldService:
    """What is told of one service at a moment: what was decided, in order, and the lines.

    `unposted` is why nothing was posted where no rule was asked for an amount, `waits` the tariff
    of a downgrade that waits from now on, and until when. `bought`: it is asked of a seller.
    """

    service: str
    decided: tuple[Explained[Decision], ...] = ()
    lines: tuple[Explained[Line], ...] = ()
    unposted: Unposted | None = None
    waits: tuple[str, datetime] | None = None
    operations: tuple[Operation, ...] = ()
    bought: bool = False


@dataclass(frozen=True, slots=True)
class ExplainedMoment:
    """An act, or what fell due for one service; `step` is the number of the step that acts.

    `purchases` are what was bought for it at a seller.
    """

    at: datetime
    title: str
    step: int | None = None
    refused: RefusedAct | None = None
    told: tuple[ToldService, ...] = ()
    notices: tuple[Notification, ...] = field(default=())
    purchases: tuple[Resale, ...] = ()


def explained(scenario: Scenario, chosen: Mapping[str, str]) -> Iterator[ExplainedMoment]:
    """Play a scenario with the reference under `chosen` readings, and tell what happened.

    Raises `UnsupportedError`, `LostError`, and whatever a rule, the engine or a panel raises.
    """
    panels = ScenarioPanels()
    watched = Watched(panels, readings=chosen)
    sides = Sides(scenario, panels)
    for number, stage in enumerate(play(scenario, watched, panels), 1):
        seen = stage.seen
        teller = _Teller(watched, chosen, seen.labels, sides)
        happened, watched.happened = watched.happened, []
        yield from _of_step(teller, scenario.steps[number - 1], number, seen, happened)


def _of_step(
    teller: _Teller, step: TimelineStep, number: int, seen: Seen, happened: list[Happened]
) -> Iterator[ExplainedMoment]:
    """Tell what fell due before a step, the step, and what fell due right after it."""
    acts = [index for index, each in enumerate(happened) if each.act is not None]
    until = acts[0] if acts else len(happened)
    due = [moment for each in happened[:until] for moment in teller.due(each)]
    if other_title(step):
        # What follows from an act of another billing comes after it.
        yield from (each for each in due if each.at < step.at)
        yield ExplainedMoment(step.at, other_title(step), number)
        yield from (each for each in due if each.at >= step.at)
        return
    yield from due
    waits = step.act is None or step.act[0] == "wait"
    if not (waits and due and due[-1].at == step.at):
        yield teller.act(step, number, seen, happened[until] if acts else None)
    for each in happened[until + 1 :]:
        yield from teller.due(each)


@dataclass(frozen=True, slots=True)
class _Teller:
    watched: Watched
    chosen: Mapping[str, str]
    labels: Mapping[str, str]
    sides: Sides

    def act(
        self, step: TimelineStep, number: int, seen: Seen, happened: Happened | None
    ) -> ExplainedMoment:
        """Tell of the act of a step."""
        title = act_title(step, happened, self.labels)
        refused = seen.answer if isinstance(seen.answer, RefusedAct) else None
        if happened is None or refused is not None:
            return ExplainedMoment(step.at, title, number, refused)
        told = tuple(self._told(happened, service) for service in _services(happened))
        bought = tuple(self.sides.of(happened, self.labels))
        return ExplainedMoment(step.at, title, number, None, told, happened.notices, bought)

    def due(self, happened: Happened) -> Iterator[ExplainedMoment]:
        """Tell what fell due, service by service, in the order in which it came."""
        notices = list(happened.notices)
        bought = list(self.sides.of(happened, self.labels))
        for number in _services(happened):
            told = self._told(happened, number)
            owner = happened.after.services[number].client
            own = tuple(each for each in notices if each.to in {owner, "staff"})
            notices = [each for each in notices if each not in own]
            title = due_title(happened, number, told.service)
            its = tuple(each for each in bought if each.service == told.service) if title else ()
            bought = [each for each in bought if each not in its]
            if title:
                yield ExplainedMoment(happened.at, title, told=(told,), notices=own, purchases=its)
        for each in bought:
            at = each.cost.at.astimezone(happened.at.tzinfo)
            yield ExplainedMoment(at, bought_title(each), purchases=(each,))

    def _told(self, happened: Happened, number: int) -> ToldService:
        decided = [made for made in happened.decisions if made.service == number]
        lines = [line for line in happened.lines if line.service == number]
        told = lines or any(made.nothing for made in decided)
        why = None if told else unposted(happened, number, self.watched.billing)
        return ToldService(
            self.labels.get(str(number), f"service {number}"),
            tuple(each for each in map(self._decided, decided) if each.derivation.steps),
            tuple(map(self._posted, lines)),
            why,
            _waits(happened, number),
            tuple(each for each in happened.operations if each.service == number),
            bought=happened.after.services[number].resold is not None,
        )

    def _decided(self, made: Decision) -> Explained[Decision]:
        return explain(made, self.chosen, self.watched.billing.book.currency)

    def _posted(self, line: Line) -> Explained[Line]:
        return explain(line, self.chosen, line.amount.currency)


def _waits(happened: Happened, number: int) -> tuple[str, datetime] | None:
    before, after = happened.before.services.get(number), happened.after.services[number]
    same = before is not None and before.next_tariff == after.next_tariff
    return None if same else after.next_tariff


def _services(happened: Happened) -> list[int]:
    """Return the services that something is told of, in the order in which they were ordered."""
    posted, decided = happened.lines, happened.decisions
    return sorted(
        {
            *happened.changed,
            *(each.service for each in posted),
            *(each.service for each in decided),
            *(each.service for each in happened.operations),
        }
    )
