"""The wall clock of this process, stopped at the scenario's instant.

freezegun alone leaves traps: in worker threads `datetime.now` stands while `time.time` goes on
(its list of modules to leave alone names `threading` and `queue`), event loops hang, and an offset
makes aware times wrong. Hence: an empty list, real asyncio, instants in UTC, and a look at all
four clocks before anything is judged.
"""

from __future__ import annotations

import importlib.util
import threading
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["WallClock", "WallClockError", "needs"]


class WallClockError(Exception):
    """The wall clock cannot be stopped, or not everywhere."""


def needs() -> str | None:
    """Return what is missing for stopping the wall clock, in one line, or None."""
    if importlib.util.find_spec("freezegun"):
        return None
    from prorata.fakes.extras import how_to_install

    return f"wall_clock needs freezegun: {how_to_install('freeze')}"


class WallClock:
    """Stops on the first `move_to`, when the modules that read it have been imported."""

    __slots__ = ("_move",)

    def __init__(self) -> None:
        self._move: Callable[[datetime], None] | None = None

    def move_to(self, instant: datetime) -> None:
        """Stand at `instant`."""
        if self._move is None:
            self._move = _stop(instant)
        self._move(instant)

    def check(self, instant: datetime) -> None:
        """Raise `WallClockError` when a clock, here or in a worker thread, shows another time."""
        seen = {"the main thread": _clocks()}
        worker = threading.Thread(target=lambda: seen.update({"a worker thread": _clocks()}))
        worker.start()
        worker.join()
        for place, clocks in seen.items():
            for clock, shows in clocks.items():
                if shows != instant.timestamp():
                    problem = f"{clock} in {place} does not stand at {instant.isoformat()}"
                    raise WallClockError(problem)


def _stop(instant: datetime) -> Callable[[datetime], None]:
    import freezegun  # an extra, and 100 ms to import and start

    freezegun.configure(default_ignore_list=[])
    standing = freezegun.freeze_time(instant.astimezone(UTC), real_asyncio=True).start()
    return standing.move_to


def _clocks() -> dict[str, float]:
    """Return what the clocks of this thread show, in seconds since 1970."""
    return {
        "datetime.now": datetime.now(UTC).timestamp(),  # noqa: TID251  # the clock under test
        "time.time": time.time(),  # noqa: TID251
    }
