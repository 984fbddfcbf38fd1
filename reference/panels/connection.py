"""The connection to a server with ispmanager, as staff enter it."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal  # noqa: TC003  documentation is made from the real type

__all__ = ["Connection"]


@dataclass(frozen=True, slots=True)
class Connection:
    """A server: its name in billing, its address, and the login of an administrator there.

    `address` is the server's own where none is entered: then it is reached by its `hostname`.
    `monthly_cost` is what the server costs the hoster, for information; `maximum_accounts` is how
    many users it takes, None for any number.

    >>> Connection("eu 1", login="root", password="prorata", address="192.0.2.10").url
    'https://192.0.2.10:1500/ispmgr'
    """

    name: str
    login: str
    password: str = field(repr=False)
    address: str = ""
    hostname: str = ""
    port: int = 1500
    path: str = "/ispmgr"
    monthly_cost: Decimal | None = None
    maximum_accounts: int | None = None

    def __post_init__(self) -> None:
        """Refuse a server that cannot be reached: ValueError."""
        if not (self.address or self.hostname):
            message = f"connection {self.name}: give the address of the server, or its hostname"
            raise ValueError(message)

    @property
    def url(self) -> str:
        """Where the panel answers."""
        host = self.address or self.hostname
        return f"https://{f'[{host}]' if ':' in host else host}:{self.port}{self.path}"
