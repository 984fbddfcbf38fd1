"""What a BILLmanager holds beside the books of its engine, as plain data."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from prorata.fakes.billmanager.catalogue import Listings
from prorata.fakes.mgr5.traffic import USER, Traffic

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

__all__ = ["BillmanagerState", "Item", "Login", "Payment", "Position"]


@dataclass(frozen=True, slots=True)
class Login:
    """Who logs in: a client's user, or one of the staff, who has no client."""

    id: int
    name: str
    password: str = field(repr=False)
    level: int = USER
    client: str = ""
    realname: str = ""
    email: str = ""
    phone: str = ""
    country: str = ""
    notify: str = ""
    active: bool = True


@dataclass(frozen=True, slots=True)
class Item:
    """What the wire tells of a service beside the engine: when it was ordered, and its licence.

    `polls` is how often its key must still be asked for before it is there; `keys` how many keys it
    has had.
    """

    created: datetime
    project: str = "1"
    remoteid: str = ""
    remoteip: str = ""
    licname: str = ""
    ip: str = ""
    ip_changed: datetime | None = None
    key_changed: datetime | None = None
    keys: int = 1
    polls: int = 0


@dataclass(frozen=True, slots=True)
class Position:
    """What lies in a basket: the act that it becomes, for whom, and the wire's own fields."""

    id: int
    client: str
    billorder: int
    tariff: str
    act: Mapping[str, Any]
    about: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Payment:
    """A payment to the balance; `status` is its number on the wire."""

    id: int
    client: str
    amount: str
    currency: str
    created: datetime
    status: str = "1"
    paid: datetime | None = None
    method: str = ""
    profile: str = ""
    billorder: str = ""


@dataclass(slots=True)
class BillmanagerState:
    """Logins, what is sold by number, baskets, payments and callers."""

    logins: dict[str, Login] = field(default_factory=dict)
    listings: Listings = field(default_factory=Listings)
    items: dict[int, Item] = field(default_factory=dict)
    #: Passwords on panels that were changed here, by the number of the service.
    passwords: dict[int, str] = field(default_factory=dict)
    #: The numbers of addresses that were given back, by the number of their service.
    given_back: dict[int, tuple[int, ...]] = field(default_factory=dict)
    positions: dict[int, Position] = field(default_factory=dict)
    payments: dict[int, Payment] = field(default_factory=dict)
    #: What staff enter and no rule reads, by function and number: data centres and the like.
    things: dict[str, dict[int, dict[str, str]]] = field(default_factory=dict)
    traffic: Traffic = field(default_factory=Traffic)
    numbers: dict[str, int] = field(default_factory=dict)

    def number(self, what: str) -> int:
        """Return a new number of a kind, counted from 1."""
        self.numbers[what] = self.numbers.get(what, 0) + 1
        return self.numbers[what]
