"""What a worker's process does: it answers messages until the other side has gone."""

from __future__ import annotations

from contextlib import suppress
from multiprocessing.connection import Connection
from time import monotonic
from typing import TYPE_CHECKING, Any, Final

from prorata.harness.cli.quick import kept
from prorata.harness.implementations.base import CannotStart
from prorata.harness.scenario import ScenarioErrors
from prorata.harness.workers.desk import FileShelf, WorkDesk

if TYPE_CHECKING:
    from prorata.harness.scenario import Problem
    from prorata.harness.workers.job import Batch, FileRef, Job, Outcome, ScenarioHead

__all__ = ["serve"]


#: Seconds for which verdicts are gathered before they are told: each message wakes another process.
_MOMENT: Final = 0.02


class _Worker:
    """Does what it is told until the other side has gone."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._shelf = FileShelf()
        self._desk: WorkDesk | None = None

    def serve(self) -> None:
        """Answer every message: a word, and what belongs to it."""
        try:
            while True:
                word, body = self._connection.recv()
                getattr(self, word)(body)
        except (EOFError, ConnectionError):
            """Nobody waits for an answer any more."""
        finally:
            if self._desk is not None:
                self._desk.close()

    def _say(self, word: str, body: Any) -> None:
        self._connection.send((word, body))

    def load(self, files: tuple[FileRef, ...]) -> None:
        """Load files, and tell what is in them, or what is wrong with them."""
        heads: list[ScenarioHead] = []
        problems: list[Problem] = []
        with kept():
            for file in files:
                try:
                    heads += self._shelf.heads(file)
                except ScenarioErrors as errors:
                    problems += errors.problems
        self._say("loaded", (heads, problems))

    def begin(self, job: Job) -> None:
        """Start the implementation, and tell what it declares, or why it cannot be started."""
        try:
            self._desk = WorkDesk(job, self._shelf)
        except CannotStart as error:
            self._say("unable", (error.reason, error.stderr_tail))
        else:
            self._say("begun", self._desk.declared)

    def judge(self, batch: Batch) -> None:
        """Judge a batch, and tell the verdicts as they come.

        Those of a moment go together, but where a worker has ended over one of them before.
        """
        assert self._desk is not None  # noqa: S101  it has begun
        found: list[Outcome] = []
        told = monotonic()
        try:
            for outcome in self._desk.outcomes(batch):
                found.append(outcome)
                if batch.careful or monotonic() - told > _MOMENT:
                    self._say("outcomes", found)
                    found, told = [], monotonic()
            self._say("outcomes", found)
        except CannotStart as error:
            self._say("unable", (error.reason, error.stderr_tail))
        else:
            self._say("done", None)

    def end(self, _body: None) -> None:
        """End the implementation, and tell what was wrong with its goodbye."""
        desk, self._desk = self._desk, None
        self._say("ended", desk.close() if desk is not None else "")


def serve(descriptor: int) -> None:
    """Serve the socket with this descriptor."""
    with Connection(descriptor) as connection, suppress(KeyboardInterrupt):
        _Worker(connection).serve()
