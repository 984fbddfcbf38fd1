"""The reference under readings that it declares nowhere: a billing that is wrong, and quick."""

from __future__ import annotations

from prorata.harness.implementations.reference import Reference

__all__ = ["secretly"]


class Secretly(Reference):
    """It keeps to its own readings, whatever it is told."""

    def pin(self, readings):
        """Open the next billings under its own."""
        super().pin({**readings, **self.secret})


def secretly(**secret):
    """Return what opens it on panels."""

    def opened(panels):
        made = Secretly(version="", readings={}, transport=panels.transport)
        made.secret = secret
        return made

    return opened
