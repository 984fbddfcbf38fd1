"""The billings of a scenario that are not judged: the world that the judged one lives in.

One that others buy from runs on its fake panel, whose own engine is asked; one that buys is the
reference. Both are played as the judged one is.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from prorata.fakes.billmanager.events import happened
from prorata.fakes.ispmanager import Ispmanager
from prorata.harness.implementations.reference import Reference
from prorata.harness.protocol.words import OBSERVED
from prorata.harness.running.observing import Observing
from prorata.harness.running.sold import Calls, bought_for, licences, move, unsold

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from prorata.fakes.billmanager import Billmanager
    from prorata.harness.implementations.base import Implementation
    from prorata.harness.protocol import Answer
    from prorata.harness.protocol.words import Observable
    from prorata.harness.running.panels import ScenarioPanels
    from prorata.harness.running.player import Player
    from prorata.harness.running.seen import Seen
    from prorata.harness.scenario import Scenario, TimelineStep
    from prorata.harness.scenario.acts import PanelItself
    from prorata.reference.clock import Clock

    Played = Callable[[Scenario, Implementation], Player]

__all__ = ["Party", "parties"]


@dataclass(slots=True)
class Party:
    """One billing of the world: what happens to it, and what is seen of it.

    `panel` is what others buy from, None for one that nobody does.
    """

    player: Player
    observing: Observing
    panel: Billmanager | None = None
    heard: Calls | None = None

    def way(self) -> Party:
        """Return a party that is seen on the way to a step: what is new is known apart."""
        return replace(self, observing=replace(self.observing), heard=None)

    def act(self, step: TimelineStep, judged: Player) -> Answer | None:
        """Do what happens to it in a step."""
        self._name(self._labels(judged))
        return self.player.act(step).answer

    def happened(self) -> tuple[int, int]:
        """Return how many events there were so far, and how often keys are still looked for."""
        if self.panel is None:
            return 0, 0
        return happened(self.panel), sum(item.polls for item in self.panel.state.items.values())

    def see(self, judged: Player, at: datetime, answer: Answer | None) -> Seen:
        """Return what is there."""
        label = self._labels(judged)
        bought = self._name(label)
        player = self.player
        of: tuple[Observable, ...] = (*OBSERVED, "notifications")
        told = player.observe(*of)
        seen = self.observing.see(told, of, player.ids, at, answer=answer)
        if self.panel is None:
            return seen
        calls = self.heard.new(label) if self.heard else {}
        odd = unsold(self.panel, label)
        return replace(seen, licences=licences(self.panel, bought), calls=calls, unsold=odd)

    def _labels(self, judged: Player) -> Mapping[str, str]:
        """Return the labels of the services of all who buy, by their ids."""
        buyers = (judged, *judged.rivals.values())
        return {own: name for buyer in buyers for name, own in buyer.ids.items()}

    def _name(self, label: Mapping[str, str]) -> Mapping[str, list[int]]:
        """Call licences by the labels of the services that they were bought for."""
        if self.panel is None:
            return {}
        bought = bought_for(self.panel, label)
        self.player.ids.update((name, str(numbers[0])) for name, numbers in bought.items())
        return bought


def parties(
    scenario: Scenario, panels: ScenarioPanels, clock: Clock, played: Played
) -> tuple[Mapping[str, Party], Mapping[str, Party]]:
    """Return the other billings by their names: those that are bought from, and the rest."""
    sellers, rivals = {}, {}
    for name, each in scenario.others.items():
        panel = panels.sellers.get(name)
        if panel is not None:
            sellers[name] = _seller(each, panel, clock, played)
        else:
            rivals[name] = _rival(each, panels, clock, played)
    return sellers, rivals


def _seller(scenario: Scenario, panel: Billmanager, clock: Clock, played: Played) -> Party:
    from prorata.harness.running.faults import Trouble

    player = played(scenario, Reference.around(panel.billing))
    trouble = Trouble(panel, waits=False)

    def told(act: PanelItself, _user: str) -> None:
        trouble.begin(act)
        if act.key is not None:
            panel.polls_for_key = act.key
        if act.ip is not None:
            move(panel, int(player.ids[act.service or ""]), act.ip)

    player.told_panel = told
    return Party(player, _observing(scenario, clock), panel, Calls(panel))


def _rival(scenario: Scenario, panels: ScenarioPanels, clock: Clock, played: Played) -> Party:
    from prorata.harness.running.play import opening

    rival = Reference(version="", readings=scenario.readings, transport=panels.transport)
    player = played(scenario, rival)
    player.ask(opening(scenario, panels.access_of(scenario), 1, clock.now()))
    return Party(player, _observing(scenario, clock))


def _observing(scenario: Scenario, clock: Clock) -> Observing:
    first = scenario.given.first_ids
    return Observing(Ispmanager(clock), (first.service if first else None) or 1)
