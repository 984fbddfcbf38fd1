"""Which batch a worker gets next: one whose files it has loaded, else one of another's last."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from prorata.harness.workers.job import Batch, ScenarioSource
    from prorata.harness.workers.process import WorkerProcess

__all__ = ["BatchQueue"]


class BatchQueue:
    """The batches that nobody has yet, by who has loaded their files."""

    def __init__(
        self, batches: Iterable[Batch], owners: Mapping[ScenarioSource, WorkerProcess]
    ) -> None:
        self._owners = owners
        self._left: dict[WorkerProcess | None, deque[Batch]] = {}
        for batch in batches:
            self._left.setdefault(self._owner(batch), deque()).append(batch)

    def __bool__(self) -> bool:
        """Tell whether there are any."""
        return any(self._left.values())

    def put(self, batch: Batch) -> None:
        """Put a batch before all others: they wait for it."""
        self._left.setdefault(None, deque()).appendleft(batch)

    def next_for(self, worker: WorkerProcess) -> Batch | None:
        """Return the next batch for a worker, None where there is none."""
        for own in (None, worker):
            if self._left.get(own):
                return self._left[own].popleft()
        most = max(self._left.values(), key=len, default=None)
        return most.pop() if most else None

    def _owner(self, batch: Batch) -> WorkerProcess | None:
        return self._owners.get(batch.heads[0].file)
