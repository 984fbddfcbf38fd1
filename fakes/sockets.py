"""HTTP on a socket, within limits: one connection, and the requests on it in their order."""

from __future__ import annotations

import asyncio
from collections import deque
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

import httptools

from prorata.fakes.exchanges import Exchange
from prorata.fakes.failing import EXTENSION
from prorata.fakes.heads import (
    HeadError,
    escaped,
    phrase,
    read_lengths,
    read_target,
    status_line,
)
from prorata.fakes.limits import LIMITS, Limits

if TYPE_CHECKING:
    from prorata.fakes.asgi import Scope
    from prorata.fakes.connections import Connections
    from prorata.fakes.heads import Header

__all__ = ["LIMITS", "Limits", "SocketProtocol"]

_ASGI: Final = {"version": "3.0", "spec_version": "2.3"}
_VERSIONS: Final = frozenset({"1.0", "1.1"})
_CONNECT: Final = b"CONNECT"
#: What asks for another protocol: it is not spoken here, and the request is answered without it.
_OTHER_PROTOCOLS: Final = frozenset({b"upgrade", b"http2-settings"})
#: So many bytes are parsed at once, and no more of them while so many requests wait.
_PIECE: Final = 16 * 1024
_WAITING: Final = 64
#: So many bytes of a body wait for the application; then the connection is not read any more.
_AHEAD: Final = 64 * 1024


