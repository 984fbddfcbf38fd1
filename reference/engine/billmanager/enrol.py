"""Putting many services into a book: what is alike is ordered once, by its act, and copied."""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING

from prorata.reference.engine.applying import Alike
from prorata.reference.engine.billmanager.order import name_service, order
from prorata.reference.engine.state import Client

if TYPE_CHECKING:
    from datetime import datetime

    from prorata.reference.engine.billing import Billing
    from prorata.reference.engine.state import Service
    from prorata.reference.money import Money

__all__ = ["Enrolment"]


class Enrolment:
    """Enrols clients with one service each, as if each had ordered it now; panels are not asked."""

    def __init__(self, billing: Billing) -> None:
        self._billing = billing
        self._ordered: dict[tuple[datetime, str, str, bool], tuple[Service, Alike]] = {}

    def add(
        self, client: str, balance: Money, *, tariff: str, period: str, auto_renewal: bool
    ) -> Service:
        """Enrol a new client with a service; `ValueError` for an order that would be refused."""
        billing, book = self._billing, self._billing.book
        known = Client(client, billing.number("client"), balance.currency)
        known.balance = balance
        book.clients[client] = known
        billing.receipts.append((client, balance))
        ordered, alike = self._like(client, tariff, period, auto_renewal=auto_renewal)
        service = copy(ordered)
        service.number, service.client = billing.number("service"), client
        name_service(billing.turn(), service, book.catalogue[tariff], "")
        book.services[service.number] = service
        alike.apply(service, known)
        service.status = "active"
        return service

    def _like(
        self, client: str, tariff: str, period: str, *, auto_renewal: bool
    ) -> tuple[Service, Alike]:
        kind = (self._billing.clock.now(), tariff, period, auto_renewal)
        if kind not in self._ordered:
            self._ordered[kind] = self._order(client, tariff, period, auto_renewal=auto_renewal)
        return self._ordered[kind]

    def _order(
        self, client: str, tariff: str, period: str, *, auto_renewal: bool
    ) -> tuple[Service, Alike]:
        turn = self._billing.turn()
        refusal = order(
            turn, client=client, tariff=tariff, period=period, auto_renewal=auto_renewal
        )
        if refusal is not None:
            raise ValueError(refusal.reason)
        (service,) = turn.services
        alike = Alike.of(self._billing, turn, service)
        if alike is None or alike.fields.get("status") != "processing":
            message = f"{tariff} for {period} is a trial, or the balance does not pay it"
            raise ValueError(message)
        return service, alike
