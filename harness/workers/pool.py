"""Workers beside this process: they load the files of a run together, and judge its batches."""

from __future__ import annotations

from collections import deque
from multiprocessing.connection import wait
from typing import TYPE_CHECKING, Any, Final

from prorata.harness.implementations.base import CannotStart
from prorata.harness.running.batches import FILES
from prorata.harness.running.crew import CrewError
from prorata.harness.scenario import ScenarioErrors
from prorata.harness.workers.assembling import assembled, in_order, parted
from prorata.harness.workers.job import batches
from prorata.harness.workers.process import GRACE, WorkerProcess
from prorata.harness.workers.queue import BatchQueue

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from prorata.harness.protocol import Started
    from prorata.harness.running.verdict import Verdict
    from prorata.harness.workers.job import (
        Batch,
        FileRef,
        Job,
        Outcome,
        ScenarioHead,
        ScenarioSource,
    )

__all__ = ["Pool"]

#: How many things a worker is given at a time, so that it never waits for the next.
_AHEAD: Final = 2


class Pool:
    """Worker processes on this machine."""

    def __init__(self, workers: int) -> None:
        self._workers = [WorkerProcess() for _ in range(workers)]
        self._owners: dict[ScenarioSource, WorkerProcess] = {}
        self._job: Job | None = None
        self._declared: Started | None = None
        self._heads: Sequence[ScenarioHead] = ()
        self._abandoned = False

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
        in_process = self._job is not None and self._job.panels == "inprocess"
        return "in process" if in_process else f"sockets of {len(self._workers)} workers"

    def load(self, files: Sequence[FileRef]) -> list[ScenarioHead]:
        """Load files, each worker some, and return what is in them, in their order.

        Raises `ScenarioErrors` with the problems of all, and `CrewError`.
        """
        parts = [tuple(files[at : at + FILES]) for at in range(0, len(files), FILES)]
        found: dict[int, tuple[list[ScenarioHead], list[Any]]] = {}
        left = deque(enumerate(parts))
        working: dict[WorkerProcess, deque[int]] = {each: deque() for each in self._workers}
        while len(found) < len(parts):
            for worker, numbers in working.items():
                while left and len(numbers) < _AHEAD:
                    number, part = left.popleft()
                    self._owners |= dict.fromkeys(part, worker)
                    numbers.append(number)
                    worker.say("load", part)
            for worker in self._ready():
                found[working[worker].popleft()] = self._heard(worker, "loaded")
        problems = [problem for number in sorted(found) for problem in found[number][1]]
        if problems:
            raise ScenarioErrors(problems)
        return [head for number in sorted(found) for head in found[number][0]]

    def begin(self, job: Job, heads: Sequence[ScenarioHead]) -> None:
        """Start the implementation in each worker; raise `CannotStart` and `CrewError`."""
        self._job, self._heads = job, heads
        for worker in self._workers:
            worker.say("begin", job)
        declared = [self._heard(worker, "begun") for worker in self._workers]
        self._declared = declared[0]
        if any(each != self._declared for each in declared):
            raise CrewError("the implementation tells each worker something else of itself")

    def judged(self, enough: Callable[[], bool]) -> Iterator[Verdict]:
        """Yield the verdicts as they become final; see `Crew`."""
        outcomes = self.outcomes(batches(self._heads))
        ordered = in_order(outcomes, range(1, len(self._heads) + 1))
        yield from assembled(self._heads, ordered, self.outcomes, enough)

    def close(self) -> str:
        """End all workers; return what was wrong with the goodbye of their implementations."""
        idle = [worker for worker in self._workers if not worker.given]
        for worker in idle:
            worker.say("end")
        said = [worker.goodbye() for worker in idle]
        for worker in self._workers:
            worker.end(0 if worker.given else GRACE)
        self._workers.clear()
        return next(filter(None, said), "")

    def abandon(self) -> None:
        """Let whoever waits for outcomes in another thread end."""
        self._abandoned = True
        for worker in self._workers:
            worker.kill()

    def outcomes(self, wanted: Iterable[Batch]) -> Iterator[Outcome]:
        """Yield outcomes as they arrive."""
        queue = BatchQueue(wanted, self._owners)
        while queue or any(worker.given for worker in self._workers):
            for worker in self._workers:
                while len(worker.given) < _AHEAD and (batch := queue.next_for(worker)):
                    worker.given.append(batch)
                    worker.say("judge", batch)
            for worker in self._ready():
                try:
                    word, body = worker.hear()
                except EOFError:
                    yield from self._lost(worker, queue)
                else:
                    yield from _ANSWERS[word](worker, body, queue)

    def _ready(self) -> list[WorkerProcess]:
        """Wait until workers have something to tell, or have gone, and return them."""
        ready = wait([worker.connection for worker in self._workers])
        return [worker for worker in self._workers if worker.connection in ready]

    def _heard(self, worker: WorkerProcess, wanted: str) -> Any:
        try:
            word, body = worker.hear()
        except EOFError:
            raise CrewError(f"a worker ended as it began: it {worker.end()}") from None
        if word != wanted:
            raise CannotStart(*body)
        return body

    def _lost(self, worker: WorkerProcess, queue: BatchQueue) -> Iterator[Outcome]:
        """Part what the worker was at, and put another in its place."""
        how = worker.end()
        if self._abandoned:
            raise CrewError("the run has ended")
        given = list(worker.given)
        for batch in reversed(given[1:]):
            queue.put(batch)
        for batch in given[:1]:
            yield from parted(batch, how, queue.put)
        new = WorkerProcess()
        self._workers[self._workers.index(worker)] = new
        new.say("begin", self._job)
        self._heard(new, "begun")


def _outcomes(worker: WorkerProcess, found: list[Outcome], _queue: BatchQueue) -> Iterator[Outcome]:
    """Keep what has arrived: it is never judged again."""
    batch = worker.given[0].rest(len(found))
    for outcome in found:
        batch = batch.after(outcome)
    worker.given[0] = batch
    yield from found


def _done(worker: WorkerProcess, _body: None, queue: BatchQueue) -> Iterator[Outcome]:
    batch = worker.given.popleft()
    if batch.then is not None:
        queue.put(batch.then)
    yield from ()


def _unable(_worker: WorkerProcess, body: Any, _queue: BatchQueue) -> Iterator[Outcome]:
    yield from ()
    raise CannotStart(*body)


_ANSWERS: Final[dict[str, Callable[[WorkerProcess, Any, BatchQueue], Iterator[Outcome]]]] = {
    "outcomes": _outcomes,
    "done": _done,
    "unable": _unable,
}
