"""The state of a billing: plain data, so that a snapshot is a copy."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from prorata.reference.engine.settings import Settings
from prorata.reference.money import Money

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime
    from fractions import Fraction
    from zoneinfo import ZoneInfo

    from prorata.reference.periods import Length
    from prorata.reference.proration import Paid, Stretch

__all__ = [
    "Book",
    "Client",
    "DayShare",
    "Invoice",
    "InvoiceLine",
    "Notification",
    "Operation",
    "Service",
    "Unpaid",
]


@dataclass(slots=True)
class Client:
    """A client with the balance of their account, in whole units of 10 to the power of −4.

    `group` is the group of clients; `trials` the tariffs tried; `accounts` what is on accounts in
    other currencies; `active` the payments that have begun.
    """

    name: str
    number: int
    currency: str
    units: int = 0
    group: str | None = None
    trials: frozenset[str] = frozenset()
    accounts: Mapping[str, Money] = field(default_factory=dict)
    active: tuple[Money, ...] = ()

    #: The decimal places of `units`: no line posts more.
    DIGITS: ClassVar = 4

    @property
    def balance(self) -> Money:
        """What is on the account."""
        return Money(self.units, self.DIGITS, self.currency)

    @balance.setter
    def balance(self, balance: Money) -> None:
        self.currency = balance.currency
        self.units = balance.scaled(self.DIGITS)


class DayShare(NamedTuple):
    """What the days of an order period came to at one price: that of a day and of a month."""

    prices: tuple[Fraction | None, Fraction | None]
    days: int
    posted: Fraction


class Unpaid(NamedTuple):
    """How a service ran after its expiry: `until` when that is suffered, and when it really did.

    `ran` has when it began to run unpaid and when it was last suspended, None while it runs; it is
    None where it has not run unpaid at all.
    """

    until: datetime
    ran: tuple[datetime, datetime | None] | None = None


@dataclass(slots=True)
class Service:
    """A service, which a client ordered. Instants are aware, in the zone of the billing.

    `period` is the one last paid; `anchor` the day of the month that the next period keeps.
    `bought` are the times that were bought, `stretches` the same at the prices of the tariff that
    the service has, for it and its resources; `paid` what was posted for resources. Under daily
    charging `order_period` has the dates of the running order period, `shares` what it was charged
    so far at the present prices, for the tariff and each resource, `units` how much of each
    resource the running day is charged for, and `uncharged` tells that today is not charged yet.
    `next_tariff` is a downgrade that waits, and until when.
    `trial` tells that the running period is a trial; `points_to` is the address of a domain in a
    free zone; `asked` is what it was ordered as, until it starts; `bought_in` the currency of a
    time bought in another one, and until when that runs; `unpaid` how it runs after its expiry;
    `deleted` when it was deleted.
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
    bought: tuple[Stretch, ...] = ()
    stretches: tuple[Stretch, ...] = ()
    paid: tuple[Paid, ...] = ()
    auto_renewal: Length | None = None
    resources: Mapping[str, int] = field(default_factory=dict)
    suspended_by: frozenset[str] = frozenset()
    next_tariff: tuple[str, datetime] | None = None
    order_period: tuple[date, date] | None = None
    shares: Mapping[str, DayShare] = field(default_factory=dict)
    units: Mapping[str, int] = field(default_factory=dict)
    uncharged: bool = False
    trial: bool = False
    points_to: str | None = None
    asked: Any = None
    bought_in: tuple[str, datetime] | None = None
    unpaid: Unpaid | None = None
    deleted: datetime | None = None

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
    """What a panel has been asked to do: running until it is done.

    `login` is the name with which a user was first to be made: where it is taken, others follow.
    `manual`: staff see to it, it is not tried again by itself. `refused` is how often the panel
    said no, `unanswered` how often it has not answered since it last did, `next_try` when it is
    tried again by itself.
    """

    number: int
    service: int
    action: str
    arguments: tuple[str, ...] = ()
    status: str = "running"
    error: str | None = None
    tries: int = 0
    unsure: bool = False
    login: str = ""
    manual: bool = False
    refused: int = 0
    unanswered: int = 0
    next_try: datetime | None = None


@dataclass(frozen=True, slots=True)
class Notification:
    """What a client was told: to which address, from which, and in what way."""

    at: datetime
    to: str
    sender: str
    kind: str
    way: str


@dataclass(slots=True)
class Book:
    """Everything that a billing knows."""

    currency: str
    zone: ZoneInfo
    catalogue: Mapping[str, Any]
    settings: Settings = field(default_factory=Settings)
    clients: dict[str, Client] = field(default_factory=dict)
    services: dict[int, Service] = field(default_factory=dict)
    invoices: dict[int, Invoice] = field(default_factory=dict)
    operations: dict[int, Operation] = field(default_factory=dict)
    notifications: list[Notification] = field(default_factory=list)
    #: The running operations of each service, by number, in order.
    running: dict[int, list[int]] = field(default_factory=dict)
    #: The next number for a service, client, invoice or operation; 1 where none is named.
    next_numbers: dict[str, int] = field(default_factory=dict)
