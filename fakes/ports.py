"""A port of this machine that may refuse connections for a while."""

from __future__ import annotations

import asyncio
import socket
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import uvicorn

__all__ = ["Port"]

# As many callers at once as a system lets wait.
_BACKLOG = 4096


class Port:
    """A port that a server listens on; `server` is set before it starts.

    A port that does not listen refuses connections, which no program can do for one that does.
    """

    server: uvicorn.Server

    def __init__(self, host: str, number: int) -> None:
        """Take the port; raise OSError where it cannot be had."""
        self._host = host
        self.listener = _bound(host, number)
        self.number: int = self.listener.getsockname()[1]
        self._keeper: socket.socket | None = None
        self._opening: asyncio.TimerHandle | None = None
        self._opened: asyncio.Task[None] | None = None
        with suppress(OSError):
            # Keeps the port for us while nobody listens, on systems that allow it.
            self._keeper = _bound(host, self.number)
        try:
            self.listener.listen(_BACKLOG)
        except OSError:
            self.close()
            raise

    def refuse(self, seconds: float) -> None:
        """Refuse new connections for so many real seconds; to be called in the event loop."""
        for server in self.server.servers:
            server.close()
        if self._opening is not None:
            self._opening.cancel()
        loop = asyncio.get_running_loop()
        self._opening = loop.call_later(seconds, self._open)

    def close(self) -> None:
        """Give the port back."""
        self.listener.close()
        if self._keeper is not None:
            self._keeper.close()

    def _open(self) -> None:
        # A task that nobody holds may vanish before it is done.
        self._opened = asyncio.get_running_loop().create_task(self._listen_again())

    async def _listen_again(self) -> None:
        listener = _bound(self._host, self.number)
        server, config = self.server, self.server.config

        def connection() -> asyncio.Protocol:
            return config.http_protocol_class(  # type: ignore[call-arg]  # a protocol of uvicorn's
                config=config, server_state=server.server_state, app_state={}
            )

        loop = asyncio.get_running_loop()
        server.servers = [
            await loop.create_server(connection, sock=listener, ssl=config.ssl, backlog=_BACKLOG)
        ]


def _bound(host: str, number: int) -> socket.socket:
    made = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind((host, number))
    except OSError:
        made.close()
        raise
    return made
