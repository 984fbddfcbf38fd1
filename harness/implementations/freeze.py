"""The wall clock of this process, stopped at the scenario's instant.

freezegun alone leaves traps: in worker threads `datetime.now` stands while `time.time` goes on
(its list of modules to leave alone names `threading` and `queue`), waiting with a limit never ends
(the clock of durations stands too), pydantic knows neither its dates nor its local time, and away
from UTC its naive times are wrong. Each is mended in `_freezegun`, or found by `check` before
anything is judged. time-machine has none of them.
"""

from __future__ import annotations

import importlib.util
import threading
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["FREEZEGUN", "TOOLS", "WallClock", "WallClockError", "needs"]

FREEZEGUN: Final = "freezegun"


class WallClockError(Exception):
    """The wall clock cannot be stopped, or not everywhere."""


def needs(tool: str = FREEZEGUN) -> str | None:
    """Return what is missing for stopping the wall clock by a tool, in one line, or None."""
    if importlib.util.find_spec(tool.replace("-", "_")):
        return None
    from prorata.fakes.extras import how_to_install

    extra = "freeze" if tool == FREEZEGUN else tool
    return f"the wall clock is stopped by {tool}, which is not installed: {how_to_install(extra)}"


class WallClock:
    """Stops on the first `move_to`, when the modules that read it have been imported."""

    __slots__ = ("_checked", "_move", "_tool")

    def __init__(self, tool: str = FREEZEGUN) -> None:
        self._tool = tool
        self._move: Callable[[datetime], None] | None = None
        self._checked = False

    def move_to(self, instant: datetime) -> None:
        """Stand at `instant`; the first time, see that all of the process does.

        Raises `WallClockError`.
        """
        if self._move is None:
            self._move = TOOLS[self._tool](instant)
        self._move(instant)
        if not self._checked:
            self.check(instant)
            self._checked = True

    def check(self, instant: datetime) -> None:
        """Raise `WallClockError` where a clock shows another time, and say which one, and where."""
        for place, clocks in _everywhere().items():
            for clock, shows in clocks.items():
                if shows != instant.timestamp():
                    problem = f"{clock} in {place} does not stand at {instant.isoformat()}"
                    raise WallClockError(f"{problem}{_AWAY_FROM_UTC.get(clock, '')}")


#: What is wrong where only that clock is: freezegun takes the local time for UTC.
_AWAY_FROM_UTC: Final = {
    "datetime.now without a zone": "; freezegun needs TZ=UTC here, time-machine does not"
}


def _freezegun(instant: datetime) -> Callable[[datetime], None]:
    import freezegun  # an extra, and 100 ms to import and start
    from freezegun import api

    freezegun.configure(default_ignore_list=[])
    # Durations go on: else nothing that waits with a limit ever ends.
    for duration in ("monotonic", "monotonic_ns", "perf_counter", "perf_counter_ns"):
        setattr(api, f"fake_{duration}", getattr(time, duration))
    # With the offset from UTC, which pydantic reads, and with summer time.
    api.fake_localtime = lambda t=None: api.real_localtime(api.fake_time() if t is None else t)
    _known_to_pydantic(api.FakeDatetime, "datetime_schema")
    _known_to_pydantic(api.FakeDate, "date_schema")
    standing = freezegun.freeze_time(instant.astimezone(UTC)).start()
    return standing.move_to


def _known_to_pydantic(kind: Any, schema: str) -> None:
    """Let pydantic make classes with a kind of date when the clock stands already."""

    def of_pydantic(_source: Any, _handler: Any) -> Any:
        from pydantic_core import core_schema  # whoever asks has it

        return getattr(core_schema, schema)()

    kind.__get_pydantic_core_schema__ = staticmethod(of_pydantic)


def _time_machine(instant: datetime) -> Callable[[datetime], None]:
    import time_machine

    # A number of seconds leaves the zone of the process as it is; a datetime would set it.
    standing = time_machine.travel(instant.timestamp(), tick=False).start()
    return lambda to: standing.move_to(to.timestamp(), tick=False)


TOOLS: Final[Mapping[str, Callable[[datetime], Callable[[datetime], None]]]] = {
    FREEZEGUN: _freezegun,
    "time-machine": _time_machine,
}
"""What stops the wall clock, by its name on the command line."""


def _everywhere() -> dict[str, dict[str, float]]:
    """Return what the clocks show in the main thread, in a worker thread and in an event loop."""
    import asyncio  # slow to import, and only for a billing that reads the wall clock

    seen = {"the main thread": _clocks()}
    worker = threading.Thread(target=lambda: seen.update({"a worker thread": _clocks()}))
    worker.start()
    worker.join()
    loop = asyncio.new_event_loop()  # of our own: that of the billing stays as it is
    try:
        seen["an event loop"] = loop.run_until_complete(_clocks_of_a_loop())
    finally:
        loop.close()
    return seen


async def _clocks_of_a_loop() -> dict[str, float]:
    return _clocks()


def _clocks() -> dict[str, float]:
    """Return what the clocks of this thread show, in seconds since 1970."""
    now = time.time()  # noqa: TID251  # the clock under test, and so are those below
    local = time.localtime()  # noqa: TID251
    naive = datetime.now().timetuple()  # noqa: DTZ005, TID251
    # An hour that comes twice is the same one of the two in both.
    naive_so = time.struct_time((*naive[:8], local.tm_isdst))
    return {
        "datetime.now": datetime.now(UTC).timestamp(),  # noqa: TID251
        "time.time": now,
        "time.localtime": time.mktime(local) + now % 1,
        "datetime.now without a zone": time.mktime(naive_so) + now % 1,
    }
