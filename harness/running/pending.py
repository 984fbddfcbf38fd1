"""Verdicts that are not final yet: something may still be told that makes another of them."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from time import monotonic
from typing import TYPE_CHECKING, Final

from prorata.harness.running.known import failed_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prorata.harness.implementations.base import ImplementationFault
    from prorata.harness.running.comparing import ToldNames
    from prorata.harness.running.trial import Trial
    from prorata.harness.running.verdict import Verdict

__all__ = ["Pending"]


#: So many verdicts are kept, and for so many seconds, lest somebody speaks late.
_MOST: Final = 100
_WHILE: Final = 2.0


@dataclass(slots=True)
class _Held:
    """A verdict that may be changed, and when it was given; no trial where nothing was asked."""

    trial: Trial | None
    verdict: Verdict
    ended: float


@dataclass(slots=True)
class Pending:
    """Keeps verdicts until they are final, in their order.

    A scenario that conforms has its verdict a while after it: until then the implementation may
    speak though nothing is asked. Where something was not told in it, it has it when the run is
    over: told once, a thing is told always.
    """

    #: How many verdicts are kept at most.
    most: int = _MOST
    #: Those that may still be changed, and what was skipped between them.
    _held: deque[_Held] = field(default_factory=deque)
    #: The numbers of those that are told already and did not conform.
    _bad: set[int] = field(default_factory=set)
    #: Whether one that is held did not conform after all: somebody may wait for that.
    _blamed: bool = False
    _untold: list[tuple[Trial, Verdict]] = field(default_factory=list)

    def add(self, trial: Trial, verdict: Verdict) -> Iterator[Verdict]:
        """Take a verdict; yield what has become final with it."""
        if failed_of(verdict) or self._blamed:
            yield from self.flush()
            self._blamed = False
        if failed_of(verdict):
            self._bad.add(trial.number)
            yield from self._final(trial, verdict)
            return
        self._held.append(_Held(trial, verdict, monotonic()))
        while len(self._held) > self.most or self._held[0].ended < monotonic() - _WHILE:
            yield from self._next()

    def skip(self, verdict: Verdict) -> Iterator[Verdict]:
        """Take the verdict of a scenario of which nothing was asked."""
        if self._held:
            self._held.append(_Held(None, verdict, monotonic()))
        else:
            yield verdict

    def blame(self, fault: ImplementationFault) -> bool:
        """Let a scenario answer for what was said when it was over: that whose it is, or the last.

        False where that scenario was told long ago as one that conforms.
        """
        played = [each for each in self._held if each.trial is not None]
        for held in reversed(played):
            if held.trial is not None and fault.of in {None, held.trial.number}:
                held.verdict = held.trial.spoke_late(held.verdict, fault)
                self._blamed = True
                return True
        return fault.of is None or fault.of in self._bad

    def flush(self) -> Iterator[Verdict]:
        """Yield what is final now that no scenario can be changed any more."""
        while self._held:
            yield from self._next()

    def _next(self) -> Iterator[Verdict]:
        held = self._held.popleft()
        if held.trial is None:
            yield held.verdict
        else:
            yield from self._final(held.trial, held.verdict)

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
