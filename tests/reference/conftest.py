"""A billing that checks itself after every step, with a panel that fails when it is told to."""

from __future__ import annotations

from copy import deepcopy
from datetime import date, datetime
from fractions import Fraction
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from dollars import usd

from prorata.reference.clock import Clock
from prorata.reference.engine import RULEBOOKS, Billing
from prorata.reference.engine.invariants import conservation, overlaps
from prorata.reference.engine.ports import PanelFailedError, PanelRefusedError
from prorata.reference.ledger import TO_CLIENT
from prorata.reference.proration import Stretch
from prorata.reference.readings import choose
from prorata.reference.refusal import Refusal
from prorata.reference.rules import Rulings


class PanelDouble:
    """A panel in memory: it records what it was asked, and answers as it was told."""

    def __init__(self):
        self.calls = []
        self.users = {}
        self.off = set()
        self.passwords = {}
        self.presets = []
        self.down = False
        self._told = []

    def fail(self, *, times=1, done=False, may_have_happened=None):
        """Give no readable answer to the next calls; `done`: they are carried out all the same."""
        unsure = done if may_have_happened is None else may_have_happened
        error = PanelFailedError("func", "no answer", may_have_happened=unsure)
        self._told += [(error, done)] * times

    def refuse(self, type="missed", object="user", times=1):  # noqa: A002  the wire's words
        """Answer the next calls with an error."""
        self._told += [(PanelRefusedError(type, object, "no", "func"), False)] * times

    def _call(self, action, *arguments):
        self.calls.append((action, *arguments))
        if self.down:
            raise PanelFailedError(action, "down", may_have_happened=False)
        error, done = self._told.pop(0) if self._told else (None, True)
        if done and action != "exists":
            getattr(self, f"_{action}")(*arguments)
        if error:
            raise error

    def _create(self, name, preset, domain):
        if name in self.users:
            raise PanelRefusedError("exists", "user", "there is one", "user.add")
        self.users[name] = (preset, domain)

    def _needs(self, name):
        if name not in self.users:
            raise PanelRefusedError("missed", "user", "there is none", "user.edit")

    def _suspend(self, name):
        self._needs(name)
        self.off.add(name)

    def _resume(self, name):
        self._needs(name)
        self.off.discard(name)

    def _delete(self, name):
        self._needs(name)
        del self.users[name]

    def _change_preset(self, name, preset):
        self._needs(name)
        self.users[name] = (preset, self.users[name][1])

    def _resources(self, name, _amounts):
        self._needs(name)

    def _password(self, name, password):
        self._needs(name)
        self.passwords[name] = password

    def _make_preset(self, name):
        self.presets.append(name)

    def create(self, account):
        self._call("create", account.name, account.preset, account.domain)

    def suspend(self, name):
        self._call("suspend", name)

    def resume(self, name):
        self._call("resume", name)

    def delete(self, name):
        self._call("delete", name)

    def change_preset(self, name, preset, _grants=None):
        self._call("change_preset", name, preset)

    def resources(self, name, amounts):
        self._call("resources", name, amounts)

    def password(self, name, password):
        self._call("password", name, password)

    def make_preset(self, name):
        self._call("make_preset", name)

    def capacity(self, _accounts):
        return None

    def exists(self, name, _mark):
        self._call("exists", name)
        return name in self.users


