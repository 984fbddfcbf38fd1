"""The reference's own run of a scenario: what it shows at each moment, and how that came about."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from prorata.harness.implementations.base import ImplementationFault
from prorata.harness.implementations.reference import Reference
from prorata.harness.running.endings import LostError, UnsupportedError
from prorata.harness.running.panels import ScenarioPanels
from prorata.harness.running.play import play
from prorata.harness.running.player import Watch
from prorata.reference.rules import AS_DOCUMENTED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prorata.harness.running.play import Stage
    from prorata.harness.running.seen import Seen
    from prorata.harness.scenario import Scenario
    from prorata.reference.engine import Billing
    from prorata.reference.engine.decisions import Decision
    from prorata.reference.ledger import Line
    from prorata.reference.rules import Derivation, Instead

__all__ = ["Moment", "Story", "play_reference", "reference_story"]

_ENDINGS = (LostError, UnsupportedError)


@dataclass(frozen=True, slots=True)
class Moment:
    """What the reference shows at a moment, with the lines and the dates that it came to since."""

    seen: Seen
    lines: tuple[Line, ...]
    decisions: tuple[Decision, ...]


@dataclass(slots=True)
class Story:
    """The reference's run: the moments of each step, the last of them its end.

    `whole` is what was seen of each step; `ended` why it could not be played to its end.
    """

    billing: Billing | None = None
    steps: list[tuple[Moment, ...]] = field(default_factory=list)
    whole: list[Seen] = field(default_factory=list)
    ended: Exception | None = None
    _lines: int = 0
    _decisions: int = 0

    def check(self) -> None:
        """Raise what a rule, the engine or a panel raised in this run, or that it never settled."""
        if isinstance(self.ended, ImplementationFault):
            message = f"the reference {self.ended.reason}"
            raise RuntimeError(message) from self.ended  # noqa: TRY004  an ending, no wrong type
        if self.ended is not None and not isinstance(self.ended, _ENDINGS):
            raise self.ended

    def derive(self, what: Line | Decision) -> Derivation:
        """Explain a line or a date of this run; LookupError before it has begun."""
        if self.billing is None:
            message = "the run has not begun"
            raise LookupError(message)
        return self.billing.derive(what)

    def moment(self, step: int) -> Moment:
        """Return a step that was played as one moment, with all that fell due on the way to it."""
        return Moment(self.whole[step], *self.of_step(step))

    def of_step(self, step: int) -> tuple[tuple[Line, ...], tuple[Decision, ...]]:
        """Return the lines and the dates of a step, with all that fell due on the way to it."""
        moments = self.steps[step] if step < len(self.steps) else ()
        return (
            tuple(line for moment in moments for line in moment.lines),
            tuple(made for moment in moments for made in moment.decisions),
        )

    def add(self, billing: Billing, stage: Stage) -> None:
        """Take what was seen of a step, and give each of its moments its lines and dates."""
        self.billing = billing
        lines = list(billing.ledger.since(self._lines))
        decisions = list(billing.decisions.since(self._decisions))
        self._lines += len(lines)
        self._decisions = billing.decisions.mark
        moments = []
        for seen in stage.moments:
            own = tuple(line for line in lines if line.at <= seen.at)
            made = tuple(decision for decision in decisions if decision.at <= seen.at)
            lines, decisions = lines[len(own) :], decisions[len(made) :]
            moments.append(Moment(seen, own, made))
        self.steps.append(tuple(moments))
        self.whole.append(stage.seen)


def reference_story(
    scenario: Scenario, readings: Mapping[str, str], instead: Instead = AS_DOCUMENTED
) -> Story:
    """Play a scenario with the reference as far as that goes, in process, on a panel of its own.

    `instead` is what it does otherwise than any reading has it.
    """
    panels = ScenarioPanels()
    reference = Reference(
        version="", readings=readings, transport=panels.transport, instead=instead
    )
    story, watch = Story(), Watch(moments=True, beside=True)
    try:
        for stage in play(scenario, reference, panels, watch=watch):
            story.add(reference.billing, stage)
    except Exception as error:  # noqa: BLE001  told by `check`, or by who needs the rest
        story.ended = error
    return story


def play_reference(scenario: Scenario, readings: Mapping[str, str]) -> Story:
    """Play a scenario with the reference to its end; raise what `play` raises."""
    story = reference_story(scenario, readings)
    if story.ended is not None:
        raise story.ended
    return story
