"""What always holds, holds after every step of every bundled scenario."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from bundled import FILES, by_file

from prorata.harness.implementations.reference import Reference
from prorata.harness.running.panels import ScenarioPanels
from prorata.harness.running.play import play
from prorata.reference.engine.invariants import check
from prorata.reference.readings import choose

if TYPE_CHECKING:
    from prorata.fakes.ispmanager import Ispmanager
    from prorata.harness.scenario import Scenario


class Kept(ScenarioPanels):
    """Panels of which the last is kept at hand."""

    panel: Ispmanager

    def place(self, *arguments: Any) -> Ispmanager:
        """Keep the panel."""
        self.panel = super().place(*arguments)
        return self.panel


@pytest.mark.sweep
@by_file
def test_it_holds_after_every_step(file: str, wrong_dates: Any, written: Any) -> None:
    """Money, covered time, dates and the panel agree, under the readings that the file pins.

    What was due has been done: asked for once more at the same instant, nothing happens.
    """
    for scenario in FILES[file]:
        _holds(scenario, wrong_dates, written)


def _holds(scenario: Scenario, wrong_dates: Any, written: Any) -> None:
    panels = Kept()
    readings = choose(scenario.readings)
    reference = Reference(version="", readings=readings, transport=panels.transport)
    posted = 0
    for _ in play(scenario, reference, panels):
        billing = reference.billing
        assert [] == list(map(str, check(billing, panels.panel.users, posted))), scenario.id
        assert [] == wrong_dates(billing), scenario.id
        before = written(billing, panels.panel)
        billing.advance_to(billing.clock.now())
        assert before == written(billing, panels.panel), scenario.id
        posted = len(billing.ledger)
