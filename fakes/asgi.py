"""The types of ASGI 3, as far as the panels use it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, NamedTuple

__all__ = ["App", "Message", "Receive", "Said", "Scope", "Send", "reply", "responder"]

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]


class Said(NamedTuple):
    """A whole answer: its status, its headers as lines, the length among them, its content."""

    status: int
    head: bytes
    content: bytes


def responder(app: App | None) -> Callable[[Scope, bytes], Said | None]:
    """Return how an application answers a request that is there whole: at once, by `respond`.

    What has no such method answers None, and so does `respond` where it would have to wait for
    something: then the application is called as ever.
    """
    found: Callable[[Scope, bytes], Said | None] = getattr(app, "respond", _nothing)
    return found


def _nothing(_scope: Scope, _body: bytes) -> None:
    """Leave it to the application."""


async def reply(send: Send, status: int, body: bytes, content_type: str, cookie: str = "") -> None:
    """Send a whole answer; `cookie` is the text of one `Set-Cookie`."""
    headers = [
        (b"content-type", content_type.encode()),
        (b"content-length", str(len(body)).encode()),
    ]
    if cookie:
        headers.append((b"set-cookie", cookie.encode()))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
