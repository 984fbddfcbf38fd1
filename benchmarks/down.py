"""A month in which a panel does not answer: what is tried again and again, as time goes on."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from benchmarks.rows import seconds, single
from prorata.harness.running.api import open_any
from prorata.harness.running.panels import open_panels
from prorata.harness.running.runner import judge_all
from prorata.harness.running.selection import select

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.rows import Row, Size
    from prorata.harness.scenario import Scenario

__all__ = ["measure"]

_TARGET = 20.0  # milliseconds
#: The service expires while the panel is down: its suspension is tried for the rest of the time.
_SCENARIO = """\
title: A panel that is down for a month
rules: [billmanager.suspend.non-payment]
source: ours
given:
  system: billmanager
  tariffs: {start: {prices: {1 month: "10.00"}}}
  clients: {anna: {balance: "10.00"}}
timeline:
  - at: 2025-08-01 00:00
    order: {as: site, client: anna, tariff: start, period: 1 month}
    expect: {ispmanager: {user: site, suspended: no}}
  - at: 2025-08-31 00:00
    panel: {state: down}
  - at: END
    expect: {site: {status: suspended}, ispmanager: {user: site, suspended: no}}
"""


def measure(size: Size) -> Iterator[Row]:
    """Measure a run in this process, from the order on."""
    with TemporaryDirectory() as folder:
        file = Path(folder, "down.yaml")
        end = "2025-09-02" if size.tiny else "2025-10-01"
        file.write_text(_SCENARIO.replace("END", end), encoding="utf-8")
        (scenario,) = select([str(file)])
    spent = [seconds(lambda: _judged(scenario)) for _ in range(size.runs + 1)][1:]
    yield single("a month of a service whose panel is down", spent, target=_TARGET)


def _judged(scenario: Scenario) -> None:
    with open_panels("inprocess") as panels:
        (verdict,) = judge_all([scenario], open_any("reference", panels), panels)
    if verdict.verdict != "pass":
        message = f"{scenario.id}: {verdict.verdict}, {verdict.reason}"
        raise RuntimeError(message)
