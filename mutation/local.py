"""Workers on this machine: processes that judge one task after another."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mutation.children import Outcome
    from mutation.mutants import Mutant
    from mutation.work import Task

__all__ = ["Worker", "Workers"]

#: Seconds within which a worker ends that is asked no more.
_END: Final = 10.0


class Worker:
    """A process beside this one; `package` is the folder that has the one of this module."""

    def __init__(self, cache: Path, package: Path = Path(__file__).parents[1]) -> None:
        ours, theirs = socket.socketpair()
        known = os.environ.get("PYTHONPATH")
        path = f"{package}{os.pathsep}{known}" if known else str(package)
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603  this package
                (sys.executable, "-P", "-m", "mutation.worker", str(theirs.fileno()), str(cache)),
                env={**os.environ, "PYTHONPATH": path},
                stdin=subprocess.DEVNULL,
                pass_fds=(theirs.fileno(),),
            )
        self.connection = Connection(ours.detach())

    def judged(self, task: Task) -> Outcome:
        """Judge a task and wait for its outcome; raise `EOFError` where the worker ended."""
        self.connection.send(task)
        outcome: Outcome = self.connection.recv()
        return outcome

    def close(self) -> None:
        """End it."""
        self.connection.close()
        try:
            self._process.wait(_END)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


class Workers:
    """So many workers here."""

    def __init__(self, cache: Path, number: int) -> None:
        self._workers = [Worker(cache) for _ in range(number)]

    def judged(
        self, mutants: Iterator[Mutant], task: Callable[[Mutant], Task]
    ) -> Iterator[tuple[Mutant, Outcome]]:
        """Yield mutants with their outcomes as these arrive; `task` is asked when one is free."""
        at: dict[Connection, Mutant] = {}
        for worker in self._workers:
            self._give(worker.connection, mutants, task, at)
        while at:
            for connection in wait([*at]):
                assert isinstance(connection, Connection)  # noqa: S101  we wait for nothing else
                outcome: Outcome = connection.recv()
                mutant = at.pop(connection)
                self._give(connection, mutants, task, at)
                yield mutant, outcome

    def close(self) -> None:
        """End them."""
        for worker in self._workers:
            worker.close()

    @staticmethod
    def _give(
        connection: Connection,
        mutants: Iterator[Mutant],
        task: Callable[[Mutant], Task],
        at: dict[Connection, Mutant],
    ) -> None:
        mutant = next(mutants, None)
        if mutant is not None:
            connection.send(task(mutant))
            at[connection] = mutant
