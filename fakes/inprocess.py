"""Call a panel in process, through httpx, without a socket or an event loop."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx

if TYPE_CHECKING:
    from prorata.fakes.asgi import App, Message, Scope

__all__ = ["InProcessTransport", "transport"]


class InProcessTransport(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Answers the requests of sync and async httpx clients by stepping an ASGI application.

    The application must not wait for anything but its request, which is there in full.
    """

    def __init__(self, app: App) -> None:
        self.app = app

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer one request of an `httpx.Client`."""
        return _step(self.app, request, request.read())

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer one request of an `httpx.AsyncClient`."""
        return _step(self.app, request, await request.aread())


def transport(app: App) -> InProcessTransport:
    """Return the transport that makes an httpx client talk to `app`.

    >>> from datetime import UTC, datetime
    >>> from prorata.fakes import Ispmanager
    >>> from prorata.reference.clock import Clock
    >>> panel = Ispmanager(Clock(datetime(2025, 8, 1, tzinfo=UTC)))
    >>> with httpx.Client(transport=transport(panel.app)) as client:
    ...     client.get("http://panel/ispmgr", params={"func": "user"}).status_code
    200
    """
    return InProcessTransport(app)


def _step(app: App, request: httpx.Request, body: bytes) -> httpx.Response:
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    coroutine: Any = app(_scope(request), receive, send)
    try:
        coroutine.send(None)
    except StopIteration:
        pass
    else:
        coroutine.close()
        message = "the application waits for something that only an event loop can bring"
        raise RuntimeError(message)
    if not sent:
        message = "the application sent no answer"
        raise httpx.RemoteProtocolError(message, request=request)
    content = b"".join(part.get("body", b"") for part in sent)
    return httpx.Response(sent[0]["status"], headers=sent[0]["headers"], content=content)


def _scope(request: httpx.Request) -> Scope:
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": request.method,
        "scheme": request.url.scheme,
        "path": request.url.path,
        "raw_path": request.url.raw_path.partition(b"?")[0],
        "root_path": "",
        "query_string": request.url.query,
        "headers": [(name.lower(), value) for name, value in request.headers.raw],
        "client": ("127.0.0.1", 1),
        "server": (request.url.host, request.url.port),
    }
