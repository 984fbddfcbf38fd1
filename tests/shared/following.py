"""A billing that follows readings and conventions without a word about it."""

from __future__ import annotations

from prorata.harness.diagnosing import Witness, concluded, searched
from prorata.harness.diagnosing.conventions import together
from prorata.harness.diagnosing.probes import probes
from prorata.harness.implementations.reference import Reference
from prorata.harness.running.panels import ScenarioPanels

__all__ = ["Following", "diagnosis"]


class Following:
    """The reference under readings and conventions, of which it declares nothing."""

    name = "following"

    def __init__(self, transport, readings=None, *conventions, readings_told=(), **declared):
        instead = together(conventions)
        self._inner = Reference(version="", readings=readings, transport=transport, instead=instead)
        told = {"name": self.name, "readings": dict(readings_told), **declared}
        self.declared = self._inner.declared.model_copy(update=told)

    def ask(self, request):
        """Answer as the reference does."""
        return self._inner.ask(request)

    def abandon(self):
        """Leave nothing."""
        return ()

    def restart(self):
        """Begin afresh."""
        self._inner.restart()

    def close(self):
        """End."""
        self._inner.close()


def diagnosis(make):
    """Return the diagnosis of what is made for the way to panels."""
    panels = ScenarioPanels()
    billing = Witness(make(panels.transport), panels, 60)
    return concluded(searched(billing), billing.asked, len(probes()))
