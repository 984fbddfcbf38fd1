"""What a person does on the panel for hosting who came there by the link of `gotoserver`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from prorata.harness.implementations.base import ImplementationFault
from prorata.harness.implementations.billing import Refused
from prorata.reference.panels.http import HttpSender
from prorata.reference.panels.sending import UnansweredError, UnreachedError
from prorata.reference.panels.wire import field
from prorata.reference.provision import as_idn

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Guest"]

#: What a client has on the panel, and the functions for it.
_FUNCTIONS: Final[Mapping[str, str]] = {
    "domain": "webdomain",
    "database": "db",
    "mailbox": "email",
    "ftp user": "ftp.user",
}
_TIMEOUT: Final = 10.0


class Guest:
    """Somebody on the panel, logged in by a link; raises `Refused` for what the panel refuses."""

    def __init__(self, link: str) -> None:
        parts = urlsplit(link)
        if parts.scheme not in {"http", "https"}:
            raise ImplementationFault("implementation", f"gotoserver answers no link: {link!r}")
        self._url = urlunsplit((parts.scheme, parts.netloc, parts.path, "", ""))
        self._sender = HttpSender(self._url)
        self._owner = dict(parse_qsl(parts.query)).get("username", "")
        try:
            entered = self._ask(dict(parse_qsl(parts.query, keep_blank_values=True)))
        except Refused:
            self.close()
            raise
        self._session = str(entered.get("auth", {}).get("$id", ""))

    def close(self) -> None:
        """Close the connection."""
        self._sender.close()

    def create(self, what: str, name: str) -> None:
        """Make something of one's own."""
        owner = {"owner": self._owner} if what == "domain" else {}
        named = _wired(name) if what == "domain" else name
        self._act(f"{_FUNCTIONS[what]}.edit", {"name": named, **owner})

    def delete(self, what: str, name: str) -> None:
        """Delete something of one's own, a domain with its mail and its zone."""
        if what == "domain":
            whole = {"webdomain": "on", "maildomain": "on"}
            self._act("domain.delete", {"elid": _wired(name), **whole})
            return
        func = _FUNCTIONS[what]
        rows = self._rows(func)
        key = next((row.get("key", name) for row in rows if row["name"] == name), name)
        self._act(f"{func}.delete", {"elid": key})

    def names(self, what: str) -> list[str]:
        """Return the names of what one has of a kind."""
        return [
            row["name"] for row in self._rows("domain" if what == "domain" else _FUNCTIONS[what])
        ]

    def _rows(self, func: str) -> list[dict[str, str]]:
        rows = self._ask({"func": func, "auth": self._session}).get("elem", ())
        return [{name: field(value) for name, value in row.items()} for row in rows]

    def _act(self, func: str, params: Mapping[str, str]) -> None:
        self._ask({"func": func, "auth": self._session, "sok": "ok", **params})

    def _ask(self, params: Mapping[str, str]) -> dict[str, Any]:
        form = urlencode({**params, "out": "json"}).encode()
        try:
            status, content = self._sender.send(self._url, form, _TIMEOUT)
            doc: dict[str, Any] = json.loads(content)["doc"]
        except (UnansweredError, UnreachedError, ValueError, LookupError) as error:
            raise Refused(f"the panel for hosting does not answer: {error}") from None
        if status != 200 or "error" in doc:  # noqa: PLR2004  the one status of an answer
            raise Refused(str(doc.get("error", {}).get("msg", {}).get("$", f"HTTP {status}")))
        return doc


def _wired(domain: str) -> str:
    """Return a domain as IDN, as it is where it has no such form."""
    try:
        return as_idn(domain)
    except ValueError:
        return domain
