"""HTTP on a socket, within limits, and able to fail as networks and panels do."""

from __future__ import annotations

import asyncio
import socket
import struct
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final, cast
from urllib.parse import unquote

import httptools
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from prorata.fakes.exchanges import BodyInTurn, Exchange, WholeAnswer, rest_of
from prorata.fakes.failing import able

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from prorata.fakes.asgi import Receive, Scope, Send

__all__ = ["LIMITS", "Limits", "SocketProtocol", "protocol"]

_MIB = 1024 * 1024
_ASGI: Final = {"version": "3.0", "spec_version": "2.3"}
# What a connection is closed with so that it ends in a reset.
_NO_LINGER = struct.pack("ii", 1, 0)


@dataclass(frozen=True, slots=True)
class Limits:
    """What one connection may ask for. Sizes are bytes, times are real seconds.

    A request must be whole `seconds` after its first byte, and a second later for each `rate` bytes
    of its body; else it is cut. `head` is the most that the request line and the headers take up,
    and with them the URL. Of what is refused, `discard` bytes are still read and thrown away, so
    that its sender gets to read the answer. Only so many bodies that are `large` are read `at_once`
    on a port; the others wait for their turn, and their time does not run meanwhile.
    """

    seconds: float = 5.0
    rate: int = _MIB
    head: int = 64 * 1024
    body: int = 16 * _MIB
    discard: int = 64 * _MIB
    large: int = 256 * 1024
    at_once: int = 2


LIMITS: Final = Limits()


def protocol(
    limits: Limits = LIMITS, refuse: Callable[[float], None] | None = None
) -> type[asyncio.Protocol]:
    """Return what uvicorn makes its connections with.

    `refuse` is called, in the event loop, with the real seconds during which the port is to refuse
    connections.
    """
    # As far as uvicorn looks at it, that is a class.
    turns = asyncio.Semaphore(limits.at_once)
    made: Any = partial(SocketProtocol, limits=limits, refuse=refuse, turns=turns)
    return cast("type[asyncio.Protocol]", made)


