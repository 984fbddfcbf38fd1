"""Why a scenario is not played to its end, where nobody is at fault for it."""

from __future__ import annotations

__all__ = ["LostError", "UnsupportedError"]


class UnsupportedError(Exception):
    """The implementation does not have what the scenario needs, and says why."""


class LostError(Exception):
    """A step needs a service or an invoice that earlier steps did not make."""
