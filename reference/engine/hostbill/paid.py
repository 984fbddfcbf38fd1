"""What was paid for the times of a service, also after changes that are not paid themselves."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from prorata.reference.hostbill.upgrade import pro_rata

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from prorata.reference.engine.state import Cell, Invoice, InvoiceLine, Service
    from prorata.reference.engine.turn import Turn

__all__ = ["at_most_paid", "given_back", "owe", "paid_now", "parts", "repriced", "worth_of"]


def at_most_paid(service: Service, cells: Iterable[Cell]) -> tuple[Cell, ...]:
    """Return times of a service, each at the price that was paid for it where that is less."""
    return tuple(cell._replace(price=_paid(cell, service.owing)) for cell in cells)


def _paid(cell: Cell, owing: Iterable[Mapping[str, Any]]) -> Fraction:
    return max(min(cell.price, _posted_for(cell, owing)), Fraction(0))


def _posted_for(cell: Cell, owing: Iterable[Mapping[str, Any]]) -> Fraction:
    """Return what was asked for a time and is not owed, though it may cost less by now."""
    unpaid = (more for each in owing for starts, more in parts(each) if starts == cell.full[0])
    asked = cell.price if cell.asked is None else cell.asked
    return asked - sum(unpaid, Fraction(0))


def parts(difference: Mapping[str, Any]) -> Iterator[tuple[Any, Fraction]]:
    """Yield the beginning of each cycle of a difference, with how much dearer that became."""
    yield difference["starts"], difference["new_price"] - difference["old_price"]
    for each in difference.get("later", ()):
        yield each.starts, each.new_price - each.old_price


def worth_of(cell: Cell) -> Fraction:
    """Return the price that a change counts a time at: that of the product that it is."""
    return cell.price if cell.worth is None else cell.worth


def repriced(cell: Cell, price: Fraction, given_back: Fraction | None = None) -> Cell:
    """Return a time at the price of another product, of whose own so much is given back.

    What becomes dearer is asked in full.
    """
    back = min(worth_of(cell) - price, Fraction(0)) if given_back is None else given_back
    asked = (cell.price if cell.asked is None else cell.asked) - back
    return cell._replace(price=price, asked=None if asked == price else asked, worth=None)


def given_back(
    service: Service,
    cells: Sequence[Cell],
    prices: Mapping[str, Fraction],
    part_left: Fraction,
    posted: Fraction,
) -> dict[datetime, Fraction]:
    """Return what of the price of each time is given back where so much is `posted` in all.

    It is what a time costs less, as far as that is paid. What is posted beside that, as where it is
    rounded up, is of all that was paid, and what is not posted stays paid. Of the first time a part
    is left.
    """

    def of_all(amounts: Iterable[Fraction]) -> Fraction:
        first, *others = amounts
        return part_left * first + sum(others)

    less = [worth_of(cell) - prices[cell.cycle] for cell in cells]
    paid = [_paid(cell, service.owing) for cell in cells]
    back = list(map(min, less, paid))
    beside = posted - of_all(back)
    if beside > 0:
        source = [
            _posted_for(cell, service.owing) - own for cell, own in zip(cells, back, strict=True)
        ]
    else:
        source = [max(own, Fraction(0)) for own in back]
    whole = of_all(source)
    share = beside / whole if whole else Fraction(0)
    return {
        cell.starts: own + share * most for cell, own, most in zip(cells, back, source, strict=True)
    }


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
        asked = [line.arguments for line in invoice.lines]
        left = tuple(each for each in owing if each not in asked)
        if left != owing:
            turn.set(service, owing=left)
        if service is not None:
            _posted(turn, service, invoice)


def _posted(turn: Turn, service: Service, invoice: Invoice) -> None:
    """Have the times of a service be paid by what was posted of differences, to the cent."""
    before: tuple[Cell, ...] = turn.pending(service, "cells")
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
    owing: tuple[Mapping[str, Any], ...] = turn.pending(service, "owing")
    return owing
