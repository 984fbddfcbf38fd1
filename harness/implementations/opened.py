"""Which scenario an answer belongs to that nobody waits for: the number of its question tells."""

from __future__ import annotations

import json
from bisect import bisect_right
from typing import Final

__all__ = ["Opened"]

#: So many scenarios are remembered.
_MOST: Final = 1000


class Opened:
    """The scenarios that a process was asked to open, by the numbers of those questions."""

    def __init__(self) -> None:
        self._questions: list[int] = []
        self._scenarios: list[int] = []

    def note(self, seq: int, scenario: int) -> None:
        """Take note that question `seq` opens a scenario."""
        self._questions.append(seq)
        self._scenarios.append(scenario)
        del self._questions[:-_MOST], self._scenarios[:-_MOST]

    def owner(self, line: bytes) -> int | None:
        """Return the earlier scenario whose question a line answers, None where it is no such."""
        index = bisect_right(self._questions, _seq_of(line)) - 1
        return self._scenarios[index] if 0 <= index < len(self._questions) - 1 else None


def _seq_of(line: bytes) -> int:
    """Return the number that a line answers, 0 where it has none."""
    try:
        told = json.loads(line)
    except (ValueError, RecursionError):
        return 0
    seq = told.get("seq") if isinstance(told, dict) else None
    return seq if type(seq) is int else 0
