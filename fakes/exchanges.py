"""One request and its answer on a connection, as an ASGI application takes and gives them."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final

from prorata.fakes.asgi import Said
from prorata.fakes.enacting import Failing
from prorata.fakes.failing import FAULT
from prorata.fakes.heads import status_line
from prorata.fakes.turns import BodyInTurn

if TYPE_CHECKING:
    from collections.abc import Iterable

    from prorata.fakes.asgi import Message, Scope
    from prorata.fakes.heads import Header
    from prorata.fakes.sockets import SocketProtocol

__all__ = ["Exchange"]

_START: Final = "http.response.start"
_CLOSE: Final = b"connection: close\r\n"
_NO_CONTENT: Final = frozenset({204, 304})
_FAILED: Final = Said(
    500, b"content-type: text/plain\r\ncontent-length: 21\r\n", b"Internal Server Error"
)


class Exchange:
    """A request and its answer, which is written in one piece where it is there in one piece.

    `begun` says that the application has it, `started` that something of the answer was written,
    `done` that all of it was; `more_body` that the request is not whole.
    """

    __slots__ = (
        "_body", "_chunked", "_connection", "_event", "_failing", "_gone", "_head", "_kept",
        "_size", "_task", "_told", "_waits", "_with_body", "begun", "done", "keep_alive",
        "more_body", "scope", "started",
    )  # fmt: skip

    def __init__(
        self, connection: SocketProtocol, scope: Scope, *, keep_alive: bool, waits: bool
    ) -> None:
        self.scope = scope
        self.keep_alive = keep_alive
        self.begun = self.started = self.done = False
        self.more_body = True
        self._connection = connection
        #: Whether the caller waits to be told that the body is wanted.
        self._waits = waits
        self._body: list[bytes] = []
        self._size = 0
        self._told = self._gone = False
        self._event: asyncio.Event | None = None
        self._task: asyncio.Task[None] | None = None
        self._failing: Failing | None = None
        #: The head of the answer, while it is not written.
        self._head: list[bytes] = []
        self._kept: list[bytes] | None = None
        self._chunked = False
        self._with_body = True

    # What the connection does

    def take(self, body: bytes) -> int:
        """Take a piece of the body, and return how many bytes wait for the application."""
        if self.done:
            return 0
        self._body.append(body)
        self._size += len(body)
        self._wake()
        return self._size

    def complete(self) -> None:
        """Note that the whole request is there."""
        self.more_body = False
        self._wake()

    def leave(self) -> None:
        """Note that the caller is gone, or not heard any more."""
        self._gone = True
        self._wake()

    def begin(self) -> None:
        """Let the application answer: at once where it waits for nothing, else in a task."""
        self.begun = True
        if not self.more_body:
            try:
                body = b"".join(self._body) if self._body else b""
                said = self._connection.common.app.respond(self.scope, body)
            except Exception as error:  # noqa: BLE001  an application's, whatever it is
                self._report(error)
                said = _FAILED
            if said is not None:
                self._say(said)
                return
        answering = self._in_turn() if self.more_body else self._run(self.receive)
        # A task that nobody holds may vanish before it is done.
        self._task = self._connection.loop.create_task(answering)

    async def _in_turn(self) -> None:
        common = self._connection.common
        body = BodyInTurn(self._connection, self.receive, common.turns)
        try:
            await self._run(body)
        finally:
            body.end()

    async def _run(self, receive: Any) -> None:
        connection = self._connection
        try:
            await connection.common.app(self.scope, receive, self.send)
        except Exception as error:  # noqa: BLE001  an application's, whatever it is
            self._report(error)
        if self.done or self._gone:
            return
        if self.started:
            # Its caller must see that something is missing.
            connection.transport.close()
        else:
            self._say(_FAILED)

    def _report(self, error: Exception) -> None:
        self.keep_alive = False
        about = {"message": "an application has failed", "exception": error}
        self._connection.loop.call_exception_handler(about)

    # What the application does

    async def receive(self) -> Message:
        """Return the next part of the request: one that is there whole is one part."""
        if self._waits and not self.started:
            self._waits = False
            self._connection.transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        while not (self._body or self._gone or self.done) and (self.more_body or self._told):
            if self.more_body:
                self._connection.resume_reading()
            if self._event is None:
                self._event = asyncio.Event()
            self._event.clear()
            await self._event.wait()
        if self._gone or self.done:
            return {"type": "http.disconnect"}
        body, self._body, self._size = b"".join(self._body), [], 0
        self._told = not self.more_body
        return {"type": "http.request", "body": body, "more_body": self.more_body}

    async def send(self, message: Message) -> None:
        """Take a message of the application, and send what becomes of it on the way."""
        if message["type"] == FAULT:
            self._failing = Failing(self._connection, self.scope, self._put)
        await (self._put if self._failing is None else self._failing)(message)

    def _say(self, said: Said) -> None:
        """Write a whole answer."""
        status, head, content = said
        parts = (
            status_line(status),
            head,
            b"" if self.keep_alive else _CLOSE,
            b"\r\n",
            b"" if self.scope["method"] == "HEAD" else content,
        )
        self._connection.transport.write(b"".join(parts))
        self.started = True
        self._finish()

    async def _put(self, message: Message) -> None:
        while self._connection.write_paused and not self._gone:
            await self._connection.drained()
        if self._gone or self.done:
            return
        if message["type"] == _START:
            self._start(message["status"], message.get("headers", ()))
        else:
            self._go_on(message.get("body", b""), more=message.get("more_body", False))

    def _start(self, status: int, headers: Iterable[Header]) -> None:
        """Keep a start until there is something behind it, unless it may take a while."""
        self._head = head = [status_line(status)]
        has_length = False
        for header in headers:
            head.append(b"%b: %b\r\n" % header)
            has_length = has_length or header[0] == b"content-length"
        self._with_body = self.scope["method"] != "HEAD" and status not in _NO_CONTENT
        if has_length or not self._with_body:
            return
        if self.scope["http_version"] == "1.0":
            # It knows no chunks: the length is told when it is known.
            self._kept = []
        else:
            self._chunked = True
            head.append(b"transfer-encoding: chunked\r\n")
            self._write(b"")

    def _go_on(self, body: bytes, *, more: bool) -> None:
        if self._kept is not None:
            self._kept.append(body)
            if more:
                return
            body = b"".join(self._kept)
            self._head.append(b"content-length: %d\r\n" % len(body))
        if not self._with_body:
            body = b""
        elif self._chunked:
            piece = b"%x\r\n%b\r\n" % (len(body), body) if body else b""
            body = piece if more else piece + b"0\r\n\r\n"
        self._write(body)
        if not more:
            self._finish()

    def _finish(self) -> None:
        self.done = True
        self._wake()
        self._connection.answered(self)

    def _write(self, body: bytes) -> None:
        if self._head:
            self.started = True
            if not self.keep_alive:
                self._head.append(_CLOSE)
            self._head += (b"\r\n", body)
            body, self._head = b"".join(self._head), []
        self._connection.transport.write(body)

    def _wake(self) -> None:
        if self._event is not None:
            self._event.set()
