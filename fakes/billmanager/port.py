"""Where services are made: on the panel that the billing was given, or nowhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from prorata.fakes.billmanager.hosting import Hosting

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prorata.reference.engine.ports import Account, Grants, Panel

__all__ = ["Obliging", "Ports"]


class Obliging:
    """A panel that does whatever it is asked, at once: for billings without a hosting panel.

    It keeps the names of its users, since billing asks whether one is there.
    """

    def __init__(self) -> None:
        self.users: dict[str, str] = {}

    def create(self, account: Account) -> None:
        """Keep the name."""
        self.users[account.name] = account.mark

    def suspend(self, name: str) -> None:
        """Do nothing that could be seen."""

    resume = suspend

    def delete(self, name: str) -> None:
        """Forget the name."""
        self.users.pop(name, None)

    def change_preset(self, name: str, preset: str, grants: Grants | None = None) -> None:
        """Do nothing that could be seen."""

    def resources(self, name: str, amounts: Mapping[str, int]) -> None:
        """Do nothing that could be seen."""

    def password(self, name: str, password: str) -> None:
        """Do nothing that could be seen."""

    def make_preset(self, name: str) -> None:
        """Do nothing that could be seen."""

    def presets(self) -> tuple[str, ...]:
        """Return none."""
        return ()

    def exists(self, name: str, mark: str = "") -> bool:
        """Tell whether it was asked to make such a user."""
        return self.users.get(name) == mark if mark else name in self.users

    def capacity(self, accounts: int) -> str | None:  # noqa: ARG002  there is always room
        """Return that there is room."""
        return None

    def connection(self) -> Mapping[str, str]:
        """Return as whom billing is known there."""
        return {"username": "nobody"}

    def login(self, name: str, key: str) -> str:
        """Return a link to nowhere."""
        return f"https://panel.example.com/manager?func=auth&username={name}&key={key}"

    def return_(self, link: str, address: str) -> str:
        """Return the link, which knows its way back."""
        return f"{link}&backurl={address}"

    def domain(self, verb: str, owner: str, name: str, *, by: str) -> None:
        """Do nothing that could be seen."""

    def manage(self, verb: str, kind: str, owner: str, name: str) -> None:
        """Do nothing that could be seen."""

    def listed(self, kind: str, owner: str) -> tuple[str, ...]:  # noqa: ARG002  nothing is kept
        """Return nothing."""
        return ()

    def usage(self, owner: str) -> Mapping[str, int]:  # noqa: ARG002  nothing is used
        """Return that nothing is used."""
        return {"disk": 0, "bandwidth": 0}


class Ports:
    """The way to each service's place: shared hosting on a panel, all else, by its name, nowhere.

    Names of the users of such services begin with the product type and a minus: ``soft-12``.
    """

    def __init__(self, hosting: Panel, elsewhere: Panel, types: tuple[str, ...]) -> None:
        self.hosting = hosting
        self.elsewhere = elsewhere
        self.types = types
        self._marks = tuple(f"{name}-" for name in types)

    @property
    def own_hosting(self) -> Panel | None:
        """The hosting panel where it is of ours, and so part of the state."""
        own = self.hosting.own if isinstance(self.hosting, Hosting) else self.hosting
        return own if isinstance(own, Obliging) else None

    def _of(self, name: str) -> Panel:
        return self.hosting if self.hosts(name) else self.elsewhere

    def hosts(self, name: str) -> bool:
        """Tell whether a user of that name has an account on the hosting panel."""
        return not name.startswith(self._marks)

    def create(self, account: Account) -> None:
        """Make the user where it belongs."""
        self._of(account.name).create(account)

    def exists(self, name: str, mark: str = "") -> bool:
        """Ask there whether it exists."""
        return self._of(name).exists(name, mark)

    def __getattr__(self, name: str) -> Any:
        """Return what is asked of the place of a service, or of the hosting panel as a whole."""
        if name not in _BY_USER:
            return getattr(self.hosting, name)
        return lambda user, *rest, **named: getattr(self._of(user), name)(user, *rest, **named)


#: What is asked with the name of a user first.
_BY_USER = frozenset({"suspend", "resume", "delete", "change_preset", "resources", "password"})
