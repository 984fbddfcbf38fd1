"""What the engine needs of a panel, and how a panel says no."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

__all__ = ["Account", "Panel", "PanelFailedError", "PanelRefusedError"]


@dataclass(frozen=True, slots=True)
class Account:
    """A user to be made: login, the preset (user template) it is made from, password, domain."""

    name: str
    preset: str
    password: str = field(repr=False)
    domain: str | None = None


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
    """A hosting panel, as billing uses it."""

    def create(self, account: Account) -> None:
        """Make a user from a preset."""

    def suspend(self, name: str) -> None:
        """Suspend a user."""

    def resume(self, name: str) -> None:
        """Resume a user."""

    def delete(self, name: str) -> None:
        """Delete a user with all that is theirs."""

    def change_preset(self, name: str, preset: str) -> None:
        """Give a user another preset."""

    def exists(self, name: str) -> bool:
        """Tell whether there is such a user."""
