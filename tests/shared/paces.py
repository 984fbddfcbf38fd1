"""The reference at another pace: it tells less of what falls due, so that time jumps or creeps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prorata.harness.implementations.reference import Reference
from prorata.harness.protocol import Result, Settled
from prorata.harness.running.panels import ScenarioPanels
from prorata.harness.running.play import play
from prorata.reference.readings import choose

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from prorata.harness.protocol import Answer, Request
    from prorata.harness.running.seen import Seen
    from prorata.harness.scenario import Scenario

__all__ = ["DAILY", "JUMPS", "paced", "states"]


class _Paced(Reference):
    """The reference, which tells as much of what falls due as a test wants."""

    def __init__(
        self, scenario: Scenario, panels: ScenarioPanels, told: Mapping[str, None]
    ) -> None:
        super().__init__(version="", readings=choose(scenario.readings), transport=panels.transport)
        self._says = told

    def ask(self, request: Request) -> Answer:
        """Answer as the reference; only what is told about due moments differs."""
        answer = super().ask(request)
        if isinstance(answer, Result) and isinstance(answer.body, Settled):
            return Result(Settled(settled=True, **self._says))
        return answer


#: Nothing is said to fall due: time jumps from step to step. Nothing is said at all: it goes by
#: every civil midnight.
JUMPS: Mapping[str, None] = {"next": None}
DAILY: Mapping[str, None] = {}


def paced(scenario: Scenario, told: Mapping[str, None]) -> list[tuple[object, ...]]:
    """Return the states of a scenario when time goes in one way."""
    panels = ScenarioPanels()
    stages = play(scenario, _Paced(scenario, panels, told), panels)
    return states(scenario, (stage.seen for stage in stages))


def states(scenario: Scenario, seen: Iterable[Seen]) -> list[tuple[object, ...]]:
    """Return what was seen; of a step that expects nothing the lines alone are asked for."""
    return [
        _state(shown) if step.expect else (shown.answer, shown.lines)
        for step, shown in zip(scenario.steps, seen, strict=True)
    ]


def _state(seen: Seen) -> tuple[object, ...]:
    users = {
        name: has and (has.user.preset, has.user.active) for name, has in seen.belongings.items()
    }
    return (
        seen.answer, seen.services, seen.lines, seen.balances, seen.invoices, users,
    )  # fmt: skip
