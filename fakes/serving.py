"""Put applications on a socket: what everything that serves panels stands on."""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextlib import contextmanager
from threading import Thread
from typing import TYPE_CHECKING

import uvicorn

from prorata.fakes.places import answer_from
from prorata.fakes.ports import Port
from prorata.fakes.sockets import LIMITS, Limits, protocol

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Iterator
    from ssl import SSLContext

    from prorata.fakes.asgi import App, Receive, Scope, Send

__all__ = ["Served", "listen"]

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
        await answer_from(self._apps, scope, receive, send)


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
    config = _config(served, protocol(limits, the_port.refuse), tls)
    server = uvicorn.Server(config)
    the_port.server = server
    sockets = [the_port.listener]
    thread = Thread(target=server.run, args=(sockets,), name="prorata-listen", daemon=True)
    thread.start()
    try:
        _wait_until_started(server, thread)
        yield served
    finally:
        _stop(server, thread)
        the_port.close()


def _config(
    served: Served, connection: type[asyncio.Protocol], tls: SSLContext | None
) -> uvicorn.Config:
    config = uvicorn.Config(
        served,
        http=connection,
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
        timeout_graceful_shutdown=1,
    )
    config.load()
    # Set afterwards: uvicorn itself would want the certificate and its key as files.
    config.ssl = tls
    return config


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
