"""Three scenarios on a billing with a vice in the second, and what is there before and after."""

from __future__ import annotations

import os
import shlex
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from prorata.harness.implementations import open_implementation
from prorata.harness.running.api import end
from prorata.harness.running.panels import open_panels
from prorata.harness.running.runner import judge_all
from prorata.harness.running.selection import load_files

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prorata.harness.running.verdict import Verdict
    from prorata.harness.scenario import Scenario

HERE = Path(__file__).parent
TIMEOUT = 1.0
SCENARIO = """\
title: A month is ordered
rules: [billmanager.order.price]
source: ours
given:
  system: billmanager
  tariffs: {start: {prices: {1 month: "3.10"}}}
  clients: {anna: {balance: "100.00"}}
timeline:
  - at: 2025-08-01 09:00
    order: {as: site, client: anna, tariff: start, period: 1 month}
    expect:
      site: {status: active, expires: 2025-09-01, period: 1 month}
      charged: [{kind: period, amount: "3.10", covers: 2025-08-01 09:00 .. 2025-09-01}]
      balance: {anna: "96.90"}    # 100.00 − 3.10
  - at: 2025-08-10
    expect: {site: {status: active}}
"""


class Left:
    """What is there of this process: its children, its descriptors, its threads, and files."""

    def __init__(self, *folders: Path) -> None:
        self._folders = folders
        self._before = self._now()

    def _now(self) -> dict[str, Any]:
        return {
            "descriptors": len(os.listdir("/proc/self/fd")),  # noqa: PTH208  as few as it takes
            "threads": {thread.name for thread in threading.enumerate()},
            "processes": set(_hostile()),
            "files": {file for folder in self._folders for file in folder.rglob("*")},
        }

    def behind(self) -> dict[str, Any]:
        """Return what has come since, once it has had a moment to go.

        A process that was there before may be gone: another worker's that was just ending tells
        its environment no more, and so is taken for ours.
        """
        deadline = time.monotonic() + 2
        while (come := self._come()) and time.monotonic() < deadline:
            time.sleep(0.01)
        return come

    def _come(self) -> dict[str, Any]:
        now = self._now()
        now["processes"] |= self._before["processes"]
        return {name: now[name] for name in now if now[name] != self._before[name]}


def _hostile() -> Iterator[int]:
    """Yield the processes that a vice may have started: they sleep for an hour, or are ours.

    Those of another worker of these tests are not.
    """
    for entry in Path("/proc").iterdir():
        try:
            words = entry.joinpath("cmdline").read_bytes() if entry.name.isdecimal() else b""
            if b"time.sleep(3600)" not in words and b"hostile/right.py" not in words:
                continue
            state = entry.joinpath("stat").read_text().rpartition(") ")[2][:1]
            others = _worker(entry.joinpath("environ").read_bytes()) not in {b"", _OURS}
        except OSError:
            continue
        if state != "Z" and not others:
            yield int(entry.name)


def _worker(environment: bytes) -> bytes:
    """Return the name of the worker in an environment, nothing where there is none."""
    found = (each for each in environment.split(b"\0") if each.startswith(_WORKER))
    return next(found, b"").removeprefix(_WORKER)


_WORKER = b"PYTEST_XDIST_WORKER="
_OURS = os.environ.get("PYTEST_XDIST_WORKER", "").encode()


@pytest.fixture(name="scenarios")
def _scenarios(tmp_path: Path) -> list[Scenario]:
    paths = [tmp_path / "run" / f"{name}.yaml" for name in ("one", "two", "three")]
    paths[0].parent.mkdir()
    for path in paths:
        path.write_text(SCENARIO, encoding="utf-8")
    return load_files(paths, paths[0].parent)


SPECS = {
    "stdio": f"stdio:{shlex.join([sys.executable, '-S', '-E', str(HERE / 'right.py')])}",
    "python": "python:in_python:Hostile",
}


@pytest.fixture(name="judged")
def _judged(scenarios: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return what judges the three with a vice: their verdicts, and what was said at the end."""

    def judge(vice: str, form: str = "stdio") -> tuple[list[Verdict], str]:
        monkeypatch.setenv("HOSTILE", vice)
        monkeypatch.setenv("HOSTILE_AT", "2")
        monkeypatch.setenv("PYTHONPATH", str(HERE))
        left = Left(tmp_path)
        with open_panels("socket") as panels:
            billing = open_implementation(SPECS[form], timeout=TIMEOUT, cwd=tmp_path / "run")
            verdicts = list(judge_all(scenarios, billing, panels))
            said = end(billing)
        assert {} == left.behind()
        return verdicts, said

    return judge
