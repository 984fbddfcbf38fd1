"""What the billing keeps, and how it is shown."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import date, datetime

__all__ = ["Line", "Service", "Stretch", "Tariff", "joined", "shown", "written"]

#: A tariff as the catalogue has it.
Tariff = dict[str, Any]


@dataclass(frozen=True)
class Stretch:
    """Days that were bought together; `price` is what `days` days of them cost.

    `period` and `renewal` say how they were bought, `units` which units of a resource they are:
    above the first, up to the second. Under calendar charging a month costs 1 / `share` of the
    price of the period.
    """

    starts: date
    expires: date
    price: Fraction
    days: int
    period: str
    renewal: bool = False
    share: int = 1
    item: str = "tariff"
    units: tuple[int, int] = (0, 0)

    def until(self, day: date) -> Stretch:
        """Return the part before `day`."""
        return replace(self, expires=max(min(self.expires, day), self.starts))

    def since(self, day: date) -> Stretch:
        """Return the part from `day` on."""
        return replace(self, starts=min(max(self.starts, day), self.expires))


def joined(*parts: list[Stretch]) -> list[Stretch]:
    """Return the stretches of which something is left."""
    return [stretch for part in parts for stretch in part if stretch.starts < stretch.expires]


@dataclass(frozen=True)
class Line:
    """An exact amount that is about to be posted; below zero it goes to the client."""

    kind: str
    amount: Fraction
    rule: str
    covers: tuple[datetime, datetime] | None = None


@dataclass
class Service:
    """A service; `anchor` is the day of the month it keeps, `due` when something happens next."""

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
    stretches: list[Stretch] = field(default_factory=list)
    suspended_by: set[str] = field(default_factory=set)
    paid: Fraction = Fraction(0)
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
