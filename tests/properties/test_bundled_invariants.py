"""What always holds, holds after every step of every bundled scenario."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from bundled import SCENARIOS

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
@pytest.mark.parametrize("scenario", SCENARIOS.values(), ids=SCENARIOS)
def test_it_holds_after_every_step(scenario: Scenario, wrong_dates: Any, written: Any) -> None:
    """Money, covered time, dates and the panel agree, under the readings that the file pins.

    What was due has been done: asked for once more at the same instant, nothing happens.
    """
    panels = Kept()
    reference = Reference(
        version="", readings=choose(scenario.readings), transport=panels.transport
    )
    posted = 0
    for _ in play(scenario, reference, panels):
        billing = reference.billing
        assert [] == list(map(str, check(billing, panels.panel.users, posted)))
        assert [] == wrong_dates(billing)
        before = written(billing, panels.panel)
        billing.advance_to(billing.clock.now())
        assert before == written(billing, panels.panel)
        posted = len(billing.ledger)
