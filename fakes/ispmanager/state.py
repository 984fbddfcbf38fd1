"""Everything that an ispmanager holds, as plain data."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from prorata.fakes.mgr5.traffic import Traffic

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

__all__ = ["CUSTOM", "Domain", "State", "User"]

CUSTOM = "#custom"
"""The preset of a user who was made without one."""


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


class Domain(NamedTuple):
    """A site, a DNS zone or a mail domain: its name and the user who owns it."""

    id: int
    name: str
    owner: str


@dataclass(slots=True)
class State:
    """One panel's users, presets, domains and callers; `copy.deepcopy` of it is a snapshot."""

    users: dict[str, User] = field(default_factory=dict)
    presets: dict[str, dict[str, str]] = field(default_factory=dict)
    sites: dict[str, Domain] = field(default_factory=dict)
    zones: dict[str, Domain] = field(default_factory=dict)
    mail_domains: dict[str, Domain] = field(default_factory=dict)
    traffic: Traffic = field(default_factory=Traffic)
    domains_made: int = 0
