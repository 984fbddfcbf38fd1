"""A small world: a billing, a fake ispmanager in process, and the clock that they share."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest

from prorata.fakes import Ispmanager, transport
from prorata.reference.clock import Clock
from prorata.reference.engine import RULEBOOKS, Billing
from prorata.reference.engine.invariants import check
from prorata.reference.engine.snapshot import Snapshot
from prorata.reference.ledger import TO_CLIENT
from prorata.reference.panels import IspmanagerClient
from prorata.reference.periods import midnight
from prorata.reference.readings import choose
from prorata.reference.refusal import Refusal

#: Sold for a month and for three, in any amount, or by steps and from a minimum on.
DISK = {"disk": {"included": 1, "prices": {"1 month": "1.30", "3 months": "3.50"}}}
MUCH = {
    "disk": {"included": 2, "maximum": 9, "prices": {"1 month": "0.77", "3 months": "2.10"}},
    "databases": {"prices": {"1 month": "0.33", "3 months": "1.00", "1 year": "3.05"}},
}
#: Sold by the day: one with a price for it, one whose month is divided.
DAYS = {
    "disk": {"included": 1, "daily": "0.0123"},
    "databases": {"prices": {"1 month": "0.50"}, "maximum": 5},
}
PRICES = {"1 month": "3.10", "3 months": "9.00", "1 year": "33.33"}
#: One tariff for each way to charge, to change, to be late and to end.
CATALOGUE = {
    "month": {
        "prices": PRICES,
        "renewal_prices": {"1 month": "2.90"},
        "late_renewal_fee": {"percent": "50"},
        "weekend": "do not suspend",
        "auto_deletion": 20,
        "resources": DISK,
        "resource_cancel": "refund",
        "template": "small",
    },
    "turned": {
        "prices": {"1 month": "7.00", "3 months": "20.00"},
        "tariff_change": "change period",
        "late_renewal_fee": "from suspension",
        "setup_fee": "0.50",
        "resources": MUCH,
        "resource_order": "full price",
        "resource_cancel": "refund",
    },
    "anew": {
        "prices": {"1 month": "5.55", "3 months": "15.15"},
        "tariff_change": {"full payment": "current date"},
        "late_renewal_fee": {"fixed": "1.00"},
        "weekend": "do not suspend",
        "resources": MUCH,
        "resource_cancel": "refund",
    },
    "behind": {
        "prices": PRICES,
        "tariff_change": {"full payment": "service expiration date"},
        "resources": MUCH,
        "resource_order": "full price",
        "resource_cancel": "refund",
    },
    "upward": {
        "prices": {"1 month": "4.44", "3 months": "12.00"},
        "tariff_change": "extra charge only",
        "auto_deletion": 0,
        "resources": DISK,
        "resource_cancel": "refund",
        "weekend": "do not suspend",
    },
    "calendar": {
        "prices": {"1 month": "10", "3 months": "27.00"},
        "calendar": {},
        "late_renewal_fee": {"percent": "10"},
        "resources": MUCH,
        "resource_cancel": "refund",
    },
    "dates": {
        "prices": {"1 month": "6.00", "3 months": "17.00"},
        "calendar": {"pro_rata_day": 20},
        "tariff_change": "change period",
        "weekend": "do not suspend",
        "resources": MUCH,
    },
    "fixed": {"prices": PRICES, "tariff_change": "forbidden"},
    "day": {
        "daily": {"price": "0.1", "by_order_period": True, "clients_may_suspend": True},
        "auto_deletion": 5,
        "resources": DAYS,
    },
    "hour": {
        "daily": {"price": "0.0707", "charge_after_suspension": True},
        "setup_fee": "0.10",
        "weekend": "do not suspend",
        "resources": DAYS,
        "resource_cancel": "refund",
    },
    "free": {
        "prices": {"1 month": "0", "3 months": "0"},
        "auto_deletion": 1,
        "trial": {"days": 9},
        "resources": DISK,
    },
}


class Wire(httpx.BaseTransport):
    """The way to a panel: `broken` says how nothing comes through, None that all does."""

    def __init__(self, panel: Ispmanager) -> None:
        self.broken: str | None = None
        self._inner = transport(panel.app)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if self.broken == "cut":
            message = "refused"
            raise httpx.ConnectError(message, request=request)
        if self.broken == "full":
            doc = {"error": {"$type": "limit", "$object": "disk", "msg": {"$": "the disk is full"}}}
            return httpx.Response(200, json={"doc": doc})
        answer = self._inner.handle_request(request)
        if self.broken == "lost":
            message = "the answer is lost"
            raise httpx.ReadError(message, request=request)
        return answer


@dataclass
class World:
    """A billing with its panel; what is done to it, and what can be seen of it."""

    clock: Clock
    panel: Ispmanager
    wire: Wire
    billing: Billing
    #: The services of each client in the order of their orders; None for a refused order.
    services: dict[str, list[str | None]] = field(default_factory=dict)
    #: How many lines were derived again so far.
    derived: int = 0

    @classmethod
    def new(
        cls,
        start: datetime,
        *,
        clients: dict[str, str],
        readings: dict[str, str] | None = None,
        settings: dict[str, Any] | None = None,
    ) -> World:
        """Open a billing at an instant, in the zone of that."""
        clock = Clock(start)
        presets = {row.get("template", name): {} for name, row in CATALOGUE.items()}
        panel = Ispmanager(clock, presets=presets)
        wire = Wire(panel)
        billing = Billing(
            RULEBOOKS["billmanager"],
            clock=clock,
            readings=choose(readings or {}),
            catalogue=CATALOGUE,
            clients=clients,
            panel=_client(panel, wire),
            timezone=str(start.tzinfo),
            settings=settings,
        )
        return cls(clock, panel, wire, billing, {name: [] for name in clients})

    def twin(self) -> World:
        """Restore a snapshot, with a copy of the panel that shares its clock."""
        snapshot = Snapshot(self.billing)
        clock = Clock(snapshot.at)
        panel = Ispmanager(clock)
        panel.state = deepcopy(self.panel.state)
        wire = Wire(panel)
        billing = snapshot.restore(panel=_client(panel, wire), clock=clock)
        return World(clock, panel, wire, billing, deepcopy(self.services), self.derived)

    def act(self, client: str, verb: str, nth: int = 0, **parameters: Any) -> str:
        """Do an act of a client, on the nth of their services; return what came of it."""
        services = self.services[client]
        if verb == "order":
            answer = self.billing.act("order", client=client, **parameters)
            made = None if isinstance(answer, Refusal) else answer["service"]
            services.append(made)
            return _told(answer)
        if verb == "pay":
            return _told(self.billing.act("pay", client=client, **parameters))
        if verb == "set_tariff":
            return _told(self.billing.act("set_tariff", **parameters))
        service = services[nth % len(services)] if services else None
        if service is None:
            return "nothing to do it to"
        return _told(self.billing.act(verb, service=service, **parameters))

    def go(self, to: datetime, split: Any = None) -> None:
        """Go to an instant: in one jump, by due moments, by days, or by so many minutes."""
        while self.clock.now() < to:
            self.billing.advance_to(min(to, self._next(to, split)))

    def _next(self, to: datetime, split: Any) -> datetime:
        now = self.clock.now()
        if split == "due":
            due = self.billing.next_due()
            return max(due, now + timedelta(seconds=1)) if due else to
        if split == "days":
            zone = self.billing.book.zone
            tomorrow: date = now.astimezone(zone).date() + timedelta(days=1)
            return midnight(tomorrow, zone).astimezone(UTC)
        return now + timedelta(minutes=split) if split else to

    def wrong(self) -> list[str]:
        """Return what goes against what always holds."""
        found = check(self.billing, self.panel.users, self.derived)
        self.derived = len(self.billing.ledger)
        return [str(each) for each in found]

    def astray(self) -> list[str]:
        """Return what no rule has decided, and what is held and was never posted."""
        return [*undated(self.billing), *unheld(self.billing)]

    def start_all(self) -> None:
        """Start what waits for staff."""
        for number, operation in tuple(self.billing.book.operations.items()):
            if operation.manual and operation.status == "running":
                self.billing.start_operation(number)

    def seen(self) -> str:
        """Write everything that is there, byte for byte."""
        return "\n".join((everything(self.billing), *map(repr, self._on_panel())))

    def _on_panel(self) -> tuple[object, ...]:
        return *self.panel.state.users.values(), *self.panel.calls

    def story(self, client: str) -> list[tuple[object, ...]]:
        """Write what happened to one client, without the numbers that others' orders change."""
        numbers = [int(number) for number in self.services[client] if number]
        nth = {number: place for place, number in enumerate(numbers)}
        lines: list[tuple[object, ...]] = [
            (line.at, line.kind, str(line.amount), nth[line.service], line.covers, line.rule)
            for line in self.billing.ledger
            if line.client == client
        ]
        for number in numbers:
            service = self.billing.book.services[number]
            user = self.panel.users.get(service.user)
            lines.append(
                (
                    service.tariff,
                    service.status,
                    service.starts,
                    service.expires,
                    dict(service.resources),
                    user and (user.preset, user.active),
                ),
            )
        return [*lines, (str(self.billing.book.clients[client].balance),)]


