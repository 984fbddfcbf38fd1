"""Playing a scenario: time goes from due moment to due moment, acts happen, and all is seen."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

from prorata.harness.protocol import (
    Answer,
    Close,
    Done,
    Open,
    OpeningClient,
    Result,
)
from prorata.harness.protocol.words import OBSERVED
from prorata.harness.running.observing import Observing
from prorata.harness.running.player import Player, Watch
from prorata.reference.clock import Clock

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from prorata.fakes.ispmanager import Ispmanager
    from prorata.harness.implementations.base import Implementation
    from prorata.harness.protocol import PanelAccess
    from prorata.harness.protocol.words import Observable
    from prorata.harness.running.panels import ScenarioPanels
    from prorata.harness.running.parties import Party
    from prorata.harness.running.player import Trace
    from prorata.harness.running.seen import Seen
    from prorata.harness.running.visit import Visit
    from prorata.harness.scenario import Scenario, TimelineStep
    from prorata.harness.scenario.acts import PanelItself

__all__ = ["Stage", "opening", "play"]

_NO_ANSWERS: Final[Mapping[str, Answer | None]] = {}
_LINES: Final[tuple[Observable, ...]] = ("ledger",)


class Stage(NamedTuple):
    """What was seen of one step: after it, and at each moment at which something fell due before.

    The last of `moments` is the end of the step, with what came since the moment before it.
    """

    seen: Seen
    moments: tuple[Seen, ...]


def play(
    scenario: Scenario,
    implementation: Implementation,
    panels: ScenarioPanels,
    *,
    number: int = 1,
    trace: Trace | None = None,
    watch: Watch = Watch(),  # noqa: B008  it is frozen
) -> Iterator[Stage]:
    """Play a scenario and yield what is seen of each step.

    Raises `ImplementationFault`, `UnsupportedError` where the implementation lacks something, and
    `LostError` where the rest of the scenario has lost its ground. What else is raised, by the
    reference or by a panel, is a fault of ours.
    """
    time = Clock(scenario.steps[0].at)
    panel = panels.fresh(scenario, time)
    player = Player(scenario, implementation, time, trace, lambda: panel.calls, watch)
    player.told_panel = lambda act, user: _tell(panels, panel, act, user)
    given = frozenset(panel.users)
    player.ask(opening(scenario, panels.access(panel, scenario), number, time.now()))
    whole = Observing(panel, _first_number(scenario), given)
    everything, lines = _observed(scenario, watch)
    world = _world(player, panels, trace)
    for step in scenario.steps:
        of = everything if step.expect or watch.moments else lines
        parts = replace(whole) if watch.moments else whole
        ways = {name: each.way() for name, each in world.items()}
        moments = [
            parts.see(
                player.observe(*of), of, player.ids, moment, others=_seen_of(ways, player, moment)
            )
            for count, moment in enumerate(player.go(step.at, again=not _asked(step)))
            if watch.looks(count)
        ]
        acted = player.act(step)
        answer = acted.answer
        answers = {name: each.act(step.others[name], player) for name, each in world.items()}
        player.listen()
        if any(each is not None for each in (answer, *answers.values())):
            for _ in player.go(step.at):
                """What an act makes due is done before it is looked at."""
        told = player.observe(*of)
        visited = _visited(panel, answer)
        seen = whole.see(
            told, of, player.ids, step.at,
            answer=answer, visit=visited, others=_seen_of(world, player, step.at, answers),
        )  # fmt: skip
        if (beside := acted.beside(told)) is not None:
            seen = replace(seen, beside=beside)
        if moments:
            last = parts.see(
                told, of, player.ids, step.at,
                answer=answer, visit=visited, others=_seen_of(ways, player, step.at, answers),
            )  # fmt: skip
            moments.append(last)
        elif watch.moments:
            moments.append(seen)  # there is nothing between it and the step before
        yield Stage(seen, tuple(moments))
    player.ask(Close())
    for rival in player.rivals.values():
        rival.ask(Close())


def _first_number(scenario: Scenario) -> int:
    """Return the number of the first service."""
    first_ids = scenario.given.first_ids
    return (first_ids.service if first_ids else None) or 1


def _world(player: Player, panels: ScenarioPanels, trace: Trace | None) -> Mapping[str, Party]:
    """Give a player the other billings of its scenario, as parties of its world."""
    if not player.scenario.others:
        return {}
    from prorata.harness.running.parties import parties

    def played(scenario: Scenario, implementation: Implementation) -> Player:
        return Player(scenario, implementation, player.time, trace, list, Watch())

    sellers, rivals = parties(player.scenario, panels, player.time, played)
    player.sellers = {name: each.player for name, each in sellers.items()}
    player.rivals = {name: each.player for name, each in rivals.items()}
    player.happened = lambda: tuple(each.happened() for each in sellers.values())
    for rival in player.rivals.values():
        rival.happened = player.happened
    return {**sellers, **rivals}


def _seen_of(
    world: Mapping[str, Party],
    player: Player,
    at: datetime,
    answers: Mapping[str, Answer | None] = _NO_ANSWERS,
) -> Mapping[str, Seen]:
    return {name: each.see(player, at, answers.get(name)) for name, each in world.items()}


def _asked(step: TimelineStep) -> bool:
    """Tell whether the act of a step is asked of the implementation."""
    return step.act is not None and step.act[0] not in {"wait", "panel"}


def _observed(
    scenario: Scenario, watch: Watch
) -> tuple[tuple[Observable, ...], tuple[Observable, ...]]:
    """Return what is observed of a step that is looked at, and of one that is not."""
    expected = [each.expect for each in scenario.steps if each.expect]
    told: tuple[Observable, ...] = ()
    if watch.beside or any(each.notifications is not None for each in expected):
        told += ("notifications",)
    if watch.beside or any(each.credit_notes for each in expected):
        told += ("credit_notes",)
    if watch.beside or any(each.accounts for each in expected):
        told += ("accounts",)
    return OBSERVED + told, _LINES + told


def _tell(panels: ScenarioPanels, panel: Ispmanager, act: PanelItself, user: str) -> None:
    """Do to the panel what a scenario says happens to it."""
    panels.trouble.begin(act)
    if user:
        panel.set_usage(user, disk=act.disk, traffic=act.bandwidth)


def _visited(panel: Ispmanager, answer: Answer | None) -> Visit | None:
    """Follow the link that an act answered, if it did."""
    body = answer.body if isinstance(answer, Result) else None
    if not (isinstance(body, Done) and body.url):
        return None
    from prorata.harness.running.visit import visit

    # Who looks is the harness: whatever is to go wrong goes wrong for the billing.
    held = panel.faults, panel.down
    panel.faults, panel.down = None, False
    try:
        return visit(panel.app, body.url)
    finally:
        panel.faults, panel.down = held


def opening(
    scenario: Scenario,
    access: Mapping[str, PanelAccess],
    number: int,
    now: datetime,
) -> Open:
    """Return what a billing is told when its scenario begins."""
    given = scenario.given
    first = given.first_ids.model_dump(exclude_none=True) if given.first_ids else {}
    return Open(
        scenario=number,
        at=(now + given.clock_ahead).astimezone(given.timezone),
        system=given.system,
        currency=given.currency,
        timezone=str(given.timezone),
        catalogue=scenario.catalogue(),
        clients={name: OpeningClient(**row) for name, row in scenario.clients().items()},
        first_ids=first,
        panels=dict(access),
        settings=scenario.settings(),
    )
