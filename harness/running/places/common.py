"""What all places have in common: how values are written, and what is wanted there."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from prorata.harness.running.places.naming import chosen_texts
from prorata.harness.scenario.acts import SetPassword
from prorata.reference.engine import RULEBOOKS
from prorata.reference.hostbill.cycle import CYCLES
from prorata.reference.money import Money
from prorata.reference.periods import Length, midnight

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from prorata.harness.running.places.lines import Shape
    from prorata.harness.scenario import Scenario

__all__ = [
    "DONE",
    "NOTHING",
    "NOT_TOLD",
    "QUOTED",
    "SECOND",
    "STRANGERS",
    "SUBJECTS",
    "UNORDERED",
    "Path",
    "Wanted",
    "Writer",
    "names",
    "period",
    "quantity",
    "text",
    "yes",
]

Path = tuple[str, ...]

NOTHING: Final = "nothing"
#: What stands at a place of which an implementation says nothing, neither this nor that.
NOT_TOLD: Final = "not told"
DONE: Final = "done"
#: Places of what is there though nobody asked for it; no service is called so.
UNORDERED: Final = "services that nobody ordered"
STRANGERS: Final = "users on the panel of no service"
#: Places of what is answered beside an act; no service is called so either.
QUOTED: Final = "what was quoted"
SECOND: Final = "the second answer"
#: What the places begin with that are not a service's.
SUBJECTS: Final = frozenset(
    {
        "accounts",
        "act",
        SECOND,
        "balance",
        STRANGERS,
        UNORDERED,
        "charged",
        "client",
        "covers",
        "credit_notes",
        "entered",
        "functions",
        "invoices",
        "ispmanager",
        "ledger",
        "notifications",
        "posted",
        QUOTED,
        "shown",
        "tariffs",
        "tasks",
        "licences",
        "calls",
    }
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """The texts that are wanted, by place; how lines are compared by kind, notices by detail."""

    texts: Mapping[Path, str]
    shapes: Mapping[str, Shape] = field(default_factory=dict)
    details: frozenset[str] = frozenset()
    #: The tariff that each service has in the reference's run, where that is known: it says how
    #: much of a resource is there where an implementation leaves it out.
    tariffs: Mapping[str, str | None] = field(default_factory=dict)
    #: What is wanted of the other billings, by their names.
    others: Mapping[str, Wanted] = field(default_factory=dict)

    @property
    def amounts(self) -> Wanted:
        """The same where lines are compared by their amounts alone, to be summed."""
        others = {name: each.amounts for name, each in self.others.items()}
        return replace(self, shapes={}, others=others)


class Writer:
    """Writes values of one scenario as texts, in its currency and its zone.

    `whole_days`: an implementation tells when services begin and end by the day alone.
    """

    __slots__ = (
        "_chosen", "_civil", "_included", "_money", "_others", "_passwords", "_scenario",
        "_whole_days", "_zone", "currency",
    )  # fmt: skip

    def __init__(self, scenario: Scenario, *, whole_days: bool = False) -> None:
        self._scenario = scenario
        self._whole_days = whole_days
        self.currency: str = scenario.given.currency
        self._zone = scenario.given.timezone
        self._included: dict[str | None, Mapping[str, int]] = {}
        self._money: dict[object, str] = {}
        self._civil: dict[datetime, str] = {}
        self._chosen: dict[str, tuple[str, ...]] = {}
        self._others: dict[str, Writer] = {}
        self._passwords: frozenset[str] | None = None

    def of(self, name: str) -> Writer:
        """Return the writer of another billing of the scenario."""
        if name not in self._others:
            self._others[name] = Writer(self._scenario.others[name])
        return self._others[name]

    def money(self, amount: object) -> str:
        """Write an amount: a `Decimal`, or its digits."""
        known = self._money.get(amount)
        if known is None:
            digits = format(amount, "f") if isinstance(amount, Decimal) else str(amount)
            known = self._money[amount] = str(Money.of(digits, self.currency))
        return known

    def instant(self, instant: datetime | None) -> str:
        """Write an instant in the zone: a civil date alone where it is the first of its day."""
        if instant is None:
            return NOTHING
        exact = instant.astimezone(UTC)
        known = self._civil.get(exact)
        if known is None:
            known = self._civil[exact] = self._written(exact)
        return known

    def day(self, instant: datetime | None) -> str:
        """Write when a service begins or ends, as exactly as the implementation tells it."""
        if instant is None or not self._whole_days:
            return self.instant(instant)
        return instant.astimezone(self._zone).date().isoformat()

    def _written(self, exact: datetime) -> str:
        civil = exact.astimezone(self._zone)
        if midnight(civil.date(), self._zone).astimezone(UTC) == exact:
            return civil.date().isoformat()
        return (
            f"{civil.date()} {civil:%H:%M:%S}" if civil.second else f"{civil.date()} {civil:%H:%M}"
        )

    def included(self, tariff: str | None, resource: str) -> str:
        """Write the amount of a resource that a service of a tariff has without an order."""
        if tariff not in self._included:
            row = self._scenario.catalogue().get(tariff or "", {})
            sold = RULEBOOKS[self._scenario.given.system].sold(tariff or "", row)
            self._included[tariff] = sold.included_amounts
        return str(self._included[tariff].get(resource, NOTHING))

    def chosen(self, label: str) -> tuple[str, ...]:
        """Return what a client chose of the names of a service."""
        if label not in self._chosen:
            self._chosen[label] = chosen_texts(self._scenario, label)
        return self._chosen[label]

    @property
    def addresses(self) -> frozenset[str]:
        """The addresses that the scenario has its billing's notices come from."""
        provider: Mapping[str, str] = self._scenario.settings().get("provider", {})
        return frozenset(provider.values())

    def set_by_act(self, password: str) -> bool:
        """Tell whether an act of the scenario sets this password on the panel."""
        if self._passwords is None:
            acts = (step.act[1] for step in self._scenario.steps if step.act)
            said = (each.password for each in acts if isinstance(each, SetPassword))
            self._passwords = frozenset(filter(None, said))
        return password in self._passwords

    def covers(self, covers: Iterable[datetime] | None) -> str:
        """Write a half-open time."""
        return " .. ".join(map(self.instant, covers)) if covers else NOTHING


def yes(value: object) -> str:
    """Write a switch."""
    return NOTHING if value is None else "yes" if value and value != "no" else "no"


def quantity(value: object) -> str:
    """Write a number of units without the noughts that say nothing: 1.0 is 1."""
    whole, _, rest = str(value).partition(".")
    sign = "-" if whole.startswith("-") else ""
    whole, rest = whole.lstrip("-").lstrip("0") or "0", rest.rstrip("0")
    return f"{sign}{whole}.{rest}" if rest else f"{sign}{whole}"


def text(value: object) -> str:
    """Write a word."""
    return NOTHING if value in {None, ""} else str(value)


def period(value: object) -> str:
    """Write a period or a cycle by its length: 12 months are 1 year, and so is annually."""
    try:
        return str(CYCLES.get(str(value)) or Length.of(str(value)))
    except ValueError:
        return text(value)


def alike(texts: str) -> list[str]:
    """Return the parts of a list that is written in no order, without whose they are."""
    return sorted(part.partition(" of ")[0] for part in texts.split(", "))


def names(found: Iterable[str], nothing: str = NOTHING) -> str:
    """Write names in no order."""
    return ", ".join(sorted(found)) or nothing
