"""What a panel remembers of its callers: sessions, keys, filters, and the calls they made."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from prorata.fakes.mgr5.journal import Call, Journal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

__all__ = ["ADMIN", "RESELLER", "ROOT", "USER", "Call", "Session", "Traffic", "Who"]

USER = 16
#: The documents have no number for resellers: it lies between those of users and administrators.
RESELLER = 25
ADMIN = 29
ROOT = 30
_LIFE = timedelta(hours=1)


class Who(NamedTuple):
    """A caller: the account's name and its level (16 a user, 30 root)."""

    name: str
    level: int


class Session(NamedTuple):
    """A session: whose, from which address, and when it was last used."""

    name: str
    address: str
    used: datetime


@dataclass(slots=True)
class Traffic:
    """Sessions and calls, plain data: a deep copy is a snapshot."""

    sessions: dict[str, Session] = field(default_factory=dict)
    calls: Journal = field(default_factory=Journal)
    opened: int = 0
    #: The keys that open a session once, each with its user.
    keys: dict[str, str] = field(default_factory=dict)
    #: Where a session came from, and its browser goes when it ends.
    returns: dict[str, str] = field(default_factory=dict)
    #: What an account wants to see of a list, by account and function.
    filters: dict[tuple[str, str], Mapping[str, str]] = field(default_factory=dict)

    def open(self, name: str, address: str, now: datetime) -> str:
        """Start a session and return its id: 24 hexadecimal digits, the same in every run."""
        self.opened += 1
        digest = hashlib.sha256(f"session {self.opened} of {name}".encode())
        sid = digest.hexdigest()[:24]
        self.sessions[sid] = Session(name, address, now)
        return sid

    def use(self, sid: str, address: str, now: datetime) -> str | None:
        """Return whose session this is and keep it alive, or None where it is over.

        A session belongs to one address and ends one hour after its last call.
        """
        session = self.sessions.get(sid)
        if session is None or session.address != address:
            return None
        if now - session.used >= _LIFE:
            self.close(sid)
            return None
        if session.used != now:
            self.sessions[sid] = Session(session.name, address, now)
        return session.name

    def alive(self, now: datetime) -> dict[str, Session]:
        """Return the sessions that are not over."""
        return {sid: kept for sid, kept in self.sessions.items() if now - kept.used < _LIFE}

    def close(self, sid: str) -> str:
        """End a session; return where its browser came from, if it said so."""
        self.sessions.pop(sid, None)
        return self.returns.pop(sid, "")

    def close_all(self, name: str) -> None:
        """End every session of an account, and forget the keys to it."""
        for sid in [sid for sid, session in self.sessions.items() if session.name == name]:
            self.close(sid)
        self.keys = {key: whose for key, whose in self.keys.items() if whose != name}
