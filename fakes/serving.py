"""Put panels on a socket."""

from __future__ import annotations

import socket
import time
from collections.abc import Mapping
from contextlib import contextmanager
from threading import Thread
from typing import TYPE_CHECKING

import uvicorn

from prorata.fakes.asgi import reply

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prorata.fakes.asgi import App, Receive, Scope, Send

__all__ = ["Served", "serve"]

_TICK = 0.005
_START_SECONDS = 5.0
_PATIENCE_SECONDS = 0.5
_STOP_SECONDS = 1.3


class Served:
    """A listening port and the applications behind it, which may be changed while it runs."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._apps: Mapping[str, App] = {}

    def mount(self, app_or_apps: App | Mapping[str, App]) -> None:
        """Answer with these from the next request on, instead of with what was mounted before.

        A mapping holds one application for each path: `{"/ispmgr": ispmanager.app}` answers below
        `/ispmgr` and `/manager/ispmgr`. A request that has begun is finished by whom it began with.
        """
        self._apps = app_or_apps if isinstance(app_or_apps, Mapping) else {"": app_or_apps}

    def unmount(self) -> None:
        """Answer 503 from the next request on."""
        self._apps = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on to the application that is mounted at its path."""
        apps = self._apps
        path = scope["path"].removeprefix("/manager")
        for place, app in apps.items():
            if place in {"", path} or path.startswith(f"{place}/"):
                await app(scope, receive, send)
                return
        if apps:
            await reply(send, 404, b"Not Found\n", "text/plain")
        else:
            await reply(send, 503, b"Nothing is mounted here\n", "text/plain")


@contextmanager
def serve(
    app_or_apps: App | Mapping[str, App] | None = None,
    host: str = "127.0.0.1",
    port: int = 0,
) -> Iterator[Served]:
    """Serve applications on a port of this machine, in a thread; port 0 takes a free one.

    Raises OSError where the port cannot be had. Without an application it answers 503 until one is
    mounted, so that one port can serve a fresh panel for each scenario.

    >>> from datetime import UTC, datetime
    >>> from prorata.fakes import Ispmanager
    >>> from prorata.reference.clock import Clock
    >>> panel = Ispmanager(Clock(datetime(2025, 8, 1, tzinfo=UTC)))
    >>> with serve(panel.app) as served:
    ...     served.url.rpartition(":")[0]
    'http://127.0.0.1'
    """
    listener = _listen(host, port)
    shown = f"[{host}]" if ":" in host else host
    served = Served(f"http://{shown}:{listener.getsockname()[1]}")
    if app_or_apps is not None:
        served.mount(app_or_apps)
    server = uvicorn.Server(_config(served))
    thread = Thread(target=server.run, args=([listener],), name="prorata-serve", daemon=True)
    thread.start()
    try:
        _wait_until_started(server, thread)
        yield served
    finally:
        _stop(server, thread)
        listener.close()


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
    except OSError:
        listener.close()
        raise
    return listener


def _config(served: Served) -> uvicorn.Config:
    return uvicorn.Config(
        served,
        http="httptools",
        ws="none",
        lifespan="off",
        interface="asgi3",
        log_config=None,
        log_level="critical",
        access_log=False,
        # The headers of a proxy could change the address that a session belongs to.
        proxy_headers=False,
        # The real date would be a second clock beside the simulated one.
        date_header=False,
        server_header=False,
        # An idle connection that is closed at the wrong moment looks like a lost request.
        timeout_keep_alive=3600,
        timeout_graceful_shutdown=1,
    )


def _wait_until_started(server: uvicorn.Server, thread: Thread) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while not server.started:
        if not thread.is_alive() or time.monotonic() > deadline:
            message = "the server did not start"
            raise RuntimeError(message)
        time.sleep(_TICK)


def _stop(server: uvicorn.Server, thread: Thread) -> None:
    server.should_exit = True
    thread.join(_PATIENCE_SECONDS)
    # Somebody has sent half a request: it is not waited for.
    server.force_exit = True
    thread.join(_STOP_SECONDS)
