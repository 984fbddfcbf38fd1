"""Changing the product of a service: what it costs or gives back, and when it is carried out."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from prorata.reference.engine.hostbill.belonging import fixed_of
from prorata.reference.engine.hostbill.composing import sells
from prorata.reference.engine.hostbill.downgrades import costs_less, give_credit, gives_back, posted
from prorata.reference.engine.hostbill.effects import bring, carry_out, unpaid_starts
from prorata.reference.engine.hostbill.invoices import Asked, asked, issue, unpaid_of
from prorata.reference.engine.hostbill.lines import BY_TYPE
from prorata.reference.engine.hostbill.ordering import enough, offered
from prorata.reference.engine.hostbill.paid import (
    at_most_paid,
    given_back,
    paid_now,
    parts,
    worth_of,
)
from prorata.reference.engine.hostbill.periods import cells_left
from prorata.reference.engine.hostbill.statuses import status_of
from prorata.reference.engine.resell.seeing import seller_module
from prorata.reference.engine.state import Grant
from prorata.reference.hostbill import automation
from prorata.reference.hostbill import upgrade as rules
from prorata.reference.hostbill.bundle import keeps_price
from prorata.reference.hostbill.cycle import has_cycle
from prorata.reference.hostbill.order import goes_along
from prorata.reference.resell.licence import same_seller

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from prorata.reference.engine.hostbill.catalogue import Product
    from prorata.reference.engine.state import Cell, InvoiceLine, Service
    from prorata.reference.engine.turn import Turn
    from prorata.reference.refusal import Refusal

__all__ = ["change_tariff", "cycles_in_use", "paid_cells", "refused", "time_left"]


def change_tariff(turn: Turn, /, *, service: str, product: str) -> Refusal | None:
    """Change the product; an upgrade takes effect when its invoice is paid, a downgrade at once."""
    owner = turn.book.services[int(service)]
    new: Product = turn.sold_as(owner, product)
    old: Product = turn.tariff(owner)
    refusal = refused(turn, owner) or (
        turn.rule(rules.available, product=product, listed=old.upgrades)
        or turn.rule(
            same_seller,
            has=owner.resold.module if owner.resold else "",
            wants=seller_module(turn, new),
        )
        or _sells_all(turn, owner, new)
        or offered(turn, new)
        or enough(turn, owner.client, new, beside=0, by_change=True)
    )
    if refusal:
        return refusal
    if _is_dearer(turn, owner, old, new):
        _upgrade(turn, owner, old, new)
    else:
        _downgrade(turn, owner, old, new)
    return None


def _is_dearer(turn: Turn, service: Service, old: Product, new: Product) -> bool:
    """Tell whether a product costs more than a service was sold for, whatever its own costs now.

    What is left of all times decides, and their prices where nothing is.
    """
    cells = paid_cells(turn, service)
    if not _is_counted(old, cells):
        return new.prices[service.cycle] > old.prices[service.cycle]
    at_old = _at_old_price(service, old, new, cells)
    left = turn.rule(rules.pro_rata, **_counted(turn, old, new, at_old))
    return (left or sum(new.prices[cell.cycle] - worth_of(cell) for cell in cells)) > 0


def _sells_all(turn: Turn, service: Service, new: Product) -> Refusal | None:
    """Refuse a product that does not sell each cycle in use: now, next, sold or to be paid."""
    for cycle in cycles_in_use(turn, service):
        refusal = sells(turn, new, cycle)
        if refusal:
            return refusal
    return None


def cycles_in_use(turn: Turn, service: Service) -> tuple[str, ...]:
    """Return the cycles of a service: that which it has, the next, those sold or to be paid."""
    next_one = (service.next_cycle,) if service.next_cycle else ()
    left = (cell.cycle for cell in (*cells_left(turn, service), *unpaid_cells(turn, service)))
    return tuple(dict.fromkeys((service.cycle, *next_one, *left)))


def unpaid_cells(turn: Turn, service: Service) -> Iterator[Cell]:
    """Yield the times that unpaid invoices of a service ask for: renewals, and another cycle."""
    for invoice in unpaid_of(turn, service):
        for grant in invoice.grants:
            if grant.service == service.number:
                yield from grant.cells


def refused(turn: Turn, service: Service) -> Refusal | None:
    """Refuse to change a service in which something else is going on."""
    unpaid, fixed = tuple(unpaid_of(turn, service)), fixed_of(turn, service)
    is_open = any(grant.what in {"change", "cycle"} for each in unpaid for grant in each.grants)
    past_due = any(each.due.date() < turn.today for each in unpaid)
    return (
        turn.rule(goes_along, is_addon=not service.has_account)
        or turn.rule(rules.active, has=status_of(service))
        or turn.rule(keeps_price, fixed_price=fixed and fixed.prices[service.cycle])
        or turn.rule(has_cycle, cycle=service.cycle if service.next_due else "")
        or turn.rule(
            rules.undisturbed,
            order_unpaid=service.order_unpaid,
            cancelling=bool(service.cancelling),
        )
        or turn.rule(rules.only_one, is_open=is_open)
        or turn.rule(rules.renewed, past_due=past_due)
    )


def _upgrade(turn: Turn, service: Service, old: Product, new: Product) -> None:
    lines = (
        *_difference(turn, service, old, new, paid_cells(turn, service)),
        *asked(
            turn,
            "upgrade fee",
            BY_TYPE[new.billing_type],
            service,
            taxed=new.tax,
            upgrade_fee=new.upgrade_fee,
        ),
    )
    waits = turn.rule(rules.queue, queued=old.upgrade_queue, billing_type=old.billing_type)
    if waits or not lines:
        carry_out(turn, service, new, lines)
        return
    at_once = turn.rule(automation.upgrade, setting=old.upgrade_account, event="order")
    grants: tuple[Grant, ...] = ()
    if not at_once:
        cells = paid_cells(turn, service)
        agreed = tuple(cell._replace(price=new.prices[cell.cycle]) for cell in cells)
        grants = (Grant("change", service.number, new.name, agreed),)
    invoice = issue(turn, service.client, turn.today, Asked(lines, grants))
    if at_once:
        unpaid = invoice is not None and invoice.status == "unpaid"
        carry_out(turn, service, new, unpaid=lines if unpaid else ())
        if invoice is not None and not unpaid:
            paid_now(turn, invoice)
    elif invoice is None or invoice.status == "paid":
        bring(turn, grants, invoice)


def _difference(
    turn: Turn, service: Service, old: Product, new: Product, cells: Sequence[Cell]
) -> tuple[InvoiceLine, ...]:
    """Return the line of the difference for the time left, none where no unit is set."""
    if not _is_counted(old, cells):
        return ()
    counted = _counted(turn, old, new, _at_old_price(service, old, new, cells))
    return asked(turn, "tariff change", rules.pro_rata, service, taxed=new.tax, **counted)


def _is_counted(old: Product, cells: Sequence[Cell]) -> bool:
    """Tell whether a change asks or gives back anything for the time left."""
    return old.upgrade_pro_rata != "none" and bool(cells)


def _at_old_price(
    service: Service, old: Product, new: Product, cells: Sequence[Cell]
) -> list[Cell]:
    """Return times that are paid, at what the old product asks for each."""
    return [cell._replace(price=_old_price(service, old, new, cell)) for cell in cells]


def _old_price(service: Service, old: Product, new: Product, cell: Cell) -> Fraction:
    """Return what the old product asks for a time: at its end no more than that is to cost.

    A change without a unit asks nothing for it, whatever the product costs since.
    """
    price = worth_of(cell)
    if old.billing_type == "postpaid" or cell.held:
        waits = (
            more
            for line in service.waiting
            if line.function is rules.pro_rata
            for starts, more in parts(line.arguments)
            if starts == cell.full[0]
        )
        at_end = cell.price + sum(waits, Fraction(0))
        price = min(price, max(at_end, new.prices[cell.cycle]))
    return price


def _counted(turn: Turn, old: Product, new: Product, cells: Sequence[Cell]) -> dict[str, Any]:
    """Return the arguments of the difference between the prices of cells and the new ones."""
    return {
        **time_left(turn, cells, new),
        "old_price": cells[0].price,
        "new_price": new.prices[cells[0].cycle],
        "unit": old.upgrade_pro_rata,
    }


def time_left(turn: Turn, cells: Sequence[Cell], new: Product | None = None) -> dict[str, Any]:
    """Return what tells a rule of the time left of cells that were sold, for a product or none."""
    first, *others = cells
    starts, expires = first.full
    # A time whose renewal was cancelled may lie before the first that is paid.
    now = max(turn.now, first.starts)
    counted: dict[str, Any] = {"now": now, "starts": starts, "expires": expires}
    if others:
        counted["later"] = tuple(
            rules.Later(
                *cell.full, cell.price, Fraction(0) if new is None else new.prices[cell.cycle]
            )
            for cell in others
        )
    return counted


def paid_cells(turn: Turn, service: Service) -> tuple[Cell, ...]:
    """Return the times that are paid and not over: those of an unpaid invoice are not."""
    if service.order_unpaid:
        return ()
    unpaid = unpaid_starts(turn, service)
    return tuple(cell for cell in cells_left(turn, service) if cell.starts not in unpaid)


def _downgrade(turn: Turn, service: Service, old: Product, new: Product) -> None:
    """Go to a product that costs less, or as much, at once; what is too much is given back.

    Of a cycle that is asked at its end nothing is paid yet: its invoice is lowered.
    """
    cells = paid_cells(turn, service)
    at_end = cells if old.billing_type == "postpaid" else [cell for cell in cells if cell.held]
    ahead = [cell for cell in cells if cell not in at_end]
    counted = [
        _counted(turn, old, new, each)
        for each in (_at_old_price(service, old, new, ahead), at_most_paid(service, ahead))
        if _is_counted(old, each)
    ]
    lower = _difference(turn, service, old, new, at_end)
    if not counted:
        carry_out(turn, service, new, lower)
        return
    less = costs_less(turn, *counted)
    back: dict[datetime, Fraction] = {}
    if gives_back(turn, old):
        dated = {name: counted[0][name] for name in ("now", "starts", "expires", "unit")}
        part = turn.rule(rules.part_left, **dated)
        back = given_back(service, ahead, new.prices, part, posted(turn, less))
    carry_out(turn, service, new, lower, given_back=back)
    give_credit(turn, service, old, less)
