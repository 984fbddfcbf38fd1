"""Cancelling a service: requests, when they are carried out, and what money follows them."""

from __future__ import annotations

from dataclasses import replace as with_fields
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from prorata.reference.engine.hostbill.belonging import (
    left_with_others,
    parts_of,
    with_addons,
)
from prorata.reference.engine.hostbill.change import paid_cells, time_left
from prorata.reference.engine.hostbill.cycles import at_end
from prorata.reference.engine.hostbill.downgrades import credited
from prorata.reference.engine.hostbill.effects import OWED, cancel_for, lift, renewals_of
from prorata.reference.engine.hostbill.invoices import ENDED, Asked, issue
from prorata.reference.engine.hostbill.metered import usage_lines
from prorata.reference.engine.hostbill.overdue import cancel_unpaid, finish
from prorata.reference.engine.hostbill.paid import at_most_paid
from prorata.reference.engine.hostbill.parts import over_lines, still_asked, unit_of
from prorata.reference.engine.hostbill.periods import recurring
from prorata.reference.engine.hostbill.times import plan_for
from prorata.reference.engine.hostbill.unmade import came_back, is_unmade
from prorata.reference.hostbill import cancel as rules
from prorata.reference.vocabulary.product import CANCELLED

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date, datetime

    from prorata.reference.engine.hostbill.catalogue import Product
    from prorata.reference.engine.state import Cell, Invoice, InvoiceLine, Service
    from prorata.reference.engine.turn import Turn
    from prorata.reference.refusal import Refusal

__all__ = ["at_the_end", "cancel", "cancel_refused", "forget_renewals", "plan_end"]

_NONE: Final = timedelta()


def cancel(
    turn: Turn, /, *, service: str, when: str = "end of period", by: str = "client"
) -> Refusal | None:
    """Cancel a service immediately or at the end of what is paid; no further invoice is made."""
    cancelled = turn.book.services[int(service)]
    refusal = cancel_refused(turn, cancelled, when, by)
    if refusal:
        return refusal
    product: Product = turn.tariff(cancelled)
    by_itself = turn.rule(rules.auto, wanted=product.auto_cancellation, by=by)
    if by_itself and when == "immediately":
        _carry_out(turn, cancelled)
        return None
    turn.set(cancelled, cancelling=when, confirmed=by_itself)
    forget_renewals(turn, cancelled)
    _runs_on(turn, cancelled)
    if by_itself:
        turn.plan(turn.now, "change: to be cancelled", cancelled)
    return None


def _runs_on(turn: Turn, service: Service) -> None:
    """Lift the suspension of what owes nothing any more and has a time that is paid ahead."""
    expires = turn.pending(service, "expires")
    if expires is not None and turn.since(expires) < _NONE:
        for each in with_addons(turn, service):
            lift(turn, each)


def forget_renewals(turn: Turn, service: Service) -> None:
    """Cancel the unpaid renewals of a service, and those of its addons for the time after it."""
    ends = [service.expires, *(_before(each, service) for each in renewals_of(turn, service))]
    end = min((each.date() for each in ends if each is not None), default=turn.today)
    gone: dict[int, list[Service]] = {}
    for each in with_addons(turn, service):
        for invoice in renewals_of(turn, each):
            if each is service or _begins(invoice, each) >= end:
                gone.setdefault(invoice.number, []).append(each)
    for number, services in gone.items():
        cancel_for(turn, turn.book.invoices[number], *services, kept=OWED)


def _before(invoice: Invoice, service: Service) -> datetime | None:
    """Return the expiry that the issue of an invoice moved."""
    return dict(invoice.moved).get(service.number)


def _begins(invoice: Invoice, service: Service) -> date:
    """Return when the cycle begins for which an invoice renews a service."""
    own = (grant for grant in invoice.grants if grant.service == service.number)
    return min(cell.starts.date() for grant in own for cell in grant.cells)


def cancel_refused(turn: Turn, service: Service, when: str, by: str) -> Refusal | None:
    """Refuse to cancel a service in a way that its product does not allow, or that has no end."""
    product: Product = turn.tariff(service)
    requested = "" if by == "staff" or service.cancelling != when else "immediately"
    refusal = turn.rule(rules.cancellable, has=service.status, requested=requested) or turn.rule(
        rules.has_end, when=when, recurring=recurring(service)
    )
    if refusal or by == "staff":
        return refusal
    return turn.rule(
        rules.cancel,
        when=when,
        kinds=product.cancellation_kinds or CANCELLED.words,
        policy=product.cancellation,
        days=product.cancellation_days,
        ordered=turn.today if service.ordered is None else service.ordered.date(),
        today=turn.today,
    )


