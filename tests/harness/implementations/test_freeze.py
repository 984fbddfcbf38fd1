"""Stopping the wall clock, and noticing when it does not stand everywhere."""

from __future__ import annotations

import os
import subprocess
import sys
from textwrap import dedent
from typing import TYPE_CHECKING, ClassVar

import pytest
from clocked import NOON, SPRING, shown

from prorata.fakes.extras import how_to_install
from prorata.harness.implementations import Context, factory, freeze
from prorata.harness.implementations.base import CannotStart

if TYPE_CHECKING:
    from pathlib import Path


def run(code: str, *words: str, **environment: str) -> str:
    """Return what a fresh interpreter prints; freezing must not touch the one that tests."""
    done = subprocess.run(
        [sys.executable, "-c", dedent(code), *words],
        env={**os.environ, "TZ": "UTC", **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert not done.stderr, done.stderr
    return done.stdout.strip()


BEGIN = """
    import sys
    from datetime import UTC, date, datetime, timedelta
    from prorata.harness.implementations.freeze import WallClock
    noon = datetime(2025, 7, 1, 12, tzinfo=UTC)
    def stop():
        WallClock(sys.argv[1]).move_to(noon)
"""
tools = pytest.mark.parametrize("tool", ["freezegun", "time-machine"])


@tools
def test_threads_stand(tool: str) -> None:
    """All clocks stand in threads, in those of a pool, and in those that an event loop uses."""
    code = (
        BEGIN
        + """
    import asyncio, time
    from concurrent.futures import ThreadPoolExecutor
    from threading import Thread
    stop()
    seen = []
    def look():
        seen.append((time.time(), datetime.now(UTC).timestamp(), time.localtime()[:4]))
    thread = Thread(target=look)
    thread.start()
    thread.join()
    with ThreadPoolExecutor() as pool:
        pool.submit(look).result()
    asyncio.run(asyncio.to_thread(look))
    print(len(seen), *set(seen))
    """
    )
    # 2025-07-01 12:00 UTC is 20,270 days and a half after 1970-01-01.
    stands = 20_270 * 86_400 + 43_200.0
    assert f"3 ({stands}, {stands}, (2025, 7, 1, 12))" == run(code, tool, TZ="UTC")


@tools
def test_what_waits_with_a_limit_goes_on(tool: str) -> None:
    """`asyncio.sleep`, timeouts of queues and events, and sleeping end while the clock stands."""
    code = (
        BEGIN
        + """
    import asyncio, queue, threading, time
    stop()
    asyncio.run(asyncio.wait_for(asyncio.sleep(0.01), 5))
    time.sleep(0.01)
    threading.Event().wait(0.01)
    try:
        queue.Queue().get(timeout=0.01)
    except queue.Empty:
        print(datetime.now(UTC) == noon)
    """
    )
    assert "True" == run(code, tool)


@tools
def test_pydantic_makes_classes_later(tool: str) -> None:
    """A class or an adapter of dates that is made in a function, when the clock stands, is one."""
    code = (
        BEGIN
        + """
    import json
    from pydantic import AwareDatetime, BaseModel, PastDatetime, TypeAdapter
    class Before(BaseModel):
        at: PastDatetime
    stop()
    def late():
        class Late(BaseModel):
            at: datetime
            day: date
            aware: AwareDatetime
        return Late(at=datetime.now(UTC), day=date.today(), aware=datetime.now(UTC))
    TypeAdapter(dict[date, datetime]).validate_python({date.today(): datetime.now()})
    print(late().model_dump_json())
    print(json.dumps(TypeAdapter(date | None).json_schema()))
    Before(at=noon - timedelta(seconds=1))
    """
    )
    at = "2025-07-01T12:00:00Z"
    assert run(code, tool).splitlines() == [
        f'{{"at":"{at}","day":"2025-07-01","aware":"{at}"}}',
        '{"anyOf": [{"format": "date", "type": "string"}, {"type": "null"}]}',
    ]


def test_away_from_utc() -> None:
    """Freezegun takes local time for UTC, which is found and told; time-machine is right."""
    code = (
        BEGIN
        + """
    from prorata.harness.implementations.freeze import WallClockError
    try:
        stop()
        print(datetime.now().hour, datetime.now().astimezone() == noon)
    except WallClockError as problem:
        print(problem)
    """
    )
    assert "14 True" == run(code, "time-machine", TZ="Europe/Berlin")
    said = "datetime.now without a zone in the main thread does not stand at 2025-07-01T12:00:00"
    way_out = "freezegun needs TZ=UTC here, time-machine does not"
    assert f"{said}+00:00; {way_out}" == run(code, "freezegun", TZ="Europe/Berlin")


@tools
def test_an_hour_that_comes_twice(tool: str) -> None:
    """In the second 02:30 of an autumn night nothing is taken for off."""
    code = (
        BEGIN
        + """
    noon = datetime(2025, 10, 26, 1, 30, tzinfo=UTC)
    stop()
    print(datetime.now(UTC))
    """
    )
    zone = "UTC" if tool == "freezegun" else "Europe/Berlin"
    assert "2025-10-26 01:30:00+00:00" == run(code, tool, TZ=zone)


READER = """
from datetime import UTC, datetime

class Reader:
    def __init__(self, context):
        self.context = context

    def clocks(self):
        return {"worker": datetime.now(UTC)}

    def observe(self):
        return {"services": {}, "ledger": [], "balances": {}, "invoices": {}}
"""


@pytest.mark.parametrize("clock", ["freezegun", "time-machine"])
def test_the_clock_that_was_asked_for(
    clock: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`--clock` stops the clock of a billing that declares nothing; all tell where it stands."""
    (tmp_path / "reader.py").write_text(READER, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TZ", "UTC")
    seen = shown("python:reader:Reader", clock, [NOON, SPRING])
    assert [{"its process": at, "worker": at} for at in (NOON, SPRING)] == seen


def test_a_clock_of_the_billing_that_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What `clocks` tells is compared, and the one that is off is named."""
    (tmp_path / "reader.py").write_text(READER, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(CannotStart, match=r"  worker shows 20.*, and it is 2025-08-01T09:00:00"):
        shown("python:reader:Reader", "command:true", [NOON])


def test_a_tool_that_is_none() -> None:
    """`wall_clock` is a switch, or names what stops the clock."""
    Named.prorata = {"wall_clock": "sundial"}
    with pytest.raises(factory.FactoryError) as raised:
        factory.declared("reader", Named)
    said = "reader.prorata: wall_clock is True or one of freezegun, time-machine, not 'sundial'"
    assert said == str(raised.value)
    Named.prorata = {"wall_clock": "time-machine"}
    assert "time-machine" == factory.declared("reader", Named).wall_clock


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
    said = "the wall clock is stopped by {}, which is not installed: {}"
    assert said.format("freezegun", how_to_install("freeze")) == freeze.needs()
    assert said.format("time-machine", how_to_install("time-machine")) == (
        freeze.needs("time-machine")
    )


def test_a_factory_that_needs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """A billing that reads the wall clock is not started where it cannot be stopped."""
    monkeypatch.setattr(factory, "needs", lambda _tool: "no freezing here")
    declared = factory.declared("reader", Reader)
    with pytest.raises(factory.FactoryError, match="no freezing here"):
        factory.stopped_by(declared, "")
    # What stops it outside of its process needs nothing in there.
    assert "" == factory.stopped_by(declared, "libfaketime")


class Named:
    """A factory that names what stops the clock that it reads."""

    prorata: ClassVar[dict[str, str]] = {}

    def __init__(self, context: Context) -> None:
        self.context = context


class Reader:
    """A factory that reads the wall clock."""

    def __init__(self, context: Context) -> None:
        self.context = context

    prorata = {"wall_clock": True}  # noqa: RUF012  # as a user writes it
