"""What always holds, holds after every step of every bundled scenario, at whatever pace."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from zlib import crc32

import pytest
from bundled import FILES, by_file
from paces import DAILY, JUMPS, paced, states

from prorata.harness.implementations.reference import Reference
from prorata.harness.running.panels import ScenarioPanels
from prorata.harness.running.play import play
from prorata.reference.engine.invariants import check
from prorata.reference.readings import choose

if TYPE_CHECKING:
    from prorata.fakes.ispmanager import Ispmanager
    from prorata.harness.running.seen import Seen
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

    What was due has been done: asked for once more at the same instant, nothing happens. Jumping to
    each step, or going by days, shows what going from due moment to due moment does: each file is
    played in one of the two ways, always the same, whatever files come.
    """
    way = (JUMPS, DAILY)[crc32(file.encode()) % 2]
    for scenario in FILES[file]:
        seen = _held(scenario, wrong_dates, written)
        assert states(scenario, seen) == paced(scenario, way), scenario.id


def _held(scenario: Scenario, wrong_dates: Any, written: Any) -> list[Seen]:
    """Return what was seen after each step, at which all held."""
    panels = Kept()
    readings = choose(scenario.readings)
    reference = Reference(version="", readings=readings, transport=panels.transport)
    posted, seen = 0, []
    for stage in play(scenario, reference, panels):
        billing = reference.billing
        assert [] == list(map(str, check(billing, panels.panel.users, posted))), scenario.id
        assert [] == wrong_dates(billing), scenario.id
        before = written(billing, panels.panel)
        billing.advance_to(billing.clock.now())
        assert before == written(billing, panels.panel), scenario.id
        posted = len(billing.ledger)
        seen.append(stage.seen)
    return seen
