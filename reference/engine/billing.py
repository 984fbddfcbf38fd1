"""The engine: one billing that runs a rulebook through time.

It owns clock, schedule, ledger and ports, and decides only *when*; what happens is the rulebook's.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from prorata.reference.engine.operations import Operations
from prorata.reference.engine.rulebook import PHASES, Rulebook
from prorata.reference.engine.state import Book, Client, Operation
from prorata.reference.engine.turn import Decision, Turn
from prorata.reference.ledger import TO_CLIENT, Ledger
from prorata.reference.money import Money, minor_digits
from prorata.reference.rules import Derivation, Rulings
from prorata.reference.schedule import Due, Schedule

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prorata.reference.clock import Clock
    from prorata.reference.engine.ports import Panel
    from prorata.reference.ledger import Line
    from prorata.reference.refusal import Refusal

__all__ = ["Billing", "UnknownActError"]


class UnknownActError(LookupError):
    """The rulebook has no such act."""


class Billing:
    """A billing by the rules of a system, with a catalogue and clients (name: opening balance)."""

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
    ) -> None:
        self.rulebook = rulebook
        self.clock = clock
        self.rulings = Rulings(readings, minor_digits(currency))
        self.ledger = Ledger()
        self.decisions: list[Decision] = []
        self.schedule = Schedule()
        sold = {name: rulebook.sold(name, row) for name, row in catalogue.items()}
        self.book = Book(currency, ZoneInfo(timezone), sold, next_numbers=dict(first_ids or {}))
        self.operations = Operations(self.book, panel, clock)
        for name, balance in clients.items():
            number = self._number("client")
            self.book.clients[name] = Client(name, number, Money.of(balance, currency))

    def act(self, verb: str, /, **parameters: Any) -> dict[str, str] | Refusal:
        """Do an act now; return what it answers, or a refusal that changed nothing.

        Raises `UnknownActError`, `LookupError` for an unknown client, service, tariff or invoice,
        and `ValueError` for a parameter that cannot be read.
        """
        handler = self.rulebook.acts.get(verb)
        if handler is None:
            message = f"{self.rulebook.system} has no act {verb} yet"
            raise UnknownActError(message)
        turn = self._turn()
        refusal = handler(turn, **parameters)
        if refusal is not None:
            return refusal
        self._carry_out(turn)
        return turn.answer

    def next_due(self) -> datetime | None:
        """Return the next instant at which something is due."""
        return self.schedule.next()

    def advance_to(self, to: datetime) -> None:
        """Move to `to`, doing on the way all that falls due, in order."""
        while due := self.schedule.pop(to):
            when, what = due
            if when > self.clock.now():
                self.clock.advance_to(when)
            self._do(what)
        self.clock.advance_to(to)

    def derive(self, line: Line | Decision) -> Derivation:
        """Explain a line, or a date that a rule decided, by running its rule again."""
        return self.rulings.derive(line.rule, line.arguments)

    def _number(self, what: str) -> int:
        number = self.book.next_numbers.get(what, 1)
        self.book.next_numbers[what] = number + 1
        return number

    def _turn(self) -> Turn:
        return Turn(self.book, self.rulings, self.clock.now().astimezone(self.book.zone))

    def _do(self, due: Due) -> None:
        if due.what == "operation":
            self._again(self.operations.perform(due.service), due.service)
            return
        turn = self._turn()
        self.rulebook.due[due.what](turn, self.book.services[due.service])
        self._carry_out(turn)

    def _again(self, when: datetime | None, service: int) -> None:
        if when is not None:
            self.schedule.add(when, Due(PHASES.index("operation"), service, "operation"))

    def _carry_out(self, turn: Turn) -> None:
        self.book.next_numbers.update(turn.numbers)
        for name, amount in turn.received.items():
            self.book.clients[name].balance += amount
        for service in turn.services:
            self.book.services[service.number] = service
        for invoice in turn.invoices:
            self.book.invoices[invoice.number] = invoice
        for what, fields in turn.changes:
            for name, value in fields.items():
                setattr(what, name, value)
        for entry in turn.entries:
            self._post(turn.now, entry)
        self.decisions += turn.decisions
        for plan in turn.plans:
            rank = PHASES.index(plan.what.partition(":")[0])
            self.schedule.add(plan.when.astimezone(UTC), Due(rank, plan.service, plan.what))
        for task in turn.tasks:
            operation = Operation(
                self._number("operation"), task.service, task.action, task.arguments
            )
            self._again(self.operations.add(operation), task.service)

    def _post(self, now: datetime, entry: Any) -> None:
        service, amount = entry.service, entry.amount
        client = self.book.clients[service.client]
        self.ledger.append(
            now, entry.kind, amount, client.name, service.number, entry.covers, entry.rule,
            entry.arguments,
        )  # fmt: skip
        paid = -amount if entry.kind in TO_CLIENT else amount
        if self.rulebook.charges_balance or entry.kind in TO_CLIENT:
            client.balance -= paid
