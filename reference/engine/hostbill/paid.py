"""What was paid for the times of a service, also after changes that are not paid themselves."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from prorata.reference.hostbill.upgrade import pro_rata

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from prorata.reference.engine.state import Cell, Invoice, InvoiceLine, Service
    from prorata.reference.engine.turn import Turn

__all__ = ["at_most_paid", "owe", "paid_now", "parts", "repriced", "worth_of"]


def at_most_paid(service: Service, cells: Iterable[Cell]) -> tuple[Cell, ...]:
    """Return times of a service, each at the price that was paid for it where that is less."""
    return tuple(cell._replace(price=_paid(cell, service.owing)) for cell in cells)


def _paid(cell: Cell, owing: Iterable[Mapping[str, Any]]) -> Fraction:
    unpaid = (more for each in owing for starts, more in parts(each) if starts == cell.full[0])
    asked = cell.price if cell.asked is None else cell.asked
    return max(min(cell.price, asked - sum(unpaid, Fraction(0))), Fraction(0))


def parts(difference: Mapping[str, Any]) -> Iterator[tuple[Any, Fraction]]:
    """Yield the beginning of each cycle of a difference, with how much dearer that became."""
    yield difference["starts"], difference["new_price"] - difference["old_price"]
    for each in difference.get("later", ()):
        yield each.starts, each.new_price - each.old_price


def worth_of(cell: Cell) -> Fraction:
    """Return the price that a change counts a time at: that of the product that it is."""
    return cell.price if cell.worth is None else cell.worth


def repriced(service: Service, cell: Cell, price: Fraction, *, given_back: bool) -> Cell:
    """Return a time at the price of another product; what was paid too much is given back or not.

    What becomes dearer is asked in full.
    """
    asked = cell.price if cell.asked is None else cell.asked
    worth = worth_of(cell)
    if price > worth:
        asked += price - worth
    elif given_back:
        asked -= min(worth - price, _paid(cell, service.owing))
    return cell._replace(price=price, asked=None if asked == price else asked, worth=None)


def owe(turn: Turn, service: Service, lines: Iterable[InvoiceLine]) -> None:
    """Keep what was asked for a change that is carried out before that is paid."""
    asked = tuple(line.arguments for line in lines if line.function is pro_rata)
    if asked:
        turn.set(service, owing=(*_owing(turn, service), *asked))


def paid_now(turn: Turn, invoice: Invoice) -> None:
    """Strike the differences that are on an invoice, which is paid: what was posted is paid."""
    for number in invoice.services:
        service = turn.book.services.get(number)
        owing = () if service is None else _owing(turn, service)
        asked = [line.arguments for line in invoice.lines if line.function is pro_rata]
        left = tuple(each for each in owing if each not in asked)
        if left != owing:
            turn.set(service, owing=left)
        if service is not None:
            _posted(turn, service, invoice)


def _posted(turn: Turn, service: Service, invoice: Invoice) -> None:
    """Have the times of a service be paid by what was posted of differences, to the cent."""
    before: tuple[Cell, ...] = _set(turn, service, "cells")
    cells = before
    for line in invoice.lines:
        if line.function is pro_rata and line.service == service.number:
            exact = turn.rule(pro_rata, **line.arguments)
            missing = 1 - line.amount.exact / exact
            less = {starts: more * missing for starts, more in parts(line.arguments)}
            cells = tuple(_less(cell, less.get(cell.full[0], Fraction(0))) for cell in cells)
    if cells != before:
        turn.set(service, cells=cells)


def _less(cell: Cell, less: Fraction) -> Cell:
    """Return a time for which so much less was asked, above zero or below."""
    asked = (cell.price if cell.asked is None else cell.asked) - less
    return cell._replace(asked=asked) if less else cell


def _owing(turn: Turn, service: Service) -> tuple[Mapping[str, Any], ...]:
    """Return what is owed of changes, with what this turn has set."""
    owing: tuple[Mapping[str, Any], ...] = _set(turn, service, "owing")
    return owing


def _set(turn: Turn, service: Service, name: str) -> Any:
    """Return a field of a service, as this turn has set it where it has."""
    for what, fields in reversed(turn.changes):
        if what is service and name in fields:
            return fields[name]
    return getattr(service, name)
