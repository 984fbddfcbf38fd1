"""What the reseller keeps of a service, and how money and months are counted."""

from __future__ import annotations

import calendar
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from small_reseller.seller import Licence

__all__ = ["Job", "Service", "Stretch", "cents", "digits", "later", "months_of"]

#: When what the seller did not answer is tried again, in minutes after the last try.
WAITS = (5, 10, 20, 40, 60)


@dataclass
class Job:
    """Something that the seller is to do; open until an event shows that it is done.

    `due` is when it is tried next, None while it waits for an event, or, `refused`, for *start*.
    """

    kind: str
    period: str = ""
    wanted: date | None = None
    before: date | None = None
    unsure: bool = False
    refused: bool = False
    tries: int = 0
    due: datetime | None = None

    def put_off(self, now: datetime, *, unsure: bool) -> None:
        """Try again later."""
        wait = WAITS[min(self.tries, len(WAITS) - 1)]
        self.tries, self.due = self.tries + 1, now + timedelta(minutes=wait)
        self.unsure = self.unsure or unsure


@dataclass(frozen=True)
class Stretch:
    """Bought time: what `months` cost from `starts` to `expires`."""

    starts: date
    expires: date
    period: str
    price: Fraction

    def left(self, today: date) -> Fraction:
        """Return which part of it is left."""
        days = (self.expires - max(today, self.starts)).days
        return Fraction(max(days, 0), (self.expires - self.starts).days)


@dataclass
class Service:
    """A service, which is a licence at the seller; `day` of the month is kept over short months."""

    number: str
    client: str
    tariff: str
    period: str
    starts: date
    ip: str = ""
    name: str = ""
    status: str = "processing"
    suspended_by: set[str] = field(default_factory=set)
    stretches: list[Stretch] = field(default_factory=list)
    paid: Fraction = Fraction(0)
    licence: Licence | None = None
    known: str = ""
    jobs: list[Job] = field(default_factory=list)
    closed: bool = False

    @property
    def expires(self) -> date:
        """The first day that is not paid for."""
        return self.stretches[-1].expires

    def shown(self, midnight: Any) -> dict[str, Any]:
        """Return it as the protocol has it."""
        return {
            "client": self.client,
            "status": self.status,
            "tariff": self.tariff,
            "period": self.period,
            "starts": midnight(self.starts).isoformat(),
            "expires": midnight(self.expires).isoformat(),
            "auto_renewal": False,
            "resources": {},
        }


def months_of(period: str) -> int:
    """Return how many months a period has; 0 for what is no number of months or years."""
    count, unit = period.split()
    factor = {"month": 1, "year": 12}.get(unit.removesuffix("s"), 0)
    return int(count) * factor


def later(start: date, months: int, day: int) -> date:
    """Return the day so many months after `start`: the kept day, or the last of a short month."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day, last))


def cents(amount: Fraction) -> Fraction:
    """Round half a cent up, away from nothing."""
    units = (abs(amount) * 200 + 1) // 2
    return Fraction(units if amount > 0 else -units, 100)


def digits(amount: Fraction) -> str:
    """Write an amount of whole cents."""
    sign, units = "-" if amount < 0 else "", int(abs(amount) * 100)
    return f"{sign}{units // 100}.{units % 100:02}"
