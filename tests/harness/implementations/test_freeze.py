"""Stopping the wall clock, and noticing when it does not stand everywhere."""

from __future__ import annotations

import subprocess
import sys
from textwrap import dedent

import pytest

from prorata.fakes.extras import how_to_install
from prorata.harness.implementations import Context, factory, freeze


def run(code: str) -> str:
    """Return what a fresh interpreter prints; freezing must not touch the one that tests."""
    done = subprocess.run(
        [sys.executable, "-c", dedent(code)],
        capture_output=True,
        text=True,
        check=False,
        timeout=20,
    )
    assert not done.stderr, done.stderr
    return done.stdout.strip()


def test_all_clocks_stand() -> None:
    """Both clocks stand in both threads, move forwards and backwards, and offsets are honest."""
    assert "2025-07-01T12:00:00+00:00 2024-01-01T00:00:00+00:00" == run(
        """
        from datetime import datetime, timedelta, timezone
        from prorata.harness.implementations.freeze import WallClock
        wall = WallClock()
        east = timezone(timedelta(hours=2))
        shown = []
        winter = datetime(2024, 1, 1, tzinfo=timezone.utc)
        for instant in (datetime(2025, 7, 1, 14, tzinfo=east), winter):
            wall.move_to(instant)
            wall.check(instant)
            shown.append(datetime.now(timezone.utc).isoformat())
        print(*shown)
        """
    )


def test_an_event_loop_goes_on() -> None:
    """`asyncio.sleep` ends while the wall clock stands."""
    assert "slept" == run(
        """
        import asyncio
        from datetime import datetime, timezone
        from prorata.harness.implementations.freeze import WallClock
        WallClock().move_to(datetime(2025, 1, 1, tzinfo=timezone.utc))
        asyncio.run(asyncio.wait_for(asyncio.sleep(0.01), 5))
        print("slept")
        """
    )


def test_a_clock_that_goes_on_is_found() -> None:
    """With the list of modules that freezegun leaves alone, worker threads see the real time."""
    assert "time.time in a worker thread does not stand at 2025-01-01T00:00:00+00:00" == run(
        """
        from datetime import datetime, timezone
        import freezegun
        from prorata.harness.implementations import freeze
        instant = datetime(2025, 1, 1, tzinfo=timezone.utc)
        freezegun.freeze_time(instant).start()
        try:
            freeze.WallClock().check(instant)
        except freeze.WallClockError as problem:
            print(problem)
        """
    )


def test_without_freezegun(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the extra is not installed, one line names it."""
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    assert f"wall_clock needs freezegun: {how_to_install('freeze')}" == freeze.needs()


def test_a_factory_that_needs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """A billing that reads the wall clock is not started where it cannot be stopped."""
    monkeypatch.setattr(factory, "needs", lambda: "no freezing here")
    with pytest.raises(factory.FactoryError, match="no freezing here"):
        factory.declared("reader", Reader)


class Reader:
    """A factory that reads the wall clock."""

    def __init__(self, context: Context) -> None:
        self.context = context

    prorata = {"wall_clock": True}  # noqa: RUF012  # as a user writes it
