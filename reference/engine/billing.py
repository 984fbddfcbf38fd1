"""The engine: one billing that runs a rulebook through time.

It owns clock, schedule, ledger and ports, and decides only *when*; what happens is the rulebook's.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from prorata.reference.engine.applying import apply, schedule
from prorata.reference.engine.decisions import Decision, Decisions
from prorata.reference.engine.operations import Operations
from prorata.reference.engine.settings import Settings
from prorata.reference.engine.state import Book, Client
from prorata.reference.engine.turn import Turn
from prorata.reference.ledger import Ledger
from prorata.reference.money import Money, minor_digits
from prorata.reference.rules import AS_DOCUMENTED, Derivation, Instead, Rulings
from prorata.reference.schedule import Schedule

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime

    from prorata.reference.clock import Clock
    from prorata.reference.engine.ports import Panel, Trading
    from prorata.reference.engine.rulebook import Rulebook
    from prorata.reference.engine.state import Service
    from prorata.reference.ledger import Line
    from prorata.reference.refusal import Refusal

__all__ = ["Billing", "UnknownActError"]

#: Whole units of a currency that pay any price.
_ENOUGH: Final = 10**15


class UnknownActError(LookupError):
    """The rulebook has no such act."""


class Billing:
    """A billing by the rules of a system, with a catalogue and clients (name: opening balance).

    `groups` has the group of each client that is in one; `settings` what holds for the whole
    billing; `trade` makes its trade with sellers; `instead` is what it does otherwise than any
    reading has it.
    """

    def __init__(
        self,
        rulebook: Rulebook,
        *,
        clock: Clock,
        readings: Mapping[str, str],
        catalogue: Mapping[str, Mapping[str, Any]],
        clients: Mapping[str, str],
        panel: Panel,
        currency: str = "USD",
        timezone: str = "UTC",
        first_ids: Mapping[str, int] | None = None,
        settings: Mapping[str, Any] | None = None,
        groups: Mapping[str, str] | None = None,
        trade: Callable[[Billing], Trading] | None = None,
        instead: Instead = AS_DOCUMENTED,
    ) -> None:
        self.rulebook = rulebook
        self.clock = clock
        self.panel = panel
        self._readings = readings
        self._instead = instead
        self._rulings: dict[str, Rulings] = {}
        self.ledger = Ledger()
        self.decisions = Decisions()
        #: The money that came in, with its client: balances at the start, then payments to them.
        self.receipts: list[tuple[str, Money]] = []
        self.schedule = Schedule()
        sold = {name: rulebook.sold(name, row) for name, row in catalogue.items()}
        self.book = Book(
            currency,
            ZoneInfo(timezone),
            sold,
            Settings.of(settings or {}),
            next_numbers=dict(first_ids or {}),
        )
        #: The trade with sellers, for a billing that sells on what it buys.
        self.trade = trade(self) if trade else None
        #: Told of each turn that was carried out.
        self.heard: Callable[[Turn], None] | None = None
        self.operations = Operations(
            self.book,
            panel,
            clock,
            self.activated,
            self._name_apart,
            performed=self._performed,
            trade=self.trade,
        )
        for name, balance in clients.items():
            self.enrol(name, balance, group=(groups or {}).get(name))

    @property
    def rulings(self) -> Rulings:
        """The rules under the readings of this billing, for its currency."""
        return self._rulings_for(self.book.currency)

    def _rulings_for(self, currency: str) -> Rulings:
        if currency not in self._rulings:
            digits = minor_digits(currency)
            self._rulings[currency] = Rulings(self._readings, digits, self._instead)
        return self._rulings[currency]

    def act(self, verb: str, /, **parameters: Any) -> dict[str, Any] | Refusal:
        """Do an act now; return what it answers, or a refusal that changed nothing.

        Raises `UnknownActError`, `LookupError` for an unknown client, service, tariff or invoice,
        and `ValueError` for a parameter that cannot be read.
        """
        turn = self.turn()
        refusal = self.handler(verb)(turn, **parameters)
        if refusal is not None:
            return refusal
        apply(self, turn)
        self._settle()
        return turn.answer

    def quote(self, verb: str, /, **parameters: Any) -> Turn | Refusal:
        """Return what an act would do now if the balance paid it, or its refusal; nothing is done.

        Where invoices are the centre, what is on the account decides with the rest, as it is.
        Raises what `act` raises.
        """
        owner = parameters.get("client")
        if owner is None and "service" in parameters:
            owner = self.book.services[int(parameters["service"])].client
        turn = self.turn()
        if owner is not None and self.rulebook.charges_balance:
            turn = self.affordable(owner)
        return self.handler(verb)(turn, **parameters) or turn

    def handler(self, verb: str) -> Callable[..., Refusal | None]:
        """Return what does an act; `UnknownActError` where the rulebook has none."""
        handler = self.rulebook.acts.get(verb)
        if handler is None:
            message = f"{self.rulebook.system} has no act {verb} yet"
            raise UnknownActError(message)
        return handler

    def affordable(self, client: str) -> Turn:
        """Return a turn in which a client can pay anything, so that rules alone decide."""
        turn = self.turn()
        turn.receive(client, Money(_ENOUGH, 0, self.book.currency))
        return turn

    def enrol(self, name: str, balance: str = "0", *, group: str | None = None) -> Client:
        """Take a new client with what is on the account; ValueError for a name that is taken."""
        if name in self.book.clients:
            message = f"there is a client {name} already"
            raise ValueError(message)
        client = Client(name, self.number("client"), self.book.currency, group=group)
        client.balance = Money.of(balance, self.book.currency)
        self.receipts.append((name, client.balance))
        self.book.clients[name] = client
        return client

    def give_up_payment(self, client: str, amount: str) -> None:
        """Forget a payment that was opened and will not be paid."""
        payer, opened = self.book.clients[client], Money.of(amount, self.book.currency)
        if opened in payer.active:
            first = payer.active.index(opened)
            payer.active = payer.active[:first] + payer.active[first + 1 :]

    def configure(self, rows: Mapping[str, Any]) -> None:
        """Give parts of the settings new values; `CatalogueError` for one that there is not.

        A part that has rows by name, such as the groups, keeps those that are not named.
        """
        old, told = self.book.settings, Settings.of(rows)
        new = {name: getattr(told, name) for name in rows}
        by_name = {name: value for name, value in new.items() if isinstance(value, dict)}
        merged = {name: {**getattr(old, name), **value} for name, value in by_name.items()}
        self.book.settings = replace(old, **{**new, **merged})

    def sell(self, name: str, row: Mapping[str, Any]) -> None:
        """Take a new tariff or product; `CatalogueError` where it cannot be sold."""
        self.book.catalogue = {**self.book.catalogue, name: self.rulebook.sold(name, row)}

    def start_operation(self, number: int) -> None:
        """Try an operation now, by the wish of staff, and again later if it fails."""
        self._go_on(number, self.operations.start)

    def drop_operation(self, number: int) -> None:
        """Forget a running operation without doing it; those behind it go on."""
        self._go_on(number, self.operations.drop)

    def _go_on(self, number: int, how: Callable[[int], datetime | None]) -> None:
        self.again(how(number), self.book.operations[number].service)
        self._settle()

    def _settle(self) -> None:
        """Do what an act has made fall due at once."""
        self.advance_to(self.clock.now())

    def next_due(self) -> datetime | None:
        """Return the next instant at which something is due.

        That a seller is asked again is something where an answer is awaited.
        """
        due, trade = self.schedule.next(), self.trade
        if trade is None or not trade.waits():
            return due
        return min(due or trade.next, trade.next)

    def advance_to(self, to: datetime) -> None:
        """Move to `to`, doing on the way all that falls due, in order, and asking sellers.

        The sellers may be where time goes already, and show what is still to come here: they are
        asked on the way where something waits for them, and else at the last of their instants.
        """
        # In UTC: Python counts in a zone by what its clocks show, also where that comes twice.
        to, trade = to.astimezone(UTC), self.trade
        while trade is not None and trade.next <= to:
            due = self.schedule.next()
            waits = trade.waits()
            if not waits and due is not None and due <= to:
                self._advance_to(due)
                trade.skip_past(due)
                continue
            if not waits:
                trade.skip_to(to)
            self._advance_to(trade.next)
            trade.poll()
        self._advance_to(to)

    def _advance_to(self, to: datetime) -> None:
        while due := self.schedule.take(to):
            when, things = due
            self.clock.advance_to(max(when, self.clock.now()))
            self._do(things)
        self.clock.advance_to(to)

    def derive(self, line: Line | Decision) -> Derivation:
        """Explain a line, or a date that a rule decided, by running its rule again."""
        currency = self.book.currency if isinstance(line, Decision) else line.amount.currency
        asked = line.function if isinstance(line, Decision) else line.rule
        return self._rulings_for(currency).derive(asked, line.arguments)

    def number(self, what: str) -> int:
        """Return a new number, which is used up."""
        number = self.book.next_numbers.get(what, 1)
        self.book.next_numbers[what] = number + 1
        return number

    def turn(self) -> Turn:
        """Return a new turn, at the instant at which time stands."""
        return Turn(
            self.rulebook, self.book, self.rulings, self._now(), self.panel, trade=self.trade
        )

    def _now(self) -> datetime:
        return self.clock.now().astimezone(self.book.zone)

    def _do(self, things: Iterable[tuple[int, str]]) -> None:
        """Do what is due now, service by service: at once where that can be, else in a turn."""
        services = self.book.services
        # Who listens is told of each turn.
        at_once = {} if self.heard else self.rulebook.at_once
        quick: dict[str, Callable[[Service], bool]] = {}
        for number, what in things:
            service = services[number]
            if what in at_once:
                if what not in quick:
                    quick[what] = at_once[what](self, self._now())
                if quick[what](service):
                    continue
            if what == "operation":
                if self.operations.due(number):
                    self.again(self.operations.perform(number), number)
                continue
            turn = self.turn()
            self.rulebook.due[what](turn, service)
            apply(self, turn)

    def again(self, when: datetime | None, service: int) -> None:
        """Have the operations of a service tried again then, if there is a time for it."""
        if when is not None:
            self.operations.plan(service, when)
            schedule(self, when, "operation", service)

    def _name_apart(self, name: str, number: int) -> str | Refusal:
        return self.rulings(self.rulebook.told_apart, name=name, number=number)

    def _performed(self, action: str, how: str, service: Service) -> None:
        """Decide on a service for which the panel has done an operation, or failed to."""
        decide = self.rulebook.performed.get((action, how))
        if decide is not None:
            turn = self.turn()
            decide(turn, service)
            apply(self, turn)

    def activated(self, service: Service) -> None:
        """Decide on a service that has been made."""
        for decide in self.rulebook.activated:
            turn = self.turn()
            decide(turn, service)
            apply(self, turn)
