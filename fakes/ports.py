"""A port of this machine that may refuse connections for a while."""

from __future__ import annotations

import asyncio
import socket
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from ssl import SSLContext

__all__ = ["Port"]

# As many callers at once as a system lets wait.
_BACKLOG = 4096
#: So many of them are taken in one turn of the loop.
_AT_ONCE = 64


class Port:
    """A port that connections are taken at, in an event loop.

    A port that does not listen refuses connections, which no program can do for one that does.
    """

    def __init__(self, host: str, number: int) -> None:
        """Take the port; raise OSError where it cannot be had."""
        self._host = host
        self._listener = _bound(host, number)
        self.number: int = self._listener.getsockname()[1]
        self._keeper: socket.socket | None = None
        self._server: asyncio.Server | None = None
        self._opening: asyncio.TimerHandle | None = None
        self._opened: asyncio.Task[None] | None = None
        with suppress(OSError):
            # Keeps the port for us while nobody listens, on systems that allow it.
            self._keeper = _bound(host, self.number)
        try:
            self._listener.listen(_BACKLOG)
        except OSError:
            self.close()
            raise

    async def open(
        self, connect: Callable[[], asyncio.Protocol], tls: SSLContext | None, patience: float
    ) -> None:
        """Take connections; where they speak TLS, they have so many seconds to agree on it."""
        self._how = connect, tls, patience
        await self._listen()

    def refuse(self, seconds: float) -> None:
        """Refuse new connections for so many real seconds; to be called in the event loop."""
        self.stop()
        loop = asyncio.get_running_loop()
        self._opening = loop.call_later(seconds, self._open_again)

    def stop(self) -> None:
        """Take no more connections; to be called in the event loop."""
        if self._opening is not None:
            self._opening.cancel()
        if self._opened is not None:
            self._opened.cancel()
        # A loop that hung finds the port given back already, when it goes on.
        if self._server is not None and self._listener.fileno() >= 0:
            self._server.close()
        self._server = None

    def close(self) -> None:
        """Give the port back."""
        self._listener.close()
        if self._keeper is not None:
            self._keeper.close()

    def _open_again(self) -> None:
        # A task that nobody holds may vanish before it is done.
        self._opened = asyncio.get_running_loop().create_task(self._listen())

    async def _listen(self) -> None:
        connect, tls, patience = self._how
        if self._listener.fileno() < 0:
            self._listener = _bound(self._host, self.number)
        self._server = await asyncio.get_running_loop().create_server(
            connect, sock=self._listener, ssl=tls, backlog=_AT_ONCE,
            ssl_handshake_timeout=patience if tls else None,
        )  # fmt: skip
        self._listener.listen(_BACKLOG)


def _bound(host: str, number: int) -> socket.socket:
    made = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind((host, number))
    except OSError:
        made.close()
        raise
    return made
