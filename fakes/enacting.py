"""What becomes of an answer on its way through a socket, where a fault says so."""

from __future__ import annotations

import asyncio
import socket
import struct
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from prorata.fakes.failing import FAULT
from prorata.fakes.heads import status_line

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator, Mapping

    from prorata.fakes.asgi import Message, Scope, Send
    from prorata.fakes.faults import Fault
    from prorata.fakes.sockets import SocketProtocol

__all__ = ["Failing"]

# What a connection is closed with so that it ends in a reset.
_NO_LINGER = struct.pack("ii", 1, 0)


class Failing:
    """Sends what an application says, or what becomes of it on the way."""

    def __init__(self, connection: SocketProtocol, scope: Scope, send: Send) -> None:
        self._connection = connection
        self._with_body = scope["method"] != "HEAD"
        self._send = send
        self._fault: Fault | None = None
        self._kept: list[Message] = []

    async def __call__(self, message: Message) -> None:
        """Send a message, or enact the fault that it hands over."""
        if message["type"] == FAULT:
            self._fault = message["fault"]
            await self._begin(message["fault"])
        elif self._fault is None or self._fault.kind not in _ALTERED:
            await self._send(message)
        else:
            await _ALTERED[self._fault.kind](self, message)

    async def _begin(self, fault: Fault) -> None:
        if fault.kind == "slow":
            # Whoever hangs up in the meantime is not waited for.
            lost = asyncio.ensure_future(self._connection.lost.wait())
            await asyncio.wait([lost], timeout=fault.milliseconds / 1000)
            lost.cancel()
        elif fault.kind in {"refused", "reset_before", "reset_after"}:
            if fault.kind == "refused" and fault.milliseconds:
                self._connection.common.refuse(fault.milliseconds / 1000)
            _cut(self._connection.transport)
            await self._connection.lost.wait()

    async def _truncated(self, message: Message) -> None:
        """Send half of a body; the connection is closed in place of the rest."""
        if message["type"] == "http.response.body":
            if self._kept:
                return
            self._kept.append(message)
            body = message.get("body", b"")
            message = {**message, "body": body[: len(body) // 2], "more_body": True}
        await self._send(message)

    async def _repeated(self, message: Message) -> None:
        """Write the answer as a whole before it is sent as ever."""
        self._kept.append(message)
        if message["type"] == "http.response.start" or message.get("more_body", False):
            return
        start, *parts = self._kept
        body = b"".join(part.get("body", b"") for part in parts)
        headers = list(start.get("headers", ()))
        if b"content-length" not in dict(headers):
            headers.append((b"content-length", b"%d" % len(body)))
        head = [b"%b: %b\r\n" % header for header in headers]
        copy = [status_line(start["status"]), *head, b"\r\n", body if self._with_body else b""]
        with _in_one_piece(self._connection):
            self._connection.transport.write(b"".join(copy))
            for kept in self._kept:
                await self._send(kept)


_ALTERED: Final[Mapping[str, Callable[[Failing, Message], Awaitable[None]]]] = {
    "truncated": Failing._truncated,  # noqa: SLF001
    "repeated": Failing._repeated,  # noqa: SLF001
}


def _cut(transport: Any) -> None:
    """Reset a connection: the caller learns nothing but that it is gone."""
    own = transport.get_extra_info("socket")
    own.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
    transport.abort()


@contextmanager
def _in_one_piece(connection: SocketProtocol) -> Iterator[None]:
    """Let what is written inside arrive together, where the system can do that.

    Clients take bytes that are there with an answer for the next one, and drop a connection on
    which some come later.
    """
    _cork(connection.transport, 1)
    yield
    # What is written goes to the system at the end of this turn of the loop.
    connection.loop.call_soon(_cork, connection.transport, 0)


def _cork(transport: Any, on: int) -> None:
    option = getattr(socket, "TCP_CORK", None)
    if option is not None and not transport.is_closing():
        own = transport.get_extra_info("socket")
        own.setsockopt(socket.IPPROTO_TCP, option, on)
