"""The calls that panels were sent in a scenario, as plain data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from prorata.harness.running.recording.events import told_instant

if TYPE_CHECKING:
    from collections.abc import Sequence
    from zoneinfo import ZoneInfo

    from prorata.harness.running.panels import PanelCall

__all__ = ["calls_told"]

#: So many calls are kept, and so many characters of a parameter.
_MOST: Final = 300
_LONGEST: Final = 200


def calls_told(calls: Sequence[PanelCall], zone: ZoneInfo) -> list[dict[str, Any]]:
    """Return calls with their instants, functions, parameters and errors; secrets are none of it.

    Where a seller was asked, its name stands below ``seller``.
    """
    found = []
    for seller, call in calls[:_MOST]:
        params = {key[:_LONGEST]: value[:_LONGEST] for key, value in call.params.items()}
        told = {
            "at": told_instant(call.at, zone), "func": call.func[:_LONGEST], "params": params,
            "error": call.error, "fault": call.fault, "seller": seller,
        }  # fmt: skip
        found.append({key: value for key, value in told.items() if value})
    return found
