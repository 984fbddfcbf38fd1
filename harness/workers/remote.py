"""What runs on a Dask worker: batches go on to a process beside it, which may end over one.

So a scenario that ends its process ends no worker of a cluster that others use as well.
"""

from __future__ import annotations

import sys
from collections import deque
from dataclasses import dataclass, field
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING, Final, NamedTuple

from prorata.harness.implementations.base import CannotStart
from prorata.harness.running.crew import CrewError
from prorata.harness.running.log import suite_hash
from prorata.harness.version import version
from prorata.harness.workers.pool import Pool

if TYPE_CHECKING:
    from prorata.harness.protocol import Started
    from prorata.harness.workers.job import Batch, Job, Outcome

__all__ = ["BatchTask", "Unable", "about", "begin", "end", "judged"]

#: Seconds after which what a run left idle here is ended: whoever ran it has gone.
_FORGOTTEN: Final = 600.0


class Unable(NamedTuple):
    """Why a worker cannot judge: one line, and the end of the implementation's stderr."""

    reason: str
    stderr_tail: tuple[str, ...] = ()


class BatchTask(NamedTuple):
    """A batch of a run."""

    run: str
    job: Job
    batch: Batch


@dataclass(slots=True)
class _Bench:
    """The processes of one run beside this worker: one for each batch at a time."""

    idle: list[Pool] = field(default_factory=list)
    busy: list[Pool] = field(default_factory=list)
    used: float = field(default_factory=monotonic)


_benches: dict[str, _Bench] = {}
#: The last runs that are over: a batch of theirs that comes too late is not judged.
_over: deque[str] = deque(maxlen=1000)
_lock = Lock()


def about() -> dict[str, str]:
    """Return what has to be the same on all machines of a run."""
    python = f"{sys.version_info[0]}.{sys.version_info[1]}"
    return {"prorata": version(), "bundled scenarios": suite_hash()[:12], "Python": python}


def begin(run: str, job: Job) -> Started | Unable:
    """Start the implementation of a run, and return what it declares."""
    try:
        pool = _taken(run, job)
    except (CannotStart, CrewError) as error:
        return _unable(error)
    declared = pool.declared
    _put_back(run, pool)
    return declared


def judged(task: BatchTask) -> list[Outcome] | Unable:
    """Judge a batch."""
    try:
        pool = _taken(task.run, task.job)
        outcomes = list(pool.outcomes([task.batch]))
    except (CannotStart, CrewError) as error:
        return _unable(error)
    _put_back(task.run, pool)
    return outcomes


def end(run: str) -> str:
    """End what a run has here; return what was wrong with the goodbye of its implementations."""
    with _lock:
        _over.append(run)
        bench = _benches.pop(run, _Bench())
    for pool in bench.busy:
        pool.abandon()
    said = [pool.close() for pool in bench.idle]
    return next(filter(None, said), "")


def _taken(run: str, job: Job) -> Pool:
    _forget()
    with _lock:
        if run in _over:
            raise CrewError("the run is over")
        bench = _benches.setdefault(run, _Bench())
        pool = bench.idle.pop() if bench.idle else None
        if pool is not None:
            bench.busy.append(pool)
            return pool
    pool = Pool(1)
    try:
        pool.begin(job, ())
    except BaseException:
        pool.close()
        raise
    with _lock:
        bench.busy.append(pool)
        over = run in _over
    if over:
        pool.close()
        raise CrewError("the run is over")
    return pool


def _put_back(run: str, pool: Pool) -> None:
    with _lock:
        bench = _benches.get(run)
        if bench is not None:
            bench.busy.remove(pool)
            bench.idle.append(pool)
            bench.used = monotonic()
    if bench is None:
        pool.close()


def _forget() -> None:
    old = monotonic() - _FORGOTTEN
    with _lock:
        left = [run for run, each in _benches.items() if not each.busy and each.used < old]
    for run in left:
        end(run)


def _unable(error: CannotStart | CrewError) -> Unable:
    if isinstance(error, CannotStart):
        return Unable(error.reason, error.stderr_tail)
    return Unable(str(error))
