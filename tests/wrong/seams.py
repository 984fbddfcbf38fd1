"""Where a right billing is made wrong: the seams at which the reference says or does another thing.

It does so while it answers; between its answers it is right, so that the judge's own run is too.
"""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from importlib import import_module
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from prorata.harness.implementations.reference import Reference
from prorata.harness.protocol import Advance, Observe, Open, Result
from prorata.reference.engine.resell import Trade
from prorata.reference.engine.turn import Turn
from prorata.reference.panels import BillmanagerSeller, IspmanagerClient
from prorata.reference.rules import Rulings

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Wrong", "WrongBilling"]

_HOSTBILL = "prorata.reference.engine.hostbill"


@dataclass(frozen=True)
class Wrong:
    """One mistake, and the rules that a person would name for it.

    `rules` has another answer for the function of a rule, from the right one and its arguments;
    `panel`, `turn`, `due` and `acts` what is done instead of a method of the panel's client or of
    a turn, or of a handler of a due moment or an act, from the right one; `seller` and `trade`
    instead of what the client of a seller has, or the trade with it, and `seen` instead of what a
    licence means that was looked at; `hostbill` instead of a
    function in a module of that rulebook, as in ``order.issue``. `reads` are readings that it does
    not declare, `rows` what it takes a tariff or product for, and `settings` those of
    the whole billing, from what is sent; `told` changes what it tells, and `after` what it has
    when time has come to an instant. `seen_in` names scenarios in which it shows.
    """

    name: str
    broken: tuple[str, ...]
    rules: dict[Any, Any] = field(default_factory=dict)
    panel: dict[str, Any] = field(default_factory=dict)
    due: dict[str, Any] = field(default_factory=dict)
    acts: dict[str, Any] = field(default_factory=dict)
    turn: dict[str, Any] = field(default_factory=dict)
    seller: dict[str, Any] = field(default_factory=dict)
    trade: dict[str, Any] = field(default_factory=dict)
    seen: Callable[[Any], Any] = lambda right: right
    hostbill: dict[str, Any] = field(default_factory=dict)
    reads: dict[str, str] = field(default_factory=dict)
    rows: Callable[[dict[str, Any]], dict[str, Any]] | None = None
    settings: Callable[[dict[str, Any]], dict[str, Any]] | None = None
    told: Callable[[Any], Any] | None = None
    after: Callable[[Any, Any], None] | None = None
    seen_in: tuple[str, ...] = ()


class WrongBilling:
    """The reference with one mistake, as an implementation of somebody else's.

    It declares the readings of the scenario that comes next, which `each_of` tells it.
    """

    def __init__(self, wrong, transport):
        self.name = wrong.name
        self._wrong = wrong
        self._transport = transport
        self.restart()

    @property
    def declared(self):
        """What it says of itself."""
        return self._inner.declared.model_copy(update={"readings": self._readings})

    def each_of(self, scenarios):
        """Yield scenarios, and read the documents as each does."""
        for scenario in scenarios:
            self._readings = dict(scenario.readings)
            self._inner.pin({**scenario.readings, **self._wrong.reads})
            yield scenario

    def restart(self):
        """Begin afresh."""
        self._inner = Reference(version="", transport=self._transport)
        self._readings = {}

    def ask(self, request):
        """Answer, wrongly where the mistake shows."""
        with self._mistaken():
            answer = self._inner.ask(self._taken(request))
            if isinstance(request, Advance) and self._wrong.after:
                self._wrong.after(self._inner.billing, request.to)
        if isinstance(request, Open) and isinstance(answer, Result):
            self._handle()
        if isinstance(request, Observe) and isinstance(answer, Result) and self._wrong.told:
            return Result(self._wrong.told(answer.body))
        return answer

    def abandon(self):
        """Leave nothing."""
        return ()

    def close(self):
        """End."""
        self._inner.close()

    def _taken(self, request):
        if not isinstance(request, Open):
            return request
        changed = {}
        if self._wrong.rows is not None:
            rows = request.catalogue.items()
            changed["catalogue"] = {name: self._wrong.rows(dict(row)) for name, row in rows}
        if self._wrong.settings is not None:
            changed["settings"] = self._wrong.settings(dict(request.settings))
        return request.model_copy(update=changed)

    def _handle(self):
        billing = self._inner.billing
        book = billing.rulebook
        due = _instead(book.due, self._wrong.due)
        # What is decided for many at once goes round the handlers.
        wrong = self._wrong
        at_once = {} if wrong.due or wrong.turn or wrong.hostbill else book.at_once
        acts = _instead(book.acts, self._wrong.acts)
        seen = wrong.seen(book.seen_at_seller)
        billing.rulebook = replace(book, due=due, acts=acts, at_once=at_once, seen_at_seller=seen)

    def _instead_of(self):
        wrong = self._wrong
        yield IspmanagerClient, wrong.panel
        yield BillmanagerSeller, wrong.seller
        yield Trade, wrong.trade
        yield Turn, wrong.turn

    @contextmanager
    def _mistaken(self):
        right = Rulings.__call__
        others = self._wrong.rules

        def ask(rulings, rule, /, **arguments):
            other = others.get(rule)
            if other is None:
                return right(rulings, rule, **arguments)
            return other(lambda **told: right(rulings, rule, **told), arguments)

        with ExitStack() as stack:
            stack.enter_context(patch.object(Rulings, "__call__", ask))
            for kind, instead in self._instead_of():
                for name, how in instead.items():
                    stack.enter_context(patch.object(kind, name, how(getattr(kind, name))))
            for function, instead in self._wrong.hostbill.items():
                part, _, name = function.partition(".")
                module = import_module(f"{_HOSTBILL}.{part}")
                other = instead(getattr(module, name))
                stack.enter_context(patch.object(module, name, other))
            yield


def _instead(table, others):
    return {**table, **{name: how(table[name]) for name, how in others.items() if name in table}}
