"""The state of a billing: plain data, so that a snapshot is a copy."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Final, NamedTuple

from prorata.reference.engine.invoices import Invoices
from prorata.reference.engine.licences import Resold, Shelf
from prorata.reference.engine.settings import Settings
from prorata.reference.money import Money

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date, datetime
    from fractions import Fraction
    from zoneinfo import ZoneInfo

    from prorata.reference.periods import Length
    from prorata.reference.proration import Paid, Stretch

__all__ = [
    "Belongs",
    "Book",
    "Cell",
    "Client",
    "CreditNote",
    "DayShare",
    "Grant",
    "Invoice",
    "InvoiceLine",
    "Notification",
    "Operation",
    "Owed",
    "Reported",
    "Service",
    "Unpaid",
    "Wishes",
]


@dataclass(slots=True)
class Client:
    """A client with the balance of their account, in whole units of 10 to the power of −4.

    `group` is the group of clients; `trials` the tariffs tried; `accounts` what is on accounts in
    other currencies; `active` the payments that have begun; `owed` what downgrades give back later;
    `password` that of the login to the billing, where the client has chosen one.
    """

    name: str
    number: int
    currency: str
    units: int = 0
    group: str | None = None
    trials: frozenset[str] = frozenset()
    accounts: Mapping[str, Money] = field(default_factory=dict)
    active: tuple[Money, ...] = ()
    owed: tuple[Owed, ...] = ()
    password: str = ""

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
    """What the days of an order period came to at one price: that of a day and of a month.

    `cost` is what the last of them cost, of all units that it was charged for. `by_sum` tells that
    they are parts of the sum of the order period: days at a fixed rate are no part of it.
    """

    prices: tuple[Fraction | None, Fraction | None]
    days: int
    posted: Fraction
    cost: Fraction
    by_sum: bool


class Unpaid(NamedTuple):
    """How a service ran after its expiry: `until` when that is suffered, and when it really did.

    `ran` has when it began to run unpaid and when it was last suspended, None while it runs; it is
    None where it has not run unpaid at all.
    """

    until: datetime
    ran: tuple[datetime, datetime | None] | None = None


class Wishes(NamedTuple):
    """What an order said of a service: how the client comes by the domain, answers, agreement.

    `answers` are those to the form, by field; `agreement` is what the client consented to.
    """

    domain_option: str = ""
    answers: tuple[tuple[str, str], ...] = ()
    agreement: str = ""


#: What of a server is something for the licence of its control panel as well.
_OF_LICENCES: Final = frozenset({"prolong", "suspend", "resume"})
#: Those of an order that says nothing beside.
NO_WISHES: Final = Wishes()


class Belongs(NamedTuple):
    """What a service is a part of: a `bundle`, whose first part is `to`, or the service `to`.

    An addon of a service keeps the `billing_type` that it was ordered with.
    """

    to: int
    bundle: str = ""
    billing_type: str = ""


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
    free zone; `asked` is what it was ordered as, until it starts; `bought_in` the currencies of
    times that were bought before another one came, and until when each runs; `unpaid` how it runs
    after its expiry; `deleted` when it was deleted.

    In HostBill `cycle` is the name of the period, `next_due` the date of the next invoice; the
    invoice of the order may be unpaid; `ordered_at` is what its product was listed at then, and
    the fixed price that it shares by that, if any; `missed_since` is since when invoices were
    missed that follow now, `waiting` what the next invoice asks beside its cycle, and `cells` are
    the times that it was sold. `cancelling` is how it is to be cancelled, `confirmed` that no staff
    need to carry that out, `next_cycle` what its next invoice is for, `wishes` what its order said
    beside;
    `noticed` is when its client was last told of its expiry. `metered_until` is the end of the
    first month whose `usage` is not invoiced.
    `owners` are the clients who had it before, the first one first; `order_deleted` tells
    that staff deleted its order; `owing` are the differences of upgrades, by their arguments, that
    were carried out and are not paid; `belongs` tells of an addon, or of a part of a bundle.
    `resold` is what it has that is bought from a seller. `address` is that of a server, which is
    made at once and on no panel: what is asked for it is asked of the seller of its control panel.
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
    bought_in: tuple[tuple[str, datetime], ...] = ()
    unpaid: Unpaid | None = None
    deleted: datetime | None = None
    cycle: str = ""
    ordered: datetime | None = None
    next_due: datetime | None = None
    order_unpaid: bool = False
    ordered_at: tuple[Fraction, Fraction | None] | None = None
    missed_since: datetime | None = None
    waiting: tuple[InvoiceLine, ...] = ()
    cells: tuple[Cell, ...] = ()
    cancelling: str = ""
    confirmed: bool = False
    next_cycle: str = ""
    wishes: Wishes = NO_WISHES
    noticed: datetime | None = None
    metered_until: datetime | None = None
    usage: tuple[Reported, ...] = ()
    owners: tuple[str, ...] = ()
    order_deleted: bool = False
    owing: tuple[Mapping[str, Any], ...] = ()
    belongs: Belongs | None = None
    resold: Resold | None = None
    address: str | None = None

    @property
    def orderer(self) -> str:
        """The client who ordered it, by whom its user on the panel is known."""
        return self.owners[0] if self.owners else self.client

    @property
    def has_account(self) -> bool:
        """Whether it is something on the panel: an addon is not."""
        return self.belongs is None or bool(self.belongs.bundle)

    @property
    def is_server(self) -> bool:
        """Whether it is a server, which is on no panel."""
        return self.address is not None

    @property
    def stands(self) -> bool:
        """Whether it is suspended here, whatever its seller has done."""
        return bool(self.suspended_by - {"seller"})

    def asks(self, action: str) -> bool:
        """Tell whether an action is something for a panel or a seller."""
        if not self.is_server:
            return self.has_account
        if self.resold is None:
            return False
        return action == "delete" or (action in _OF_LICENCES and bool(self.resold.tariff))

    @property
    def ends(self) -> datetime:
        """The expiry of a service that has started; `ValueError` before that."""
        if self.expires is None:
            message = f"service {self.number} has not started"
            raise ValueError(message)
        return self.expires


@dataclass(frozen=True, slots=True)
class InvoiceLine:
    """One line of an invoice, with the rule that asks for it and that rule's arguments.

    `rate` is that of the tax on it, in percent; None for what bears none. An amount is never
    negative: the kind tells the direction.
    """

    kind: str
    amount: Money
    service: int
    covers: tuple[datetime, datetime] | None
    function: Callable[..., Fraction]
    arguments: Mapping[str, Any]
    rate: Fraction | None = None


class Cell(NamedTuple):
    """A time that a service was sold at one price, which is that of the `full` time.

    Both are half-open; `product` and `cycle` are what it was sold as. `asked` is the price that was
    asked for it in all and not given back, where that is another one. It is `held` where it is
    asked when it is over. `worth` is the price that the next change counts it at, where a change
    left what is asked for it; `whole` the fixed price of all parts of its bundle.
    """

    starts: datetime
    expires: datetime
    full: tuple[datetime, datetime]
    price: Fraction
    product: str
    cycle: str
    asked: Fraction | None = None
    held: bool = False
    worth: Fraction | None = None
    whole: Fraction | None = None


class Reported(NamedTuple):
    """So much of a variable, used at an instant by a service that had a product then."""

    at: datetime
    variable: str
    amount: Fraction
    product: str


class Grant(NamedTuple):
    """What a service gets for an invoice: its start, a cycle more, or another product."""

    what: str
    service: int
    product: str = ""
    cells: tuple[Cell, ...] = ()


@dataclass(slots=True)
class Invoice:
    """What a client is asked to pay: the lines add up to the total.

    `service` is the first of its services; `paid` what was paid of it, by credit too; `grants`
    are what its payment brings. `moved` are the expiries that its issue moved, with what they
    were; `fee` tells that a late fee was added; `reminded` is when its client was last reminded.
    """

    number: int
    client: str
    service: int
    issued: datetime
    due: datetime
    lines: tuple[InvoiceLine, ...]
    total: Money
    paid: Money
    grants: tuple[Grant, ...] = ()
    status: str = "unpaid"
    fee: bool = False
    moved: tuple[tuple[int, datetime | None], ...] = ()
    reminded: datetime | None = None

    @property
    def services(self) -> tuple[int, ...]:
        """The services that it is for, in the order in which they were ordered."""
        own = {self.service, *(line.service for line in self.lines)}
        return tuple(sorted(own | {grant.service for grant in self.grants}))


@dataclass(frozen=True, slots=True)
class Owed:
    """What a downgrade gives back once its client owes nothing, with the arguments of its rule."""

    service: int
    arguments: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class CreditNote:
    """A document of what a downgrade gave back; it moves no balance."""

    number: int
    client: str
    service: int
    issued: datetime
    amount: Money


@dataclass(slots=True)
class Operation:
    """What a panel has been asked to do: running until it is done.

    `login` is the name with which a user was first to be made: where it is taken, others follow.
    `manual`: staff see to it, it is not tried again by itself. `refused` is how often the panel
    said no, `unanswered` how often it has not answered since it last did, `next_try` when it is
    tried again by itself. `asked`: a seller was asked, and an event is to show that it is done;
    `before` is until when the licence ran that it renews, or which tariff was asked for.
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
    asked: bool = False
    before: str = ""


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
    invoices: Invoices = field(default_factory=Invoices)
    credit_notes: list[CreditNote] = field(default_factory=list)
    #: The unpaid invoices of each service, by number, in order.
    unpaid: dict[int, list[int]] = field(default_factory=dict)
    operations: dict[int, Operation] = field(default_factory=dict)
    notifications: list[Notification] = field(default_factory=list)
    #: The running operations of each service, by number, in order.
    running: dict[int, list[int]] = field(default_factory=dict)
    #: The templates of the panel, as they were imported last; None where they never were.
    templates: tuple[str, ...] | None = None
    #: The next number for a service, client, invoice or operation; 1 where none is named.
    next_numbers: dict[str, int] = field(default_factory=dict)
    #: What is known of the licences that are bought from sellers.
    shelf: Shelf = field(default_factory=Shelf)
