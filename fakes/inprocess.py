"""Call a panel in process, through httpx, without a socket or an event loop."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any

import httpx

from prorata.fakes.failing import FAULT, able

if TYPE_CHECKING:
    from prorata.fakes.asgi import App, Message, Scope
    from prorata.fakes.faults import Fault

__all__ = ["InProcessTransport", "transport"]


class InProcessTransport(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Answers the requests of sync and async httpx clients by stepping an ASGI application.

    The application must not wait for anything but its request, which is there in full.
    """

    def __init__(self, app: App) -> None:
        self.app = app
        self._behind: deque[httpx.Response] = deque()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer one request of an `httpx.Client`."""
        return self._turn(_step(self.app, request, request.read()))

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer one request of an `httpx.AsyncClient`."""
        return self._turn(_step(self.app, request, await request.aread()))

    def _turn(self, answers: list[httpx.Response]) -> httpx.Response:
        """Return the answer whose turn it is.

        On a socket an answer that came twice is httpx's answer to the next call, and the answer to
        that call is the one to the call after it. Here as well.
        """
        self._behind += answers
        return self._behind.popleft()


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


def _step(app: App, request: httpx.Request, body: bytes) -> list[httpx.Response]:
    """Return what the application answers: one response, or the same one twice."""
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    coroutine: Any = app(able(_scope(request)), receive, send)
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
    fault = sent.pop(0)["fault"] if sent[0]["type"] == FAULT else None
    content = b"".join(part.get("body", b"") for part in sent)
    if fault:
        _enact(fault, request, len(content))
    status, headers = sent[0]["status"], sent[0]["headers"]
    times = 2 if fault and fault.kind == "repeated" else 1
    return [httpx.Response(status, headers=headers, content=content) for _ in range(times)]


def _enact(fault: Fault, request: httpx.Request, length: int) -> None:
    """Raise what httpx raises where the same happens on a socket."""
    if fault.kind == "refused":
        message = "[Errno 111] Connection refused"
        raise httpx.ConnectError(message, request=request)
    if fault.kind in {"reset_before", "reset_after"}:
        message = "[Errno 104] Connection reset by peer"
        raise httpx.ReadError(message, request=request)
    if fault.kind == "truncated":
        message = (
            "peer closed connection without sending complete message body "
            f"(received {length // 2} bytes, expected {length})"
        )
        raise httpx.RemoteProtocolError(message, request=request)
    patience = request.extensions.get("timeout", {}).get("read")
    if fault.kind == "slow" and patience is not None and fault.milliseconds / 1000 >= patience:
        # Nobody waits for it: neither for the answer nor for the time limit.
        message = "timed out"
        raise httpx.ReadTimeout(message, request=request)


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
