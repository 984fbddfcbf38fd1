"""Ordering a service: its invoice, and whether it is made before that is paid."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from prorata.reference.engine.hostbill.belonging import ordered_with, with_addons
from prorata.reference.engine.hostbill.buying import buy
from prorata.reference.engine.hostbill.composing import made_of, not_sold
from prorata.reference.engine.hostbill.cycles import at_end
from prorata.reference.engine.hostbill.effects import bring, cancel_for
from prorata.reference.engine.hostbill.invoices import ENDED, Asked, issue, unpaid_of
from prorata.reference.engine.hostbill.lines import period_line, setup_line
from prorata.reference.engine.hostbill.notices import tell, tell_ended
from prorata.reference.engine.hostbill.ordering import Ordered, enough, offered, wish
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
from prorata.reference.engine.state import Grant
from prorata.reference.hostbill import automation
from prorata.reference.hostbill.billing_type import made_at_order
from prorata.reference.hostbill.full_month import full_month
from prorata.reference.hostbill.initial_period import adjust
from prorata.reference.hostbill.invoice import first_due
from prorata.reference.hostbill.order import agreement, auto_cancel, delete, goes_along
from prorata.reference.hostbill.order import sub_products as sold_beside

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date, datetime

    from prorata.reference.engine.hostbill.catalogue import Product
    from prorata.reference.engine.state import InvoiceLine, Service
    from prorata.reference.engine.turn import Turn
    from prorata.reference.refusal import Refusal

__all__ = ["accept", "auto_cancelled", "create_by_cron", "order", "plan_cancellation"]


def order(
    turn: Turn,
    /,
    *,
    client: str,
    product: str,
    cycle: str,
    addons: Mapping[str, str] | None = None,
    sub_products: Mapping[str, str] | None = None,
    **said: Any,
) -> Refusal | None:
    """Order a service: its invoice is issued at once, and it starts with the payment of that.

    Addons are lines of the same order; a sub-product is placed with it as an order of its own.
    What is `said` beside is an `Ordered`.
    """
    catalogue, beside = turn.book.catalogue, Ordered(**said)
    refusal = _place(turn, client, (product, cycle), beside, addons or {})
    for name, its_cycle in (sub_products or {}).items():
        listed, further = catalogue[product].sub_products, catalogue[name]
        refusal = (
            refusal
            or turn.rule(sold_beside, name=name, listed=listed, is_bundle=bool(further.bundle))
            or turn.rule(agreement, document=further.agreement, consent=beside.consent)
            or _place(turn, client, (name, its_cycle), None, {})
        )
    if len(turn.services) > 1:
        turn.answer["services"] = [str(each.number) for each in turn.services]
    return refusal


def _place(
    turn: Turn,
    client: str,
    wanted: tuple[str, str],
    said: Ordered | None,
    addons: Mapping[str, str],
) -> Refusal | None:
    """Place one order, of a product with its addons or of a bundle, with one invoice.

    What is ordered beside another product has `said` nothing of its own.
    """
    product, cycle = wanted
    sold: Product = turn.book.catalogue[product]
    refusal = (
        not_sold(turn, sold, cycle, addons)
        or _offered(turn, sold)
        or _enough(turn, client, sold, addons)
    )
    if refusal:
        return refusal
    services = made_of(turn, turn.book.clients[client].name, sold, cycle, addons)
    turn.services += services
    told = said or Ordered()
    refusal = buy(turn, services, told.ip, told.licence_name)
    if refusal is None and said is not None:
        # The names of an order are those of its account on the panel, where it has one.
        own = (each for each in services if each.has_account and each.resold is None)
        named = next(own, services[0])
        refusal = wish(turn, named, sold, said)
    # What is wrong with the order is told before what the server lacks.
    refusal = refusal or _no_room(turn)
    if refusal:
        return refusal
    turn.answer.setdefault("service", str(services[0].number))
    for each in services:
        if each.has_account:
            tell(turn, each, "order")
    later = [each for each in services if at_end(turn, each)]
    for each in later:
        _begin_unpaid(turn, each, turn.tariff(each))
    others = [each for each in services if each not in later]
    if later and not later[0].belongs:
        _wait(turn, later[0], others)
    elif others:
        _ask(turn, others, sold)
    return None


def _made_up(turn: Turn, sold: Product) -> list[Product]:
    return [turn.book.catalogue[name] for name in sold.bundle] or [sold]


def _no_room(turn: Turn) -> Refusal | None:
    """Refuse what has no room on the server, with all that is ordered with it."""
    more = sum(each.has_account and each.resold is None for each in turn.services)
    return no_room(turn, more) if more else None


def _offered(turn: Turn, sold: Product) -> Refusal | None:
    """Refuse what is not offered: a product, or what a bundle is made of."""
    refusals = (offered(turn, each) for each in _made_up(turn, sold))
    return next(filter(None, refusals), None)


def _enough(turn: Turn, client: str, sold: Product, addons: Iterable[str]) -> Refusal | None:
    """Refuse more than there is: of a bundle, of a part that it has twice, of an addon."""
    bundle = [sold] if sold.bundle else []
    wanted = [*bundle, *_made_up(turn, sold), *(turn.book.catalogue[name] for name in addons)]
    refusals = (
        enough(turn, client, each, beside=wanted[:place].count(each), by_change=False)
        for place, each in enumerate(wanted)
    )
    return next(filter(None, refusals), None)


def _begin_unpaid(turn: Turn, service: Service, sold: Product) -> None:
    """Begin a service whose cycles are invoiced when they are over; its fee waits for the first."""
    service.waiting = setup_line(turn, service, sold)
    begin(turn, service, turn.today, turn.today)
    at_once = turn.rule(made_at_order, create=sold.create_account)
    made(turn, service, "payment" if at_once or sold.create_account == "by cron" else "order")
    go_on(turn, service, turn.now)


def _wait(turn: Turn, service: Service, addons: Sequence[Service]) -> None:
    """Begin addons of other cycles than a service that is paid at its end: its invoice has them."""
    for addon in addons:
        service.waiting += _lines(turn, addon, turn.tariff(addon))
        begin(turn, addon, turn.today, turn.today)
        go_on(turn, addon, turn.now)


def _ask(turn: Turn, services: Sequence[Service], sold: Product) -> None:
    """Issue the invoice of an order."""
    lines = [_lines(turn, each, turn.tariff(each)) for each in services]
    for each in services:
        listed = turn.book.catalogue[each.tariff].prices[each.cycle]
        each.ordered_at = listed, turn.tariff(each).whole
    grants = tuple(Grant("start", each.number) for each in services)
    dued = {"ordered": turn.today, "days": sold.first_invoice_due}
    due = turn.rule(first_due, **dued)
    wanted = Asked(tuple(line for own in lines for line in own), grants)
    invoice = issue(turn, services[0].client, due, wanted)
    if invoice is None or invoice.status == "paid":
        bring(turn, grants, invoice)
        for each in services:
            made(turn, each, "order")
    else:
        turn.decide("invoice due", first_due, services[0], **dued)
        for each in services:
            _await_payment(turn, each, sold)


def _await_payment(turn: Turn, service: Service, sold: Product) -> None:
    """Have a service wait for the payment of its order, at the price that this asked."""
    service.order_unpaid = True
    if recurring(service):
        service.next_due = turn.midnight(_first_end(turn, service))
    _make_unpaid(turn, service, "order")
    plan_cancellation(turn, service, sold)


def _lines(turn: Turn, service: Service, sold: Product) -> tuple[InvoiceLine, ...]:
    """Return what an order asks for a service."""
    covers, price = _covers(turn, service, sold), sold.prices[service.cycle]
    return (
        *period_line(turn, service, sold, price, covers),
        *setup_line(turn, service, sold),
    )


def _make_unpaid(turn: Turn, service: Service, event: str) -> None:
    """Make the account of a service whose order is not paid, where its product says so."""
    product: Product = turn.tariff(service)
    if not turn.rule(automation.create, setting=product.create_account, event=event):
        return
    ordered = _ordered_on(turn, service)
    if turn.rule(automation.renew, setting=product.renew_account, event="issue"):
        begin(turn, service, ordered, ordered)
    else:
        turn.set(service, starts=turn.midnight(ordered))
    made(turn, service, event)


def plan_cancellation(turn: Turn, service: Service, sold: Product) -> None:
    """Plan the end of an order that nobody pays, counted from the day it was placed."""
    counted = {"ordered": _ordered_on(turn, service), "days": sold.auto_cancel_after}
    day = turn.rule(auto_cancel, **counted)
    if day is not None:
        turn.decide("cancelled", auto_cancel, service, **counted)
        plan_for(turn, day, "cancellation: order", service)


def _ordered_on(turn: Turn, service: Service) -> date:
    return turn.today if service.ordered is None else service.ordered.date()


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
    refusal = (
        turn.rule(delete, deleted=waits.order_deleted)
        or turn.rule(goes_along, is_addon=not waits.has_account)
        or turn.rule(automation.accepted, has=waits.status)
    )
    if refusal:
        return refusal
    if waits.order_unpaid:
        for each in with_addons(turn, waits):
            _make_unpaid(turn, each, "accept")
    else:
        made(turn, waits, "accept")
    return None


def create_by_cron(turn: Turn, service: Service) -> None:
    """Make the account of a service that was paid since the scheduler ran last."""
    made(turn, service, "cron")


def auto_cancelled(turn: Turn, service: Service) -> None:
    """Cancel an order that nobody has paid, with its invoice and all that was ordered on that."""
    product: Product = turn.tariff(service)
    counted = {"ordered": _ordered_on(turn, service), "days": product.auto_cancel_after}
    day = turn.rule(auto_cancel, **counted)
    if not service.order_unpaid or service.status in ENDED or day is None or day > turn.today:
        return
    if service.order_deleted:
        return
    ordered_too = [each for each in ordered_with(turn, service) if each.order_unpaid]
    for invoice in tuple(unpaid_of(turn, service)):
        cancel_for(turn, invoice, *ordered_too)
    for each in ordered_too:
        turn.set(each, status="cancelled", deleted=turn.now)
        if each.status != "pending":
            turn.panel("delete", each)
            tell_ended(turn, each)
