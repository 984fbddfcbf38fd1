"""A turn: what one act or one due moment wants done, collected first and done together.

A handler of a rulebook reads the book, asks rules, and tells its turn what to post, set, schedule
and provision. Only when it returns without a refusal is all of it done.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from prorata.reference.engine.state import Client, Notification
from prorata.reference.ledger import INSIDE, TO_CLIENT
from prorata.reference.money import POSTING_DIGITS, ROUNDING, Money, minor_digits
from prorata.reference.periods import elapsed, midnight

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime, timedelta

    from prorata.reference.engine.ports import Panel
    from prorata.reference.engine.state import Book, Invoice, Service
    from prorata.reference.rules import Rulings

__all__ = ["Decision", "Entry", "Plan", "Task", "Turn"]


@dataclass(frozen=True, slots=True)
class Entry:
    """A line to post."""

    kind: str
    amount: Money
    service: Service
    covers: tuple[datetime, datetime] | None
    rule: str
    arguments: Mapping[str, Any]

    @property
    def paid(self) -> Money:
        """What the client pays, below zero for what they get; nothing for what lies inside."""
        return Money(self.units, Client.DIGITS, self.amount.currency)

    @property
    def units(self) -> int:
        """What the client pays, in the units of a balance."""
        if self.rule in INSIDE:
            return 0
        units = self.amount.scaled(Client.DIGITS)
        return -units if self.kind in TO_CLIENT else units


@dataclass(frozen=True, slots=True)
class Decision:
    """What a rule said that moves no money: a date, mostly.

    `after` is the number of lines that were posted before it.
    """

    at: datetime
    service: int
    rule: str
    arguments: Mapping[str, Any]
    after: int = 0


@dataclass(frozen=True, slots=True)
class Plan:
    """Something to do at an instant."""

    when: datetime
    what: str
    service: int


@dataclass(frozen=True, slots=True)
class Task:
    """Something to ask of the panel."""

    action: str
    service: int
    arguments: tuple[str, ...] = ()


class Turn:
    """Collects what is to be done at `now`, an aware instant in the zone of the book."""

    def __init__(
        self, book: Book, rulings: Rulings, now: datetime, port: Panel | None = None
    ) -> None:
        self.book = book
        self._port = port
        self.now = now
        self.rule = rulings
        self.entries: list[Entry] = []
        self.changes: list[tuple[Any, dict[str, Any]]] = []
        self.services: list[Service] = []
        self.invoices: list[Invoice] = []
        self.decisions: list[Decision] = []
        self.plans: list[Plan] = []
        self.tasks: list[Task] = []
        self.notices: list[Notification] = []
        self.received: dict[str, Money] = {}
        self.numbers: dict[str, int] = {}
        self.answer: dict[str, Any] = {}

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

    def reading(self, name: str) -> str:
        """Return the value of a reading that is in force."""
        return self.rule.chosen[name]

    def midnight(self, day: date) -> datetime:
        """Return 00:00 of a civil date in the zone of the billing."""
        return midnight(day, self.book.zone)

    def tariff(self, service: Service) -> Any:
        """Return what `service` was sold as."""
        return self.book.catalogue[service.tariff]

    def money(self, kind: str, exact: Any) -> Money:
        """Round an exact amount to what a line of this kind posts."""
        chosen, currency = self.rule.chosen, self.book.currency
        digits = POSTING_DIGITS[chosen["posting_digits"]](kind, minor_digits(currency))
        return Money.post(exact, currency, digits, ROUNDING[chosen["rounding"]])

    def post(
        self,
        kind: str,
        rule: str,
        service: Service,
        covers: tuple[datetime, datetime] | None = None,
        /,
        **arguments: Any,
    ) -> Money:
        """Post what a rule asks; an amount below zero is a refund, and of nothing there is no line.

        The tax on the line follows it, with as many digits. Returns the amount without tax on top,
        with its sign, as the client pays it.
        """
        amount = self.money(kind, self.rule(rule, **arguments))
        self._enter(kind, amount, service, covers, rule, arguments)
        tax = self.book.settings.tax
        if amount and tax is not None:
            taxed = {"amount": amount.exact, "rate": tax.rate}
            part = self.money(kind, self.rule(tax.rule, **taxed))
            self._enter("tax", part, service, None, tax.rule, taxed)
        return amount

    def _enter(self, kind: str, amount: Money, *row: Any) -> None:
        if amount:
            signed = (kind, amount) if amount.units > 0 else ("refund", -amount)
            self.entries.append(Entry(*signed, *row))

    def decide(self, rule: str, service: Service, /, **arguments: Any) -> Any:
        """Ask a rule for a date and keep how it came to it."""
        self.decisions.append(Decision(self.now, service.number, rule, arguments))
        return self.rule(rule, **arguments)

    def receive(self, client: str, amount: Money) -> None:
        """Take a payment to the balance of a client."""
        self.received[client] = amount

    def left(self, client: str) -> Money:
        """Return the balance of a client with what this turn has received and charged so far."""
        return Money(self.units_left(client), Client.DIGITS, self.book.clients[client].currency)

    def units_left(self, client: str) -> int:
        """Return what `left` does, in the units of a balance."""
        left = self.book.clients[client].units
        if client in self.received:
            left += self.received[client].scaled(Client.DIGITS)
        for entry in self.entries:
            if entry.service.client == client:
                left -= entry.units
        return left

    def pays(self, client: str) -> bool:
        """Tell whether a client pays what this turn charges: nothing, or no more than they have."""
        if self.units_left(client) >= 0:
            return True
        return all(entry.kind in TO_CLIENT for entry in self.entries)

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
        )

    def number(self, what: str) -> int:
        """Return a new number; it is used up only when the turn is carried out."""
        number = self.numbers.get(what) or self.book.next_numbers.get(what, 1)
        self.numbers[what] = number + 1
        return number

    def set(self, what: object, **fields: Any) -> None:
        """Set fields of a part of the state."""
        self.changes.append((what, fields))

    def plan(self, when: datetime, what: str, service: Service) -> None:
        """Do something at an instant."""
        self.plans.append(Plan(when, what, service.number))

    def panel(self, action: str, service: Service, *arguments: str) -> None:
        """Ask something of the panel."""
        self.tasks.append(Task(action, service.number, arguments))

    def notify(self, client: str, kind: str, way: str, sender: str) -> None:
        """Tell a client something, by mail or in the billing."""
        self.notices.append(Notification(self.now, client, sender, kind, way))

    def forget(self) -> None:
        """Forget all that was collected, for another decision."""
        self.back_to((0,) * len(self._collected))
        self.received.clear()
        self.numbers.clear()
        self.answer.clear()