def plan_end(turn: Turn, service: Service) -> None:
    """Plan the end of a service that is to be cancelled: at its expiry, or now after that."""
    if _over(turn, service):
        turn.plan(turn.now, "cancellation: request", service)
    else:
        plan_for(turn, service.ends.date(), "cancellation: request", service)


def _over(turn: Turn, service: Service) -> bool:
    """Tell whether the time that is paid is over."""
    return service.expires is None or turn.since(service.expires) >= _NONE


def at_the_end(turn: Turn, service: Service) -> None:
    """Carry a request out at the end of what is paid; a cycle that ran to its end is invoiced."""
    if service.status in ENDED:
        return
    if not _over(turn, service):
        plan_end(turn, service)
        return
    ending = with_addons(turn, service)
    asks = list(left_with_others(turn, ending))
    if service.order_unpaid:
        cancel_unpaid(turn, *ending)
        asks = []
    for each in ending:
        finish(turn, each, "cancelled")
        asks += _asked_at_the_end(turn, each)
    if asks:
        issue(turn, service.client, turn.today, Asked(tuple(asks)))


def _asked_at_the_end(turn: Turn, service: Service) -> Iterable[InvoiceLine]:
    """Return what is asked of a service whose request is carried out, if no other part asks it."""
    if _others(turn, service):
        _leave_what_waits(turn, service)
        return usage_lines(turn, service)
    if at_end(turn, service):
        # The run of its last day may be hours after its end, which are no part of a further cycle.
        ends_today = service.ends.date() == turn.today
        return still_asked(turn, service, service.ends if ends_today else None)
    return (*over_lines(turn, service), *service.waiting, *usage_lines(turn, service))


def _others(turn: Turn, service: Service) -> bool:
    """Tell whether other parts run of a bundle whose fixed price stays."""
    return len(parts_of(turn, service)) > 1


def _leave_what_waits(turn: Turn, service: Service) -> None:
    """Leave what waits for the next invoice of a fixed price to another part: the price stays."""
    if service.waiting:
        heir = next(each for each in parts_of(turn, service) if each is not service)
        left = (with_fields(line, service=heir.number) for line in service.waiting)
        turn.set(heir, waiting=(*heir.waiting, *left))


def _carry_out(turn: Turn, service: Service) -> None:
    """Cancel a service now, with its addons: what is unpaid goes, what is unused is given back."""
    ending = with_addons(turn, service)
    cells = [
        at_most_paid(each, _paid_ahead(turn, each)) if each.expires is not None else ()
        for each in ending
    ]
    cancel_unpaid(turn, *ending)
    left_with_others(turn, ending)
    asks: list[InvoiceLine] = []
    for each in ending:
        finish(turn, each, "cancelled")
        asks += _still_asked(turn, each)
    if asks:
        issue(turn, service.client, turn.today, Asked(tuple(asks)))
    for each, unused in zip(ending, cells, strict=True):
        product: Product = turn.tariff(each)
        prepaid = product.billing_type != "postpaid" and product.cancel_pro_rata == "prepaid"
        # Of a licence that nobody has asked for, all has come back.
        unasked = each.status == "pending" and is_unmade(each)
        if prepaid and unused and not unasked:
            left, price = time_left(turn, unused), unused[0].price
            asked = {**left, "price": price, "unit": unit_of(product)}
            came_back(turn, each, credited(turn, each, rules.pro_rata, asked))


def _paid_ahead(turn: Turn, service: Service) -> Iterator[Cell]:
    """Yield the times that are paid and not over: not those that are asked at their end."""
    return (cell for cell in paid_cells(turn, service) if not cell.held)


def _still_asked(turn: Turn, service: Service) -> Iterable[InvoiceLine]:
    """Return what is asked of a service that is cancelled now, if no other part asks it."""
    product: Product = turn.tariff(service)
    if product.billing_type != "postpaid":
        return (*over_lines(turn, service), *service.waiting, *usage_lines(turn, service))
    if _others(turn, service):
        _leave_what_waits(turn, service)
        return ()
    return still_asked(turn, service)
