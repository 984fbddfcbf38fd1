"""Verdicts that are not final yet: something may still be told that makes another of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prorata.harness.implementations.base import ImplementationFault
    from prorata.harness.running.comparing import ToldNames
    from prorata.harness.running.trial import Trial
    from prorata.harness.running.verdict import Verdict

__all__ = ["Pending"]


@dataclass(slots=True)
class Pending:
    """Keeps verdicts until they are final, in their order.

    A scenario that conforms has its verdict when the next has begun: until then the implementation
    may speak though nothing is asked. Where something was not told in it, it has it when the run
    is over: told once, a thing is told always.
    """

    _last: tuple[Trial, Verdict] | None = None
    _behind: list[Verdict] = field(default_factory=list)
    _untold: list[tuple[Trial, Verdict]] = field(default_factory=list)

    def add(self, trial: Trial, verdict: Verdict) -> Iterator[Verdict]:
        """Take a verdict; yield what has become final with it."""
        yield from self.flush()
        if verdict.verdict == "pass":
            self._last = trial, verdict
        else:
            yield from self._final(trial, verdict)

    def skip(self, verdict: Verdict) -> Iterator[Verdict]:
        """Take the verdict of a scenario of which nothing was asked."""
        if self._last is None:
            yield verdict
        else:
            self._behind.append(verdict)

    def blame(self, fault: ImplementationFault | None) -> None:
        """Let the scenario before answer for what was said when it was over, if anything was."""
        if fault is not None and self._last is not None:
            trial, verdict = self._last
            self._last = trial, trial.spoke_late(verdict, fault)

    def flush(self) -> Iterator[Verdict]:
        """Yield what is final now that the last scenario cannot be changed any more."""
        if self._last is not None:
            last, self._last = self._last, None
            yield from self._final(*last)
        yield from self._behind
        self._behind.clear()

    def end(self, told: ToldNames) -> Iterator[Verdict]:
        """Yield all that is left when the run is over, in which this was told."""
        yield from self.flush()
        for trial, verdict in self._untold:
            yield trial.again(verdict, told)

    def _final(self, trial: Trial, verdict: Verdict) -> Iterator[Verdict]:
        if verdict.not_told and verdict.verdict == "pass":
            trial.judge.forget()
            self._untold.append((trial, verdict))
        else:
            yield verdict
