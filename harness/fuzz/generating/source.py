"""Where the choices of a history come from: a seed, a list that was kept, or hypothesis.

A choice is a whole number between two bounds, both included; the lower one is the simplest.
"""

from __future__ import annotations

from functools import cache
from random import Random
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["ChoiceSource", "Replayed", "Seeded", "drawn"]


class ChoiceSource(Protocol):
    """Something that chooses."""

    def integer(self, low: int, high: int) -> int:
        """Return a whole number from `low` to `high`."""


class Seeded:
    """The choices of the history with a number, of those that a seed has; kept in `choices`."""

    __slots__ = ("_draw", "choices")

    def __init__(self, seed: int, number: int) -> None:
        # From a text, which is hashed in the same way by every process.
        self._draw = Random(f"{seed}/{number}").random  # noqa: S311  nothing here is a secret
        self.choices: list[int] = []

    def integer(self, low: int, high: int) -> int:
        """Return a whole number from `low` to `high`."""
        found = low + int(self._draw() * (high - low + 1))
        self.choices.append(found)
        return found


class Replayed:
    """Choices that were kept; the low bound past their end and for one that is out of bounds."""

    __slots__ = ("_at", "choices")

    def __init__(self, choices: Sequence[int]) -> None:
        self.choices = choices
        self._at = 0

    def integer(self, low: int, high: int) -> int:
        """Return the next choice, or `low`."""
        at, self._at = self._at, self._at + 1
        if at < len(self.choices) and low <= self.choices[at] <= high:
            return self.choices[at]
        return low


class _Drawn:
    __slots__ = ("_draw",)

    def __init__(self, draw: Callable[[Any], Any]) -> None:
        self._draw = draw

    def integer(self, low: int, high: int) -> int:
        found: int = self._draw(_between(low, high))
        return found


def drawn(draw: Callable[[Any], Any]) -> ChoiceSource:
    """Return the choices that hypothesis draws, whose shrinking goes towards the low bounds."""
    return _Drawn(draw)


@cache
def _between(low: int, high: int) -> Any:
    """Return hypothesis' strategy for a choice, which is dear to make and the same each time."""
    from hypothesis import strategies

    return strategies.integers(low, high)
