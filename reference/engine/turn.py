"""A turn: what one act or one due moment wants done, collected first and done together.

A handler of a rulebook reads the book, asks rules, and tells its turn what to post, set, schedule
and provision. Only when it returns without a refusal is all of it done.
"""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from prorata.reference.engine.decisions import NOTHING
from prorata.reference.engine.state import Client, Notification
from prorata.reference.ledger import INSIDE, TO_CLIENT
from prorata.reference.money import Money, minor_digits
from prorata.reference.periods import elapsed, midnight
from prorata.reference.refusal import Refusal
from prorata.reference.rules import id_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date, timedelta

    from prorata.reference.engine.ports import Panel, Trading
    from prorata.reference.engine.rulebook import Rulebook
    from prorata.reference.engine.state import Book, Invoice, Service
    from prorata.reference.rules import Rulings

__all__ = ["Dated", "Entry", "PanelTask", "Plan", "Posted", "Turn"]

_Result = TypeVar("_Result")
_REFUNDS = {"tax": "tax refund"}
_FEES = {"setup", "upgrade fee"}


class Posted(NamedTuple):
    """What was posted, with its sign as the client pays it, and the tax on it."""

    amount: Fraction
    tax: Fraction = Fraction(0)

    @property
    def share(self) -> Fraction:
        """The tax on each unit of the amount."""
        return self.tax / self.amount if self.amount else Fraction(0)


class Entry(NamedTuple):
    """A line to post, `to` another client than the service's where one is named.

    One of an invoice is paid by that, not from the balance.
    """

    kind: str
    amount: Money
    service: Service
    covers: tuple[datetime, datetime] | None
    rule: str
    arguments: Mapping[str, Any]
    invoice: int | None = None
    to: str = ""

    @property
    def client(self) -> str:
        """The client whose line it is: the service's, unless it is told."""
        return self.to or self.service.client

    @property
    def inside(self) -> bool:
        """Whether the amount is a part of the line before it."""
        return self.rule in INSIDE

    @property
    def paid(self) -> Money:
        """What the client pays, below zero for what they get; nothing for what lies inside."""
        return Money(self.units, Client.DIGITS, self.amount.currency)

    @property
    def units(self) -> int:
        """What the client pays, in the units of a balance."""
        if self.inside or self.invoice is not None:
            return 0
        units = self.amount.scaled(Client.DIGITS)
        return -units if self.kind in TO_CLIENT else units


class _Asked(NamedTuple):
    """What is posted: the rule, whose line it is, what that covers, and at most how much of tax."""

    rule: Callable[..., Fraction]
    service: Service
    covers: tuple[datetime, datetime] | None
    most: Fraction | None
    arguments: Mapping[str, Any]


class Dated(NamedTuple):
    """A date or nothing that a rule decided, `what` of a service, with the rule's arguments."""

    what: str
    service: Service
    function: Callable[..., Any]
    arguments: Mapping[str, Any]


class Plan(NamedTuple):
    """Something to do at an instant."""

    when: datetime
    what: str
    service: int


class PanelTask(NamedTuple):
    """Something to ask of the panel."""

    action: str
    service: int
    arguments: tuple[str, ...] = ()


