"""Cancelling a service: requests, when they are carried out, and what money follows them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from prorata.reference.engine.hostbill.change import paid_cells, time_left
from prorata.reference.engine.hostbill.cycles import at_end, cycle_of
from prorata.reference.engine.hostbill.effects import cancel_for, renewals_of
from prorata.reference.engine.hostbill.invoices import ENDED, Asked, issue
from prorata.reference.engine.hostbill.metered import usage_lines
from prorata.reference.engine.hostbill.overdue import cancel_unpaid, finish
from prorata.reference.engine.hostbill.paid import at_most_paid
from prorata.reference.engine.hostbill.parts import unit_of, used_part
from prorata.reference.engine.hostbill.periods import recurring
from prorata.reference.engine.hostbill.times import plan_for
from prorata.reference.hostbill import cancel as rules
from prorata.reference.rules import id_of
from prorata.reference.vocabulary.product import CANCELLED

if TYPE_CHECKING:
    from prorata.reference.engine.hostbill.catalogue import Product
    from prorata.reference.engine.state import Service
    from prorata.reference.engine.turn import Turn
    from prorata.reference.refusal import Refusal

__all__ = ["at_the_end", "cancel", "cancel_refused", "plan_end"]

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
    turn.set(cancelled, cancelling=when)
    for invoice in tuple(renewals_of(turn, cancelled)):
        cancel_for(turn, invoice, cancelled, kept="usage")
    if by_itself:
        turn.plan(turn.now, "change: to be cancelled", cancelled)
    return None


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
    if service.cancelling and not _over(turn, service):
        plan_for(turn, service.ends.date(), "cancellation: request", service)
    elif service.cancelling:
        turn.plan(turn.now, "cancellation: request", service)


def _over(turn: Turn, service: Service) -> bool:
    """Tell whether the time that is paid is over."""
    return service.expires is None or turn.since(service.expires) >= _NONE


def at_the_end(turn: Turn, service: Service) -> None:
    """Carry a request out at the end of what is paid; a cycle that ran to its end is invoiced."""
    if not service.cancelling or service.status in ENDED:
        return
    if not _over(turn, service):
        plan_end(turn, service)
        return
    if service.order_unpaid:
        cancel_unpaid(turn, service)
    finish(turn, service, "cancelled")
    wanted = cycle_of(turn, service).lines if at_end(turn, service) else service.waiting
    lines = (*wanted, *usage_lines(turn, service))
    if lines:
        issue(turn, service.client, turn.today, Asked(lines))


def _carry_out(turn: Turn, service: Service) -> None:
    """Cancel a service now: what is unpaid goes, what is unused is given back where that is set."""
    product: Product = turn.tariff(service)
    cells = paid_cells(turn, service) if service.expires is not None else ()
    unused = at_most_paid(service, cells)
    cancel_unpaid(turn, service)
    finish(turn, service, "cancelled")
    if product.cancel_pro_rata == product.billing_type == "postpaid":
        used = Asked(tuple(used_part(turn, service, product)))
        if used.lines:
            issue(turn, service.client, turn.today, used)
    elif product.billing_type != "postpaid":
        rest = (*service.waiting, *usage_lines(turn, service))
        if rest:
            issue(turn, service.client, turn.today, Asked(rest))
        if product.cancel_pro_rata == "prepaid" and unused:
            counted = {**time_left(turn, unused), "price": unused[0].price}
            _credit(turn, service, {**counted, "unit": unit_of(product)})


def _credit(turn: Turn, service: Service, arguments: dict[str, Any]) -> None:
    exact = turn.rule(rules.pro_rata, **arguments)
    amount = turn.money("credit", exact)
    if amount:
        turn.enter("credit", amount, service, None, id_of(rules.pro_rata), arguments)
    else:
        turn.no_line("credit", exact, service, rules.pro_rata, arguments)
