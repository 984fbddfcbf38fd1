"""Two billings with one network between them, and all that may go wrong between the two."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from hypothesis import strategies as st

from prorata.fakes.billmanager import Billmanager
from prorata.fakes.billmanager.events import happened, listen, tell
from prorata.fakes.billmanager.port import Obliging
from prorata.fakes.direct import Direct
from prorata.fakes.faults import Faults
from prorata.harness.reconciling import Alone, Books, Charge, Holding, reconcile
from prorata.reference.clock import Clock
from prorata.reference.engine import RULEBOOKS, Billing
from prorata.reference.engine.resell import Trade
from prorata.reference.engine.snapshot import Snapshot
from prorata.reference.panels import BillmanagerSeller
from prorata.reference.readings import choose
from prorata.reference.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from prorata.fakes.faults import CallKind, EventKind
    from prorata.reference.engine.state import Service

__all__ = ["HISTORIES", "Trading", "converges"]

#: Licences by their numbers: the seller's prices, and what is asked for them here.
BOUGHT: Final = {"lite": (55227, "5.00"), "pro": (55228, "10.00"), "host": (55229, "15.00")}
SOLD: Final = {
    "lite": {"prices": {"1 month": "7.00"}, "module": "licences", "seller_tariff": "55227"},
    "pro": {"prices": {"1 month": "14.00"}, "module": "licences", "seller_tariff": "55228"},
}
MODULES: Final = {"modules": {"licences": {"type": "billmanager", "seller": "seller"}}}
PARTNERS: Final = {"groups": {"partners": {"suspend": True, "delete": True}}}
START: Final = datetime(2025, 9, 1, 10, 2, tzinfo=UTC)
#: So many polls bring an operation to its end, and what stands behind it to its beginning.
POLLS: Final = 2
#: What a seller does not answer is tried again within this time.
LAST_TRY: Final = timedelta(minutes=60)
DIFFER: Final = timedelta(days=3)
EVERY: Final = timedelta(minutes=5)


#: Minutes that pass, what goes wrong then, what is done, and to which licence.
Step = tuple[int, str, str, int]


class Trading:
    """A seller and a billing that buys there, whose clock is so many minutes `ahead`."""

    def __init__(self, balance: str = "1000.00", ahead: int = 0, zone: str = "UTC") -> None:
        self.clock = Clock(START)
        self.ahead = timedelta(minutes=ahead)
        self.seller = Billmanager(
            self.clock,
            catalogue={
                name: {"id": number, "itemtype": "soft", "prices": {"1 month": price}}
                for name, (number, price) in BOUGHT.items()
            },
            clients={"partner": {"balance": balance, "group": "partners"}},
            settings=PARTNERS,
            timezone=zone,
        )
        self.seller.faults = Faults()
        listen(self.seller)
        way = BillmanagerSeller(
            "http://s/billmgr", "partner", "prorata", transport=Direct(self.seller)
        )
        self.billing = Billing(
            RULEBOOKS["billmanager"],
            clock=Clock(START + self.ahead),
            readings=choose({}),
            catalogue=SOLD,
            clients={"anna": "100000.00"},
            panel=Obliging(),
            settings=MODULES,
            trade=partial(Trade, sellers={"licences": way}),
        )
        self.heard: int | None = None
        #: What the seller did to licences by itself.
        self.touched: set[tuple[str, int]] = set()
        self.down_until: datetime | None = None

    def go(self, to: datetime) -> None:
        """Go from one due moment of either side to the next, as a scenario does."""
        while (moment := self._next()) < to:
            self._at(moment)
        self._at(to)

    def _next(self) -> datetime:
        trade, now = self.billing.trade, self.clock.now()
        due = [self.billing.next_due(), self.seller.next_due()]
        if trade is not None and self.heard != happened(self.seller):
            due.append(trade.next)
        own = [due[0] and due[0] - self.ahead, due[1], *(each - self.ahead for each in due[2:])]
        soon = [each for each in (*own, self.down_until) if each is not None]
        return max(min(soon, default=datetime.max.replace(tzinfo=UTC)), now + timedelta(seconds=1))

    def _at(self, moment: datetime) -> None:
        if moment > self.clock.now():
            self.clock.advance_to(moment)
        if self.down_until is not None and self.down_until <= moment:
            self.seller.down, self.down_until = False, None
        self.seller.catch_up()
        if self.billing.trade is not None and self.billing.trade.next <= moment + self.ahead:
            self.heard = happened(self.seller)
        self.billing.advance_to(moment + self.ahead)

    def services(self) -> list[Service]:
        return list(self.billing.book.services.values())

    def here(self, verb: str, nth: int, **about: Any) -> None:
        """Have an act done by the reseller."""
        services = self.services()
        if services:
            self.billing.act(verb, service=str(services[nth % len(services)].number), **about)

    def there(self, verb: str, nth: int, **about: Any) -> None:
        """Have an act done at the seller, behind the reseller's back."""
        self.seller.catch_up()
        numbers = list(self.seller.billing.book.services)
        if numbers:
            number = numbers[nth % len(numbers)]
            answer = self.seller.billing.act(verb, service=str(number), **about)
            if not isinstance(answer, Refusal):
                self.touched.add((verb, number))
            self.heard = None

    def order(self) -> None:
        self.billing.act("order", client="anna", tariff="lite", period="1 month")

    def restart(self) -> None:
        """Let the reseller go on from what it keeps."""
        clock = Clock(self.billing.clock.now())
        self.billing = Snapshot(self.billing).restore(panel=Obliging(), clock=clock)

    def calm(self) -> None:
        """End all faults: the seller is there and has money, staff start what waits for them."""
        self.faults.clear()
        self.seller.down, self.down_until = False, None
        self.seller.billing.act("pay", client="partner", amount="100000.00")
        self.start_all()
        self.heard = None

    def start_all(self) -> None:
        for number, operation in tuple(self.billing.book.operations.items()):
            if operation.manual and operation.status == "running":
                self.billing.start_operation(number)

    @property
    def faults(self) -> Faults:
        assert self.seller.faults is not None
        return self.seller.faults

    def goes_down(self, minutes: int) -> None:
        """Nothing reaches the seller for so long."""
        self.seller.down, self.down_until = True, self.clock.now() + timedelta(minutes=minutes)

    def crash(self, minutes: int) -> None:
        """Lose all that the reseller did by itself for so long: it was not kept."""
        kept = Snapshot(self.billing)
        self.go(self.clock.now() + timedelta(minutes=minutes))
        self.billing = kept.restore(panel=Obliging(), clock=Clock(kept.at))
        self.heard = None

    def price(self, amount: str) -> None:
        """The seller asks another price from now on."""
        self.seller.billing.act("set_tariff", tariff="lite", prices={"1 month": amount})

    def moves(self, nth: int) -> None:
        """Move a licence to another address at the seller, by its own form."""
        self.seller.catch_up()
        numbers = list(self.seller.billing.book.services)
        if numbers and not self.seller.down:
            number = numbers[nth % len(numbers)]
            item = self.seller.state.items[number]
            self.seller.state.items[number] = replace(item, ip=f"192.0.2.{nth + 1}")
            tell(self.seller, self.seller.billing.book.services[number], "setparam")

    def running(self) -> int:
        """Return how many operations the service has that has most of them."""
        return max(map(len, self.billing.book.running.values()), default=0)

    def differences(self) -> list[str]:
        """Return what both sides do not agree on."""
        alone = reconcile(self.sold(), self.bought()).alone
        return [
            *self.lost_or_doubled(),
            *self.runs_out(),
            *self.money(),
            *(str(each) for each in alone if not self.needless(each)),
        ]

    def runs_out(self) -> list[str]:
        """Return the licences that end before what was paid for here; zones and months differ."""
        return [
            f"{service.number} expires {service.expires}, its licence {known.expires}"
            for service in self.billing.book.services.values()
            if (known := service.resold and service.resold.licence)
            and service.expires
            and service.status == "active"
            and service.number not in self._own_ways
            and known.expires < service.expires.date() - DIFFER
        ]

    def needless(self, alone: Alone) -> bool:
        """Tell whether it had not to be bought.

        A licence that runs as long as its service is not renewed; a change that is refused until
        the next one is overtaken by that.
        """
        if alone.side != "sold":
            return False
        changes = [
            each
            for each in self.billing.book.operations.values()
            if str(each.service) == alone.service and each.action == "change_preset"
        ]
        return alone.what == "period" or len(changes) > 1

    def lost_or_doubled(self) -> list[str]:
        """Return the licences that were bought twice, or that nobody knows of."""
        bought: dict[str, list[int]] = {}
        for number, item in self.seller.state.items.items():
            bought.setdefault(item.remoteid, []).append(number)
        wrong = [f"{name} was bought as {each}" for name, each in bought.items() if len(each) > 1]
        for service in self.billing.book.services.values():
            known = service.resold and service.resold.licence
            there = bought.get(str(service.number), [])
            if there and (known is None or int(known.number) not in there):
                wrong.append(f"{service.number} knows nothing of its licence {there}")
        return wrong

    def sold(self) -> Books:
        """Return the reseller's side; what was given up with a deletion is nobody's any more."""
        book = self.billing.book
        code = {name: row["seller_tariff"] for name, row in SOLD.items()}
        dead = {each.number for each in book.services.values() if each.status == "deleted"}
        odd = {each.number for each in book.services.values() if each.resold and each.resold.odd}
        odd |= self._own_ways & book.running.keys()
        holdings = [
            Holding(str(each.number), each.status, "" if each.number in odd else code[each.tariff])
            for each in book.services.values()
        ]
        return Books(holdings, _charges(self.billing, str, dead | self._own_ways))

    def bought(self) -> Books:
        """Return the seller's side."""
        book, items = self.seller.billing.book, self.seller.state.items
        name = {number: items[number].remoteid for number in book.services}
        dead = {
            number
            for number, service in book.services.items()
            if self.billing.book.services[int(name[number])].status == "deleted"
        } | {number for number in name if int(name[number]) in self._own_ways}
        holdings = [
            Holding(name[each.number], each.status, str(BOUGHT[each.tariff][0]))
            for each in book.services.values()
        ]
        return Books(holdings, _charges(self.seller.billing, name.__getitem__, dead))

    def money(self) -> list[str]:
        """Return where what the reseller has left is not what came in, less what was charged."""
        billing = self.seller.billing
        spent = sum(charge.signed for charge in _charges(billing, str, set()))
        came = sum((money.exact for _, money in billing.receipts), Fraction(0))
        left = billing.book.clients["partner"].balance.exact
        return [] if left == came - spent else [f"{left} is left of {came}, {spent} was charged"]

    @property
    def _own_ways(self) -> set[int]:
        """The services whose charges part: the seller did something by itself, or still refuses."""
        items, operations = self.seller.state.items, self.billing.book.operations
        refused = {
            service
            for service, (first, *_) in self.billing.book.running.items()
            if operations[first].manual
        }
        return refused | {int(items[number].remoteid) for _, number in self.touched}