def everything(billing: Billing) -> str:
    """Write all that a billing knows and has planned, byte for byte."""
    book = billing.book
    parts = (
        *billing.ledger,
        *billing.decisions,
        *book.services.values(),
        *book.invoices.values(),
        *book.credit_notes,
        book.unpaid,
        *book.clients.values(),
        *book.operations.values(),
        *book.notifications,
        book.running,
        book.next_numbers,
        billing.next_due(),
        billing.clock.now(),
    )
    return "\n".join(map(repr, parts))


def undated(billing: Billing) -> list[str]:
    """Return what is wrong with the dates of services: each is what a rule decided last."""
    zone, last = billing.book.zone, {}
    for made in billing.decisions:
        if not isinstance(came := billing.derive(made).result, Refusal):
            last[made.service, made.what] = made, came
    wrong = []
    for number, service in billing.book.services.items():
        _, came = last.get((number, "expires"), (None, None))
        came = came[-1] if isinstance(came, tuple) else came
        if (service.expires and service.expires.astimezone(zone).date()) != _civil(came, zone):
            wrong.append(f"date: service {number} expires {service.expires}, decided was {came}")
        if "non-payment" in service.suspended_by and not _ended(service, last):
            wrong.append(f"date: service {number} is suspended, and nothing decided when")
    return wrong


