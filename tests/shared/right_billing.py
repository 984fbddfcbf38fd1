"""A billing of another make that is right: the reference's engine with other habits of telling.

What it computes is right; what it calls things, in which order it tells them, what it leaves out
and how it writes values is its own.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING, Any

from prorata.harness.implementations.reference import Reference
from prorata.harness.protocol import (
    Advance,
    Observe,
    Open,
    Perform,
    Quote,
    decode_answer,
    encode_answer,
)

if TYPE_CHECKING:
    from prorata.harness.protocol import Answer, Request

__all__ = ["Foreign", "Habits", "Spelt", "Telling"]

#: Changes an answer to `clock`, `act` or `observe`, as JSON data, in place.
Telling = Callable[["Foreign", dict[str, Any]], None]


class Spelt(int):
    """A number whose digits are letters: 510 is fba."""

    def __add__(self, other):
        """Return a number that is spelt too."""
        return Spelt(int(self) + other)

    def __str__(self):
        """Return the letters."""
        return int.__repr__(self).translate(_LETTERS)

    @classmethod
    def read(cls, text):
        """Return the number that is written in letters or in digits."""
        return cls(text.translate(_DIGITS))


_LETTERS = str.maketrans("0123456789", "abcdefghij")
_DIGITS = str.maketrans("abcdefghij", "0123456789")


@dataclass(frozen=True)
class Habits:
    """What is peculiar to a billing.

    `first` gives the first number of a service another value, `ids` the ids that it tells;
    `waits` is how often it says that work goes on; `yearly` that its invoices are numbered from 1
    each year, behind the year.
    """

    tells: tuple[Telling, ...] = ()
    first: Callable[[int], int] = int
    ids: Callable[[str], str] = str
    itemised: bool = True
    waits: int = 0
    yearly: bool = False

    def __add__(self, other):
        """Return the habits of both, where they do not clash."""
        one, two = (self, other) if other.ids is str else (other, self)
        return Habits(
            self.tells + other.tells,
            one.first,
            one.ids,
            self.itemised and other.itemised,
            max(one.waits, two.waits),
            self.yearly or other.yearly,
        )


@dataclass
class Foreign:
    """The billing; `pin` gives it the readings of the next scenario."""

    transport: Any
    habits: Habits
    name: str = "foreign"
    readings: dict[str, str] = field(default_factory=dict)
    #: The ledger as it tells it, where that is not the engine's, and how much of that is in it.
    own_ledger: list[Any] = field(default_factory=list)
    known: int = 0
    #: The number of the scenario that is open.
    scenario: int = 0
    random: Random = field(default_factory=lambda: Random(0))

    def __post_init__(self):
        """Begin with the engine."""
        self.engine = Reference(version="", transport=self.transport)
        self._numbers: dict[str, str] = {}
        self._waits = self.habits.waits

    @property
    def declared(self):
        """What it says of itself."""
        told = {"name": self.name, "itemised": self.habits.itemised, "readings": self.readings}
        return self.engine.declared.model_copy(update=told)

    def pin(self, readings):
        """Read the documents as a scenario does."""
        self.readings = dict(readings)
        self.engine.pin(readings)

    def ask(self, request: Request) -> Answer:
        """Answer as the engine does, in its own way."""
        answer = self.engine.ask(self._asked(request))
        if not isinstance(request, Advance | Perform | Quote | Observe):
            return answer
        told = json.loads(encode_answer(request.seq, answer))
        for tell in (_ids, *self.habits.tells):
            tell(self, told)
        if isinstance(request, Advance):
            self._wait(told["result"])
        return decode_answer(json.dumps(told).encode(), to=request)

    def abandon(self):
        """Forget everything."""
        return self.engine.abandon()

    def restart(self):
        """Begin afresh."""
        self.engine.restart()

    def close(self):
        """End."""
        self.engine.close()

    def _asked(self, request: Request) -> Request:
        if isinstance(request, Open):
            self._numbers, self.own_ledger, self.known = {}, [], 0
            self.scenario, self.random = request.scenario, Random(request.scenario)
            first = self.habits.first(request.first_ids.get("service", 1))
            # A model would make a plain number of it.
            numbered = {"first_ids": {**request.first_ids, "service": first}}
            return request.model_copy(update=numbered)
        if isinstance(request, Perform | Quote):
            own = {
                name: self._numbers[request.parameters[name]]
                for name in request.parameters.keys() & {"service", "invoice"}
            }
            return request.model_copy(update=own)
        return request

    def id_of(self, number: str) -> str:
        """Return its own id for a number of a service."""
        return self._known(self.habits.ids(number), number)

    def id_of_invoice(self, number: str) -> str:
        """Return its own number for a number of an invoice."""
        if not self.habits.yearly:
            return self._known(f"INV-{9 + int(number)}", number)
        invoices = self.engine.billing.book.invoices
        year = invoices[int(number)].issued.year
        in_it = [each for each, told in invoices.items() if told.issued.year == year]
        return self._known(f"{year}/{sorted(in_it).index(int(number)) + 1}", number)

    def _known(self, own: str, number: str) -> str:
        self._numbers[own] = str(int(Spelt.read(number)))
        return own

    def _wait(self, result: dict[str, Any]) -> None:
        """Say some times that work goes on, then that it is done."""
        self._waits -= 1
        if self._waits < 0:
            self._waits = self.habits.waits
        else:
            result.clear()
            result["settled"] = False


def _ids(foreign: Foreign, told: dict[str, Any]) -> None:
    """Tell its own ids."""
    result = told.get("result", {})
    if "service" in result:
        result["service"] = foreign.id_of(result["service"])
    for name in ("services", "tasks"):
        if isinstance(result.get(name), list):
            result[name] = [foreign.id_of(number) for number in result[name]]
    if isinstance(result.get("services"), dict):
        result["services"] = {foreign.id_of(n): each for n, each in result["services"].items()}
    if "invoice" in result:
        result["invoice"] = foreign.id_of_invoice(result["invoice"])
    if "invoices" in result:
        found = result["invoices"].items()
        result["invoices"] = {foreign.id_of_invoice(n): each for n, each in found}
    invoices = result.get("invoices", {}).values()
    of_invoices = [line for invoice in invoices for line in invoice["lines"]]
    quoted = (line for line in result.get("lines", ()) if "service" in line)
    for each in (*result.get("ledger", ()), *invoices, *of_invoices, *quoted):
        each["service"] = foreign.id_of(each["service"])