def _charges(billing: Billing, name: Callable[[int], str], but: set[int]) -> list[Charge]:
    return [
        Charge(name(line.service), line.kind, line.amount.exact, line.covers)
        for line in billing.ledger
        if line.service not in but
    ]


def converges(trading: Trading, history: Iterable[Step]) -> list[str]:
    """Live through a history, end all faults, and return what both sides still disagree on."""
    for minutes, trouble, verb, nth in history:
        trading.go(trading.clock.now() + timedelta(minutes=minutes))
        TROUBLES[trouble](trading, nth)
        ACTS[verb](trading, nth)
    trading.calm()
    trading.go(trading.clock.now() + LAST_TRY)
    trading.start_all()
    polls = POLLS + trading.running()
    trading.go(trading.clock.now() + polls * EVERY)
    wrong = trading.differences()
    before = len(trading.seller.billing.ledger), len(trading.billing.ledger)
    trading.go(trading.clock.now() + timedelta(hours=2))
    after = len(trading.seller.billing.ledger), len(trading.billing.ledger)
    return [*wrong, *([] if before == after else ["more was charged afterwards"])]


def _fails(kind: CallKind) -> Callable[[Trading, int], None]:
    """One of the next calls fails so: of one that changes something, or of any."""

    def happen(trading: Trading, nth: int) -> None:
        trading.faults.add(kind, func=FUNCS[nth % len(FUNCS)], times=1)

    return happen