def _civil(came: Any, zone: ZoneInfo) -> date | None:
    return came.astimezone(zone).date() if isinstance(came, datetime) else came


def _ended(service: Any, last: dict[tuple[int, str], Any]) -> bool:
    """Tell whether a rule decided on the suspension for the expiry that the service has."""
    made, came = last.get((service.number, "suspended"), (None, None))
    if made is not None and "due" in made.arguments:
        return bool(came <= made.at.date())
    return (
        made is not None
        and made.arguments["expires"] == service.expires
        and (came >= service.expires)
    )


def unheld(billing: Billing) -> list[str]:
    """Return the services that hold more for days of theirs than was posted and stayed."""
    stays: dict[int, Fraction] = dict.fromkeys(billing.book.services, Fraction(0))
    for line in billing.ledger:
        if line.kind not in {"tax", "tax refund", "setup", "late fee"}:
            stays[line.service] += line.amount.exact * (-1 if line.kind in TO_CLIENT else 1)
    held = {
        number: sum((s.paid for s in service.stretches), Fraction(0))
        + sum((each.amount for each in service.paid), Fraction(0))
        for number, service in billing.book.services.items()
    }
    return [
        f"held: service {number} holds {held[number]}, {stays[number]} was posted and stayed"
        for number in held
        if held[number] > stays[number]
    ]


def _client(panel: Ispmanager, wire: Wire) -> IspmanagerClient:
    url = f"http://panel{panel.path}"
    return IspmanagerClient(url, panel.login, panel.password, transport=wire)


def _told(answer: Any) -> str:
    return f"refused by {answer.rule}" if isinstance(answer, Refusal) else "done"


@pytest.fixture(scope="session")
def catalogue() -> Any:
    """Return the tariffs of a world, as its billing was given them."""
    return CATALOGUE


@pytest.fixture(scope="session")
def written() -> Any:
    """Write all that a billing knows, and its panel: ``written(billing, panel)``."""

    def write(billing: Billing, panel: Ispmanager) -> str:
        return "\n".join((everything(billing), repr(panel.users), repr(panel.calls)))

    return write


@pytest.fixture(scope="session")
def wrong_dates() -> Any:
    """Say what is wrong with the dates of a billing: ``wrong_dates(billing)``."""
    return undated


@pytest.fixture(scope="session")
def world() -> Any:
    """Open a world: ``world(start, clients={"anna": "10.00"})``."""
    return World.new


def at(text: str, zone: str) -> datetime:
    """Write an instant by its civil time."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


@pytest.fixture(scope="session")
def starts() -> Any:
    """Return the instants at which worlds begin: each just before something odd of the calendar."""
    return STARTS


STARTS = (
    at("2025-01-31 12:00", "UTC"),  # months without a 31st, nor a 30th
    at("2024-01-30 00:00", "UTC"),  # a leap day
    at("2024-02-29 23:59:59", "Asia/Kolkata"),  # a year later there is none
    at("2025-12-29 09:00", "Pacific/Auckland"),  # a year's end
    at("2025-03-28 22:30", "Europe/Berlin"),  # a night of 23 hours, on a weekend
    at("2025-10-24 01:00", "Europe/Berlin"),  # one of 25 hours
    at("2025-04-20 10:00", "Africa/Cairo"),  # April 25 has no midnight
    at("2025-08-30 10:00", "America/Santiago"),  # neither has September 7, a Sunday
    at("2025-10-31 15:00", "America/New_York"),  # a weekend across a month's end, and winter time
    at("2026-01-28 00:00", "UTC"),  # a weekend across the end of February
)
