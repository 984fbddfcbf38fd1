"""From a history that shows a failure to the least one that shows the same.

What is tried is decided by the history alone, and of what is tried the first that fails in the same
way is taken: the same failure always shrinks to the same history, but where time runs out.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from time import monotonic
from typing import TYPE_CHECKING

from prorata.harness.fuzz.earlier import earlier, later
from prorata.harness.fuzz.gaps import telling
from prorata.harness.fuzz.lesser import (
    fewer_clients,
    fewer_fields,
    fewer_steps,
    lesser_values,
    one_billing,
)
from prorata.harness.fuzz.plain import text_of
from prorata.harness.fuzz.sources import head_of_text
from prorata.harness.report.blocks import alike, shown_first
from prorata.harness.running.known import failed_of
from prorata.harness.scenario import ScenarioErrors

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from prorata.harness.fuzz.court import HistoryCourt
    from prorata.harness.fuzz.plain import Plain
    from prorata.harness.running.verdict import Verdict

__all__ = ["Shrinking", "Shrunk"]

#: What makes lesser histories of one, in the order in which it is tried: the greatest steps first.
#: By how many days a history is moved to see whether its day matters.
_LATER = (1, 2, 3, 10)
_PASSES = (one_billing, fewer_steps, fewer_clients, fewer_fields, earlier, lesser_values)


@dataclass(frozen=True, slots=True)
class Shrunk:
    """The least history that was found, its verdict, and whether time ran out over it."""

    plain: Plain
    verdict: Verdict
    tried: int
    in_time: bool


@dataclass(slots=True)
class Shrinking:
    """Shrinks one failure on a court, within some seconds."""

    court: HistoryCourt
    key: tuple[str, ...]
    #: What is said of the gap: that stays so, where there is something to say.
    telling: str
    seconds: float
    name: str
    tried: int = 0
    _seen: set[str] = field(default_factory=set)
    _ends: float = 0.0

    def shrink(self, plain: Plain) -> Shrunk | None:
        """Return the least history; None where this one, alone, does not fail in the same way."""
        self._ends = monotonic() + self.seconds
        verdict = self._fails(plain)
        if verdict is None:
            return None
        again = True
        while again and self._in_time:
            again = False
            for lesser in _PASSES:
                plain, verdict, less = self._least(plain, verdict, lesser)
                again |= less
        return Shrunk(plain, verdict, self.tried, self._in_time)

    @property
    def _in_time(self) -> bool:
        return monotonic() < self._ends

    def _least(
        self, plain: Plain, verdict: Verdict, lesser: Callable[[Plain], Iterator[Plain]]
    ) -> tuple[Plain, Verdict, bool]:
        """Make a history less in one way, wherever that goes."""
        less, number = False, 0
        others = list(lesser(plain))
        while number < len(others) and self._in_time:
            failed = self._fails(others[number])
            if failed is None:
                number += 1
            else:
                # What came before has been tried: the next stands in the place of what has gone.
                plain, verdict, less = others[number], failed, True
                others = list(lesser(plain))
        return plain, verdict, less

    def _fails(self, plain: Plain) -> Verdict | None:
        """Return the verdict of a history that fails in the same way, None for any other."""
        text = text_of(plain)
        if text in self._seen:
            return None
        self._seen.add(text)
        try:
            head = head_of_text(self.name, text)
        except ScenarioErrors:
            return None
        self.tried += 1
        verdict = next(self.court.judged([head]))
        return verdict if self._same(verdict) else None

    def _same(self, verdict: Verdict) -> bool:
        if not failed_of(verdict) or alike(verdict) != self.key:
            return False
        first = shown_first(verdict)
        told = telling(first) if first is not None and self.telling else ""
        return told == self.telling

    def shows_at_other_times(self, shrunk: Shrunk, others: Callable[[str], bool]) -> bool:
        """Tell whether a history fails in the same way some days later, at one of `others`.

        These are moments, as a verdict has them.
        """
        for days in _LATER:
            failed = self._fails(later(shrunk.plain, days))
            first = failed and shown_first(failed)
            if first and others(first.at):
                return True
        return False
