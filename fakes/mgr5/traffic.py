"""What a panel remembers of its callers: sessions, and the calls they made."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

__all__ = ["ADMIN", "ROOT", "USER", "Call", "Session", "Traffic", "Who"]

USER = 16
ADMIN = 29
ROOT = 30
_LIFE = timedelta(hours=1)


class Who(NamedTuple):
    """A caller: the account's name and its level (16 a user, 30 root)."""

    name: str
    level: int


@dataclass(frozen=True, slots=True)
class Call:
    """One call that a panel answered.

    `at` is simulated time; `params` are those the caller sent, less credentials; `error` is
    `type/object` of the error it got, such as `exists/user`, or None.
    """

    at: datetime
    func: str
    params: Mapping[str, str]
    error: str | None


class Session(NamedTuple):
    """A session: whose, from which address, and when it was last used."""

    name: str
    address: str
    used: datetime


@dataclass(slots=True)
class Traffic:
    """Sessions and calls, plain data: a deep copy is a snapshot."""

    sessions: dict[str, Session] = field(default_factory=dict)
    calls: list[Call] = field(default_factory=list)
    opened: int = 0

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
            del self.sessions[sid]
            return None
        self.sessions[sid] = Session(session.name, address, now)
        return session.name

    def close_all(self, name: str) -> None:
        """End every session of an account."""
        self.sessions = {sid: s for sid, s in self.sessions.items() if s.name != name}
