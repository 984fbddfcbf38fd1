"""The search: rounds of histories, and what is found in them, each kind of failure once."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from time import monotonic
from typing import TYPE_CHECKING, Final

from prorata.harness.fuzz.coverage import Coverage
from prorata.harness.fuzz.sources import heads_of
from prorata.harness.report.blocks import alike

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from prorata.harness.fuzz.court import Court
    from prorata.harness.fuzz.sources import Wanted
    from prorata.harness.running.verdict import Verdict
    from prorata.harness.workers.job import ScenarioHead

__all__ = ["Found", "Limits", "Search"]

#: So many histories are judged in a round where their number is given.
_ROUND: Final = 512
#: How long a round takes where the time is given, in seconds, and how many histories the first has.
_SECONDS: Final = 2.0
_FIRST: Final = 32


@dataclass(frozen=True, slots=True)
class Limits:
    """How long is searched: so many histories, or so many seconds."""

    histories: int | None = None
    seconds: float | None = None


@dataclass(slots=True)
class Found:
    """A kind of failure: the first history that showed it, and how many did."""

    key: tuple[str, ...]
    verdict: Verdict
    head: ScenarioHead
    count: int = 0
    #: After how many histories and seconds of search it was found.
    after: int = 0
    seconds: float = 0.0


@dataclass(slots=True)
class Search:
    """Searches histories for failures; what is found stands in `found` whenever it ends."""

    court: Court
    wanted: Wanted
    limits: Limits
    found: dict[tuple[str, ...], Found] = field(default_factory=dict)
    coverage: Coverage = field(default_factory=Coverage)
    counts: Counter[str] = field(default_factory=Counter)
    #: Why histories were not for this implementation, with how many each.
    skipped: Counter[str] = field(default_factory=Counter)
    judged: int = 0
    seconds: float = 0.0

    def run(self, advance: Callable[[Verdict], None], before: Sequence[ScenarioHead] = ()) -> None:
        """Judge what failed `before`, then round after round; raise what judging raises."""
        began = monotonic()
        try:
            self._round(before, advance, began)
            for numbers in self._rounds(began):
                self._round(heads_of(self.wanted, numbers), advance, began)
        finally:
            self.seconds = monotonic() - began

    def _rounds(self, began: float) -> Iterator[range]:
        if self.limits.histories is not None:
            last = self.limits.histories
            for first in range(0, last, _ROUND):
                yield range(first, min(first + _ROUND, last))
            return
        first, size, ends = 0, _FIRST, began + (self.limits.seconds or 0.0)
        while (now := monotonic()) < ends:
            yield range(first, first + size)
            first += size
            speed = size / max(monotonic() - now, 1e-3)
            size = max(1, int(speed * min(_SECONDS, max(ends - monotonic(), 0.0))))

    def _round(
        self, heads: Sequence[ScenarioHead], advance: Callable[[Verdict], None], began: float
    ) -> None:
        if not heads:
            return
        named = {head.id: head for head in heads}
        for verdict in self.court.judged(heads):
            self._take(verdict, named[verdict.scenario], monotonic() - began)
            advance(verdict)

    def _take(self, verdict: Verdict, head: ScenarioHead, seconds: float) -> None:
        self.judged += 1
        self.counts[verdict.verdict] += 1
        self.coverage.add(verdict.record)
        if verdict.verdict == "skipped":
            self.skipped[f"{verdict.why}: {verdict.reason}"] += 1
        if verdict.verdict in {"fail", "error"}:
            key = alike(verdict)
            if key not in self.found:
                self.found[key] = Found(key, verdict, head, 0, self.judged, seconds)
            self.found[key].count += 1
