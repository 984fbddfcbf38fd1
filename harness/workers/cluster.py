"""A Dask cluster that judges a run: batches go out, outcomes come back and stay."""

from __future__ import annotations

from secrets import token_hex
from typing import TYPE_CHECKING

from prorata.harness.implementations.base import CannotStart
from prorata.harness.running.crew import CrewError
from prorata.harness.workers.assembling import assembled, in_order, parted
from prorata.harness.workers.dask import Dask, WorkersLostError
from prorata.harness.workers.job import Batch, batches
from prorata.harness.workers.remote import BatchTask, Unable, begin, end, judged

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from prorata.harness.protocol import Started
    from prorata.harness.running.verdict import Verdict
    from prorata.harness.workers.job import Job, Outcome, ScenarioHead

__all__ = ["Cluster"]


class Cluster:
    """The workers of a Dask scheduler; raises `CrewError` where they cannot be used."""

    def __init__(self, address: str) -> None:
        self._dask = Dask(address)
        self._address = address
        self._run = token_hex(8)
        self._job: Job | None = None
        self._heads: Sequence[ScenarioHead] = ()
        self._declared: Started | None = None
        self._closed = False

    @property
    def declared(self) -> Started:
        """What the implementation tells of itself; `LookupError` before `begin`."""
        if self._declared is None:
            message = "no implementation has been started yet"
            raise LookupError(message)
        return self._declared

    @property
    def address(self) -> str:
        """Where the panels answer."""
        return f"the workers of {self._address}"

    def begin(self, job: Job, heads: Sequence[ScenarioHead]) -> None:
        """Start the implementation on every worker; raise `CannotStart` and `CrewError`."""
        self._job, self._heads = job, heads
        for worker, told in self._dask.everywhere(begin, self._run, job).items():
            if isinstance(told, BaseException):
                raise CrewError(f"{worker}: {told}")
            if isinstance(told, Unable):
                raise CannotStart(f"on {worker}: {told.reason}", told.stderr_tail)
            self._declared = self._declared or told
            if told != self._declared:
                raise CrewError(f"on {worker} the implementation tells something else of itself")

    def judged(self, enough: Callable[[], bool]) -> Iterator[Verdict]:
        """Yield the verdicts as they become final; see `Crew`."""
        outcomes = self.outcomes(batches(self._heads))
        ordered = in_order(outcomes, range(1, len(self._heads) + 1))
        yield from assembled(self._heads, ordered, self.outcomes, enough)

    def close(self) -> str:
        """End what the run has on the workers; return what was wrong with a goodbye there."""
        if self._closed:
            return ""
        self._closed = True
        self._dask.cancel()
        try:
            said = self._dask.everywhere(end, self._run).values()
        except CrewError as error:
            return str(error)
        finally:
            self._dask.close()
        return next((each for each in said if isinstance(each, str) and each), "")

    def outcomes(self, wanted: Iterable[Batch]) -> Iterator[Outcome]:
        """Yield outcomes as they arrive."""
        assert self._job is not None  # noqa: S101  it has begun
        job, more = self._job, list[Batch]()

        def tasks() -> list[BatchTask]:
            found = [BatchTask(self._run, job, batch) for batch in more]
            more.clear()
            return found

        more.extend(wanted)
        for task, result in self._dask.done(judged, tasks(), tasks):
            if isinstance(result, WorkersLostError):
                yield from parted(task.batch, "ended", more.append)
            elif isinstance(result, Unable):
                raise CannotStart(*result)
            else:
                yield from result
                batch = task.batch
                for outcome in result:
                    batch = batch.after(outcome)
                more.extend([batch.then] if batch.then else [])
