"""The scene of a difference: what the reference did at a moment and before, and what is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from prorata.harness.protocol import LedgerLine, ObservedService
    from prorata.harness.running.seen import Seen
    from prorata.harness.running.story import Moment
    from prorata.harness.scenario import Scenario, TimelineStep
    from prorata.harness.scenario.acts import Act
    from prorata.reference.engine.decisions import Decision

__all__ = ["WAITS", "Scene"]

#: What a service is that nobody has paid yet.
WAITS: Final = frozenset({"ordered", "pending"})


class Scene(NamedTuple):
    """What the reference did at a moment, and before; `step` is None on the way to a step."""

    scenario: Scenario
    step: TimelineStep | None
    moment: Moment
    before: Sequence[Moment]
    #: What the implementation under test shows at this moment.
    theirs: Seen
    #: Whether both did the same on this day, at different hours.
    at_another_hour: bool = False

    @property
    def verb(self) -> str:
        """The act of the step, nothing where something fell due."""
        return self.step.act[0] if self.step and self.step.act else ""

    @property
    def act(self) -> Act | None:
        """What is said in the step about the act."""
        return self.step.act[1] if self.step and self.step.act else None

    @property
    def by_itself(self) -> bool:
        """Whether nobody did anything: what happened fell due."""
        return self.verb in {"", "wait"}

    @property
    def idle(self) -> bool:
        """Whether nothing was charged at a moment at which something fell due to be."""
        return self.by_itself and not self.theirs.lines and bool(self.moment.lines)

    @property
    def system(self) -> str:
        """Whose rules hold."""
        return self.scenario.given.system

    def ours(self, label: str) -> ObservedService | None:
        """Return a service as the reference shows it."""
        return self.moment.seen.services.get(label)

    def their(self, label: str) -> ObservedService | None:
        """Return a service as the implementation shows it."""
        return self.theirs.services.get(label)

    def was(self, label: str) -> ObservedService | None:
        """Return a service as it was at the moment before."""
        return self.before[-1].seen.services.get(label) if self.before else None

    def number(self, label: str) -> int | None:
        """Return the number that the reference gave a service."""
        labels = self.moment.seen.labels
        return next((int(own) for own, known in labels.items() if known == label), None)

    def charged(self, label: str) -> bool:
        """Tell whether the reference posted a line of a service at this moment."""
        number = self.number(label)
        return any(line.service == number for line in self.moment.lines)

    def their_lines(self, label: str) -> list[LedgerLine]:
        """Return the lines of a service that the implementation under test shows as new."""
        labels = self.theirs.labels
        return [line for line in self.theirs.lines if labels.get(line.service or "") == label]

    def on_trial(self, label: str) -> bool:
        """Tell whether the time of a service is a trial."""
        ends = self.decided(label, "expires")
        return ends is not None and ends.rule == "billmanager.order.trial"

    def now(self, *whats: str, label: str | None = None) -> Iterator[Decision]:
        """Yield what was decided at this moment, the last first, of one service or of all."""
        number = None if label is None else self.number(label)
        for made in reversed(self.moment.decisions):
            if made.what in whats and (label is None or made.service == number):
                yield made

    def decided(self, label: str, what: str) -> Decision | None:
        """Return the last decision about a date of a service, None where there was none."""
        number = self.number(label)
        for moment in (self.moment, *reversed(self.before)):
            for made in reversed(moment.decisions):
                if made.service == number and made.what == what:
                    return made
        return None
