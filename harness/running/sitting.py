"""Judging one scenario after the other: an implementation is started afresh where it broke."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from prorata.harness.running.trial import judged

if TYPE_CHECKING:
    from collections.abc import Callable

    from prorata.harness.implementations.base import ImplementationFault
    from prorata.harness.running.trial import Bench, Trial
    from prorata.harness.running.verdict import Verdict
    from prorata.harness.scenario import Scenario

__all__ = ["Sitting"]


@dataclass(slots=True)
class Sitting:
    """Knows how the last scenario left the implementation.

    `blame` is called with what the implementation said when a scenario before was over, and tells
    whether that one answers for it: then the next one is judged anew.
    """

    blame: Callable[[ImplementationFault], bool]
    _broken: bool = False
    _fresh: bool = True

    def judge(self, scenario: Scenario, bench: Bench, number: int) -> tuple[Trial, Verdict]:
        """Judge a scenario; raise `CannotStart` where a fresh start fails."""
        if self._broken:
            bench.implementation.restart()
            self._fresh = True
        trial, verdict = judged(scenario, bench, number)
        if trial.late is not None and not self._fresh and self.blame(trial.late):
            bench.implementation.restart()
            trial, verdict = judged(scenario, bench, number)
        self._broken, self._fresh = verdict.verdict == "error" or trial.broke, False
        return trial, verdict
