"""Who judges histories: this process, workers beside it, or a cluster, all by one comparison."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol

from prorata.harness.workers.assembling import assembled, in_order
from prorata.harness.workers.desk import FileShelf, WorkDesk
from prorata.harness.workers.job import batches

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from prorata.harness.protocol import Started
    from prorata.harness.running.verdict import Verdict
    from prorata.harness.workers.desk import Opened
    from prorata.harness.workers.job import Batch, Job, Outcome, ScenarioHead

__all__ = ["BatchJudges", "HistoryCourt", "OneDesk"]


class BatchJudges(Protocol):
    """Whoever judges batches, and has begun."""

    @property
    def declared(self) -> Started:
        """What the implementation tells of itself."""

    @property
    def address(self) -> str:
        """Where the panels answer, for a person to read."""

    def outcomes(self, wanted: Iterable[Batch]) -> Iterator[Outcome]:
        """Yield the outcomes of batches as they arrive."""

    def close(self) -> str:
        """End all of it; return what was wrong with the goodbye of the implementation."""


class OneDesk:
    """This process; raises `CannotStart`."""

    def __init__(self, job: Job, opened: Opened | None = None) -> None:
        self._desk = WorkDesk(job, FileShelf(), opened)
        self.declared = self._desk.declared
        self.address = "in process" if job.panels == "inprocess" else "a socket"
        self._closed = False

    def outcomes(self, wanted: Iterable[Batch]) -> Iterator[Outcome]:
        """Yield the outcomes of one batch after the other."""
        for batch in wanted:
            yield from self._desk.outcomes(batch)

    def close(self) -> str:
        """End the implementation."""
        if self._closed:
            return ""
        self._closed = True
        return self._desk.close()


@dataclass(slots=True)
class HistoryCourt:
    """Judges histories against the reference, and remembers what the implementation ever told."""

    bar: BatchJudges
    told: set[str] = field(default_factory=set)

    def judged(
        self, heads: Sequence[ScenarioHead], enough: Callable[[], bool] = lambda: False
    ) -> Iterator[Verdict]:
        """Yield verdicts, until there is `enough`; whoever judges, they are the same.

        Raises `CannotStart` where the implementation cannot be started again, and `CrewError`.
        """
        known = frozenset(self.told)
        wanted = (replace(each, told=known) for each in batches(heads))
        ordered = in_order(self._noted(self.bar.outcomes(wanted)), range(1, len(heads) + 1))
        yield from assembled(heads, ordered, self.bar.outcomes, enough)

    def _noted(self, outcomes: Iterable[Outcome]) -> Iterator[Outcome]:
        for outcome in outcomes:
            self.told |= outcome.told
            yield outcome
