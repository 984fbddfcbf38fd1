"""Whether an implementation that introduced itself can be judged."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from prorata.harness.protocol import PROTOCOL

if TYPE_CHECKING:
    from collections.abc import Iterable

    from prorata.harness.implementations.base import Readings
    from prorata.harness.protocol import Started

__all__ = ["objection"]


def objection(declared: Started, readings: Readings | None) -> str | None:
    """Return why it cannot be judged, or None; `readings` None: any reading will do."""
    if declared.protocol != PROTOCOL:
        return f"speaks protocol {declared.protocol}, this suite speaks {PROTOCOL}"
    if readings is None:
        return None
    for reading, value in declared.readings.items():
        if reading not in readings:
            return f"declares the unknown reading {reading!r}{_meant(reading, readings)}"
        if value not in readings[reading]:
            known = ", ".join(readings[reading])
            return f"declares {reading}: {value!r}; its values are {known}"
    return None


def _meant(word: str, known: Iterable[str]) -> str:
    close = get_close_matches(word, list(known), n=1)
    return f"; did you mean {close[0]!r}?" if close else ""
