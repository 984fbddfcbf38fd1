"""Large bodies come in one after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import asyncio

    from prorata.fakes.asgi import Message, Receive
    from prorata.fakes.sockets import SocketProtocol

__all__ = ["BodyInTurn"]


class BodyInTurn:
    """Receives a body; one that turns out to be large goes on when it is its turn."""

    def __init__(
        self, connection: SocketProtocol, receive: Receive, turns: asyncio.Semaphore
    ) -> None:
        self._connection = connection
        self._receive = receive
        self._turns = turns
        self._size = 0
        self._mine = False

    async def __call__(self) -> Message:
        """Return the next message."""
        if self._size > self._connection.limits.large and not self._mine:
            await self._turns.acquire()
            self._mine = True
            self._connection.wait_anew()
        message = await self._receive()
        self._size += len(message.get("body", b""))
        if not message.get("more_body", False):
            self._size = 0
            self.end()
        return message

    def end(self) -> None:
        """Let the next one have its turn."""
        if self._mine:
            self._mine = False
            self._turns.release()
