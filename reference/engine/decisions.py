"""Decisions: dates that rules set, and what costs nothing, kept as lines are, with arguments."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from prorata.reference.rules import id_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime

__all__ = ["NOTHING", "Decision", "Decisions"]

#: With what `what` begins where no line was posted: "nothing: period".
NOTHING: Final = "nothing"


@dataclass(frozen=True, slots=True)
class Decision:
    """A date that a function decided: `what` it is of the service, as in ``expires``.

    Or a line that there is not, with the kind that it would have, as in ``nothing: period``.
    `after` is the number of lines that were posted before it.
    """

    at: datetime
    what: str
    service: int
    function: Callable[..., Any]
    arguments: Mapping[str, Any]
    after: int

    @property
    def nothing(self) -> bool:
        """Whether it decided that there is nothing to post."""
        return self.what.startswith(NOTHING)

    @property
    def rule(self) -> str:
        """The id of the rule that decided."""
        return id_of(self.function)


class Decisions:
    """Decisions in order; rows are kept compact, a `Decision` is made when one is read."""

    __slots__ = ("_rows",)

    def __init__(self) -> None:
        self._rows: list[tuple[Any, ...]] = []

    @property
    def rows(self) -> list[tuple[Any, ...]]:
        """The rows themselves, to record many at once: each the fields of a Decision, in order."""
        return self._rows

    def __len__(self) -> int:
        """Return how many dates were decided."""
        return len(self._rows)

    def __iter__(self) -> Iterator[Decision]:
        """Read every decision."""
        return self.since(0)

    def since(self, count: int) -> Iterator[Decision]:
        """Read the decisions after the first `count`."""
        return (Decision(*row) for row in self._rows[count:])
