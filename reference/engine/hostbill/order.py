"""Ordering a service: its invoice, and whether it is made before that is paid."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from prorata.reference.engine.hostbill.cycles import BY_TYPE, at_end
from prorata.reference.engine.hostbill.effects import bring, cancel_for
from prorata.reference.engine.hostbill.invoices import (
    ENDED,
    Asked,
    asked,
    issue,
    unpaid_of,
)
from prorata.reference.engine.hostbill.notices import tell, tell_ended
from prorata.reference.engine.hostbill.ordering import Order, offered, wish
from prorata.reference.engine.hostbill.periods import (
    begin,
    by_full_months,
    first_period,
    go_on,
    made,
    recurring,
)
from prorata.reference.engine.hostbill.times import plan_for
from prorata.reference.engine.provisioning import no_room
from prorata.reference.engine.state import Grant, Service
from prorata.reference.hostbill import automation
from prorata.reference.hostbill import cycle as cycles
from prorata.reference.hostbill.billing_type import made_at_order
from prorata.reference.hostbill.full_month import full_month
from prorata.reference.hostbill.initial_period import adjust
from prorata.reference.hostbill.invoice import first_due
from prorata.reference.hostbill.order import auto_cancel, delete
from prorata.reference.periods import Length

if TYPE_CHECKING:
    from datetime import datetime

    from prorata.reference.engine.hostbill.catalogue import Product
    from prorata.reference.engine.turn import Turn
    from prorata.reference.refusal import Refusal

__all__ = ["accept", "auto_cancelled", "create_by_cron", "order", "sells"]


def order(
    turn: Turn,
    /,
    *,
    client: str,
    product: str,
    cycle: str,
    **said: Any,
) -> Refusal | None:
    """Order a service: its invoice is issued at once, and it starts with the payment of that.

    What is `said` beside is an `Order`.
    """
    sold, owner = turn.book.catalogue[product], turn.book.clients[client]
    refusal = sells(turn, sold, cycle) or offered(turn, client, sold) or no_room(turn, 1)
    if refusal:
        return refusal
    period = cycles.CYCLES.get(cycle, Length())
    service = Service(turn.number("service"), owner.name, sold.name, period, "pending")
    service.cycle, service.ordered = cycle, turn.now
    refusal = wish(turn, service, sold, Order(**said))
    if refusal:
        return refusal
    turn.services.append(service)
    turn.answer["service"] = str(service.number)
    tell(turn, service, "order")
    if at_end(turn, service):
        _begin_unpaid(turn, service, sold)
    else:
        _ask(turn, service, sold)
    return None


def sells(turn: Turn, product: Product, wanted: str) -> Refusal | None:
    """Refuse a cycle that a product is not sold for."""
    sold = tuple(product.prices)
    return turn.rule(cycles.cycle, wanted=wanted, sold=sold, licence=product.licence)


def _begin_unpaid(turn: Turn, service: Service, sold: Product) -> None:
    """Begin a service whose cycles are invoiced when they are over; its fee waits for the first."""
    service.waiting = asked(
        turn, "setup", BY_TYPE[sold.billing_type], service, taxed=sold.tax,
        setup_fee=sold.setup_fee,
    )  # fmt: skip
    begin(turn, service, turn.today, turn.today)
    at_once = turn.rule(
        made_at_order,
        billing_type=sold.billing_type,
        recurring=recurring(service),
        create=sold.create_account,
    )
    made(turn, service, "payment" if at_once or sold.create_account == "by cron" else "order")
    go_on(turn, service, turn.now)


def _ask(turn: Turn, service: Service, sold: Product) -> None:
    """Issue the invoice of an order."""
    rule = BY_TYPE[sold.billing_type]
    covers = _covers(turn, service, sold)
    lines = (
        *asked(
            turn,
            "period",
            rule,
            service,
            covers=covers,
            taxed=sold.tax,
            cycle_price=sold.prices[service.cycle],
        ),
        *asked(turn, "setup", rule, service, taxed=sold.tax, setup_fee=sold.setup_fee),
    )
    grants = (Grant("start", service.number),)
    dued = {"ordered": turn.today, "days": sold.first_invoice_due}
    due = turn.rule(first_due, **dued)
    invoice = issue(turn, service.client, due, Asked(lines, grants))
    if invoice is None or invoice.status == "paid":
        bring(turn, grants, invoice)
        return
    turn.decide("invoice due", first_due, service, **dued)
    service.order_unpaid = True
    if recurring(service):
        service.next_due = turn.midnight(_first_end(turn, service))
    _make_unpaid(turn, service, "order")
    _plan_cancellation(turn, service, sold)


def _make_unpaid(turn: Turn, service: Service, event: str) -> None:
    """Make the account of a service whose order is not paid, where its product says so."""
    product: Product = turn.tariff(service)
    if not turn.rule(automation.create, setting=product.create_account, event=event):
        return
    ordered = turn.today if service.ordered is None else service.ordered.date()
    if turn.rule(automation.renew, setting=product.renew_account, event="issue"):
        begin(turn, service, ordered, ordered)
    else:
        turn.set(service, starts=turn.midnight(ordered))
    made(turn, service, event)


def _plan_cancellation(turn: Turn, service: Service, sold: Product) -> None:
    counted = {"ordered": turn.today, "days": sold.auto_cancel_after}
    day = turn.rule(auto_cancel, **counted)
    if day is not None:
        turn.decide("cancelled", auto_cancel, service, **counted)
        plan_for(turn, day, "cancellation: order", service)


def _first_end(turn: Turn, service: Service) -> Any:
    if by_full_months(turn, service):
        return turn.rule(full_month, ordered=turn.today)
    _, expires = turn.rule(adjust, **first_period(turn, service, turn.today, turn.today))
    return expires


def _covers(turn: Turn, service: Service, product: Product) -> tuple[datetime, datetime] | None:
    """Return the time that the first line pays for; a payment may yet move that of some."""
    if not recurring(service):
        return None
    if product.adjust_initial_period and not by_full_months(turn, service):
        return None
    return turn.midnight(turn.today), turn.midnight(_first_end(turn, service))


def accept(turn: Turn, /, *, service: str) -> Refusal | None:
    """Make the account of an order that waits, whether it is paid or not."""
    waits = turn.book.services[int(service)]
    refusal = turn.rule(delete, deleted=waits.order_deleted) or turn.rule(
        automation.accepted, has=waits.status
    )
    if refusal is None and waits.order_unpaid:
        _make_unpaid(turn, waits, "accept")
    elif refusal is None:
        made(turn, waits, "accept")
    return refusal


def create_by_cron(turn: Turn, service: Service) -> None:
    """Make the account of a service that was paid since the scheduler ran last."""
    made(turn, service, "cron")


def auto_cancelled(turn: Turn, service: Service) -> None:
    """Cancel an order that nobody has paid, with its invoice."""
    product: Product = turn.tariff(service)
    ordered = turn.today if service.ordered is None else service.ordered.date()
    day = turn.rule(auto_cancel, ordered=ordered, days=product.auto_cancel_after)
    if not service.order_unpaid or service.status in ENDED or day is None or day > turn.today:
        return
    if service.order_deleted:
        return
    for invoice in tuple(unpaid_of(turn, service)):
        cancel_for(turn, invoice, service)
    turn.set(service, status="cancelled", deleted=turn.now)
    if service.status != "pending":
        turn.panel("delete", service)
        tell_ended(turn, service)
