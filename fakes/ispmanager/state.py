"""Everything that an ispmanager holds, as plain data."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, NamedTuple

from prorata.fakes.ispmanager.book import Register
from prorata.fakes.ispmanager.editions import EDITIONS, Edition
from prorata.fakes.ispmanager.usage import Usage
from prorata.fakes.mgr5.traffic import USER, Traffic

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

__all__ = [
    "ADDRESS",
    "CUSTOM",
    "VERSIONS",
    "WWW_ROOT",
    "Belongings",
    "Domain",
    "Event",
    "IspmanagerState",
    "Thing",
    "Usage",
    "User",
    "ZoneRecord",
    "is_shared",
]

CUSTOM = "#custom"
"""The preset of a user who was made without one."""

ADDRESS = "192.0.2.1"
"""The address that all users of the server share, unless a seed names others."""

VERSIONS: Mapping[str, str] = {
    "native": "8.3 (native)",
    "isp-php82": "8.2 (alt)",
    "isp-php74": "7.4 (alt)",
}
"""The versions of PHP, unless a seed names others."""

WWW_ROOT = "www-root"
"""The user who is there from the start, and has what root makes without naming an owner."""


@dataclass(frozen=True, slots=True)
class User:
    """A user as it stands: `created` is simulated time in UTC, `limits` are the panel's texts.

    A reseller is one of level 25; `owner` is the account that made the user, and has it.
    """

    name: str
    preset: str
    active: bool
    limits: Mapping[str, str]
    created: datetime
    password: str = field(repr=False)
    fullname: str = ""
    email: str = ""
    comment: str = ""
    owner: str = "root"
    backup: bool = False
    denied: frozenset[str] = frozenset()
    level: int = USER
    #: The user's own settings, such as the addresses that they may log in from.
    settings: Mapping[str, str] = field(default_factory=dict)


class Domain(NamedTuple):
    """A site, a DNS zone or a mail domain: its name, the user who owns it, and its address."""

    id: int
    name: str
    owner: str
    address: str = ADDRESS
    active: bool = True
    about: Mapping[str, str] = {}


class Thing(NamedTuple):
    """A database, a mailbox, an FTP user or an IP address: its key, its owner, and the rest."""

    name: str
    owner: str
    about: Mapping[str, str] = {}
    active: bool = True


class ZoneRecord(NamedTuple):
    """A record of a DNS zone: the full name with its last dot, the type in capitals, the rest."""

    name: str
    rtype: str
    value: str
    ttl: str = "3600"

    @property
    def key(self) -> str:
        """What clients call a record by: there are two blanks before the value."""
        return f"{self.name} {self.rtype}  {self.value}"


class Event(NamedTuple):
    """Something that was done to a user: when, by which function, and by whom."""

    at: datetime
    func: str
    who: str


class Belongings(NamedTuple):
    """A user and the names of all that is theirs, by kind, such as ``databases``."""

    user: User
    has: Mapping[str, tuple[str, ...]]
    #: Where the zones of the user point to.
    domain_addresses: tuple[str, ...] = ()


def is_shared(address: Thing) -> bool:
    """Tell whether all users share an address, and nobody can have it alone."""
    return "shared" in address.about


@dataclass(slots=True)
class IspmanagerState:
    """Users, presets, what belongs to users, and callers; `copy.deepcopy` of it is a snapshot.

    Whatever lies in the books and mappings is frozen: it is replaced, never changed.
    """

    users: Register[User] = field(default_factory=Register)
    resellers: Register[User] = field(default_factory=Register)
    presets: dict[str, dict[str, str]] = field(default_factory=dict)
    sites: Register[Domain] = field(default_factory=Register)
    zones: Register[Domain] = field(default_factory=Register)
    mail_domains: Register[Domain] = field(default_factory=Register)
    databases: Register[Thing] = field(default_factory=Register)
    mailboxes: Register[Thing] = field(default_factory=Register)
    ftp_users: Register[Thing] = field(default_factory=Register)
    addresses: Register[Thing] = field(default_factory=Register)
    edition: Edition = EDITIONS["host"]
    #: That of the administrator.
    password: str = field(default="prorata", repr=False)
    #: The versions of PHP by their keys, each with its title; the first is the usual one.
    php: dict[str, str] = field(default_factory=lambda: dict(VERSIONS))
    #: The records of zones in which one was changed, by their keys; other zones have the usual.
    records: dict[str, Mapping[str, ZoneRecord]] = field(default_factory=dict)
    usage: dict[str, Usage] = field(default_factory=dict)
    history: dict[str, tuple[Event, ...]] = field(default_factory=dict)
    traffic: Traffic = field(default_factory=Traffic)
    domains_made: int = 0

    @property
    def owned(self) -> tuple[Register[Any], ...]:
        """All that goes with its user."""
        domains = self.sites, self.zones, self.mail_domains
        return *domains, self.databases, self.mailboxes, self.ftp_users

    @property
    def keys(self) -> Mapping[str, str]:
        """The keys that open a session once, each with its user."""
        return self.traffic.keys

    @property
    def address(self) -> str:
        """The address that a domain gets: the first one that all users share."""
        shared = (key for key in self.addresses.listed("") if is_shared(self.addresses[key]))
        return next(shared, ADDRESS)

    def account(self, name: str) -> User | None:
        """Return the user or the reseller of that name."""
        found: User | None = self.users.get(name) or self.resellers.get(name)
        return found

    def __deepcopy__(self, memo: dict[int, Any]) -> IspmanagerState:
        """Return a copy that shares what is frozen: at 100,000 users little else is copied."""
        return IspmanagerState(
            **{one.name: _copied(getattr(self, one.name), memo) for one in fields(self)}
        )


def _copied(part: Any, memo: dict[int, Any]) -> Any:
    return dict(part) if isinstance(part, dict) else copy.deepcopy(part, memo)
