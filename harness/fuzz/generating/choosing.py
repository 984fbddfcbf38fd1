"""What is chosen, by whole numbers alone: one of several, whether, an amount."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prorata.harness.fuzz.generating.source import ChoiceSource

__all__ = ["Choosing"]

_One = TypeVar("_One")


class Choosing:
    """Chooses from a source; what comes first is the simplest."""

    __slots__ = ("integer",)

    def __init__(self, source: ChoiceSource) -> None:
        self.integer = source.integer

    def one(self, of: Sequence[_One]) -> _One:
        """Return one of several."""
        return of[self.integer(0, len(of) - 1)]

    def chance(self, times: int, of: int) -> bool:
        """Tell whether something happens that does so many `times` of so many."""
        return self.integer(0, of - 1) >= of - times

    def some(self, of: Sequence[_One], most: int) -> list[_One]:
        """Return some of several, each once, at most so many; perhaps none."""
        found = [self.one(of) for _ in range(self.integer(0, most))]
        return list(dict.fromkeys(found))
