"""Decisions: dates that rules set, and what costs nothing, kept as lines are, with arguments."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

from prorata.reference.rules import id_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime

__all__ = ["NOTHING", "Decision", "Decisions"]

#: With what `what` begins where no line was posted: "nothing: period".
NOTHING: Final = "nothing"
_ALIKE: Final = 4  # the fields of a row of a decision that many services have alike


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
    """Decisions in order; rows are kept compact, a `Decision` is made when one is read.

    A row has the fields of a `Decision`; or, of one that is alike for many services, the number
    that `alike` gave for it, the service, the number of lines before it, and the client's balance.
    """

    __slots__ = ("_alike", "_rows")

    def __init__(self) -> None:
        self._rows: list[tuple[Any, ...]] = []
        self._alike: list[tuple[Any, ...]] = []

    @property
    def rows(self) -> list[tuple[Any, ...]]:
        """The rows themselves, to record many at once."""
        return self._rows

    def alike(self, at: datetime, what: str, function: object, arguments: object) -> int:
        """Return the number under which a decision is recorded that many services have alike."""
        self._alike.append((at, what, function, arguments))
        return len(self._alike) - 1

    def __len__(self) -> int:
        """Return how many dates were decided."""
        return len(self._rows)

    def __iter__(self) -> Iterator[Decision]:
        """Read every decision."""
        return self.since(0)

    def since(self, count: int) -> Iterator[Decision]:
        """Read the decisions after the first `count`."""
        return map(self._read, self._rows[count:])

    def _read(self, row: tuple[Any, ...]) -> Decision:
        if len(row) != _ALIKE:
            return Decision(*row)
        number, service, after, balance = row
        at, what, function, arguments = self._alike[number]
        if "balance" in arguments:
            arguments = {**arguments, "balance": Fraction(balance)}
        return Decision(at, what, service, function, arguments, after)
