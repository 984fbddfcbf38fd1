"""Where a right billing is made wrong: the seams at which the reference says or does another thing.

It does so while it answers; between its answers it is right, so that the judge's own run is too.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from importlib import import_module
from typing import TYPE_CHECKING, Any

from prorata.harness.implementations.reference import Reference
from prorata.harness.protocol import Advance, Observe, Open, Quote, Result
from prorata.reference.engine.resell import Trade
from prorata.reference.engine.turn import Turn
from prorata.reference.panels import BillmanagerSeller, IspmanagerClient
from prorata.reference.readings import DEFAULTS
from prorata.reference.rules import Rulings

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Wrong", "WrongBilling", "place"]

#: What a path in `code` is below.
_CODE = "prorata.reference"


@dataclass(frozen=True)
class Wrong:
    """One mistake, and the rules that a person would name for it.

    `rules` has another answer for the function of a rule, from the right one and its arguments;
    `panel`, `turn`, `due` and `acts` what is done instead of a method of the panel's client or of
    a turn, or of a handler of a due moment or an act, from the right one; `seller` and `trade`
    instead of what the client of a seller has, or the trade with it, and `seen` instead of what a
    licence means that was looked at; `code` instead of a name in a module of the reference, as in
    ``engine.hostbill.order.issue``. `reads` are readings that it has without declaring them,
    `rows` what it takes a tariff or product for, and `settings` those of the whole billing, from
    what is sent; `asked` is what it takes any question for, `told` changes what it tells, `quoted`
    what it quotes, and `after` what it has when time has come to an instant.
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
    code: dict[str, Any] = field(default_factory=dict)
    reads: dict[str, str] = field(default_factory=dict)
    rows: Callable[[dict[str, Any]], dict[str, Any]] | None = None
    settings: Callable[[dict[str, Any]], dict[str, Any]] | None = None
    asked: Callable[[Any], Any] | None = None
    told: Callable[[Any], Any] | None = None
    quoted: Callable[[Any], Any] | None = None
    after: Callable[[Any, Any], None] | None = None


class WrongBilling:
    """The reference with one mistake, as an implementation of somebody else's.

    It reads the documents as each scenario does; where its mistake is a reading, it declares the
    default of that, and is not asked what pins another. `transport` gives the way to a panel.
    """

    takes_readings = True

    def __init__(self, wrong, transport):
        self.name = wrong.name
        self._wrong = wrong
        self._transport = transport
        self._made = _Mistakes(self._mistakes())
        reads = {name: DEFAULTS[name] for name, value in wrong.reads.items()}
        self._declares = {} if reads == wrong.reads else reads
        self.restart()

    @property
    def thinks(self):
        """Whether it is at work now itself, and asks nobody."""
        return self._made.made

    @property
    def declared(self):
        """What it says of itself."""
        return self._inner.declared.model_copy(update={"readings": self._declares})

    def pin(self, readings):
        """Open the next billings under these readings as well, but for the one that it mistakes."""
        self._inner.pin({**readings, **self._wrong.reads})

    def restart(self):
        """Begin afresh."""
        self._inner = Reference(version="", transport=self._way)

    def ask(self, request):
        """Answer, wrongly where the mistake shows."""
        self._made.make()
        try:
            answer = self._inner.ask(self._taken(request))
            if isinstance(request, Advance) and self._wrong.after:
                self._wrong.after(self._inner.billing, request.to)
        finally:
            self._made.undo()
        if isinstance(request, Open) and isinstance(answer, Result):
            self._handle()
        if isinstance(request, Observe) and isinstance(answer, Result) and self._wrong.told:
            return Result(self._wrong.told(answer.body))
        if isinstance(request, Quote) and isinstance(answer, Result) and self._wrong.quoted:
            return Result(self._wrong.quoted(answer.body))
        return answer

    def abandon(self):
        """Leave nothing."""
        return ()

    def close(self):
        """End."""
        self._inner.close()

    def _way(self, url):
        sender = self._transport(url)
        return None if sender is None else _Way(sender, self._made)

    def _taken(self, request):
        if self._wrong.asked is not None:
            request = self._wrong.asked(request)
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
        at_once = {} if wrong.due or wrong.turn or wrong.code else book.at_once
        acts = _instead(book.acts, self._wrong.acts)
        seen = wrong.seen(book.seen_at_seller)
        billing.rulebook = replace(book, due=due, acts=acts, at_once=at_once, seen_at_seller=seen)

    def _mistakes(self):
        """Yield where something stands, its name, and what stands there instead."""
        wrong = self._wrong
        kinds = (
            (IspmanagerClient, wrong.panel),
            (BillmanagerSeller, wrong.seller),
            (Trade, wrong.trade),
            (Turn, wrong.turn),
        )
        for kind, others in kinds:
            yield from ((kind, name, how(getattr(kind, name))) for name, how in others.items())
        for path, how in wrong.code.items():
            where, name = place(path)
            yield where, name, how(getattr(where, name))
        if wrong.rules:
            yield Rulings, "__call__", _asking(wrong.rules)


class _Mistakes:
    """What stands in the places of a right billing while a wrong one thinks for itself."""

    def __init__(self, others):
        #: Whether they are made now.
        self.made = False
        self._others = [(where, name, getattr(where, name), other) for where, name, other in others]

    def make(self):
        """Put what is wrong in its places."""
        self.made = True
        for where, name, _, other in self._others:
            setattr(where, name, other)

    def undo(self):
        """Put back what is right."""
        self.made = False
        for where, name, right, _ in self._others:
            setattr(where, name, right)


class _Way:
    """The way to a panel or a seller, which are right: they do not share the mistake."""

    def __init__(self, sender, mistakes):
        self._sender = sender
        self._mistakes = mistakes
        self.check, self.close = sender.check, sender.close

    def send(self, url, form, timeout):
        """Send a form."""
        self._mistakes.undo()
        try:
            return self._sender.send(url, form, timeout)
        finally:
            self._mistakes.make()


def _asking(others):
    right = Rulings.__call__

    def ask(rulings, rule, /, **arguments):
        other = others.get(rule)
        if other is None:
            return right(rulings, rule, **arguments)
        return other(lambda **told: right(rulings, rule, **told), arguments)

    return ask


def place(path):
    """Return where a name of the reference is, and the name: ``engine.hostbill.order.issue``."""
    module, _, name = path.rpartition(".")
    return import_module(f"{_CODE}.{module}"), name


def _instead(table, others):
    return {**table, **{name: how(table[name]) for name, how in others.items() if name in table}}
