"""What a payment brings: a start, a cycle more, another product, the end of a suspension."""

from __future__ import annotations

from dataclasses import replace as with_fields
from datetime import timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from prorata.reference.engine.hostbill.belonging import parts_of, shared
from prorata.reference.engine.hostbill.invoices import (
    ENDED,
    Asked,
    asked,
    give_back,
    issue_again,
    move_back,
    service_of,
    unpaid_of,
    without,
    without_tax,
)
from prorata.reference.engine.hostbill.notices import tell
from prorata.reference.engine.hostbill.paid import at_most_paid, owe, paid_now, repriced
from prorata.reference.engine.hostbill.parts import unit_of
from prorata.reference.engine.hostbill.periods import (
    begin,
    buy_whole,
    cells_left,
    go_on,
    left_alone,
    made,
    move_expiry,
    switch,
)
from prorata.reference.engine.hostbill.reminding import plan_expiry_notices
from prorata.reference.engine.hostbill.times import plan_for
from prorata.reference.engine.resell.seeing import prolong
from prorata.reference.hostbill.bundle import bundle
from prorata.reference.hostbill.cycle import CYCLES, new_expiry
from prorata.reference.hostbill.cycle import change as unused
from prorata.reference.hostbill.unsuspend import unsuspend
from prorata.reference.hostbill.upgrade import pro_rata
from prorata.reference.rules import id_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
    from datetime import datetime
    from fractions import Fraction

    from prorata.reference.engine.hostbill.catalogue import Product
    from prorata.reference.engine.state import Cell, Grant, Invoice, InvoiceLine, Service
    from prorata.reference.engine.turn import Turn

__all__ = [
    "OWED",
    "bring",
    "cancel_for",
    "carry_out",
    "lift",
    "renewals_of",
    "settle",
    "unpaid_starts",
]

#: The statuses of an invoice that asks nothing any more.
_SETTLED: Final = frozenset({"paid", "cancelled"})
_RENEWS: Final = frozenset({"renewal", "issued"})
#: What a renewal asks beside its cycle and stays owed: what was used, and changes since.
OWED: Final = frozenset({"usage", "tariff change", "upgrade fee"})


def settle(turn: Turn, invoice: Invoice) -> None:
    """Bring all that an invoice is for, now that it is paid; what it held up goes on."""
    bring(turn, invoice.grants, invoice)
    brought = {grant.service for grant in invoice.grants}
    for number in invoice.services:
        service = service_of(turn, number)
        if number not in brought:
            # An invoice may hold a service up to which it brings nothing itself.
            go_on(turn, service, invoice.issued)
        lift(turn, service)


def bring(turn: Turn, grants: Iterable[Grant], invoice: Invoice | None = None) -> None:
    """Give services what was paid for, but for those that have ended."""
    for grant in grants:
        service = service_of(turn, grant.service)
        if service.status not in ENDED:
            _GRANTS[grant.what](turn, service, grant, invoice)
    if invoice is not None:
        paid_now(turn, invoice)


def _start(turn: Turn, service: Service, _grant: Grant, invoice: Invoice | None) -> None:
    """Start the first period of a service, which is paid."""
    since = turn.now if invoice is None else invoice.issued
    turn.set(service, order_unpaid=False)
    ordered = since.date() if service.ordered is None else service.ordered.date()
    due = turn.today if invoice is None else invoice.due.date()
    begin(turn, service, ordered, due)
    if turn.pending(service, "starts").date() > ordered:
        # What begins with its payment has missed nothing before.
        since = turn.now
    if service.status != "pending":
        buy_whole(turn, service)
    made(turn, service, "payment")
    go_on(turn, service, since)


def _renewed(turn: Turn, service: Service, grant: Grant, invoice: Invoice | None) -> None:
    """Move the expiry of a service by the cycle that is paid; what it missed follows."""
    # What is asked at its end may run after the cycle that is paid: its expiry stays.
    paid = max(cell.expires for cell in grant.cells)
    if not any(cell.held and cell.starts >= paid for cell in turn.pending(service, "cells")):
        move_expiry(turn, service, grant)
    if invoice is not None and invoice.number in turn.book.invoices:
        go_on(turn, service, invoice.issued)