def _event(kind: EventKind, **about: Any) -> Callable[[Trading, int], None]:
    def happen(trading: Trading, _nth: int) -> None:
        trading.faults.add(kind, times=1, **about)

    return happen


def _at_seller(verb: str, **about: Any) -> Callable[[Trading, int], None]:
    return lambda trading, nth: trading.there(verb, nth, **about)


def _here(verb: str, **about: Any) -> Callable[[Trading, int], None]:
    return lambda trading, nth: trading.here(verb, nth, **about)


#: Of which functions calls fail.
FUNCS: Final = ("soft.order.param", "service.*", "soft.*", "soft.edit", "itemevent", "*")
#: How many minutes pass before something happens: often none, sometimes a week or a month.
GAPS: Final = (0, 0, 0, 0, 1, 2, 3, 5, 7, 17, 61, 240, 1440, 10080, 43200)
ACTS: Final[Mapping[str, Callable[[Trading, int], None]]] = {
    "order": lambda trading, _nth: trading.order(),
    "renew": _here("renew", period="1 month"),
    "to pro": _here("change_tariff", tariff="pro"),
    "to lite": _here("change_tariff", tariff="lite"),
    "suspend": _here("suspend", by="staff"),
    "resume": _here("resume", by="staff"),
    "delete": _here("delete", by="staff"),
    "start": _here("start_operation"),
    "restart": lambda trading, _nth: trading.restart(),
    "crash": lambda trading, nth: trading.crash((1, 4, 11, 90)[nth % 4]),
    "suspended there": _at_seller("suspend", by="staff"),
    "resumed there": _at_seller("resume", by="staff"),
    "closed there": _at_seller("delete", by="staff"),
    "changed there": _at_seller("change_tariff", tariff="pro"),
    "renewed there": _at_seller("renew", period="1 month"),
    "moved there": lambda trading, nth: trading.moves(nth),
    "another price": lambda trading, nth: trading.price(("4.00", "9.00")[nth % 2]),
    "nothing": lambda _trading, _nth: None,
}
#: What goes wrong just before something is done.
TROUBLES: Final[Mapping[str, Callable[[Trading, int], None]]] = {
    "none": lambda _trading, _nth: None,
    "down": lambda trading, nth: trading.goes_down((3, 20, 60, 10080)[nth % 4]),
    "no effect": _fails("reset_before"),
    "answer lost": _fails("reset_after"),
    "half an answer": _fails("truncated"),
    "an error": _fails("error"),
    "event lost": _event("event_lost"),
    "event twice": _event("event_repeated"),
    "event minutes late": _event("event_late", seconds=700),
    "event a day late": _event("event_late", seconds=86_400),
    "events out of order": _event("event_out_of_order"),
}

#: What a billing does, orders and renewals more often: without a licence nothing goes wrong.
_DONE: Final = [*["order"] * 4, *["renew"] * 3, "to pro", "to pro", *ACTS]
_STEPS: Final = st.tuples(
    st.sampled_from(GAPS),
    st.sampled_from([*["none"] * 8, *TROUBLES]),
    st.sampled_from(_DONE),
    st.integers(0, 11),
)
#: A history, and the world that it happens in: the arguments of a test.
HISTORIES: Final[Mapping[str, Any]] = {
    "history": st.lists(_STEPS, min_size=1, max_size=12),
    "balance": st.sampled_from(["5.00", "12.00", "1000.00", "1000.00"]),
    "ahead": st.sampled_from([0, 0, -7, 3, 600]),
    "zone": st.sampled_from(["UTC", "UTC", "Asia/Tokyo"]),
}
