"""Invoicing many services in one run by decisions made once for all that are alike.

Where its client's credit pays it whole, or there is none, the invoice of the next cycle depends on
nothing but what a service is. So it is issued by the handler for the first one of a kind, as if its
client could pay anything or has nothing, and what was decided is applied to each that is so.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from decimal import Decimal
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final

from prorata.reference.engine.applying import Alike
from prorata.reference.engine.hostbill.cycles import generate
from prorata.reference.engine.state import Client, Service

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from prorata.reference.engine.billing import Billing

__all__ = ["generations"]

#: What tells services apart that are alike.
_OWN: Final = frozenset({"number", "client", "user", "domain", "starts", "ordered"})
_like: Final = attrgetter(*(each.name for each in fields(Service) if each.name not in _OWN))
#: What an invoice sets at most; one that sets anything else is special.
_SET: Final = ("next_due", "waiting", "expires", "cells")


@dataclass(slots=True)
class _Known:
    """What was decided for the services that are `like` one."""

    like: tuple[Any, ...]
    alike: Alike
    invoice: int
    units: int
    values: tuple[Any, ...]


def generations(billing: Billing, _now: datetime) -> Callable[[Service], bool]:
    """Return what issues the next invoice of a service now, where nothing is special about it."""
    book = billing.book
    clients, unpaid, numbers = book.clients, book.unpaid, book.next_numbers
    services = book.services
    invoices = book.invoices.rows
    found: dict[tuple[int, bool], tuple[Any, _Known | None]] = {}
    decided: dict[tuple[Any, ...], _Known | None] = {}
    merged = book.settings.invoicing.merge != "never"

    def known_of(service: Service, *, pays: bool) -> _Known | None:
        dates = service.next_due, service.expires, service.anchor
        kind = (pays, service.tariff, service.cycle, *dates)
        if kind not in decided:
            decided[kind] = _decide(billing, service, pays=pays)
        # The cells are kept with what is known of them: no others are found in their place.
        found[id(service.cells), pays] = service.cells, decided[kind]
        return decided[kind]

    def leads(number: int) -> bool:
        """Tell whether addons, or other parts of a bundle, are invoiced with a service."""
        following = services.get(number + 1)
        return following is not None and following.belongs is not None

    def generate_at_once(service: Service) -> bool:
        client, own = clients[service.client], service.number
        balance = client.units
        if merged or service.status != "active" or own in unpaid or leads(own):
            return False
        pays = balance > 0
        seen = found.get((id(service.cells), pays))
        known = known_of(service, pays=pays) if seen is None else seen[1]
        if known is None or balance < known.units or _like(service) != known.like:
            return False
        alike, name = known.alike, service.client
        number = numbers.get("invoice", 1)
        numbers["invoice"] = number + 1
        client.units = balance - known.units
        for line in alike.lines:
            alike.ledger.append((line, name, own, number))
        before = Decimal(balance).scaleb(-Client.DIGITS)
        alike.decided.append((alike.decisions, own, len(alike.ledger), before))
        invoices[number] = (known.invoice, name, own)
        if not pays:
            unpaid[own] = [number]
        service.next_due, service.waiting, service.expires, service.cells = known.values
        for bucket in alike.buckets:
            bucket.append(own)
        return True

    return generate_at_once


def _decide(billing: Billing, service: Service, *, pays: bool) -> _Known | None:
    """Have the handler decide for one service; None where more than one invoice comes of it."""
    turn = billing.affordable(service.client) if pays else billing.turn()
    generate(turn, service)
    if turn.tasks or len(turn.invoices) != 1:
        return None
    (invoice,), spent = turn.invoices, turn.spent.get(service.client)
    if invoice.status != ("paid" if pays else "unpaid"):
        return None
    known = Alike.of(billing, turn, service)
    if known is None or not known.fields.keys() <= set(_SET):
        return None
    return _Known(
        _like(service),
        known,
        billing.book.invoices.alike(invoice),
        spent.scaled(Client.DIGITS) if spent else 0,
        tuple(known.fields.get(name, getattr(service, name)) for name in _SET),
    )