def _issued(turn: Turn, service: Service, _grant: Grant, invoice: Invoice | None) -> None:
    """Let invoices follow that a service missed, whose expiry moved with the issue."""
    if invoice is not None and invoice.number in turn.book.invoices:
        go_on(turn, service, invoice.issued)


def _changed(turn: Turn, service: Service, grant: Grant, invoice: Invoice | None) -> None:
    """Give a service the product that is paid for; a renewal paid meanwhile is made up for."""
    product: Product = turn.sold_as(service, grant.product)
    since = tuple(_bought_since(turn, service, product, grant))
    carry_out(turn, service, product, since, agreed=grant.cells)
    _issued(turn, service, grant, invoice)


def _bought_since(
    turn: Turn, service: Service, product: Product, grant: Grant
) -> Iterator[InvoiceLine]:
    """Yield the differences of the cycles that were paid after a change was asked for."""
    unit = turn.tariff(service).upgrade_pro_rata
    counted = {cell.starts for cell in grant.cells} | unpaid_starts(turn, service)
    for cell in cells_left(turn, service):
        if unit != "none" and cell.starts not in counted:
            yield from asked(
                turn,
                "tariff change",
                pro_rata,
                service,
                taxed=product.tax,
                now=max(turn.now, cell.starts),
                starts=cell.full[0],
                expires=cell.full[1],
                old_price=cell.price,
                new_price=product.prices[cell.cycle],
                unit=unit,
            )


def carry_out(
    turn: Turn,
    service: Service,
    product: Product,
    waiting: tuple[InvoiceLine, ...] = (),
    unpaid: tuple[InvoiceLine, ...] = (),
    *,
    given_back: Mapping[datetime, Fraction] = MappingProxyType({}),
    agreed: Iterable[Cell] = (),
) -> None:
    """Carry a change out: what waits goes on the next invoice, or on the one that is unpaid.

    `unpaid` is on an invoice of its own that is not paid; of the price of a time so much is
    `given_back`, by its start.
    `agreed` are times at the new price that was asked for them, where that was before.
    """
    old: Product = turn.tariff(service)
    switch(turn, service, product)
    prices = {cell.starts: cell.price for cell in agreed}
    counts = old.upgrade_pro_rata != "none" and old.billing_type != "postpaid"
    sold: list[Cell] = []
    left = cells_left(turn, service)
    for cell in service.cells:
        if cell not in left:
            sold.append(cell)
            continue
        price = prices.get(cell.starts, product.prices[cell.cycle])
        if counts and not cell.held:
            sold.append(repriced(cell, price, given_back.get(cell.starts)))
        else:
            sold.append(cell._replace(worth=price))
    turn.set(service, cells=tuple(sold))
    if counts:
        owe(turn, service, (*waiting, *unpaid))
    if not reissue(turn, service, product, waiting):
        turn.set(service, waiting=(*service.waiting, *waiting))


def cancel_for(
    turn: Turn, invoice: Invoice, *services: Service, kept: Collection[str] = ()
) -> None:
    """Cancel what an invoice asks for services: the rest of it is issued again, due as before.

    So is what it asks of the kinds `kept`. What has ended before it began is asked no more.
    """
    give_back(turn, invoice)
    move_back(turn, invoice, *(service.number for service in services))
    others = (service_of(turn, number) for number in invoice.services)
    never = (each for each in others if each.order_unpaid and each.status in ENDED)
    gone = (*services, *never)
    rest = without(invoice, *gone, kept=kept)
    lines = (*_inherited(turn, invoice, gone), *rest.lines)
    replace(turn, invoice, Asked(lines, tuple(_shared_anew(turn, rest.grants))))


