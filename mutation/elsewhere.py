"""The processes of runs beside a Dask worker: one for each task that it does at a time."""

from __future__ import annotations

import pickle
from threading import Lock
from typing import TYPE_CHECKING

from mutation.local import Worker
from mutation.modules import REFERENCE, modules_of
from mutation.passing import digest

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["about", "end", "outcome_of"]

_idle: dict[str, list[Worker]] = {}
_lock = Lock()


def about() -> str:
    """Return what has to be the same on all machines of a run: the reference."""
    return digest(module.file for module in modules_of(REFERENCE))


def outcome_of(run: str, folder: Path, task: bytes) -> bytes:
    """Judge a task and return its outcome, both pickled."""
    with _lock:
        idle = _idle.setdefault(run, [])
        worker = idle.pop() if idle else None
    worker = worker or Worker(folder / "cache", folder)
    outcome = worker.judged(pickle.loads(task))
    with _lock:
        _idle[run].append(worker)
    return pickle.dumps(outcome)


def end(run: str) -> None:
    """End the processes of a run."""
    with _lock:
        workers = _idle.pop(run, [])
    for worker in workers:
        worker.close()
