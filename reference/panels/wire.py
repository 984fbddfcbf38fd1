"""The wire: a form goes to a panel, a document comes back, or one of two errors."""

from __future__ import annotations

import json
import ssl
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import httpx

from prorata.reference.engine.ports import PanelFailedError, PanelRefusedError

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Wire", "field", "having"]

# Whatever went wrong here went wrong before the panel had the request.
_NEVER_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.InvalidURL,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
    UnicodeEncodeError,
)
_SERVER_ERROR = 500
_FORM = httpx.Headers({"accept": "*/*", "content-type": "application/x-www-form-urlencoded"})


class Wire:
    """Calls functions of the panel at `url` with a login; `timeout` is in seconds.

    Every method raises `PanelRefusedError` or `PanelFailedError`, and nothing else.
    """

    def __init__(
        self,
        url: str,
        login: str,
        password: str,
        *,
        transport: httpx.BaseTransport | None = None,
        timeout: float = 5.0,
    ) -> None:
        self.url = url
        self._authinfo = f"{login}:{password}"
        self._limits = {"timeout": httpx.Timeout(timeout).as_dict()}
        # Without a client, which has cookies, redirects and the proxies of the environment: calls
        # are told apart by their credentials alone, and a panel is where its address says.
        self._transport = transport or _socket_transport(url)

    @cached_property
    def _address(self) -> httpx.URL:
        return httpx.URL(self.url)

    def close(self) -> None:
        """Close the connections."""
        self._transport.close()

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
        form = {"func": func, "out": "json", "authinfo": self._authinfo, **params}
        try:
            status, content = self._sent(urlencode(form).encode())
        except _NEVER_SENT as error:
            raise PanelFailedError(func, _reason(error), may_have_happened=False) from error
        except httpx.RequestError as error:
            raise PanelFailedError(func, _reason(error), may_have_happened=True) from error
        if status != httpx.codes.OK:
            happened = status >= _SERVER_ERROR
            raise PanelFailedError(func, f"HTTP {status}", may_have_happened=happened)
        return _document(content, func)

    def _sent(self, content: bytes) -> tuple[int, bytes]:
        request = httpx.Request(
            "POST", self._address, headers=_FORM, content=content, extensions=self._limits
        )
        response = self._transport.handle_request(request)
        try:
            return response.status_code, response.read()
        finally:
            response.close()


def having(doc: Mapping[str, Any], key: str, func: str) -> bool:
    """Return True; raise if the answer lacks what every answer to this function has."""
    if key not in doc:
        raise _malformed(func)
    return True


def field(value: Mapping[str, str]) -> str:
    """Return the text of a field, or the code of its own (`orig`) that stands for it."""
    return str(value.get("$orig", value.get("$", "")))


def _socket_transport(url: str) -> httpx.HTTPTransport:
    # Loading the certificates of the authorities takes longer than a scenario; http needs none.
    if url.lower().startswith("https:"):
        return httpx.HTTPTransport()
    return httpx.HTTPTransport(verify=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT))


def _reason(error: Exception) -> str:
    return str(error) or type(error).__name__


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
    return str((error.get("msg") or error.get("detail") or {}).get("$", ""))


def _malformed(func: str) -> PanelFailedError:
    return PanelFailedError(func, "not an answer of ispmanager", may_have_happened=True)
