"""What clients and staff are told: messages of what happened, reminders, notices of expiries."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from prorata.reference.engine.hostbill.times import run_of
from prorata.reference.hostbill import messages as said
from prorata.reference.hostbill import reminders as rules

if TYPE_CHECKING:
    from datetime import date

    from prorata.reference.engine.hostbill.catalogue import Product
    from prorata.reference.engine.state import Invoice, Service
    from prorata.reference.engine.turn import Turn

__all__ = [
    "remind",
    "tell",
    "tell_created",
    "tell_ended",
    "tell_expiry",
    "tell_failed",
    "tell_upgraded",
]

_NONE: Final = timedelta()
_STAFF: Final = "staff"


def tell(turn: Turn, service: Service, event: str) -> None:
    """Send what a product has sent at an event."""
    product: Product = turn.tariff(service)
    for message in turn.rule(said.messages, event=event, templates=product.messages):
        to = service.client if message.to == "client" else _STAFF
        _send(turn, to, message.template, message.way)


def tell_created(turn: Turn, service: Service) -> None:
    """Tell a client that the account is made."""
    tell(turn, service, "created")


def tell_ended(turn: Turn, service: Service) -> None:
    """Tell a client that an account is gone that was there: an addon has none."""
    if service.has_account and turn.rule(said.of_account, has=service.status):
        tell(turn, service, "terminated")


def tell_upgraded(turn: Turn, service: Service) -> None:
    """Tell client and staff that the panel has carried out a change of the product."""
    if turn.rule(rules.follows, has=service.status):
        tell(turn, service, "upgraded")


def tell_failed(turn: Turn, service: Service) -> None:
    """Tell staff that the panel has not carried out a change of the product."""
    if turn.rule(rules.follows, has=service.status):
        tell(turn, service, "upgrade failed")


def remind(turn: Turn, service: Service) -> None:
    """Remind a client of the unpaid invoices of a service whose day it is, of each once."""
    product: Product = turn.tariff(service)
    for number in tuple(turn.book.unpaid.get(service.number, ())):
        invoice = turn.book.invoices[number]
        if invoice.reminded == turn.now or _reminds(turn, invoice) != service.number:
            continue
        due = invoice.due.date()
        for timed in product.reminders:
            counted = {"due": due, "when": timed.when, "days": timed.days}
            if _is_now(turn, turn.rule(rules.reminders, **counted)):
                turn.decide("reminder", rules.reminders, service, **counted)
                _send(turn, invoice.client, timed.kind, "mail")
                turn.set(invoice, reminded=turn.now)


def _reminds(turn: Turn, invoice: Invoice) -> int | None:
    """Return the service whose reminders an invoice has: the first that has any."""
    for number in invoice.services:
        service = turn.book.services[number]
        runs = turn.rule(rules.follows, has=service.status)
        if runs and turn.tariff(service).reminders:
            return number
    return None


def tell_expiry(turn: Turn, service: Service) -> None:
    """Tell a client of the expiry of a service, on the days that its product says."""
    runs = turn.rule(rules.follows, has=service.status)
    if not runs or service.expires is None or service.noticed == turn.now:
        return
    product: Product = turn.tariff(service)
    expires = service.expires.date()
    for timed in product.expiry_notices:
        counted = {"expires": expires, "when": timed.when, "days": timed.days}
        if _is_now(turn, turn.rule(rules.expiry_notice, **counted)):
            turn.decide("expiry notice", rules.expiry_notice, service, **counted)
            _send(turn, service.client, timed.kind, "mail")
            turn.set(service, noticed=turn.now)


def _is_now(turn: Turn, day: date) -> bool:
    """Tell whether it is the run of a day."""
    return turn.since(run_of(turn, day)) == _NONE


def _send(turn: Turn, to: str, kind: str, way: str) -> None:
    turn.notify(to, kind, way, turn.book.settings.provider.notifications)
