"""The state of a billing: plain data, so that a snapshot is a copy."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime
    from zoneinfo import ZoneInfo

    from prorata.reference.money import Money
    from prorata.reference.periods import Length
    from prorata.reference.proration import Stretch

__all__ = ["Book", "Client", "Invoice", "InvoiceLine", "Operation", "Service"]


@dataclass(slots=True)
class Client:
    """A client with the balance of their account."""

    name: str
    number: int
    balance: Money


@dataclass(slots=True)
class Service:
    """A service, which a client ordered. Instants are aware, in the zone of the billing.

    `period` is the one last paid; `anchor` the day of the month that the service keeps;
    `order_period` the dates of the running order period under daily charging; `days` and `posted`
    what that period was charged so far; `uncharged`
    tells that today is not charged yet; `next_tariff` is a downgrade that waits, and until when.
    """

    number: int
    client: str
    tariff: str
    period: Length
    status: str
    user: str = ""
    domain: str = ""
    starts: datetime | None = None
    expires: datetime | None = None
    anchor: int = 1
    stretches: tuple[Stretch, ...] = ()
    auto_renewal: Length | None = None
    resources: Mapping[str, int] = field(default_factory=dict)
    suspended_by: frozenset[str] = frozenset()
    suspended_on: date | None = None
    next_tariff: tuple[str, datetime] | None = None
    order_period: tuple[date, date] | None = None
    days: int = 0
    posted: Fraction = Fraction(0)
    uncharged: bool = False

    @property
    def ends(self) -> datetime:
        """The expiry of a service that has started; `ValueError` before that."""
        if self.expires is None:
            message = f"service {self.number} has not started"
            raise ValueError(message)
        return self.expires


@dataclass(frozen=True, slots=True)
class InvoiceLine:
    """One line of an invoice."""

    kind: str
    amount: Money


@dataclass(slots=True)
class Invoice:
    """What a client is asked to pay: the lines add up to the total.

    `change_to` is the product that a service gets when it is paid; None starts the service.
    """

    number: int
    client: str
    service: int
    issued: datetime
    due: datetime
    lines: tuple[InvoiceLine, ...]
    total: Money
    status: str = "unpaid"
    change_to: str | None = None


@dataclass(slots=True)
class Operation:
    """What a panel has been asked to do: running until it is done."""

    number: int
    service: int
    action: str
    arguments: tuple[str, ...] = ()
    status: str = "running"
    error: str | None = None
    tries: int = 0
    unsure: bool = False


@dataclass(slots=True)
class Book:
    """Everything that a billing knows."""

    currency: str
    zone: ZoneInfo
    catalogue: Mapping[str, Any]
    clients: dict[str, Client] = field(default_factory=dict)
    services: dict[int, Service] = field(default_factory=dict)
    invoices: dict[int, Invoice] = field(default_factory=dict)
    operations: dict[int, Operation] = field(default_factory=dict)
    #: The running operations of each service, by number, in order.
    running: dict[int, list[int]] = field(default_factory=dict)
    #: The next number for a service, client, invoice or operation; 1 where none is named.
    next_numbers: dict[str, int] = field(default_factory=dict)
