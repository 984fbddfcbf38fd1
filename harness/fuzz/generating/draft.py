"""A history in the making: what is given, what has happened, and roughly which services there are.

What is known of services is only an idea, by which acts are chosen that make sense mostly; the
reference alone tells what becomes of them. One thing has to be right: a service is `sure` where its
order cannot have been refused, for an act on a service that there is not ends a scenario.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from prorata.reference.periods import midnight

if TYPE_CHECKING:
    from collections.abc import Mapping
    from zoneinfo import ZoneInfo

    from prorata.harness.fuzz.generating.choosing import Choosing
    from prorata.harness.fuzz.generating.focus import Focus

__all__ = ["HistoryDraft", "Known"]

#: Acts that no billing is asked for.
_NOT_ASKED: Final = frozenset({"wait", "panel"})
#: Acts that can cost something, which a quote tells.
_CHARGING: Final = frozenset(
    {"order", "renew", "change_tariff", "order_resource", "set_resource", "cancel_resource",
     "set_control_panel", "change_period"}
)  # fmt: skip
#: The seller's numbers of what is sold no more.
_OLD: Final = frozenset({"3541", "4601"})


@dataclass(slots=True)
class Known:
    """What is known of a service: when it was ordered, and about when it expires."""

    label: str
    client: str
    sold: str
    period: str
    ordered: datetime
    expires: datetime
    sure: bool = True
    #: Whether an invoice of it was issued, for sure.
    invoiced: bool = False
    #: Whether its order waits for money, and whether it is renewed by itself.
    waits: bool = False
    auto: bool = False
    #: Why it is suspended: "unpaid", or by whom; nothing where it runs.
    suspended: str = ""
    ended: bool = False
    #: Whether it is there at the seller, for sure.
    bought: bool = False


@dataclass(slots=True)
class HistoryDraft:
    """A history in the making; `now` is in UTC."""

    choose: Choosing
    focus: Focus
    given: dict[str, Any]
    now: datetime
    zone: ZoneInfo
    readings: dict[str, str] = field(default_factory=dict)
    steps: list[dict[str, Any]] = field(default_factory=list)
    at: list[datetime] = field(default_factory=list)
    services: list[Known] = field(default_factory=list)
    #: The periods that tariffs have prices for.
    periods: tuple[str, ...] = ()
    #: The resources that tariffs have.
    resources: tuple[str, ...] = ()
    #: What is sold by now, by its name; about what clients have on their accounts.
    sold: dict[str, dict[str, Any]] = field(default_factory=dict)
    money: dict[str, Decimal] = field(default_factory=dict)
    classes: set[tuple[str, str]] = field(default_factory=set)
    #: The rules that the next act is steered to.
    steered: tuple[str, ...] = ()
    #: The billing that this one buys from, where it buys.
    seller: dict[str, Any] | None = None
    #: A third billing, which buys from that seller on the same account.
    neighbour: dict[str, Any] | None = None
    #: Whether every client can pay whatever comes: what is quoted holds where it can be paid.
    ample: bool = False
    #: The billing whose acts they are, where there are several and it is not the judged one.
    on: str = ""

    @property
    def today(self) -> datetime:
        """The first instant of the civil day, in UTC."""
        return self.day(0)

    def day(self, later: int) -> datetime:
        """Return the first instant of a civil day, so many days from now."""
        civil = self.now.astimezone(self.zone).date() + timedelta(days=later)
        return midnight(civil, self.zone).astimezone(UTC)

    def reach(self, moment: datetime, boundary: str) -> None:
        """Go to a moment, if it is still to come; it is of this class of boundaries."""
        if moment >= self.now:
            self.now = moment
            self.mark(boundary)

    def mark(self, boundary: str) -> None:
        """Note that what is steered to now meets a class of boundaries."""
        if boundary:
            self.classes.update((rule, boundary) for rule in self.steered)

    def do(self, verb: str, **parameters: Any) -> dict[str, Any] | None:
        """Have an act done now; None where the billing does not have it."""
        if self.focus.acts is not None and verb not in self.focus.acts | _NOT_ASKED:
            return None
        step: dict[str, Any] = {"at": self._written(), **({"on": self.on} if self.on else {})}
        step[verb] = {key: value for key, value in parameters.items() if value is not None}
        if self.focus.protocol and verb not in _NOT_ASKED and self.choose.chance(1, 10):
            quoted = self.ample and verb in _CHARGING and self.choose.chance(1, 2)
            step["quote" if quoted else "again"] = "yes"
        self.steps.append(step)
        self.at.append(self.now.astimezone(self.zone))
        return step

    def _written(self) -> str:
        """Write the instant as a file has it: with an offset, which leaves no question."""
        civil = self.now.astimezone(self.zone)
        if self.zone.key == "UTC" and self.seller is None:
            return civil.strftime("%Y-%m-%d %H:%M:%S")
        return civil.isoformat(" ", "seconds")

    def minutes(self, later: int) -> datetime:
        """Return a whole multiple of five minutes, so many from now or just after."""
        at = self.now + timedelta(minutes=later)
        return at.replace(minute=at.minute // 5 * 5, second=0, microsecond=0)

    def is_bought(self, number: str) -> bool:
        """Tell whether the seller's tariff with a number is bought there, and nothing refused."""
        module = self.given["modules"]["licences"]
        known = module["seller"] in self.given["sellers"] and "username" not in module
        return bool(known and number.isdecimal() and number not in _OLD)

    def known(self, *, ended: bool = False) -> list[Known]:
        """Return the services that acts can name."""
        return [each for each in self.services if each.sure and (ended or not each.ended)]

    def sells(self, what: str, rows: Mapping[str, Mapping[str, Any]]) -> None:
        """Begin to sell `rows` of tariffs or products."""
        self.given[what] = dict(rows)
        self.sold = {name: dict(row) for name, row in rows.items()}

    def has(self, clients: Mapping[str, Mapping[str, str]]) -> None:
        """Begin with these clients."""
        self.given["clients"] = dict(clients)
        self.money = {name: Decimal(row["balance"]) for name, row in clients.items()}

    def label(self) -> str:
        """Return a name for one service more."""
        return f"s{len(self.services) + 1}"

    @property
    def server(self) -> Mapping[str, str]:
        """What staff entered of the connection to the server."""
        panel = self.given.get("ispmanager", {})
        server: Mapping[str, str] = panel.get("connection", {})
        return server
