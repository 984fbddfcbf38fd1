"""Everything that an ispmanager holds, as plain data."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from prorata.fakes.mgr5.traffic import Traffic

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

__all__ = ["ADDRESS", "CUSTOM", "Belongings", "Domain", "State", "Thing", "Usage", "User"]

CUSTOM = "#custom"
"""The preset of a user who was made without one."""

ADDRESS = "192.0.2.1"
"""The address that all users of the server share."""


@dataclass(frozen=True, slots=True)
class User:
    """A user as it stands: `created` is simulated time in UTC, `limits` are the panel's texts."""

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


class Domain(NamedTuple):
    """A site, a DNS zone or a mail domain: its name, the user who owns it, and its address."""

    id: int
    name: str
    owner: str
    address: str = ADDRESS


class Thing(NamedTuple):
    """A database, a mailbox, an FTP user or an IP address: its key, its owner, and the rest."""

    name: str
    owner: str
    about: Mapping[str, str] = {}


class Usage(NamedTuple):
    """What a user takes up, in MiB; the panel does not count, a test says so."""

    disk: int = 0
    traffic: int = 0


class Belongings(NamedTuple):
    """A user and the names of all that is theirs, by kind, such as ``databases``."""

    user: User
    has: Mapping[str, tuple[str, ...]]
    #: Where the zones of the user point to.
    domain_addresses: tuple[str, ...] = ()


@dataclass(slots=True)
class State:
    """Users, presets, what belongs to users, and callers; `copy.deepcopy` of it is a snapshot."""

    users: dict[str, User] = field(default_factory=dict)
    presets: dict[str, dict[str, str]] = field(default_factory=dict)
    sites: dict[str, Domain] = field(default_factory=dict)
    zones: dict[str, Domain] = field(default_factory=dict)
    mail_domains: dict[str, Domain] = field(default_factory=dict)
    databases: dict[str, Thing] = field(default_factory=dict)
    mailboxes: dict[str, Thing] = field(default_factory=dict)
    ftp_users: dict[str, Thing] = field(default_factory=dict)
    addresses: dict[str, Thing] = field(default_factory=dict)
    usage: dict[str, Usage] = field(default_factory=dict)
    traffic: Traffic = field(default_factory=Traffic)
    domains_made: int = 0
    #: The keys that open a session once, each with its user.
    keys: dict[str, str] = field(default_factory=dict)
    #: Where a session that was opened by a key came from, and goes when it ends.
    returns: dict[str, str] = field(default_factory=dict)

    @property
    def owned(self) -> tuple[dict[str, Any], ...]:
        """All that goes with its user."""
        domains = self.sites, self.zones, self.mail_domains
        return *domains, self.databases, self.mailboxes, self.ftp_users
