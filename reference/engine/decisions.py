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

    A row has the fields of a `Decision`; or, of what many services have decided alike, the number
    that `alike` gave for it, the service, the number of lines before it, and the client's balance.
    """

    __slots__ = ("_alike", "_rows")

    def __init__(self) -> None:
        self._rows: list[tuple[Any, ...]] = []
        self._alike: list[tuple[tuple[Any, ...], ...]] = []

    @property
    def rows(self) -> list[tuple[Any, ...]]:
        """The rows themselves, to record many at once."""
        return self._rows

    def alike(self, *made: tuple[Any, ...]) -> int:
        """Return the number under which services record decisions that they have alike.

        Each is when, what, the function and its arguments.
        """
        self._alike.append(made)
        return len(self._alike) - 1

    @property
    def mark(self) -> int:
        """How much was recorded so far, for `since`."""
        return len(self._rows)

    def __iter__(self) -> Iterator[Decision]:
        """Read every decision."""
        return self.since(0)

    def since(self, mark: int) -> Iterator[Decision]:
        """Read the decisions after a mark."""
        for row in self._rows[mark:]:
            if len(row) != _ALIKE:
                yield Decision(*row)
            else:
                yield from self._read(*row)

    def _read(self, number: int, service: int, after: int, balance: int) -> Iterator[Decision]:
        for at, what, function, arguments in self._alike[number]:
            own = arguments
            if "balance" in own:
                own = {**own, "balance": Fraction(balance)}
            yield Decision(at, what, service, function, own, after)
