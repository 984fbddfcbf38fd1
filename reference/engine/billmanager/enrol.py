"""Putting many services into a book: what is alike is ordered once, by its act, and copied."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING, Any

from prorata.reference.engine.billmanager.order import name_service, order
from prorata.reference.engine.rulebook import PHASES
from prorata.reference.engine.state import Client

if TYPE_CHECKING:
    from datetime import datetime

    from prorata.reference.engine.billing import Billing
    from prorata.reference.engine.state import Service
    from prorata.reference.engine.turn import Turn
    from prorata.reference.money import Money

__all__ = ["Enrolment"]


@dataclass(frozen=True, slots=True)
class _Ordered:
    """What an order of a kind makes: its service, its lines, and where its expiry is planned."""

    service: Service
    units: int
    rows: tuple[tuple[tuple[Any, ...], tuple[Any, ...]], ...]
    buckets: tuple[list[int], ...]


class Enrolment:
    """Enrols clients with one service each, as if each had ordered it now; panels are not asked."""

    def __init__(self, billing: Billing) -> None:
        self._billing = billing
        self._now: datetime | None = None
        self._ordered: dict[tuple[str, str, bool], _Ordered] = {}

    def add(
        self, client: str, balance: Money, *, tariff: str, period: str, auto_renewal: bool
    ) -> Service:
        """Enrol a new client with a service; `ValueError` for an order that would be refused."""
        book = self._billing.book
        known = Client(client, self._number("client"), balance.currency)
        known.balance = balance
        book.clients[client] = known
        self._billing.receipts.append((client, balance))
        ordered = self._like(client, tariff, period, auto_renewal=auto_renewal)
        service = copy(ordered.service)
        service.number, service.client = self._number("service"), client
        turn = self._billing.turn()
        name_service(turn, service, book.catalogue[tariff], "")
        book.services[service.number] = service
        known.units -= ordered.units
        for before, after in ordered.rows:
            self._billing.ledger.rows.append((*before, client, service.number, *after))
        for bucket in ordered.buckets:
            bucket.append(service.number)
        return service

    def _like(self, client: str, tariff: str, period: str, *, auto_renewal: bool) -> _Ordered:
        now = self._billing.clock.now().astimezone(self._billing.book.zone)
        if now != self._now:
            self._now = now
            self._ordered.clear()
        kind = (tariff, period, auto_renewal)
        if kind not in self._ordered:
            turn = self._billing.turn()
            refusal = order(
                turn, client=client, tariff=tariff, period=period, auto_renewal=auto_renewal
            )
            if refusal is not None:
                raise ValueError(refusal.reason)
            self._ordered[kind] = self._decided(turn)
        return self._ordered[kind]

    def _decided(self, turn: Turn) -> _Ordered:
        (service,) = turn.services
        for what, fields in turn.changes:
            if what is service:
                for name, value in fields.items():
                    setattr(service, name, value)
        if service.status != "processing":
            message = f"the balance does not pay {service.tariff} for {service.period}"
            raise ValueError(message)
        service.status = "active"
        cost = sum(entry.units for entry in turn.entries)
        schedule = self._billing.schedule
        return _Ordered(
            service=service,
            units=cost,
            rows=tuple(
                ((turn.now, entry.kind, entry.amount), (entry.covers, entry.rule, entry.arguments))
                for entry in turn.entries
            ),
            buckets=tuple(
                schedule.bucket(
                    plan.when.astimezone(UTC), PHASES.index(plan.what.partition(":")[0]), plan.what
                )
                for plan in turn.plans
                if plan.service == service.number
            ),
        )

    def _number(self, what: str) -> int:
        numbers = self._billing.book.next_numbers
        number = numbers.get(what, 1)
        numbers[what] = number + 1
        return number
