"""What the engine needs of a panel, and how a panel says no."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from prorata.reference.engine.state import Operation, Service

__all__ = ["Account", "Grants", "Panel", "PanelFailedError", "PanelRefusedError", "Trading"]


@dataclass(frozen=True, slots=True)
class Grants:
    """What stands over a preset: the fields of a product, and the amounts of resources."""

    overrides: Mapping[str, str] = field(default_factory=dict)
    resources: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Account:
    """A user to be made: login, the preset (user template) it is made from, password, domain.

    `mark` stays on the user: by it billing knows its own from somebody else's of the same login.
    """

    name: str
    preset: str
    password: str = field(repr=False)
    domain: str | None = None
    grants: Grants = field(default_factory=Grants)
    mark: str = ""


class PanelRefusedError(Exception):
    """The panel answered with an error, and so changed nothing.

    `type` and `object` are mgr5's, such as `exists` and `user`; `message` is the panel's sentence.
    """

    def __init__(self, type: str, object: str, message: str, func: str) -> None:  # noqa: A002  the wire's words
        super().__init__(f"{func}: {type}/{object}: {message}")
        self.type = type
        self.object = object
        self.message = message
        self.func = func


class PanelFailedError(Exception):
    """The panel gave no answer that can be read.

    `may_have_happened` is False where the request certainly did not reach it, and True where it
    may have been carried out: then look before you ask again.
    """

    def __init__(self, func: str, reason: str, *, may_have_happened: bool) -> None:
        super().__init__(f"{func}: {reason}")
        self.func = func
        self.reason = reason
        self.may_have_happened = may_have_happened


class Panel(Protocol):
    """A hosting panel, as billing uses it.

    Beside these a panel may have `hosts(name) -> bool`, which tells whether a user of that name has
    an account on it; without it all have.
    """

    def create(self, account: Account) -> None:
        """Make a user from a preset."""

    def suspend(self, name: str) -> None:
        """Suspend a user."""

    def resume(self, name: str) -> None:
        """Resume a user."""

    def delete(self, name: str) -> None:
        """Delete a user with all that is theirs."""

    def change_preset(self, name: str, preset: str, grants: Grants | None = None) -> None:
        """Give a user another preset, and what is granted over it."""

    def resources(self, name: str, amounts: Mapping[str, int]) -> None:
        """Set what a user has to the amounts that were bought."""

    def password(self, name: str, password: str) -> None:
        """Give a user another password."""

    def make_preset(self, name: str) -> None:
        """Make a preset."""

    def presets(self) -> tuple[str, ...]:
        """Return the names of the presets."""

    def exists(self, name: str, mark: str = "") -> bool:
        """Tell whether there is such a user, made with that mark where one is named."""

    def capacity(self, accounts: int) -> str | None:
        """Return why there is no room for more than so many accounts, None where there is."""

    def connection(self) -> Mapping[str, str]:
        """Return as whom billing is known there."""

    def login(self, name: str, key: str) -> str:
        """Return a link that logs in as a user, once."""

    def return_(self, link: str, address: str) -> str:
        """Return the link with the address to which its session goes back."""

    def domain(self, verb: str, owner: str, name: str, *, by: str) -> None:
        """Create or delete a domain of a user."""

    def manage(self, verb: str, kind: str, owner: str, name: str) -> None:
        """Create or delete a database, mailbox or FTP user of a user."""

    def listed(self, kind: str, owner: str) -> tuple[str, ...]:
        """Return the names of what a user has of a kind."""

    def usage(self, owner: str) -> Mapping[str, int]:
        """Return what a user has taken up of disk and bandwidth, in MiB."""


class Trading(Protocol):
    """The trade with sellers, for a billing that sells on what it buys."""

    @property
    def tries(self) -> int:
        """How often what a seller refused is asked in all."""

    @property
    def next(self) -> datetime:
        """When the sellers are asked next what happened."""

    @property
    def sellers(self) -> Mapping[str, Any]:
        """The sellers, by the names of the modules that buy there."""

    def waits(self) -> bool:
        """Tell whether something is open that a seller is to answer."""

    def poll(self) -> None:
        """Ask the sellers what happened."""

    def skip_to(self, until: datetime) -> None:
        """Ask the sellers next at the last of their instants up to `until`, if any is left."""

    def skip_past(self, since: datetime) -> None:
        """Ask the sellers at none of their instants before `since`."""

    def carries(self, service: Service) -> bool:
        """Tell whether a service is bought from a seller."""

    def carry(self, operation: Operation, service: Service) -> bool:
        """Ask a seller; return whether all is done: else an event will show it."""