class Turn:
    """Collects what is to be done at `now`, an aware instant in the zone of the book."""

    def __init__(
        self,
        rulebook: Rulebook,
        book: Book,
        rulings: Rulings,
        now: datetime,
        port: Panel | None = None,
        *,
        trade: Trading | None = None,
    ) -> None:
        self.book = book
        self._trade = trade
        self._rulebook = rulebook
        self._port = port
        self.now = now
        self.rule = rulings
        self.entries: list[Entry] = []
        self.changes: list[tuple[Any, dict[str, Any]]] = []
        self.services: list[Service] = []
        self.invoices: list[Invoice] = []
        self.decisions: list[Dated] = []
        self.plans: list[Plan] = []
        self.tasks: list[PanelTask] = []
        self.notices: list[Notification] = []
        self.received: dict[str, Money] = {}
        self.spent: dict[str, Money] = {}
        self.numbers: dict[str, int] = {}
        self.answer: dict[str, Any] = {}
        #: Services that are there at once.
        self.made: list[Service] = []
        #: Operations that staff start again.
        self.starts: list[int] = []

    @property
    def sellers(self) -> Mapping[str, Any]:
        """The sellers that are connected, by the names of the modules that buy there."""
        return self._trade.sellers if self._trade else {}

    @property
    def port(self) -> Panel:
        """The panel itself, for what is asked of it at once."""
        if self._port is None:
            message = "this turn has no panel"
            raise LookupError(message)
        return self._port

    @property
    def today(self) -> date:
        """The civil date in the zone of the billing."""
        return self.now.date()

    def since(self, instant: datetime) -> timedelta:
        """Return the time since an instant, whatever the clocks on the wall say."""
        return elapsed(instant, self.now)

    def midnight(self, day: date) -> datetime:
        """Return 00:00 of a civil date in the zone of the billing."""
        return midnight(day, self.book.zone)

    def instant(self, moment: date) -> datetime:
        """Return 00:00 of a civil date, and what is an instant already as it is."""
        return moment if isinstance(moment, datetime) else self.midnight(moment)

    def tariff(self, service: Service) -> Any:
        """Return what `service` was sold as."""
        return self.sold_as(service, service.tariff)

    def sold_as(self, service: Service, name: str) -> Any:
        """Return a tariff or product as `service` has it, which may be a part of another one."""
        sold, belonging = self.book.catalogue[name], self._rulebook.belonging
        if service.belongs is None or belonging is None:
            return sold
        return belonging(self, service, sold)

    def money(self, kind: str, exact: Fraction) -> Money:
        """Round an exact amount to what a line of this kind posts."""
        digits_of = self.rule.meaning("posting_digits")
        return self._posted(exact, digits_of(kind, minor_digits(self.book.currency)))

    def _posted(self, exact: Fraction, digits: int) -> Money:
        return Money.post(exact, self.book.currency, digits, self.rule.meaning("rounding"))

    def post(
        self,
        kind: str,
        rule: Callable[..., Fraction],
        service: Service,
        covers: tuple[datetime, datetime] | None = None,
        most: Fraction | None = None,
        /,
        **arguments: Any,
    ) -> Posted:
        """Post what a rule asks; an amount below zero is a refund, and of nothing there is no line.

        The tax on the line follows it, with as many digits; of a refund it is at `most` so much.
        Nothing is kept as a decision, for its explanation.
        """
        exact = self.rule.legs(rule, arguments)
        if len(exact) == 1:
            return self._post(kind, exact[0], _Asked(rule, service, covers, most, arguments))
        asked = _Asked(rule, service, covers, None, arguments)
        legs = [self._post(kind, each, asked) for each in exact]
        return Posted(*(sum(parts, Fraction(0)) for parts in zip(*legs, strict=True)))

    def _post(self, kind: str, exact: Fraction, asked: _Asked) -> Posted:
        """Post an exact amount of a rule, and the tax on it."""
        rule, service, covers, most, arguments = asked
        amount = self.money(kind, exact)
        self._enter(kind, amount, service, covers, id_of(rule), arguments)
        if not amount:
            self.no_line(kind, exact, service, rule, arguments)
        tax = self.book.settings.tax
        if not amount or tax is None:
            return Posted(amount.exact)
        on_line = self._rulebook.taxes[tax.included]
        taxed = {"amount": amount.exact, "rate": tax.rate}
        if most is not None and amount.units < 0:
            taxed["most"] = max(most, Fraction(0))
        part = self._posted(self.rule(on_line, **taxed), amount.digits)
        self._enter("tax", part, service, None, id_of(on_line), taxed)
        if not part:
            self.no_line("tax", taxed["amount"], service, on_line, taxed)
        return Posted(amount.exact, part.exact)

    def tax(self, amount: Fraction) -> Fraction:
        """Return the tax on an amount, exactly."""
        tax = self.book.settings.tax
        if tax is None:
            return Fraction(0)
        on_line, taxed = self._rulebook.taxes[tax.included], {"amount": amount, "rate": tax.rate}
        return self.rule(on_line, **taxed)

    def no_line(
        self,
        kind: str,
        exact: Fraction,
        service: Service,
        rule: Callable[..., Any],
        arguments: Mapping[str, Any],
    ) -> None:
        """Keep that a rule came to nothing; a fee that there is not is not worth telling."""
        if exact or kind not in _FEES:
            self.decisions.append(Dated(f"{NOTHING}: {kind}", service, rule, arguments))

    def enter(self, kind: str, amount: Money, *row: Any) -> None:
        """Post a line that was worked out before, as `Entry` has its fields."""
        self.entries.append(Entry(kind, amount, *row))

    def _enter(self, kind: str, amount: Money, *row: Any) -> None:
        if amount:
            back = amount.units < 0
            kind = _REFUNDS.get(kind, "refund") if back else kind
            self.entries.append(Entry(kind, -amount if back else amount, *row))

    def decide(
        self, what: str, rule: Callable[..., _Result], service: Service, /, **arguments: Any
    ) -> _Result:
        """Ask a rule for a date, `what` of a service, and keep how it came to it."""
        self.decisions.append(Dated(what, service, rule, arguments))
        return self.rule(rule, **arguments)

    def receive(self, client: str, amount: Money) -> None:
        """Take a payment to the balance of a client."""
        self.received[client] = amount

    def spend(self, client: str, amount: Money) -> None:
        """Pay an invoice from the balance of a client; an amount below zero comes back."""
        before = self.spent.get(client)
        self.spent[client] = amount if before is None else before + amount

    def left(self, client: str) -> Money:
        """Return the balance of a client with what this turn has received and charged so far."""
        return Money(self.units_left(client), Client.DIGITS, self.book.clients[client].currency)

    def units_left(self, client: str) -> int:
        """Return what `left` does, in the units of a balance."""
        left = self.book.clients[client].units
        if client in self.received:
            left += self.received[client].scaled(Client.DIGITS)
        if client in self.spent:
            left -= self.spent[client].scaled(Client.DIGITS)
        for entry in self.entries:
            if entry.client == client:
                left -= entry.units
        return left

    def pays(self, client: str) -> bool:
        """Tell whether a client pays what this turn charges: nothing, or no more than they have."""
        if self.units_left(client) >= 0:
            return True
        return all(entry.kind in TO_CLIENT for entry in self.entries)

    def short(self, rule: Callable[..., object], why: str) -> Refusal:
        """Return the refusal by a rule of what the client's balance does not pay."""
        return Refusal(id_of(rule), why, short_of_money=True)

    def mark(self) -> tuple[int, ...]:
        """Return how much has been collected so far, for `back_to`."""
        return tuple(len(collected) for collected in self._collected)

    def back_to(self, mark: tuple[int, ...]) -> None:
        """Forget what was collected since a mark."""
        for collected, length in zip(self._collected, mark, strict=True):
            del collected[length:]

    @property
    def _collected(self) -> tuple[list[Any], ...]:
        return (
            self.entries,
            self.changes,
            self.services,
            self.invoices,
            self.decisions,
            self.plans,
            self.tasks,
            self.notices,
            self.made,
        )

    def number(self, what: str) -> int:
        """Return a new number; it is used up only when the turn is carried out."""
        number = self.numbers.get(what) or self.book.next_numbers.get(what, 1)
        self.numbers[what] = number + 1
        return number

    def set(self, what: object, **fields: Any) -> None:
        """Set fields of a part of the state."""
        self.changes.append((what, fields))

    def pending(self, what: object, name: str) -> Any:
        """Return a field of a part of the state, as this turn has set it where it has."""
        for each, fields in reversed(self.changes):
            if each is what and name in fields:
                return fields[name]
        return getattr(what, name)

    def begin(
        self, service: Service, expires: date, what: str = "renewal", /, **fields: Any
    ) -> None:
        """Have a service that is paid begin today, and `what` done at its expiry."""
        ends = self.midnight(expires)
        starts = self.midnight(self.today)
        self.set(service, status="processing", starts=starts, expires=ends, **fields)
        self.plan(ends, what, service)

    def plan(self, when: datetime, what: str, service: Service) -> None:
        """Do something at an instant."""
        self.plans.append(Plan(when, what, service.number))

    def panel(self, action: str, service: Service, *arguments: str) -> None:
        """Ask something of the panel, or of a seller, where the service has anything there."""
        if service.asks(action):
            self.ask(action, service, *arguments)

    def ask(self, action: str, service: Service, *arguments: str) -> None:
        """Ask something of the panel or of a seller."""
        self.tasks.append(PanelTask(action, service.number, arguments))

    def notify(self, client: str, kind: str, way: str, sender: str) -> None:
        """Tell a client something, by mail or in the billing."""
        self.notices.append(Notification(self.now, client, sender, kind, way))

    def forget(self) -> None:
        """Forget all that was collected, for another decision."""
        self.back_to((0,) * len(self._collected))
        self.received.clear()
        self.spent.clear()
        self.numbers.clear()
        self.answer.clear()
