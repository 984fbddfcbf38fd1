"""A worker's process: ``python -m mutation.worker FD CACHE`` judges tasks over a socket."""

from __future__ import annotations

import sys
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING

from mutation.work import Bench

if TYPE_CHECKING:
    from mutation.work import Task

__all__ = ["main", "serve"]


def serve(connection: Connection, cache: Path) -> None:
    """Judge every task that comes, until the other side has gone."""
    bench = Bench(cache)
    try:
        while True:
            task: Task = connection.recv()
            connection.send(bench.judged(task))
    except (EOFError, ConnectionError):
        """Nobody waits for an answer any more."""
    finally:
        bench.close()


def main() -> None:
    """Serve the socket whose descriptor is on the command line."""
    with Connection(int(sys.argv[1])) as connection, suppress(KeyboardInterrupt):
        serve(connection, Path(sys.argv[2]))


if __name__ == "__main__":
    main()