def _shared_anew(turn: Turn, left: Sequence[Grant]) -> Iterator[Grant]:
    """Yield what an invoice still brings: a fixed price is shared by the parts that it is left for.

    So is a time that was sold with the issue.
    """
    have = {grant.service for grant in left}
    for grant in left:
        if grant.what not in _RENEWS:
            yield grant
            continue
        service = service_of(turn, grant.service)
        among = [each for each in parts_of(turn, service) if each.number in have]
        cells = tuple(shared(turn, service, cell, among) for cell in grant.cells)
        prices = {cell.starts: cell.price for cell in cells}
        sold: tuple[Cell, ...] = turn.pending(service, "cells")
        again = (each._replace(price=prices.get(each.starts, each.price)) for each in sold)
        turn.set(service, cells=tuple(again))
        yield grant._replace(cells=cells)


def _inherited(turn: Turn, invoice: Invoice, services: Sequence[Service]) -> Iterator[InvoiceLine]:
    """Yield the lines of a fixed price that another part bears now: the price stays."""
    gone = {service.number for service in services}
    for line in invoice.lines:
        if line.service in gone and line.function is bundle:
            parts = parts_of(turn, service_of(turn, line.service))
            heirs = (each.number for each in parts if each.number not in gone)
            heir = next((each for each in heirs if each in invoice.services), None)
            if heir is not None:
                yield with_fields(line, service=heir)


def replace(turn: Turn, invoice: Invoice, wanted: Asked) -> None:
    """Issue an invoice in the place of a cancelled one; credit may pay it at once."""
    if not wanted.lines and not wanted.grants:
        return
    again = issue_again(turn, invoice, wanted)
    paid = again is None or again.status == "paid"
    if again is None:
        bring(turn, wanted.grants)
        for number in {grant.service for grant in wanted.grants}:
            lift(turn, service_of(turn, number))
    elif paid:
        settle(turn, again)
    for grant in wanted.grants if paid else ():
        # What the cancelled one held up follows.
        if grant.what in _RENEWS:
            go_on(turn, service_of(turn, grant.service), invoice.issued)


def _other_cycle(turn: Turn, service: Service, grant: Grant, invoice: Invoice | None) -> None:
    """Begin another cycle, which is paid from the day of its change on; the renewal goes.

    What that asks beside its cycle stays owed, and is owed for no time of the new cycle.
    """
    for renewal in tuple(renewals_of(turn, service)):
        give_back(turn, renewal)
        replace(turn, renewal, without(renewal, service, kept=OWED))
    cell, *counted = grant.cells
    _give_back_since(turn, service, counted)
    starts, period = cell.starts.date(), CYCLES[grant.product]
    dated = {"starts": starts, "period": period, "anchor": starts.day}
    ends = turn.midnight(turn.decide("expires", new_expiry, service, **dated))
    turn.set(
        service,
        cycle=grant.product,
        period=period,
        expires=ends,
        next_due=ends,
        anchor=starts.day,
        cells=(cell,),
        next_cycle="",
        owing=(),
    )
    prolong(turn, service, period, ends)
    plan_expiry_notices(turn, service, ends)
    go_on(turn, service, turn.now)
    left_alone(turn, service, turn.now if invoice is None else invoice.issued)


def _give_back_since(turn: Turn, service: Service, counted: Iterable[Cell]) -> None:
    """Credit the cycles that were paid after a change of the cycle was asked for, which go."""
    known = {cell.starts for cell in counted} | unpaid_starts(turn, service)
    for cell in at_most_paid(service, cells_left(turn, service)):
        if cell.starts not in known:
            starts, expires = cell.full
            whole = {"now": cell.starts, "starts": starts, "expires": expires}
            arguments = {**whole, "price": cell.price, "unit": unit_of(turn.tariff(service))}
            exact = turn.rule(unused, **arguments)
            amount = turn.money("credit", exact)
            if amount:
                turn.enter("credit", amount, service, None, id_of(unused), arguments)


_GRANTS: Final[Mapping[str, Callable[[Turn, Service, Grant, Invoice | None], None]]] = {
    "start": _start,
    "renewal": _renewed,
    "issued": _issued,
    "held": _issued,
    "usage": _issued,
    "change": _changed,
    "cycle": _other_cycle,
}


