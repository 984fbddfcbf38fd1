"""The invoices of a book; those that many services have alike are compact until they are read."""

from __future__ import annotations

from collections.abc import MutableMapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prorata.reference.engine.state import Invoice

__all__ = ["Invoices"]


class Invoices(MutableMapping[int, "Invoice"]):
    """Invoices by number, in the order of their issue.

    One that many services have alike is a row: the number that `alike` gave for it, the client and
    the service. An `Invoice` is made of it, and kept in its place, when it is first read.
    """

    __slots__ = ("_alike", "_rows")

    def __init__(self) -> None:
        self._rows: dict[int, Any] = {}
        self._alike: list[Invoice] = []

    @property
    def rows(self) -> dict[int, Any]:
        """The rows themselves, to keep many at once."""
        return self._rows

    def alike(self, invoice: Invoice) -> int:
        """Return the number under which invoices are kept that differ in client and service."""
        self._alike.append(invoice)
        return len(self._alike) - 1

    def __getitem__(self, number: int) -> Invoice:
        """Return an invoice; `KeyError` where there is none of this number."""
        return self._read(number, self._rows[number])

    def __setitem__(self, number: int, invoice: Invoice) -> None:
        """Keep an invoice."""
        self._rows[number] = invoice

    def __delitem__(self, number: int) -> None:
        """Keep an invoice no longer."""
        del self._rows[number]

    def __iter__(self) -> Iterator[int]:
        """Yield the numbers."""
        return iter(self._rows)

    def __len__(self) -> int:
        """Return how many invoices there are."""
        return len(self._rows)

    def __contains__(self, number: object) -> bool:
        """Tell whether there is an invoice of this number."""
        return number in self._rows

    def _read(self, number: int, row: Any) -> Invoice:
        if not isinstance(row, tuple):
            kept: Invoice = row
            return kept
        alike, client, service = row
        like = self._alike[alike]
        made = replace(
            like,
            number=number,
            client=client,
            service=service,
            lines=tuple(replace(line, service=service) for line in like.lines),
            grants=tuple(grant._replace(service=service) for grant in like.grants),
            moved=tuple((service, expires) for _, expires in like.moved),
        )
        self._rows[number] = made
        return made
