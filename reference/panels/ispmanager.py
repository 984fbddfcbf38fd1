"""Provisioning hosting on ispmanager 6: a hosting service is a user made from a preset."""

from __future__ import annotations

import json
import ssl
from typing import Any

import httpx

from prorata.reference.engine.ports import Account, PanelFailedError, PanelRefusedError

__all__ = ["Account", "IspmanagerClient", "PanelFailedError", "PanelRefusedError"]

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


class IspmanagerClient:
    """A client of one ispmanager, with the login of its administrator.

    `url` is the panel's full address, such as `https://panel.example.com:1500/ispmgr`; `timeout`
    is in seconds, for connecting, sending and each part of the answer. Every method raises
    `PanelRefusedError` or `PanelFailedError`, and nothing else. An https address is verified.

    >>> client = IspmanagerClient("http://127.0.0.1:1500/ispmgr", "root", "prorata")
    >>> client.close()
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
        self._url = url
        self._authinfo = f"{login}:{password}"
        # A transport of its own also keeps the proxies of the environment out of this.
        self._client = httpx.Client(transport=transport or _socket_transport(url), timeout=timeout)

    def create(self, account: Account) -> None:
        """Make a user from a preset and, with a domain, its site, all of it or nothing."""
        params = {
            "name": account.name,
            "preset": account.preset,
            "passwd": account.password,
            "confirm": account.password,
        }
        if account.domain is not None:
            params["domain"] = account.domain
        self._act("user.add.finish", params)

    def suspend(self, name: str) -> None:
        """Switch a user off: nobody can log in as it."""
        self._act("user.suspend", {"elid": name})

    def resume(self, name: str) -> None:
        """Switch a user on again."""
        self._act("user.resume", {"elid": name})

    def delete(self, name: str) -> None:
        """Delete a user and all that belongs to it."""
        self._act("user.delete", {"elid": name})

    def change_preset(self, name: str, preset: str) -> None:
        """Give a user the limits of another preset."""
        self._act("user.edit", {"elid": name, "preset": preset})

    def exists(self, name: str) -> bool:
        """Return whether the panel has a user of that name."""
        func = "user.edit"
        try:
            doc = self._call(func, {"elid": name})
        except PanelRefusedError as refusal:
            if (refusal.type, refusal.object) == ("missed", "user"):
                return False
            raise
        return _having(doc, "elid", func)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _act(self, func: str, params: dict[str, str]) -> None:
        _having(self._call(func, params | {"sok": "ok"}), "ok", func)

    def _call(self, func: str, params: dict[str, str]) -> dict[str, Any]:
        """Return the `doc` of the answer; the credentials go into the body, which no log keeps."""
        form = {"func": func, "out": "json", "authinfo": self._authinfo, **params}
        try:
            response = self._client.post(self._url, data=form)
        except _NEVER_SENT as error:
            raise PanelFailedError(func, _reason(error), may_have_happened=False) from error
        except httpx.RequestError as error:
            raise PanelFailedError(func, _reason(error), may_have_happened=True) from error
        if response.status_code != httpx.codes.OK:
            happened = response.status_code >= _SERVER_ERROR
            reason = f"HTTP {response.status_code}"
            raise PanelFailedError(func, reason, may_have_happened=happened)
        return _document(response.content, func)


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


def _having(doc: dict[str, Any], key: str, func: str) -> bool:
    """Return True; raise if the answer lacks what every answer to this function has."""
    if key not in doc:
        raise _malformed(func)
    return True


def _malformed(func: str) -> PanelFailedError:
    return PanelFailedError(func, "not an answer of ispmanager", may_have_happened=True)
