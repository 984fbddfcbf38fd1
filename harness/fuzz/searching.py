"""The search: rounds of histories, and what is found in them, each kind of failure once."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from time import monotonic
from typing import TYPE_CHECKING, Final

from prorata.harness.fuzz.coverage import Coverage
from prorata.harness.fuzz.gaps import telling
from prorata.harness.fuzz.lacking import LackingNames
from prorata.harness.fuzz.sources import heads_of
from prorata.harness.report.blocks import alike, shown_first
from prorata.harness.running.known import excused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import date

    from prorata.harness.fuzz.court import HistoryCourt
    from prorata.harness.fuzz.sources import SeededHistories
    from prorata.harness.running.known import KnownFailure
    from prorata.harness.running.verdict import Verdict
    from prorata.harness.workers.job import ScenarioHead

__all__ = ["FirstShown", "Found", "Search", "SearchLimits"]

#: So many histories are judged in a round at most where their number is given; in the first fewer.
_ROUND: Final = 512
#: How long a round takes where the time is given, in seconds, and how many histories the first has.
_SECONDS: Final = 2.0
_FIRST: Final = 32


@dataclass(frozen=True, slots=True)
class SearchLimits:
    """How long is searched: so many histories, or so many seconds."""

    histories: int | None = None
    seconds: float | None = None


@dataclass(slots=True)
class FirstShown:
    """The first history that showed a failure in one way, and how many did in that way."""

    verdict: Verdict
    head: ScenarioHead
    count: int = 0


@dataclass(slots=True)
class Found:
    """A kind of failure: how many histories showed it, and after how much search the first did."""

    key: tuple[str, ...]
    after: int
    seconds: float
    count: int = 0
    #: By what is said of the gap.
    ways: dict[str, FirstShown] = field(default_factory=dict)

    def add(self, verdict: Verdict, head: ScenarioHead) -> None:
        """Take one more history that shows it."""
        self.count += 1
        first = shown_first(verdict)
        way = self.ways.setdefault(telling(first) if first else "", FirstShown(verdict, head))
        way.count += 1

    @property
    def way(self) -> tuple[str, FirstShown]:
        """What is said of it most often, and who showed that first."""
        return max(self.ways.items(), key=lambda each: each[1].count)


@dataclass(slots=True)
class Search:
    """Searches histories for failures; what is found stands in `found` whenever it ends."""

    court: HistoryCourt
    wanted: SeededHistories
    limits: SearchLimits
    #: Failures that are known, and the day by which they run out.
    known: Mapping[str, KnownFailure] = field(default_factory=dict)
    today: date | None = None
    found: dict[tuple[str, ...], Found] = field(default_factory=dict)
    coverage: Coverage = field(default_factory=Coverage)
    counts: Counter[str] = field(default_factory=Counter)
    #: Why histories were not for this implementation, with how many each.
    skipped: Counter[str] = field(default_factory=Counter)
    lacking: LackingNames = field(default_factory=LackingNames)
    judged: int = 0
    seconds: float = 0.0

    def run(self, advance: Callable[[Verdict], None], before: Sequence[ScenarioHead] = ()) -> None:
        """Judge what failed `before`, then round after round; raise what judging raises."""
        began = monotonic()
        try:
            self._round(before, advance, began)
            self._search(advance, began)
        finally:
            self.seconds = monotonic() - began

    def _search(self, advance: Callable[[Verdict], None], began: float) -> None:
        for numbers in self._rounds(began):
            heads = heads_of(self.wanted, numbers, self.lacking.names())
            self._round(heads, advance, began)

    def _rounds(self, began: float) -> Iterator[range]:
        if self.limits.histories is not None:
            yield from self._of(self.limits.histories)
            return
        first, size, ends = 0, _FIRST, began + (self.limits.seconds or 0.0)
        while (now := monotonic()) < ends:
            yield range(first, first + size)
            first += size
            speed = size / max(monotonic() - now, 1e-3)
            size = max(1, int(speed * min(_SECONDS, max(ends - monotonic(), 0.0))))

    def _of(self, histories: int) -> Iterator[range]:
        """Yield rounds for so many histories; few in each while most are not for this billing."""
        first, size = 0, _FIRST
        while first < histories:
            skipped, numbers = self.counts["skipped"], range(first, min(first + size, histories))
            yield numbers
            if 2 * (self.counts["skipped"] - skipped) <= len(numbers):
                size = min(2 * size, _ROUND)
            first = numbers.stop

    def _round(
        self, heads: Sequence[ScenarioHead], advance: Callable[[Verdict], None], began: float
    ) -> None:
        if not heads:
            return
        named = {head.id: head for head in heads}
        for verdict in self.court.judged(heads):
            advance(self.take(verdict, named[verdict.scenario], monotonic() - began))

    def take(self, judged: Verdict, head: ScenarioHead, seconds: float) -> Verdict:
        """Take a verdict, so many seconds after the search began; return it, excused if known."""
        verdict = excused(judged, self.known, self.today)
        self.judged += 1
        self.counts["known" if verdict.known else verdict.verdict] += 1
        skipped = verdict.verdict == "skipped"
        if "has" in verdict.record:
            # Over what an implementation breaks again and again, nothing else is seen of it.
            reason = verdict.reason if verdict.verdict in {"skipped", "error"} else ""
            self.lacking.add(verdict.record["has"], reason)
        if not skipped:
            self.coverage.add(verdict.record)
        else:
            self.skipped[f"{verdict.why}: {verdict.reason}"] += 1
        if verdict.verdict in {"fail", "error"} and not verdict.known:
            found = Found(alike(verdict), self.judged, seconds)
            self.found.setdefault(found.key, found).add(verdict, head)
        return verdict
