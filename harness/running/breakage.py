"""What broke in prorata itself: an exception of a rule, the engine, a panel or the harness."""

from __future__ import annotations

import traceback
from pathlib import Path
from typing import Final

from prorata.harness.implementations import raised

__all__ = ["lines_of", "told"]

_PRORATA: Final = str(Path(__file__).parents[2])


def told(error: Exception) -> str:
    """Say in one line what broke and where: ``KeyError: 9 (reference/engine/turn.py:112)``."""
    return raised.told(error, raised.passed(error), _PRORATA)


def lines_of(error: Exception) -> tuple[str, ...]:
    """Return the lines of its traceback."""
    return tuple("".join(traceback.format_exception(error)).splitlines())
