"""Billings that are almost the reference, and short scenarios to judge them by."""

from __future__ import annotations

from dataclasses import dataclass, field
from textwrap import dedent
from typing import TYPE_CHECKING, Any

import pytest

from prorata.harness.implementations.base import CannotStart
from prorata.harness.implementations.reference import Reference
from prorata.harness.protocol import PROTOCOL, Result, Started
from prorata.harness.running.panels import ScenarioPanels
from prorata.harness.running.runner import judge_all
from prorata.harness.running.selection import load_files

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from prorata.harness.protocol import Answer, Request
    from prorata.harness.running.verdict import Verdict
    from prorata.harness.scenario import Scenario

# A month of 31 days for 3.17; five days late (Sep 1 to 5), half of their price:
# 3.17 / 31 × 5 × 50 % = 0.25564…, which is 0.26 by half up and 0.25 by dropping the rest.
LATE = """
title: Half of five overdue days
rules: [billmanager.renew.late-fee.percent]
source: ours
readings: {}
given:
  system: billmanager
  timezone: Europe/Berlin
  tariffs: {start: {prices: {1 month: "3.17"}, late_renewal_fee: {percent: 50}}}
  clients: {anna: {balance: "100.00"}}
timeline:
  - at: 2025-08-01 09:00
    order: {as: site, client: anna, tariff: start, period: 1 month}
    expect:
      site: {status: active, expires: 2025-09-01, user: user1}
      charged: [{kind: period, amount: "3.17"}]
      ispmanager: {user: site, suspended: no, name: user1}
  - at: 2025-09-05 12:00
    renew: {service: site, period: 1 month}
    expect:
      charged: [{kind: late fee, amount: "0.26"}, {kind: period, amount: "3.17"}]
      balance: {anna: "93.40"}
"""


def same(_request: Request, answer: Answer) -> Answer:
    """Leave the answer as it is."""
    return answer


@dataclass
class Near:
    """The reference behind a declaration of its own, whose answers may be altered."""

    panels: ScenarioPanels
    declares: dict[str, Any] = field(default_factory=dict)
    reads: dict[str, str] = field(default_factory=dict)
    alter: Callable[[Any, Any], Any] = same
    before: Callable[[Any], Any] = lambda request: request
    cannot_restart: bool = False
    name: str = "near"
    asked: list[Any] = field(default_factory=list)
    restarts: int = 0

    def __post_init__(self) -> None:
        """Make the reference that it is near to."""
        self._inner = Reference(version="1", readings=self.reads, transport=self.panels.transport)

    @property
    def declared(self) -> Started:
        return Started(name=self.name, version="1", protocol=PROTOCOL, **self.declares)

    def ask(self, request: Request) -> Answer:
        self.asked.append(request)
        return self.alter(request, self._inner.ask(self.before(request)))

    def abandon(self) -> tuple[str, ...]:
        return self._inner.abandon()

    def restart(self) -> None:
        self.restarts += 1
        if self.cannot_restart:
            raise CannotStart("gone")
        self._inner.restart()

    def close(self) -> None:
        self._inner.close()


def on(kind: str, change: Callable[..., Any]) -> Callable[[Any, Any], Any]:
    """Alter the body of the results of one type of request."""

    def alter(request: Any, answer: Any) -> Any:
        if request.type != kind or not isinstance(answer, Result):
            return answer
        return Result(change(answer.body))

    return alter


@pytest.fixture(name="on")
def _on() -> Any:
    return on


@pytest.fixture(name="late")
def _late() -> str:
    return LATE


@pytest.fixture(name="bench")
def _bench() -> Any:
    """Return what makes a billing near the reference, with panels of its own."""
    return lambda **options: Near(ScenarioPanels(), **options)


@pytest.fixture(name="written")
def _written(tmp_path: Path) -> Any:
    """Return what writes a scenario and loads it."""

    def write(text: str, name: str = "own.yaml") -> Scenario:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text).lstrip(), encoding="utf-8")
        return load_files([path], tmp_path)[0]

    return write


@pytest.fixture(name="judged")
def _judged(written: Any, bench: Any) -> Any:
    """Return what judges a scenario's text on a billing near the reference."""

    def judge(text: str = LATE, **options: Any) -> Verdict:
        near = bench(**options)
        return next(judge_all([written(text)], near, near.panels))

    return judge
