"""What broke in prorata itself: an exception of a rule, the engine, a panel or the harness."""

from __future__ import annotations

import traceback
from pathlib import Path
from typing import Final

__all__ = ["lines_of", "told"]

_PRORATA: Final = Path(__file__).parents[2]


def told(error: Exception) -> str:
    """Say in one line what broke and where: ``KeyError: 9 (reference/engine/turn.py:112)``."""
    said = " ".join(traceback.format_exception_only(error)[-1].split())
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if Path(frame.filename).is_relative_to(_PRORATA)]
    if not ours:
        return said
    path = Path(ours[-1].filename).relative_to(_PRORATA).as_posix()
    return f"{said} ({path}:{ours[-1].lineno})"


def lines_of(error: Exception) -> tuple[str, ...]:
    """Return the lines of its traceback."""
    return tuple("".join(traceback.format_exception(error)).splitlines())
