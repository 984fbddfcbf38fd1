"""Put applications on a socket: what everything that serves panels stands on."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from contextlib import contextmanager, suppress
from errno import EMFILE, ENFILE, ENOBUFS, ENOMEM
from functools import partial
from threading import Event, Thread
from typing import TYPE_CHECKING, Any

from prorata.fakes.asgi import responder
from prorata.fakes.connections import Connections
from prorata.fakes.places import answer_from, app_at
from prorata.fakes.ports import Port
from prorata.fakes.sockets import LIMITS, Limits, SocketProtocol

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator
    from ssl import SSLContext

    from prorata.fakes.asgi import App, Receive, Said, Scope, Send

__all__ = ["Served", "listen"]

_TICK = 0.005
#: What a system says that has no more connections to give.
_NO_MORE = frozenset({EMFILE, ENFILE, ENOBUFS, ENOMEM})
_START_SECONDS = 5.0
_PATIENCE_SECONDS = 0.5
_STOP_SECONDS = 1.3


class Served:
    """A listening port and the applications behind it, which may be changed while it runs."""

    respond: Callable[[Scope, bytes], Said | None]

    def __init__(self, url: str) -> None:
        self.url = url
        self.unmount()

    def mount(self, app_or_apps: App | Mapping[str, App]) -> None:
        """Answer with these from the next request on, instead of with what was mounted before.

        A mapping holds one application for each path: `{"/ispmgr": ispmanager.app}` answers below
        `/ispmgr` and `/manager/ispmgr`. A request that has begun is finished by whom it began with.
        """
        self._apps = app_or_apps if isinstance(app_or_apps, Mapping) else {"": app_or_apps}
        self.respond = self._respond if isinstance(app_or_apps, Mapping) else responder(app_or_apps)

    def unmount(self) -> None:
        """Answer 503 from the next request on."""
        self.mount({})

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """Pass a request on to the application that is mounted at its path."""
        return answer_from(self._apps, scope, receive, send)

    def _respond(self, scope: Scope, body: bytes) -> Said | None:
        """Return what that application answers at once, if it does."""
        return responder(app_at(self._apps, scope["path"]))(scope, body)


@contextmanager
def listen(
    app_or_apps: App | Mapping[str, App] | None = None,
    host: str = "127.0.0.1",
    port: int = 0,
    *,
    tls: SSLContext | None = None,
    limits: Limits = LIMITS,
) -> Iterator[Served]:
    """Serve applications on a port of this machine, in a thread; port 0 takes a free one.

    Raises OSError where the port cannot be had. Without an application it answers 503 until one is
    mounted, so that one port can serve a fresh panel for each scenario. With `tls`, such as
    `prorata.fakes.tls.server_context` makes, it speaks HTTPS.

    >>> from datetime import UTC, datetime
    >>> from prorata.fakes import Ispmanager
    >>> from prorata.reference.clock import Clock
    >>> panel = Ispmanager(Clock(datetime(2025, 8, 1, tzinfo=UTC)))
    >>> with listen(panel.app) as served:
    ...     served.url.rpartition(":")[0]
    'http://127.0.0.1'
    """
    the_port = Port(host, port)
    shown = f"[{host}]" if ":" in host else host
    served = Served(f"{'https' if tls else 'http'}://{shown}:{the_port.number}")
    if app_or_apps is not None:
        served.mount(app_or_apps)
    scheme = "https" if tls else "http"
    server = _Server(the_port, Connections(served, limits, scheme, the_port.refuse), tls)
    try:
        server.start()
        yield served
    finally:
        server.stop()
        the_port.close()


class _Server:
    """The event loop of one port, in a thread."""

    def __init__(self, port: Port, connections: Connections, tls: SSLContext | None) -> None:
        self._port = port
        self._connections = connections
        self._tls = tls
        self._listens = Event()
        self._room_at = 0.0
        self._leave: Callable[[], object] = lambda: None
        self._thread = Thread(target=self._run, name="prorata-listen", daemon=True)

    def start(self) -> None:
        """Take connections; RuntimeError where that cannot be begun."""
        self._thread.start()
        deadline = time.monotonic() + _START_SECONDS
        while not self._listens.wait(_TICK):
            if not self._thread.is_alive() or time.monotonic() > deadline:
                message = "the server did not start"
                raise RuntimeError(message)

    def stop(self) -> None:
        """Take no more connections, and end those that there are."""
        # A loop that is closed has ended by itself.
        with suppress(RuntimeError):
            self._leave()
        self._thread.join(_PATIENCE_SECONDS + _STOP_SECONDS)

    def _run(self) -> None:
        asyncio.run(self._serve())

    def _told(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """Take what the loop cannot do; what is nobody's fault but ours is told as ever."""
        error = context.get("exception")
        if not isinstance(error, OSError) or error.errno not in _NO_MORE:
            loop.default_exception_handler(context)
        elif loop.time() >= self._room_at:
            # The loop says so for each caller who waits, and tries again a second later.
            self._room_at = loop.time() + 1
            self._connections.make_room()

    async def _serve(self) -> None:
        leaving, loop = asyncio.Event(), asyncio.get_running_loop()
        loop.set_exception_handler(self._told)
        self._leave = partial(loop.call_soon_threadsafe, leaving.set)
        common = self._connections
        await self._port.open(partial(SocketProtocol, common), self._tls, common.limits.seconds)
        self._listens.set()
        await leaving.wait()
        self._port.stop()
        await common.end(_PATIENCE_SECONDS)
