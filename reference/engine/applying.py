"""What a turn collected is done: for its own services, or for many that are alike."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING, Any, Final

from prorata.reference.engine.rulebook import PHASES
from prorata.reference.engine.state import Invoice, Operation

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from prorata.reference.engine.billing import Billing
    from prorata.reference.engine.state import Book, Client, Service
    from prorata.reference.engine.turn import Dated, Entry, Turn

__all__ = ["Alike", "apply", "schedule"]

_RANK: Final = {phase: rank for rank, phase in enumerate(PHASES)}


def apply(billing: Billing, turn: Turn) -> None:
    """Do all that a turn collected, at the instant of the turn."""
    book = billing.book
    book.next_numbers.update(turn.numbers)
    for name, amount in turn.received.items():
        book.clients[name].balance += amount
    billing.receipts += turn.received.items()
    for name, amount in turn.spent.items():
        book.clients[name].balance -= amount
    for service in turn.services:
        book.services[service.number] = service
    for what, fields in turn.changes:
        _set(what, fields)
    _keep_invoices(book, turn)
    for entry in turn.entries:
        client = book.clients[entry.client]
        billing.ledger.append(*_line(turn.now, entry, client.name, entry.service.number))
        if entry.invoice is None:
            client.balance -= entry.paid
    after = len(billing.ledger)
    for dated in turn.decisions:
        billing.decisions.rows.append(_decision(turn.now, dated, dated.service.number, after))
    book.notifications += turn.notices
    for plan in turn.plans:
        schedule(billing, plan.when, plan.what, plan.service)
    _operate(billing, turn)
    if billing.heard is not None:
        billing.heard(turn)


def _operate(billing: Billing, turn: Turn) -> None:
    """Ask panels and sellers for what a turn wants of them, and again for what staff started."""
    for task in turn.tasks:
        number = billing.number("operation")
        operation = Operation(number, task.service, task.action, task.arguments)
        billing.again(billing.operations.add(operation), task.service)
    for number in turn.starts:
        service = billing.book.operations[number].service
        billing.again(billing.operations.start(number), service)


def schedule(billing: Billing, when: datetime, what: str, service: int) -> None:
    """Have something done for a service at an instant, in the phase that `what` begins with."""
    _bucket(billing, when, what).append(service)


def _bucket(billing: Billing, when: datetime, what: str) -> list[int]:
    rank = _RANK[what.partition(":")[0]]
    return billing.schedule.bucket(when.astimezone(UTC), rank, what)


def _set(what: object, fields: Mapping[str, Any]) -> None:
    for name, value in fields.items():
        setattr(what, name, value)


def _keep_invoices(book: Book, turn: Turn) -> None:
    """Keep new invoices, and know of each service those that are unpaid."""
    for invoice in turn.invoices:
        book.invoices[invoice.number] = invoice
        if invoice.status == "unpaid":
            for number in invoice.services:
                book.unpaid.setdefault(number, []).append(invoice.number)
    for what, _ in turn.changes:
        if isinstance(what, Invoice) and what.status != "unpaid":
            _strike(book, what)


def _strike(book: Book, invoice: Invoice) -> None:
    """Strike an invoice from those that are unpaid."""
    for number in invoice.services:
        left = [each for each in book.unpaid.get(number, ()) if each != invoice.number]
        book.unpaid[number] = left
        if not left:
            del book.unpaid[number]


def _line(now: datetime, entry: Entry, client: str, service: int) -> tuple[Any, ...]:
    row = now, entry.kind, entry.amount, client, service, entry.covers, entry.rule, entry.arguments
    return row if entry.invoice is None else (*row, entry.invoice)


def _decision(now: datetime, dated: Dated, service: int, after: int) -> tuple[Any, ...]:
    return now, dated.what, service, dated.function, dated.arguments, after


@dataclass(slots=True)
class Alike:
    """What a turn decided about one service, to be done for others that are just like it.

    The services differ in number and client only; panels are not asked and nobody is told.
    """

    ledger: list[tuple[Any, ...]]
    decided: list[tuple[Any, ...]]
    units: int
    fields: dict[str, Any]
    lines: tuple[int, ...]
    decisions: int
    buckets: tuple[list[int], ...]

    @classmethod
    def of(cls, billing: Billing, turn: Turn, service: Service) -> Alike | None:
        """Return what a turn decided about a service, None where it decided on anything else."""
        fields: dict[str, Any] = {}
        for what, changed in turn.changes:
            if what is not service:
                return None
            fields |= changed
        about: list[Entry | Dated] = [*turn.entries, *turn.decisions]
        if any(each.service is not service for each in about):
            return None
        now, posted = turn.now, turn.entries
        return cls(
            billing.ledger.rows,
            billing.decisions.rows,
            sum([entry.units for entry in posted]),
            fields,
            tuple(
                billing.ledger.alike(now, e.kind, e.amount, e.covers, e.rule, e.arguments)
                for e in posted
            ),
            billing.decisions.alike(
                *[(now, made.what, made.function, made.arguments) for made in turn.decisions]
            ),
            tuple(_bucket(billing, plan.when, plan.what) for plan in turn.plans),
        )

    def apply(self, service: Service, client: Client) -> None:
        """Do the same for a service of a client."""
        balance, number, name, lines = client.units, service.number, client.name, self.ledger
        client.units = balance - self.units
        for line in self.lines:
            lines.append((line, name, number))
        self.decided.append((self.decisions, number, len(lines), balance))
        for field, value in self.fields.items():
            setattr(service, field, value)
        for bucket in self.buckets:
            bucket.append(number)
