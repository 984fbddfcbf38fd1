"""What the billing keeps, and how it is shown."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import date, datetime

__all__ = ["Line", "Payment", "Service", "Stretch", "Tariff", "shown", "written"]

#: A tariff as the catalogue has it.
Tariff = dict[str, Any]


@dataclass(frozen=True)
class Stretch:
    """Days that were bought together; `price` is what `days` days of them cost.

    `period` and `renewal` say how they were bought. Under calendar charging a month costs
    1 / `share` of the price of the period.
    """

    starts: date
    expires: date
    price: Fraction
    days: int
    period: str
    renewal: bool = False
    share: int = 1
    item: str = "tariff"

    def since(self, day: date) -> Stretch:
        """Return the part from `day` on."""
        return replace(self, starts=min(max(self.starts, day), self.expires))


@dataclass(frozen=True)
class Payment:
    """What was posted for the days of an item, less what was given back of it.

    `tax` is the tax on each unit of it; `times` are the parts of it at prices of their own.
    """

    item: str
    starts: date
    expires: date
    amount: Fraction
    tax: Fraction = Fraction(0)
    times: tuple[Payment, ...] = ()

    def priced_since(self, day: date) -> Fraction:
        """Return what of it pays for the days from `day` on, by what each of them costs."""
        if not self.times:
            return self.since(day)
        return sum((each.since(day) for each in self.times), Fraction(0))

    def since(self, day: date) -> Fraction:
        """Return what of it pays for the days from `day` on, by their number."""
        left = (self.expires - max(self.starts, day)).days
        return self.amount * max(left, 0) / (self.expires - self.starts).days

    def until(self, day: date) -> Payment:
        """Return the part that pays for the days before `day`."""
        before = self.amount - self.since(day)
        return replace(self, expires=min(self.expires, day), amount=before, times=())


@dataclass(frozen=True)
class Line:
    """An exact amount that is about to be posted, and the time that it pays for.

    Below zero it goes to the client, with at most `most_tax` of tax.
    """

    kind: str
    amount: Fraction
    rule: str
    covers: tuple[datetime, datetime] | None = None
    pays_for: tuple[Stretch, ...] = ()
    most_tax: Fraction | None = None


@dataclass
class Service:
    """A service; `anchor` is the day of the month it keeps, `due` when something happens next.

    `bought` is the time left as it was bought, `stretches` the same time as its tariff and each of
    its resources are charged, `payments` what was posted for it; `asked` is what was ordered.
    """

    number: str
    client: str
    tariff: str
    period: str
    user: str
    domain: str
    resources: dict[str, int]
    auto_renewal: str | None = None
    status: str = "ordered"
    starts: datetime | None = None
    expires: datetime | None = None
    due: datetime | None = None
    anchor: int = 1
    bought: list[Stretch] = field(default_factory=list)
    stretches: list[Stretch] = field(default_factory=list)
    payments: list[Payment] = field(default_factory=list)
    suspended_by: set[str] = field(default_factory=set)
    asked: Tariff = field(default_factory=dict)
    cycle: tuple[date, date] | None = None  # under daily charging: the running order period

    @property
    def ends(self) -> date:
        """The civil date on which a started service expires."""
        if self.expires is None:
            message = f"service {self.number} has not started"
            raise ValueError(message)
        return self.expires.date()


_SHOWN = (
    "client", "tariff", "status", "period", "starts", "expires", "resources", "user", "domain",
)  # fmt: skip


def shown(service: Service) -> dict[str, Any]:
    """Return a service as the protocol has it."""
    same = {name: getattr(service, name) for name in _SHOWN}
    return {**same, "auto_renewal": service.auto_renewal is not None}


def written(amount: Fraction) -> Decimal:
    """Return a posted amount, which has at most four decimals, as the harness takes it."""
    return Decimal(int(amount * 10_000)).scaleb(-4)
