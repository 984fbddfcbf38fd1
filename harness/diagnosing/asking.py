"""Asking a billing a probe: what it showed, or why nothing can be learnt from it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from prorata.harness.diagnosing.playing import Ran
from prorata.harness.implementations.base import ImplementationFault, takes_readings
from prorata.harness.running.comparing import ToldNames
from prorata.harness.running.endings import LostError, UnsupportedError
from prorata.harness.running.play import play
from prorata.harness.running.player import Watch
from prorata.harness.running.runner import skipped_by

if TYPE_CHECKING:
    from prorata.harness.implementations.base import Implementation
    from prorata.harness.running.panels import ScenarioPanels
    from prorata.harness.running.play import Stage
    from prorata.harness.scenario import Scenario

__all__ = ["Silence", "Witness"]


class Silence(NamedTuple):
    """Why a probe showed nothing: ``unsupported``, or ``error`` with whose fault it is."""

    why: str
    reason: str


class Witness:
    """A billing that is asked probes, each in an opening of its own.

    `patience` is how many seconds a probe may take.
    """

    def __init__(
        self, implementation: Implementation, panels: ScenarioPanels, patience: float
    ) -> None:
        self.implementation = implementation
        self._panels = panels
        self._watch = Watch(moments=True, patience=patience)
        self._told = ToldNames()
        self._broken = False
        #: How many scenarios it was asked.
        self.asked = 0

    def lacks(self, scenario: Scenario) -> str:
        """Return why a scenario is not for this billing, by what it declares; empty: it is."""
        skipped = skipped_by(scenario, self.implementation)
        return skipped.reason if skipped else ""

    def ask(self, scenario: Scenario) -> Ran | Silence:
        """Play a scenario with it; raise `CannotStart` where it broke and cannot start again."""
        if self._broken:
            self.implementation.restart()
            self._broken = False
        if takes_readings(self.implementation):
            self.implementation.pin({})
        self.asked += 1
        stages: list[Stage] = []
        try:
            for stage in play(
                scenario, self.implementation, self._panels, number=self.asked, watch=self._watch
            ):
                stages.append(stage)
                self._told.note(stage.seen)
        except UnsupportedError as lacking:
            return Silence("unsupported", str(lacking))
        except LostError:
            """What it showed until there can be compared, and that it came no further."""
        except ImplementationFault as fault:
            self._broken = True
            return Silence("error", f"the fault of the {fault.fault}: {fault.reason}")
        declared = self.implementation.declared
        return Ran(stages, self._told, declared.itemised, declared.whole_days)
