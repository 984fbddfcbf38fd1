"""The wire: a form goes to a panel, a document comes back, or one of two errors."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import quote_plus

from prorata.reference.engine.ports import PanelFailedError, PanelRefusedError
from prorata.reference.panels.sending import UnansweredError, UnreachedError

if TYPE_CHECKING:
    from collections.abc import Mapping

    import httpx

    from prorata.reference.panels.sending import Sender

__all__ = ["Wire", "field", "having"]

# Two numbers need no table of all of them.
_OK, _SERVER_ERROR = 200, 500


class Wire:
    """Calls functions of the panel at `url` with a login; `timeout` is in seconds.

    `transport` is a way there: of httpx, or a sender of another kind; by default there is one over
    HTTP. Every method raises `PanelRefusedError` or `PanelFailedError`, and nothing else.
    """

    def __init__(
        self,
        url: str,
        login: str,
        password: str,
        *,
        transport: Sender | httpx.BaseTransport | None = None,
        timeout: float = 5.0,
    ) -> None:
        self.url = url
        self._authinfo = f"{login}:{password}"
        self._timeout = timeout
        self._sender = _sender(url, transport)
        #: The call before, which may come again and again: what was asked, its form, and what came.
        self._before: tuple[object, bytes] = (None, b"")
        self._came: tuple[object, bytes, dict[str, Any]] = (None, b"", {})

    def close(self) -> None:
        """Close the connections."""
        self._sender.close()

    def act(self, func: str, params: Mapping[str, str]) -> dict[str, Any]:
        """Have a function do something; return its answer, which says ok."""
        doc = self.call(func, {**params, "sok": "ok"})
        having(doc, "ok", func)
        return doc

    def rows(self, func: str, params: Mapping[str, str] | None = None) -> list[dict[str, str]]:
        """Return the rows of a list; a field with a code of its own (`orig`) shows that."""
        doc = self.call(func, params or {})
        having(doc, "p_elems", func)
        try:
            return [
                {name: field(value) for name, value in row.items()} for row in doc.get("elem", ())
            ]
        except (AttributeError, TypeError) as fault:
            raise _malformed(func) from fault

    def call(self, func: str, params: Mapping[str, str]) -> dict[str, Any]:
        """Return the `doc` of the answer; the credentials go into the body, which no log keeps."""
        try:
            self._sender.check()
            asked, form = self._before
            if asked != (func, params):
                asked = func, dict(params)
                form = _form({"func": func, "out": "json", "authinfo": self._authinfo, **params})
                self._before = asked, form
            status, content = self._sender.send(self.url, form, self._timeout)
        except (UnreachedError, UnicodeEncodeError) as error:
            raise PanelFailedError(func, str(error), may_have_happened=False) from error
        except UnansweredError as error:
            raise PanelFailedError(func, str(error), may_have_happened=True) from error
        if status != _OK:
            happened = status >= _SERVER_ERROR
            raise PanelFailedError(func, f"HTTP {status}", may_have_happened=happened)
        if self._came[:2] != (func, content):
            self._came = func, content, _document(content, func)
        return dict(self._came[2])


def _sender(url: str, transport: Sender | httpx.BaseTransport | None) -> Sender:
    if transport is not None and not hasattr(transport, "handle_request"):
        return transport
    # Late: whoever has a way of its own to a panel needs no HTTP client.
    from prorata.reference.panels.http import HttpSender  # noqa: PLC0415

    return HttpSender(url, cast("httpx.BaseTransport | None", transport))


def _form(params: Mapping[str, str]) -> bytes:
    return "&".join([f"{_quoted(name)}={_quoted(params[name])}" for name in params]).encode()


def _quoted(text: str) -> str:
    # Most need none, and to look for what does takes longer.
    return text if text.isascii() and text.isalnum() else quote_plus(text)


def having(doc: Mapping[str, Any], key: str, func: str) -> bool:
    """Return True; raise if the answer lacks what every answer to this function has."""
    if key not in doc:
        raise _malformed(func)
    return True


def field(value: Mapping[str, str]) -> str:
    """Return the text of a field, or the code of its own (`orig`) that stands for it."""
    return str(value.get("$orig", value.get("$", "")))


def _document(content: bytes, func: str) -> dict[str, Any]:
    try:
        doc = json.loads(content)["doc"]
        error = doc.get("error")
        if error is None:
            return dict(doc)
        refusal = PanelRefusedError(
            str(error["$type"]),
            str(error.get("$object", "")),
            _sentence(error),
            func,
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as fault:
        raise _malformed(func) from fault
    raise refusal


def _sentence(error: dict[str, Any]) -> str:
    return str((error.get("msg") or error.get("detail") or {}).get("$", "")).strip()


def _malformed(func: str) -> PanelFailedError:
    return PanelFailedError(func, "not an answer of ispmanager", may_have_happened=True)