class SocketProtocol(asyncio.Protocol):
    """One connection: limits before the parser, answers in order, faults behind them.

    One that has nothing to say is kept as long as there is room: closed at the wrong moment it
    looks like a lost request.
    """

    transport: Any

    def __init__(self, common: Connections) -> None:
        self.common = common
        self.limits = common.limits
        self.loop = asyncio.get_running_loop()
        self.lost = asyncio.Event()
        self.write_paused = False
        self._drained: asyncio.Event | None = None
        self._reading_paused = False
        self._parser: Any = httptools.HttpRequestParser(self)
        #: Those that are not answered yet; the first one is being answered.
        self._exchanges: deque[Exchange] = deque()
        #: The one whose body is coming in, while no other one's is.
        self._incoming: Exchange | None = None
        self._url = b""
        self._headers: list[Header] = []
        self._in_head, self._whole, self._asks_upgrade = False, True, False
        #: Whether what comes next belongs to the first line of a request.
        self._in_line = True
        self._head = self._ended = self._body = 0
        self._unread = b""
        self._deaf = False
        self._thrown_away = 0
        self._deadline = 0.0
        self._timer: asyncio.TimerHandle | None = None

    # The connection

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Note who is there."""
        self.transport = transport
        self._client = _place(transport.get_extra_info("peername"))
        self._server = _place(transport.get_extra_info("sockname"))
        self.common.open[self] = None

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002  it does not matter
        """Forget the connection, and tell those who wait for it."""
        self._stop_timer()
        self._deaf = True
        self.lost.set()
        for exchange in self._exchanges:
            exchange.leave()
        self._exchanges.clear()
        self.resume_writing()
        self.common.open.pop(self, None)
        self._parser = None  # it holds on to this, and this to it

    @property
    def is_idle(self) -> bool:
        """Whether nothing is asked that is not answered."""
        return self._whole and not self._exchanges

    def pause_writing(self) -> None:
        """Let answers wait: the caller does not read them."""
        self.write_paused = True

    def resume_writing(self) -> None:
        """Go on with the answers."""
        self.write_paused = False
        if self._drained is not None:
            self._drained.set()
            self._drained = None
        self._go_on()

    async def drained(self) -> None:
        """Wait until the caller has read."""
        if self._drained is None:
            self._drained = asyncio.Event()
        await self._drained.wait()

    def end(self) -> None:
        """Hear nothing more, answer what was asked as a whole, and close."""
        self._stop_timer()
        self._deaf = True
        if self._exchanges and self._exchanges[-1] is self._incoming:
            self._exchanges.pop().leave()
        if self._exchanges:
            self._exchanges[-1].keep_alive = False
        else:
            self.transport.close()

    # What comes in

    def data_received(self, data: bytes) -> None:
        """Feed the parser, but never more of a head than a head may have."""
        at = 0
        while at < len(data) and not self._deaf:
            if len(self._exchanges) >= _WAITING:
                self._unread = data[at:]
                break
            piece = data[at : at + min(self.limits.head - self._head, _PIECE)]
            at += len(piece)
            self._feed(piece)
        if self._deaf:
            self._throw_away(len(data))
        elif not self._whole and self._timer is None:
            self.wait_anew()
            self._timer = self.loop.call_at(self._deadline, self._too_slow)
        if self._exchanges:
            self._go_on()

    def _read_on(self) -> None:
        """Take what came with requests that are answered by now; then read more."""
        data, self._unread = self._unread, b""
        if data and not self.transport.is_closing():
            self.data_received(data)
        if not self._exchanges or self._exchanges[0] is self._incoming:
            self.resume_reading()

    def on_message_begin(self) -> None:
        """Note that a request has begun."""
        self._url, self._headers = b"", []
        self._in_head, self._whole = True, False
        self._body = 0

    def on_url(self, url: bytes) -> None:
        """Note a piece of the URL."""
        self._url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        """Note a header; what comes behind a body in chunks is none, and is not kept."""
        if self._in_head:
            # The blanks behind a value are not part of it, and the parser leaves them there.
            self._headers.append((name.lower(), value.rstrip(b" \t")))

    def on_headers_complete(self) -> None:
        """Have the request answered in its turn, unless it can be told already that it will not."""
        if self._deaf:
            return
        self._asks_upgrade = self._parser.should_upgrade()
        if self._asks_upgrade and self._parser.get_method() != _CONNECT:
            return
        try:
            self._incoming = exchange = self._made()
        except HeadError as error:
            self._refuse(error.status, str(error))
        else:
            if self._exchanges:
                self._pause_reading()
            self._exchanges.append(exchange)
        self._in_head = False

    def on_body(self, body: bytes) -> None:
        """Pass on a piece of the body."""
        if self._deaf or self._incoming is None:
            return
        self._body += len(body)
        if self._body > self.limits.body:
            self._refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        elif self._incoming.take(body) > _AHEAD:
            self._pause_reading()

    def on_message_complete(self) -> None:
        """Note that the request is whole."""
        if self._asks_upgrade:
            return
        self._whole = self._in_line = True
        self._ended += 1
        if not self._deaf and self._incoming is not None:
            if self._timer is not None:
                self._stop_timer()
            self._incoming.complete()
            self._incoming = None

    def _made(self) -> Exchange:
        """Return the request whose head is there, and the answer to come; HeadError for no head."""
        parser, headers = self._parser, self._headers
        version, method = parser.get_http_version(), parser.get_method()
        if method == _CONNECT:
            raise HeadError(HTTPStatus.BAD_REQUEST, "Nothing is reached through here")
        if version not in _VERSIONS:
            raise HeadError(HTTPStatus.BAD_REQUEST, "What is spoken here is HTTP/1.1")
        length, waits = read_lengths(headers, version)
        if length > self.limits.body:
            raise HeadError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        path, raw_path, query = read_target(self._url, headers)
        scope: Scope = {
            "type": "http",
            "asgi": _ASGI,
            "http_version": version,
            "server": self._server,
            "client": self._client,
            "scheme": self.common.scheme,
            "method": method.decode("ascii"),
            "root_path": "",
            "path": path,
            "raw_path": raw_path,
            "query_string": query,
            "headers": headers,
            "extensions": {EXTENSION: {}},
        }
        keep_alive = version != "1.0" and parser.should_keep_alive()
        return Exchange(self, scope, keep_alive=keep_alive, waits=waits)

    def _feed(self, piece: bytes) -> None:
        ended = self._ended
        if self._whole or (self._in_line and self._in_head and not self._headers):
            piece = self._with_line_escaped(piece)
        try:
            self._parser.feed_data(piece)
        except httptools.HttpParserUpgrade as upgrade:
            if not self._deaf:
                self._without_upgrade(piece[upgrade.args[0] :])
            return
        except httptools.HttpParserError:
            self._refuse(HTTPStatus.BAD_REQUEST)
        if not self._in_head or ended != self._ended:
            # Where one request ends and the next begins in one piece is not known.
            self._head = 0
            return
        self._head += len(piece)
        if self._head >= self.limits.head:
            long_url = 2 * len(self._url) > self._head
            self._refuse(
                HTTPStatus.REQUEST_URI_TOO_LONG
                if long_url
                else HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
            )

    def _with_line_escaped(self, piece: bytes) -> bytes:
        """Return a piece that begins in the first line of a request, with that line escaped."""
        blank = len(piece) - len(piece.lstrip(b"\r\n")) if self._whole else 0
        end = piece.find(b"\n", blank)
        self._in_line = end < 0
        if piece.isascii():
            return piece
        return escaped(piece) if self._in_line else escaped(piece[:end]) + piece[end:]

    def _without_upgrade(self, rest: bytes) -> None:
        """Read the head once more, less what asks for another protocol, and what is behind it.

        The parser takes the body of such a request for bytes of the other protocol.
        """
        old, self._parser = self._parser, httptools.HttpRequestParser(self)
        self._asks_upgrade = False
        line = b"%b %b HTTP/%b\r\n" % (
            old.get_method(), self._url, old.get_http_version().encode(),
        )  # fmt: skip
        kept = [header for header in self._headers if header[0] not in _OTHER_PROTOCOLS]
        head = b"".join([b"%b: %b\r\n" % header for header in kept])
        self._feed(line + head + b"\r\n")
        self._head = 0
        if rest and not self._deaf:
            self._feed(rest)

    def _pause_reading(self) -> None:
        if not self._reading_paused:
            self._reading_paused = True
            self.transport.pause_reading()

    def resume_reading(self) -> None:
        """Read on; what was read already comes first."""
        if self._unread:
            self.loop.call_soon(self._read_on)
        elif self._reading_paused:
            # Whoever sends had no way to go on while the application did not read.
            self.wait_anew()
            self._reading_paused = False
            self.transport.resume_reading()

    # Time

    def wait_anew(self) -> None:
        """Let the time of a request begin now: so far its sender was not to blame."""
        self._deadline = self.loop.time() + self.limits.seconds

    def _too_slow(self) -> None:
        self._timer = None
        if self._reading_paused:
            # It is the application that does not read.
            self.wait_anew()
        allowed = self._deadline + self._body / self.limits.rate
        if self.loop.time() < allowed:
            self._timer = self.loop.call_at(allowed, self._too_slow)
        else:
            self.transport.abort()

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    # What is refused

    def _refuse(self, status: HTTPStatus, text: str = "") -> None:
        """Answer in place of the application, and hear nothing more."""
        if self._deaf:
            return
        self._deaf = True
        incoming = None if self._in_head or self._whole else self._incoming
        if incoming is None and self._exchanges:
            # The request before this one is in order: its answer is the last one here.
            self._exchanges[-1].keep_alive = False
            return
        if incoming is None:
            self._say(status, text)
        elif not incoming.done:
            # The application, if it waits for the rest, is told that nothing more will come.
            incoming.leave()
            if incoming.started or incoming is not self._exchanges[0]:
                self.transport.abort()
                return
            self._exchanges.clear()
            self._say(status, text)
        self._linger()

    def _say(self, status: HTTPStatus, text: str) -> None:
        body = (text or phrase(status)).encode()
        head = b"content-type: text/plain\r\ncontent-length: %d\r\nconnection: close\r\n\r\n"
        self.transport.write(status_line(status) + head % len(body) + body)

    def _linger(self) -> None:
        """Close, but let the caller read first: what still comes in would reset the connection."""
        if self.transport.can_write_eof():
            self.transport.write_eof()
        self.resume_reading()
        self._stop_timer()
        self._timer = self.loop.call_later(self.limits.seconds, self.transport.abort)

    def _throw_away(self, size: int) -> None:
        self._thrown_away += size
        if self._thrown_away > self.limits.discard:
            self.transport.abort()

    # What goes out

    def _go_on(self) -> None:
        """Let the application answer whose turn it is, unless it does so already."""
        if self._exchanges and not self.write_paused and not self._exchanges[0].begun:
            self._exchanges[0].begin()

    def answered(self, exchange: Exchange) -> None:
        """Go on with the next request."""
        if not self._exchanges or self._exchanges[0] is not exchange:
            return
        self._exchanges.popleft()
        if not exchange.keep_alive:
            self._deaf = True
            self._linger() if exchange.more_body else self.transport.close()
        elif self._exchanges:
            # Those on other connections have their turn between two that came together.
            self.loop.call_soon(self._go_on)
        elif self._reading_paused:
            self.loop.call_soon(self._read_on)


def _place(name: Any) -> tuple[str, int] | None:
    """Return address and port of a socket's name."""
    return (str(name[0]), int(name[1])) if isinstance(name, tuple) else None
