"""Small scenarios in files, billings with vices, and a Dask cluster on this machine."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# A month of 31 days for 3.10 is 0.10 a day; five days late (Sep 1 to 5), half of it: 0.25.
SCENARIO = """\
title: Half of five overdue days
rules: [billmanager.renew.late-fee.percent]
source: ours
given:
  system: billmanager
  tariffs: {{start: {{prices: {{1 month: "3.10"}}, late_renewal_fee: {{percent: 50}}}}}}
  clients: {{anna: {{balance: "{balance}"}}}}
timeline:
  - at: 2025-08-01 09:00
    order: {{as: site, client: anna, tariff: start, period: 1 month}}
    expect:
      charged: [{{kind: period, amount: "3.10"}}]
  - at: 2025-09-05 12:00
    renew: {{service: site, period: 1 month}}
    expect:
      charged: [{{kind: late fee, amount: "{fee}"}}, {{kind: period, amount: "3.10"}}]
"""

_EXAMPLES = Path(__file__).parents[3] / "examples" / "python"

#: A billing that ends the process around it when a client with this balance orders.
DEADLY = """\
import os, signal

class Deadly:
    prorata = {"name": "deadly", "supports": {"systems": ["billmanager"]}}

    def __init__(self, context):
        self.context = context

    def order(self, client, tariff, period, **rest):
        if self.context.clients["anna"].get("balance") == "66.00":
            os.kill(os.getppid(), signal.SIGKILL)
        return "1"

    def observe(self):
        return {"services": {}, "ledger": [], "balances": {}, "invoices": {}}
"""


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work in a folder of its own, with a cache of its own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")


@pytest.fixture(name="many")
def _many() -> Callable[..., Path]:
    """Return what writes so many scenarios into a folder; those that are named are wrong."""

    def write(number: int, wrong: frozenset[int] = frozenset(), deadly: int = -1) -> Path:
        folder = Path("many")
        folder.mkdir()
        for index in range(number):
            fee = "0.20" if index in wrong else "0.25"
            balance = "66.00" if index == deadly else "100.00"
            text = SCENARIO.format(fee=fee, balance=balance)
            (folder / f"s{index:03d}.yaml").write_text(text, encoding="utf-8")
        return folder

    return write


@pytest.fixture(name="deadly")
def _deadly() -> str:
    """Write the deadly billing, and return how it is named."""
    Path("deadly.py").write_text(DEADLY, encoding="utf-8")
    return "python:deadly:Deadly"


@pytest.fixture(name="run")
def _run() -> Callable[..., subprocess.CompletedProcess[str]]:
    """Return what calls `prorata run` in a process of its own."""

    def run(*words: Any) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            (sys.executable, "-m", "prorata", "run", *map(str, words)),
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "PYTHONPATH": str(_EXAMPLES)},
        )

    return run


@pytest.fixture(name="timeless")
def _timeless() -> Callable[[str], str]:
    """Return what reads a log but for its times."""
    return lambda path: re.sub(
        r'"seconds": [0-9.e-]+', '"seconds": 0', Path(path).read_text(encoding="utf-8")
    )


@pytest.fixture(name="events")
def _events() -> Callable[[str], list[dict[str, Any]]]:
    """Return what reads the events of a log."""
    return lambda path: [
        json.loads(line) for line in Path(path).read_text(encoding="utf-8").splitlines()
    ]


@pytest.fixture(name="left")
def _left() -> Callable[[], list[str]]:
    """Return what lists the worker processes that this test has left behind."""

    def left() -> list[str]:
        here = str(Path.cwd())
        return [each for each in map(str, _worker_processes()) if _cwd(each) == here]

    return left


def _worker_processes() -> Iterator[int]:
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                words = (entry / "cmdline").read_bytes().split(b"\0")
            except OSError:
                continue
            if b"prorata.harness.workers.child" in words:
                yield int(entry.name)


def _cwd(process: str) -> str:
    try:
        return str(Path("/proc", process, "cwd").readlink())
    except OSError:
        return ""