class House:
    """A billing with its clock and panel; times are civil, in its zone."""

    def __init__(
        self,
        catalogue,
        *,
        at,
        system="billmanager",
        clients=None,
        readings=None,
        timezone="UTC",
        currency="USD",
        first_ids=None,
        may_overlap=False,
        settings=None,
        groups=None,
    ):
        self.zone = ZoneInfo(timezone)
        self.panel = PanelDouble()
        self.clock = Clock(self.instant(at))
        self.opening = {"anna": "100.00"} if clients is None else clients
        self.received = dict.fromkeys(self.opening, Fraction(0))
        self.may_overlap = may_overlap
        self.billing = Billing(
            RULEBOOKS[system],
            clock=self.clock,
            readings=choose(readings or {}),
            catalogue=catalogue,
            clients=self.opening,
            panel=self.panel,
            currency=currency,
            timezone=timezone,
            first_ids=first_ids,
            settings=settings,
            groups=groups,
        )
        self.seen = 0

    @property
    def book(self):
        return self.billing.book

    def instant(self, text):
        moment = datetime.fromisoformat(text)
        return moment if moment.tzinfo else moment.replace(tzinfo=self.zone)

    def to(self, text):
        """Move the time on, and check what always holds."""
        self.billing.advance_to(self.instant(text))
        self.check()
        return self

    def do(self, verb, **parameters):
        """Do an act that must not be refused; return what it answers."""
        answer = self.billing.act(verb, **parameters)
        assert not isinstance(answer, Refusal), answer
        if verb == "pay" and "client" in parameters:
            self.received[parameters["client"]] += Fraction(parameters["amount"])
        self.check()
        return answer

    def refused(self, verb, **parameters):
        """Do an act that must be refused and change nothing; return the rule and the reason."""
        before = self.frozen()
        refusal = self.billing.act(verb, **parameters)
        assert isinstance(refusal, Refusal), refusal
        assert before == self.frozen()
        return refusal

    def frozen(self):
        """Return all that a refusal must not change."""
        billing, book = self.billing, self.book
        schedule = billing.schedule
        parts = book.clients, book.services, book.invoices, book.operations, book.next_numbers
        due = deepcopy(schedule._buckets)
        return deepcopy((parts, self.rows(), due, self.panel.calls, billing.clock.now()))

    def service(self, number=1):
        return self.book.services[number]

    def balance(self, client="anna"):
        return str(self.book.clients[client].balance)

    def expires(self, number=1):
        return _written(self.service(number).expires)

    def rows(self):
        """Return every line as text: service, kind, amount, days covered."""
        return [_row(line) for line in self.billing.ledger]

    def new(self):
        """Return the lines posted since this was last asked, without their service."""
        rows = [row.partition(" ")[2] for row in self.rows()]
        fresh, self.seen = rows[self.seen :], len(rows)
        return fresh

    def check(self):
        """Check what always holds: conservation, derivations, nothing covered twice."""
        self._check_conservation()
        self._check_derivations()
        if not self.billing.rulebook.charges_balance:
            assert [] == list(overlaps(self.billing))
        elif not self.may_overlap:
            self._check_covers()

    def _check_conservation(self):
        if not self.billing.rulebook.charges_balance:
            assert [] == list(conservation(self.billing))
            return
        for name, client in self.book.clients.items():
            left = Fraction(self.opening[name]) + self.received[name]
            for line in self.billing.ledger:
                if line.client == name and not line.inside:
                    left += line.amount.exact * (1 if line.kind in TO_CLIENT else -1)
            assert left == client.balance.exact, f"{name}: {left} expected, {client.balance} held"

    def _check_derivations(self):
        rulings = self.billing.rulings
        taxed = ""
        for line in self.billing.ledger:
            # A tax is rounded like the line that it is on.
            taxed = taxed if ".tax." in line.rule else _asked_kind(line)
            result = self.billing.derive(line).result
            turn = self.billing.turn()
            posted = turn.money(taxed, result)
            sign = -1 if line.kind in TO_CLIENT and not _is_credit(line) else 1
            assert str(line.amount) == str(posted if sign > 0 else -posted), (line, rulings)

    def _check_covers(self):
        for number in self.book.services:
            spans = sorted(
                line.covers
                for line in self.billing.ledger
                if line.service == number and line.kind in {"period", "daily"} and line.covers
            )
            for (_, until), (since, _) in pairwise(spans):
                assert until <= since, f"service {number}: {since} is covered twice"


def _asked_kind(line):
    return "tariff change" if line.kind in TO_CLIENT else line.kind


def _is_credit(line):
    return line.kind == "credit"


def _written(moment):
    if moment is None:
        return None
    return moment.strftime("%Y-%m-%d" if moment.hour == 0 == moment.minute else "%Y-%m-%d %H:%M")


def _row(line):
    covers = f" {_written(line.covers[0])}..{_written(line.covers[1])}" if line.covers else ""
    return f"{line.service} {line.kind} {line.amount}{covers}"


@pytest.fixture(scope="session")
def house() -> Any:
    """Open a billing: ``house(catalogue, at="2025-09-01")``; anna has 100.00."""
    return House


@pytest.fixture(scope="session")
def ruled() -> Any:
    """Ask rules under readings: ``ruled(rounding="down")(renew.plain, starts=…)``."""
    return lambda **readings: Rulings(choose(readings), 2)


@pytest.fixture(scope="session")
def counted() -> Any:
    """Count parts under readings, for a currency with two minor digits."""
    return lambda **readings: Rulings(choose(readings), 2).counting


@pytest.fixture(scope="session")
def bought() -> Any:
    """Make the stretch of a bought period: price, first day, day after the last."""

    def stretch(price, first, last, **fields):
        days = date.fromisoformat(first).toordinal(), date.fromisoformat(last).toordinal()
        full = {"full_starts": days[0], "full_expires": days[1]}
        return Stretch(*days, Fraction(price), **{**full, **fields})

    return stretch


@pytest.fixture(scope="session", name="usd")
def _usd() -> Any:
    """Write an amount of dollars as money."""
    return usd


@pytest.fixture
def with_clients():
    """Make a BILLmanager that sells nothing and has no panel, with clients and what they have."""

    def made(now, **clients):
        return Billing(
            RULEBOOKS["billmanager"],
            clock=Clock(now),
            readings=choose({}),
            catalogue={},
            clients=clients,
            panel=None,
        )

    return made
