"""Cycles that are asked at their end: those that are over, and the one that runs."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from prorata.reference.engine.hostbill.invoices import service_of
from prorata.reference.engine.state import Cell
from prorata.reference.hostbill.cycle import CYCLES
from prorata.reference.hostbill.renew import renew

if TYPE_CHECKING:
    from datetime import date, datetime

    from prorata.reference.engine.hostbill.catalogue import Product
    from prorata.reference.engine.state import Service
    from prorata.reference.engine.turn import Turn

__all__ = ["cycle_of_product", "held", "last_end", "last_of", "not_invoiced"]

_NONE: Final = timedelta()


def cycle_of_product(
    starts: datetime, expires: datetime, product: Product, cycle: str, *, held: bool = False
) -> Cell:
    """Return a whole cycle of a product, which is paid ahead or asked at its end."""
    price, full = product.prices[cycle], (starts, expires)
    name, whole = product.name, product.whole
    return Cell(starts, expires, full, price, name, cycle, held=held, whole=whole)


def held(service: Service) -> Cell | None:
    """Return the cycle that is asked at the next due date, None where that was paid ahead.

    A long first one by full months is one cycle, though it is sold by months of the calendar.
    """
    cells = _asked_at_end(service)
    return cells[-1]._replace(starts=cells[0].starts) if cells else None


def _asked_at_end(service: Service) -> list[Cell]:
    return [each for each in service.cells if each.held]


def not_invoiced(turn: Turn, service: Service) -> tuple[list[Cell], list[Cell]]:
    """Return the cycles that are over and on no invoice, and the times of the one that runs.

    An unpaid invoice may have held several up; those after the first are of the present product.
    """
    product: Product = turn.tariff(service)
    over: list[Cell] = []
    due, running = service.next_due, _asked_at_end(service)
    if due is None:
        return over, []
    cycle, whole = service.next_cycle or service.cycle, held(service)
    if product.billing_type != "postpaid":
        # It was changed, and is paid ahead from its next cycle on.
        over = [whole] if whole and turn.since(whole.expires) >= _NONE else []
        return over, []
    last = last_of(turn, service)
    while turn.since(due) >= _NONE:
        over += [whole] if whole else []
        if last is not None and due.date() >= last:
            return over, []
        starts, due = due, _cycle_on(turn, service, cycle, due)
        whole = cycle_of_product(starts, due, product, cycle)
        running = [whole]
    return over, running


def last_end(turn: Turn, service: Service) -> date | None:
    """Return the end of the cycle that runs, whenever it is asked; None where none recurs."""
    due = service.next_due
    if due is None:
        return None
    while turn.since(due) >= _NONE:
        due = _cycle_on(turn, service, service.next_cycle or service.cycle, due)
    return due.date()


def last_of(turn: Turn, service: Service) -> date | None:
    """Return until when a service is asked for whose seller has closed it, or that of its addon."""
    belongs = service.belongs
    owner = service if belongs is None or belongs.bundle else service_of(turn, belongs.to)
    return None if owner.resold is None else owner.resold.last


def _cycle_on(turn: Turn, service: Service, cycle: str, due: datetime) -> datetime:
    dated = {"starts": due.date(), "period": CYCLES[cycle], "anchor": service.anchor}
    return turn.midnight(turn.rule(renew, **dated))