class SocketProtocol(HttpToolsProtocol):
    """One connection: uvicorn's, with limits before its parser and faults behind its answers.

    By itself uvicorn keeps all headers that a caller sends, however many, and waits for the rest of
    a request for ever.
    """

    def __init__(
        self,
        *args: Any,
        limits: Limits,
        refuse: Callable[[float], None] | None,
        turns: asyncio.Semaphore,
        **more: Any,
    ) -> None:
        super().__init__(*args, **more)
        self._turns = turns
        self.lost = asyncio.Event()
        self._limits = limits
        self._shut = refuse
        self._inner: Any = self.app
        self.app = self._answer
        self._deaf = False
        self._thrown_away = 0
        self._in_head = False
        self._whole = True
        self._fresh: Exchange | None = None
        self._head = self._ended = self._body = self._length = 0
        self._deadline = 0.0
        self._timer: asyncio.TimerHandle | None = None

    # What comes in

    def data_received(self, data: bytes) -> None:
        """Feed the parser, but never more of a head than a head may have."""
        at = 0
        while at < len(data) and not self._deaf:
            piece = data[at : at + self._limits.head - self._head]
            at += len(piece)
            self._feed(piece)
        if self._deaf:
            self._throw_away(len(data))
        elif not self._whole and self._timer is None:
            self.wait_anew()
            self._timer = self.loop.call_at(self._deadline, self._too_slow)

    def on_message_begin(self) -> None:
        """Note that a request has begun."""
        self.url = b""
        self.headers = []
        self.expect_100_continue = False
        self._in_head, self._whole = True, False
        self._body = self._length = 0

    def on_header(self, name: bytes, value: bytes) -> None:
        """Note a header; what comes behind a body in chunks is none, and is not kept."""
        if not self._in_head:
            return
        name = name.lower()
        self.headers.append((name, value))
        if name == b"content-length":
            self._length = int(value)
        elif name == b"expect":
            self.expect_100_continue = value.lower() == b"100-continue"

    def on_headers_complete(self) -> None:
        """Let the application have the request, unless its body is known to be too large."""
        if self._length > self._limits.body:
            self._refuse(413)
        if not self._deaf:
            self._exchange()
        self._in_head = False

    def on_body(self, body: bytes) -> None:
        """Pass on a piece of the body."""
        if self._deaf:
            return
        self._body += len(body)
        if self._body > self._limits.body:
            self._refuse(413)
        else:
            super().on_body(body)

    def on_message_complete(self) -> None:
        """Note that the request is whole."""
        self._whole = True
        self._ended += 1
        if not self._deaf:
            if self._timer is not None:
                self._stop_timer()
            exchange: Any = self.cycle
            exchange.complete()

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no HTTP."""
        self._refuse(400, msg)

    def on_response_complete(self) -> None:
        """Go on with the next request.

        A connection that has nothing to say is never closed: closed at the wrong moment it looks
        like a lost request.
        """
        self.server_state.total_requests += 1
        if self.transport.is_closing():
            return
        self.flow.resume_reading()
        if self.pipeline:
            self._start_asgi_task(*self.pipeline.pop())

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self._stop_timer()
        self.lost.set()
        super().connection_lost(exc)
        self.app = self._inner  # a method of one's own would keep the connection in memory

    def _exchange(self) -> None:
        """Begin the answer to a request whose head is there, unless others come before it."""
        # A URL that is none is found only here: then no exchange is this request's.
        url, parser = httptools.parse_url(self.url), self.parser
        path, version = url.path.decode("ascii"), parser.get_http_version()
        scope = {
            "type": "http",
            "asgi": _ASGI,
            "http_version": version,
            "server": self.server,
            "client": self.client,
            "scheme": self.scheme,
            "method": parser.get_method().decode("ascii"),
            "root_path": "",
            "path": unquote(path) if "%" in path else path,
            "raw_path": url.path,
            "query_string": url.query or b"",
            "headers": self.headers,
        }
        keep_alive = version != "1.0" and parser.should_keep_alive()
        before: Any = self.cycle
        self.cycle = Exchange(self, able(scope), keep_alive=keep_alive)
        if before is None or before.response_complete:
            self._fresh = self.cycle
        else:
            self.flow.pause_reading()
            self.pipeline.appendleft((self.cycle, self.app))

    def _begin(self, exchange: Exchange) -> None:
        """Let the application answer: at once where it waits for nothing, else in a task."""
        if exchange.more_body or exchange.scope["http_version"] == "1.0":
            self._start_asgi_task(exchange, self.app)
            return
        answering: Any = exchange.run_asgi(self._inner)
        try:
            waits = answering.send(None)
        except StopIteration:
            return
        task = self.loop.create_task(rest_of(answering, waits))
        task.add_done_callback(self.tasks.discard)
        self.tasks.add(task)

    def _feed(self, piece: bytes) -> None:
        ended = self._ended
        super().data_received(piece)
        if self._fresh is not None:
            fresh, self._fresh = self._fresh, None
            self._begin(fresh)
        if not self._in_head or ended != self._ended:
            # Where one request ends and the next begins in one piece is not known.
            self._head = 0
            return
        self._head += len(piece)
        if self._head >= self._limits.head:
            self._refuse(431 if self.headers else 414)

    def _too_slow(self) -> None:
        self._timer = None
        if self.flow.read_paused:
            # It is the application that does not read.
            self.wait_anew()
        allowed = self._deadline + self._body / self._limits.rate
        if self.loop.time() < allowed:
            self._timer = self.loop.call_at(allowed, self._too_slow)
        else:
            self.transport.abort()

    def _refuse(self, status: int, text: str = "") -> None:
        """Answer in place of the application, and hear nothing more."""
        if self._deaf:
            return
        self._deaf = True
        cycle: Any = self.cycle
        if cycle is not None and not cycle.response_complete:
            if self._in_head or self._whole:
                # The request before this one is in order: its answer is the last one here.
                cycle.keep_alive = False
                return
            # The application, if it waits for the rest, is told that nothing more will come.
            cycle.disconnected = True
            cycle.message_event.set()
            if cycle.response_started or self.pipeline:
                self.transport.abort()
                return
        if self._in_head or self._whole or not cycle.response_complete:
            self._say(status, text)
        if self.transport.can_write_eof():
            self.transport.write_eof()
        self._stop_timer()
        self._timer = self.loop.call_later(self._limits.seconds, self.transport.abort)

    def _say(self, status: int, text: str) -> None:
        body = (text or STATUS_LINE[status][13:].decode().strip()).encode()
        head = b"content-type: text/plain\r\ncontent-length: %d\r\nconnection: close\r\n\r\n"
        self.transport.write(STATUS_LINE[status] + head % len(body) + body)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _throw_away(self, size: int) -> None:
        self._thrown_away += size
        if self._thrown_away > self._limits.discard:
            self.transport.abort()

    # What goes out

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        whole = WholeAnswer(send) if scope["http_version"] == "1.0" else send
        body = BodyInTurn(self, receive, self._turns, self._limits.large)
        try:
            await self._inner(scope, body, whole)
        finally:
            body.end()

    def wait_anew(self) -> None:
        """Let the time of a request begin now: so far its sender was not to blame."""
        self._deadline = self.loop.time() + self._limits.seconds

    def cut(self) -> None:
        """Reset the connection: the caller learns nothing but that it is gone."""
        self.transport.get_extra_info("socket").setsockopt(
            socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER
        )
        self.transport.abort()

    @contextmanager
    def in_one_piece(self) -> Iterator[None]:
        """Let what is written inside arrive together, where the system can do that.

        Clients take bytes that are there with an answer for the next one, and drop a connection
        on which some come later.
        """
        self._cork(1)
        yield
        # What is written goes to the system at the end of this turn of the loop.
        self.loop.call_soon(self._cork, 0)

    def _cork(self, on: int) -> None:
        option = getattr(socket, "TCP_CORK", None)
        if option is not None and not self.transport.is_closing():
            own = self.transport.get_extra_info("socket")
            own.setsockopt(socket.IPPROTO_TCP, option, on)

    def shut(self, seconds: float) -> None:
        """Let the port refuse connections for a while."""
        if self._shut is not None:
            self._shut(seconds)
