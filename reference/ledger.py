"""The ledger: append-only lines, each with the plain arguments of the rule that made it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from prorata.reference.vocabulary.words import KINDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from prorata.reference.money import Money

__all__ = ["INSIDE", "KINDS", "TO_CLIENT", "Ledger", "Line"]

#: The kinds whose amount goes to the client; all the others are charges.
TO_CLIENT: Final = frozenset({"refund", "tax refund", "credit"})
#: The rules whose lines tell a part of the line before them, and move no money of their own.
INSIDE: Final = frozenset({"billmanager.tax.included"})


@dataclass(frozen=True, slots=True)
class Line:
    """One posted line; `amount` is never negative, its kind tells the direction.

    `covers` is the half-open time that the line pays for, as aware instants, or None; `invoice` the
    number of the invoice that asks for it, None where the balance pays.
    """

    at: datetime
    kind: str
    amount: Money
    client: str
    service: int
    covers: tuple[datetime, datetime] | None
    rule: str
    arguments: Mapping[str, Any]
    invoice: int | None = None

    @property
    def inside(self) -> bool:
        """Whether the amount is a part of the line before it: then it moves no money."""
        return self.rule in INSIDE


class Ledger:
    """Lines in posting order; rows are kept compact, a `Line` is made when one is read.

    A row has the fields of a `Line`; or, of one that many services have alike, the number that
    `alike` gave for it, the client, the service, and the invoice that asks for it if one does.
    """

    __slots__ = ("_alike", "_rows")

    def __init__(self) -> None:
        self._rows: list[tuple[Any, ...]] = []
        self._alike: list[tuple[Any, ...]] = []

    def append(self, *row: Any) -> None:
        """Post a line, given by its fields."""
        self._rows.append(row)

    @property
    def rows(self) -> list[tuple[Any, ...]]:
        """The rows themselves, to post many at once."""
        return self._rows

    def alike(self, *row: Any) -> int:
        """Return the number under which lines are posted that differ in client and service only."""
        self._alike.append(row)
        return len(self._alike) - 1

    def __len__(self) -> int:
        """Return how many lines were posted."""
        return len(self._rows)

    def __iter__(self) -> Iterator[Line]:
        """Read every line."""
        return self.since(0)

    def since(self, count: int) -> Iterator[Line]:
        """Read the lines after the first `count`."""
        return map(self._read, self._rows[count:])

    def _read(self, row: tuple[Any, ...]) -> Line:
        number, client, service, *invoice = row
        if not isinstance(number, int):
            return Line(*row)
        at, kind, amount, covers, rule, arguments = self._alike[number]
        return Line(at, kind, amount, client, service, covers, rule, arguments, *invoice)
