"""From the bytes of a request to its parameters."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import parse_qsl

from prorata.fakes.mgr5.errors import bad_value

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from prorata.fakes.asgi import Scope

__all__ = ["Request", "read_request", "shown"]

_ELEMENT_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,127}")
_SECRET = re.compile(r"auth|authinfo|confirm|.*(pass|secret|token).*|(.*_)?key", re.IGNORECASE)


class Request(NamedTuple):
    """One call: all its parameters, where it came from, and the address it was made to."""

    params: Mapping[str, str]
    cookies: Mapping[str, str]
    address: str
    host: str

    @property
    def func(self) -> str:
        """The function's name; empty when the caller named none."""
        return _readable(self.params.get("func", ""))

    def check_text(self) -> None:
        """Raise a `value` error naming the first parameter that is not UTF-8 text."""
        for name, value in self.params.items():
            if not (_is_text(name) and _is_text(value)):
                safe = "" if _SECRET.fullmatch(name) else _readable(value)
                raise bad_value(_readable(name), safe, "Not UTF-8 text")


def read_request(scope: Scope, body: bytes) -> Request:
    """Merge the query and the body. Which of them wins is not documented; here the body does."""
    headers = {name.lower(): value for name, value in scope["headers"]}
    client = scope.get("client") or ("", 0)
    host = headers.get(b"host", b"localhost").decode("latin-1")
    return Request(
        params=dict(_form(scope["query_string"])) | _body(body),
        cookies=dict(_cookies(headers.get(b"cookie", b"").decode("latin-1"))),
        address=client[0],
        host=f"{scope.get('scheme', 'http')}://{host}",
    )


def shown(params: Mapping[str, str]) -> dict[str, str]:
    """Return the parameters that may be repeated to people.

    These are neither credentials nor those with a name that no XML element can have.
    """
    names = (
        name for name in params if _ELEMENT_NAME.fullmatch(name) and not _SECRET.fullmatch(name)
    )
    return {name: _readable(params[name]) for name in names}


def _form(raw: bytes) -> Iterable[tuple[str, str]]:
    if not raw:
        return ()
    # Bytes that are no UTF-8 become surrogates here and a `value` error in check_text. Of several
    # values of one name the last wins.
    text = raw.decode("latin-1")
    quoted = (
        text if text.isascii() else "".join(c if c.isascii() else f"%{ord(c):02X}" for c in text)
    )
    return parse_qsl(quoted, keep_blank_values=True, errors="surrogateescape")


def _body(raw: bytes) -> dict[str, str]:
    # Clients send forms without saying so, and JSON under any content type: only the bytes tell.
    if raw.lstrip()[:1] == b"{":
        return _json(raw)
    return dict(_form(raw))


def _json(raw: bytes) -> dict[str, str]:
    try:
        values: dict[str, Any] = json.loads(raw.decode("utf-8", "surrogateescape"))
        return {name: _json_text(value) for name, value in values.items()}
    except (ValueError, RecursionError):
        return dict(_form(raw))


def _json_text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _cookies(header: str) -> Iterable[tuple[str, str]]:
    for part in header.split(";"):
        name, _, value = part.strip().partition("=")
        yield name, value


def _is_text(text: str) -> bool:
    return text.isascii() or not any("\ud800" <= char <= "\udfff" for char in text)


def _readable(text: str) -> str:
    return text if text.isascii() else text.encode("utf-8", "replace").decode()
