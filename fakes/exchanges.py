"""One request and its answer on a connection: a body's turn, an answer's length, a fault."""

from __future__ import annotations

import asyncio
from types import coroutine
from typing import TYPE_CHECKING, Any, Final

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, RequestResponseCycle

from prorata.fakes.failing import FAULT

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine, Generator, Mapping

    from prorata.fakes.asgi import Message, Receive, Scope, Send
    from prorata.fakes.faults import Fault
    from prorata.fakes.sockets import SocketProtocol

__all__ = ["BodyInTurn", "Exchange", "Failing", "WholeAnswer", "rest_of"]


class Exchange(RequestResponseCycle):
    """A request and its answer, which is written in one piece where it is there in one piece."""

    def __init__(self, connection: SocketProtocol, scope: Any, *, keep_alive: bool) -> None:
        # All that uvicorn sets, at a third of its price.
        self.scope = scope
        self.transport = connection.transport
        self.flow = connection.flow
        self.logger = connection.logger
        self.access_logger = connection.access_logger
        self.access_log = False
        self.default_headers = []
        self.on_response = connection.on_response_complete
        self.disconnected = False
        self.keep_alive = keep_alive
        self.waiting_for_100_continue = connection.expect_100_continue
        self.body = bytearray()
        self.more_body = True
        self.response_started = False
        self.response_complete = False
        self.chunked_encoding = None
        self.expected_content_length = 0
        self._connection = connection
        self._event: asyncio.Event | None = None
        self._told = False
        self._start: Message | None = None
        self._failing: Failing | None = None

    @property
    def message_event(self) -> asyncio.Event:  # type: ignore[override]
        """What those wait for who want more of the request; few do."""
        if self._event is None:
            self._event = asyncio.Event()
        return self._event

    def complete(self) -> None:
        """Note that the whole request is there."""
        if not self.response_complete:
            self.more_body = False
            if self._event is not None:
                self._event.set()

    async def receive(self) -> Any:
        """Return the next part of the request: one that is there whole is one part."""
        if self.more_body or self._told or self.disconnected:
            return await super().receive()
        self._told = True
        if self._event is not None:
            self._event.clear()
        body, self.body = bytes(self.body), bytearray()
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(self, message: Any) -> None:
        """Take a message of the application, and send what becomes of it on the way."""
        if message["type"] == FAULT:
            scope: Any = self.scope
            self._failing = Failing(self._connection, scope, self._sent)
        if self._failing is not None:
            await self._failing(message)
        elif not self._took(message):
            await self._sent(message)

    async def _sent(self, message: Message) -> None:
        if self._took(message):
            return
        start, self._start = self._start, None
        for each in (start, message) if start else (message,):
            whole: Any = each
            await super().send(whole)

    def _took(self, message: Message) -> bool:
        """Keep a start that tells its length, and write it with the body where that comes whole."""
        start = self._start
        if start is None:
            if message["type"] != "http.response.start" or not _has_length(message):
                return False
            self._start = message
            return True
        if message.get("more_body", False) or self.flow.write_paused or self.disconnected:
            return False
        self.response_started = self.response_complete = True
        self.transport.write(self._written(start, message.get("body", b"")))
        if self._event is not None:
            self._event.set()
        if not self.keep_alive:
            self.transport.close()
        self.on_response()
        return True

    def _written(self, start: Message, body: bytes) -> bytes:
        parts = [STATUS_LINE[start["status"]]]
        parts += [b"%b: %b\r\n" % header for header in _headers(start)]
        if not self.keep_alive:
            parts.append(b"connection: close\r\n")
        parts.append(b"\r\n")
        if self.scope["method"] != "HEAD":
            parts.append(body)
        return b"".join(parts)


async def rest_of(begun: Coroutine[Any, Any, None], waits: Any) -> None:
    """Go on with a coroutine that has begun, and waits for a future."""
    await _rest(begun, waits)


@coroutine
def _rest(begun: Coroutine[Any, Any, None], waits: Any) -> Generator[Any, Any, None]:
    while True:
        error: BaseException | None = None
        try:
            yield waits
        except BaseException as thrown:  # noqa: BLE001  it is the coroutine's, whatever it is
            error = thrown
        try:
            waits = begun.send(None) if error is None else begun.throw(error)
        except StopIteration:
            return


class BodyInTurn:
    """Receives a body; one that turns out to be large goes on when it is its turn."""

    def __init__(
        self, connection: SocketProtocol, receive: Receive, turns: asyncio.Semaphore, large: int
    ) -> None:
        self._connection = connection
        self._receive = receive
        self._turns = turns
        self._large = large
        self._size = 0
        self._mine = False

    async def __call__(self) -> Message:
        """Return the next message."""
        if self._size > self._large and not self._mine:
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


class WholeAnswer:
    """Sends an answer with its length: HTTP/1.0 knows no chunks."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._start: Message | None = None
        self._parts: list[bytes] = []

    async def __call__(self, message: Message) -> None:
        """Send a message, or keep it until the length is known."""
        if message["type"] == "http.response.start" and not _has_length(message):
            self._start = message
        elif self._start is None:
            await self._send(message)
        else:
            self._parts.append(message.get("body", b""))
            if not message.get("more_body", False):
                body = b"".join(self._parts)
                length = (b"content-length", b"%d" % len(body))
                await self._send({**self._start, "headers": [*_headers(self._start), length]})
                await self._send({"type": "http.response.body", "body": body})


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
                self._connection.shut(fault.milliseconds / 1000)
            self._connection.cut()
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
        head = [b"%s: %s\r\n" % (name, value) for name, value in _headers(start)]
        if not _has_length(start):
            head.append(b"content-length: %d\r\n" % len(body))
        copy = [STATUS_LINE[start["status"]], *head, b"\r\n", body if self._with_body else b""]
        with self._connection.in_one_piece():
            self._connection.transport.write(b"".join(copy))
            for kept in self._kept:
                await self._send(kept)


_ALTERED: Final[Mapping[str, Callable[[Failing, Message], Awaitable[None]]]] = {
    "truncated": Failing._truncated,  # noqa: SLF001
    "repeated": Failing._repeated,  # noqa: SLF001
}


def _headers(start: Message) -> list[tuple[bytes, bytes]]:
    return list(start.get("headers", ()))


def _has_length(start: Message) -> bool:
    return b"content-length" in [name for name, _ in start.get("headers", ())]
