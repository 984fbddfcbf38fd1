"""Call a panel in process, through httpx, without a socket or an event loop."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Final

import httpx

from prorata.fakes.stepping import BrokenError, step

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prorata.fakes.asgi import App, Scope
    from prorata.fakes.stepping import Broken

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
        return self._turn(_stepped(self.app, request, request.read()))

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer one request of an `httpx.AsyncClient`."""
        return self._turn(_stepped(self.app, request, await request.aread()))

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


def _stepped(app: App, request: httpx.Request, body: bytes) -> list[httpx.Response]:
    """Return what the application answers: one response, or the same one twice."""
    patience = request.extensions.get("timeout", {}).get("read")
    try:
        answered = step(app, _scope(request), body, patience)
    except BrokenError as broken:
        raise _ERRORS[broken.at](str(broken), request=request) from None
    status, headers, content, times = answered
    return [httpx.Response(status, headers=headers, content=content) for _ in range(times)]


#: What httpx raises where the same happens on a socket.
_ERRORS: Final[Mapping[Broken, type[httpx.TransportError]]] = {
    "connect": httpx.ConnectError,
    "read": httpx.ReadError,
    "protocol": httpx.RemoteProtocolError,
    "timeout": httpx.ReadTimeout,
}


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