def lift(turn: Turn, service: Service) -> None:
    """Lift the suspension of a service that owes nothing any more, after all of this turn."""
    if "non-payment" not in service.suspended_by or service.status in ENDED:
        return
    if any(what is service and "suspended_by" in fields for what, fields in turn.changes):
        return
    past = sum(each.due.date() < turn.today for each in _unpaid_yet(turn, service))
    if turn.rule(unsuspend, wanted=turn.tariff(service).unsuspend, past_due=past):
        left = service.suspended_by - {"non-payment"}
        turn.set(service, suspended_by=left, status="suspended" if left else "active")
        # One that is due today may be what it is to be suspended for.
        plan_for(turn, turn.today + timedelta(days=1), "suspension", service)
        if not left:
            turn.panel("resume", service)
            tell(turn, service, "unsuspended")


def _unpaid_yet(turn: Turn, service: Service) -> Iterator[Invoice]:
    """Yield the invoices of a service that are unpaid after what this turn has set and issued."""
    settled = [what for what, fields in turn.changes if fields.get("status") in _SETTLED]
    for invoice in unpaid_of(turn, service):
        if not any(what is invoice for what in settled):
            yield invoice
    for fresh in turn.invoices:
        if fresh.status == "unpaid" and service.number in fresh.services:
            yield fresh


def renewals_of(turn: Turn, service: Service) -> Iterator[Invoice]:
    """Yield the unpaid invoices of further cycles of a service that is paid ahead."""
    for invoice in unpaid_of(turn, service):
        if any(_renews(grant, service) for grant in invoice.grants):
            yield invoice


def unpaid_starts(turn: Turn, service: Service) -> set[datetime]:
    """Return the starts of the cycles of a service that are asked, or are to be, and not paid."""
    renewed = {
        cell.starts
        for invoice in renewals_of(turn, service)
        for grant in invoice.grants
        for cell in grant.cells
        if grant.service == service.number
    }
    return renewed | {line.covers[0] for line in _asked_at_end(turn, service) if line.covers}


def _asked_at_end(turn: Turn, service: Service) -> Iterator[InvoiceLine]:
    """Yield the lines of an addon that runs before its service, which is paid at its end, asks."""
    if service.belongs is None or service.belongs.bundle:
        return
    waiting = service_of(turn, service.belongs.to).waiting
    issued = (line for invoice in unpaid_of(turn, service) for line in invoice.lines)
    for line in (*waiting, *issued):
        if line.service == service.number:
            yield line


def _renews(grant: Grant, service: Service) -> bool:
    return grant.service == service.number and grant.what in _RENEWS


def reissue(
    turn: Turn, service: Service, product: Product, waiting: tuple[InvoiceLine, ...]
) -> bool:
    """Issue unpaid renewal invoices again at the price of a product; tell whether there are any.

    What waits goes on the first of them.
    """
    found = tuple(renewals_of(turn, service))
    for invoice in found:
        give_back(turn, invoice)
        own = _anew(turn, invoice, service, product)
        others = without(invoice, service)
        wanted = Asked((*others.lines, *own.lines, *waiting), (*others.grants, *own.grants))
        replace(turn, invoice, wanted)
        waiting = ()
    return bool(found)


def _anew(turn: Turn, invoice: Invoice, service: Service, product: Product) -> Asked:
    """Return what an invoice asks for a service, its cycle at another price."""
    own = [grant for grant in invoice.grants if grant.service == service.number]
    price = next(product.prices[cell.cycle] for grant in own for cell in grant.cells)
    grants = tuple(
        grant._replace(
            cells=tuple(cell._replace(price=price, product=product.name) for cell in grant.cells)
        )
        for grant in own
    )
    lines: list[InvoiceLine] = []
    for line in without_tax(invoice.lines):
        if line.service != service.number:
            continue
        if line.kind == "period":
            lines += asked(
                turn,
                "period",
                line.function,
                service,
                covers=line.covers,
                taxed=product.tax,
                cycle_price=price,
            )
        else:
            lines.append(line)
    return Asked(tuple(lines), grants)
