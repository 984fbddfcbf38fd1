"""Judging one scenario after the other: an implementation is started afresh where it broke."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from prorata.harness.implementations.base import Speaks
from prorata.harness.running.trial import judged

if TYPE_CHECKING:
    from collections.abc import Callable

    from prorata.harness.implementations.base import Implementation, ImplementationFault
    from prorata.harness.running.trial import Bench, Trial
    from prorata.harness.running.verdict import Verdict
    from prorata.harness.scenario import Scenario

    Blame: TypeAlias = Callable[[ImplementationFault], bool]

__all__ = ["Sitting"]


@dataclass(slots=True)
class Sitting:
    """Knows how the last scenario left the implementation.

    `blame` is called with what it said when a scenario before was over, and tells whether that one
    answers for it.
    """

    implementation: Implementation
    _broken: bool = False
    #: Whether it has played nothing yet since it was started.
    _fresh: bool = True

    def judge(
        self, scenario: Scenario, bench: Bench, number: int, blame: Blame
    ) -> tuple[Trial, Verdict]:
        """Judge a scenario, anew where one before spoke into it; raise `CannotStart`."""
        if self._broken:
            self.implementation.restart()
            self._fresh = True
        trial, verdict = judged(scenario, bench, number)
        if trial.late is not None and not self._fresh and blame(trial.late):
            self.implementation.restart()
            trial, verdict = judged(scenario, bench, number)
        self._broken, self._fresh = verdict.verdict == "error" or trial.broke, False
        return trial, verdict

    def settle(self, blame: Blame) -> None:
        """Blame what was said late of the last scenario, where the next is none of its batch."""
        if self._broken or self._fresh or not isinstance(self.implementation, Speaks):
            return
        late = self.implementation.overheard()
        if late is not None:
            self._broken = True
            blame(late)
