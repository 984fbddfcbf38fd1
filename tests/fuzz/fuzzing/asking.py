"""Call an application in process, as a server would."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any, NamedTuple
from urllib.parse import quote_plus

from prorata.fakes.control import Panels

__all__ = ["SECRET", "SEED", "Answer", "Asked", "ask", "new_set", "request_of"]

#: It is part of every secret that is sent, and must never come back.
SECRET = "hush5f2c91"

SEED: dict[str, Any] = {
    "ispmanager": {
        "presets": {
            "small": {"limit_quota": "1024", "limit_db": "1"},
            "large": {"limit_quota": "8192", "limit_db": "10", "limit_ssl": "on"},
        },
        "users": {"anna": {"password": SECRET}},
    },
    "tariffs": {
        "small": {
            "prices": {"1 month": "3.10", "1 year": "33.00"},
            "late_renewal_fee": {"percent": "50"},
            "resources": {"disk": {"included": 1, "prices": {"1 month": "1.30"}}},
        },
        "large": {"prices": {"1 month": "6.20"}, "setup_fee": "0.50"},
        "days": {"daily": {"price": "0.10"}},
    },
    "clients": {"anna": {"balance": "100.00", "password": SECRET}, "bob": {"balance": "1.00"}},
}


class Asked(NamedTuple):
    """A request as it is before it is bytes on a wire."""

    path: str
    query: bytes = b""
    body: bytes = b""
    method: str = "POST"
    headers: tuple[tuple[bytes, bytes], ...] = ()


class Answer(NamedTuple):
    """An answer as the application gave it."""

    status: int
    headers: dict[bytes, bytes]
    body: bytes


def new_set(which: str = "all") -> Panels:
    """Return a set of panels that has heard nothing yet."""
    known = SEED if which == "all" else {"ispmanager": SEED["ispmanager"]}
    return Panels(which, seed=known)


def ask(app: Any, asked: Asked) -> Answer:
    """Return what an application answers; it waits for nothing but the request."""
    sent: list[Any] = []

    async def receive() -> Any:
        return {"type": "http.request", "body": asked.body, "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": asked.method,
        "scheme": "http",
        "path": asked.path,
        "raw_path": asked.path.encode("utf-8", "surrogatepass"),
        "query_string": asked.query,
        "headers": [(b"host", b"panel:1500"), *asked.headers],
        "client": ("127.0.0.1", 40000),
        "server": ("127.0.0.1", 1500),
        "extensions": {},
    }
    with suppress(StopIteration):
        app(scope, receive, send).send(None)
    start, *parts = sent
    body = b"".join(part.get("body", b"") for part in parts)
    return Answer(start["status"], dict(start["headers"]), body)


def request_of(path: str, params: dict[str, str], how: str) -> Asked:
    """Return a call as a query, as a form, or as JSON."""
    if how == "json":
        kind = ((b"content-type", b"application/json"),)
        return Asked(path, b"", json.dumps(params).encode(), "POST", kind)
    text = "&".join(f"{_quoted(name)}={_quoted(value)}" for name, value in params.items()).encode()
    return Asked(path, text, b"", "GET") if how == "query" else Asked(path, b"", text)


def _quoted(text: str) -> str:
    return quote_plus(text, errors="surrogatepass")
