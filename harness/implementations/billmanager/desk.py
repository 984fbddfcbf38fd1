"""Calls to the panel: by the staff's login and by those of clients, with one answer to all errors.

Each call carries its login, so that no session ends while the panel's time moves on.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from prorata.harness.implementations.base import ImplementationFault
from prorata.harness.implementations.billing import Refused, Unsupported
from prorata.reference.panels import PanelFailedError, PanelRefusedError, Wire
from prorata.reference.panels.http import HttpSender

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["Caller", "Columns", "Desk", "PanelSaidNo", "listed", "text_of"]


class Columns(dict[str, str]):
    """A row of a list; a column that it lacks is the panel's fault: `ImplementationFault`."""

    def __init__(self, func: str, row: Mapping[str, str]) -> None:
        super().__init__(row)
        self._func = func

    def __missing__(self, name: str) -> str:
        """Tell which column of which list there is not."""
        raise ImplementationFault("implementation", f"{self._func}: a row has no column {name}")


class PanelSaidNo(Refused):
    """A refusal with the type of the panel's error: ``access``, ``value``, ``not_enough_money``."""

    def __init__(self, kind: str, reason: str) -> None:
        super().__init__(reason)
        self.kind = kind


class Caller:
    """Calls functions as one user. Raises `Refused`, `Unsupported` and `ImplementationFault`."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    @classmethod
    def at(cls, url: str, login: str, password: str) -> Caller:
        """Return the calls of a user at an address, over a connection of its own."""
        return cls(Wire(url, login, password))

    def close(self) -> None:
        """Close the connection."""
        self._wire.close()

    def act(self, func: str, **params: str) -> dict[str, Any]:
        """Have something done; return the answer."""
        with _told():
            return self._wire.act(func, params)

    def show(self, func: str, **params: str) -> dict[str, Any]:
        """Return the document of a form or a page."""
        with _told():
            return self._wire.call(func, params)

    def rows(self, func: str, **params: str) -> list[Columns]:
        """Return the rows of a list, all of them."""
        with _told():
            found = self._wire.rows(func, {"p_cnt": "10000", **params})
        return [Columns(func, row) for row in found]


class Desk:
    """The way to one panel, over connections that stay open; `timeout` in seconds for each call."""

    def __init__(self, url: str, login: str, password: str, timeout: float) -> None:
        self._url, self._timeout = url, timeout
        self._sender = HttpSender(url)
        self.staff = self.login(login, password)

    def login(self, name: str, password: str) -> Caller:
        """Return the calls of one user."""
        wire = Wire(self._url, name, password, transport=self._sender, timeout=self._timeout)
        return Caller(wire)

    def close(self) -> None:
        """Close the connections."""
        self._sender.close()


@contextmanager
def _told() -> Iterator[None]:
    """Turn what a panel says into what a billing may answer."""
    try:
        yield
    except PanelRefusedError as error:
        if (error.type, error.object) == ("missed", "func"):
            raise Unsupported(f"the panel has no function {error.func}") from None
        raise PanelSaidNo(error.type, error.message or f"{error.type} {error.object}") from None
    except PanelFailedError as error:
        raise ImplementationFault("implementation", str(error)) from None


def listed(doc: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    """Return all elements of a name, of which a document may have one, several or none."""
    found = doc.get(name, [])
    return found if isinstance(found, list) else [found]


def text_of(doc: Mapping[str, Any], name: str) -> str:
    """Return the text of a field of a document, nothing where it has none."""
    found = doc.get(name)
    return str(found.get("$", "")) if isinstance(found, dict) else ""
