"""Shared hosting by processing module: on the ispmanager that staff entered in the module."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Protocol
from weakref import finalize

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prorata.fakes.billmanager.state import BillmanagerState
    from prorata.reference.engine import Billing

__all__ = ["Hosting", "HostingBooks"]

#: How many panels it stays connected to.
_MOST: Final = 16
#: What is asked about a user, with the place of the user's name among what is said.
_OF_USER: Mapping[str, int] = {
    **dict.fromkeys(
        ("suspend", "resume", "delete", "change_preset", "resources", "password", "exists"), 0
    ),
    **dict.fromkeys(("login", "usage"), 0),
    **dict.fromkeys(("domain", "listed"), 1),
    "manage": 2,
}


class HostingBooks(Protocol):
    """Where it is written which service is at which tariff, and where each module is."""

    @property
    def billing(self) -> Billing:
        """The billing, with its services and tariffs."""

    @property
    def state(self) -> BillmanagerState:
        """What staff entered beside it."""


class Hosting:
    """Passes on what is asked of a hosting panel.

    Where a service's processing module has an address and a login of its own, that is a panel
    there, reached over HTTP; all others are on `own`, the panel that the billing was given.
    """

    def __init__(self, books: HostingBooks, own: Any) -> None:
        self.own = own
        self._books = books
        self._clients: dict[tuple[str, ...], Any] = {}
        finalize(self, _close, self._clients)
        #: Where it was asked last: what is not about a user is about that panel.
        self._last: Any = None

    def create(self, account: Any) -> None:
        """Make a user on the panel of its service."""
        self._of(account.name).create(account)

    def __getattr__(self, name: str) -> Any:
        """Return what asks the panel that is meant."""
        if name.startswith("_"):
            raise AttributeError(name)
        if name not in _OF_USER:
            return getattr(self._last or self.own, name)
        place = _OF_USER[name]
        return lambda *said, **named: getattr(self._of(said[place]), name)(*said, **named)

    def _of(self, user: str) -> Any:
        if not any(each.get("url") for each in self._modules.values()):
            # There may be very many services, and nearly always there is one panel.
            self._last = self.own
            return self.own
        services = self._books.billing.book.services.values()
        service = next((each for each in reversed(services) if each.user == user), None)
        self._last = self._at(service.tariff) if service else self.own
        return self._last

    @property
    def _modules(self) -> Mapping[int, dict[str, str]]:
        return self._books.state.things["processing"]

    def _at(self, tariff: str) -> Any:
        modules = self._modules
        name = self._books.billing.book.catalogue[tariff].module
        module = next((each for each in modules.values() if each["name"] == name), modules[1])
        if not (module.get("url") and module.get("username")):
            return self.own
        server = (module["url"], module["username"], module.get("password", ""))
        return self._client(server, self._addresses(module))

    def _addresses(self, module: Mapping[str, str]) -> tuple[str, ...]:
        """Return address and login of the IPmanager of a module, nothing where it has none."""
        known = self._books.state.things["ipmanager"].items()
        names = ("url", "username", "password")
        found = (each for number, each in known if str(number) == module.get("ipmanager"))
        return next((tuple(each.get(name, "") for name in names) for each in found), ())

    def _client(self, server: tuple[str, str, str], addresses: tuple[str, ...]) -> Any:
        known = (*server, *addresses)
        client = self._clients.pop(known, None) or _connected(server, addresses)
        # The one that was asked last stands last; of many the one that waited longest is given up.
        self._clients[known] = client
        if len(self._clients) > _MOST:
            self._clients.pop(next(iter(self._clients))).close()
        return client


def _connected(server: tuple[str, str, str], addresses: tuple[str, ...]) -> Any:
    # HTTP libraries take longer to import than panels to start.
    from prorata.reference.panels import IspmanagerClient, Wire

    giver = Wire(addresses[0], addresses[1], addresses[2]) if addresses else None
    return IspmanagerClient(*server, addresses=giver)


def _close(clients: dict[tuple[str, ...], Any]) -> None:
    for each in clients.values():
        each.close()
