"""`http://…`: a billing behind an address; each message is the body of a POST.

One connection is kept alive. Nothing is followed and nothing goes through a proxy: who is judged is
who answers at the address.
"""

from __future__ import annotations

import io
import select
import socket
import time
from contextlib import suppress
from http.client import (
    BadStatusLine,
    HTTPConnection,
    HTTPException,
    HTTPResponse,
    HTTPSConnection,
    IncompleteRead,
    RemoteDisconnected,
)
from itertools import islice
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import SplitResult, urlsplit

from prorata.harness.implementations.base import CannotStart
from prorata.harness.implementations.process import LINE_LIMIT, BrokenOff, shown
from prorata.harness.version import version

if TYPE_CHECKING:
    from prorata.harness.implementations.base import Culprit
    from prorata.harness.implementations.channel import OwnServer

__all__ = ["HttpChannel", "address_of", "answers"]

_CHUNK: Final = 1 << 16
_OK, _MOVED, _WRONG, _BROKEN = 200, 300, 400, 500
_LINES: Final = 3
_DYING: Final = 0.5  # seconds that a server which hung up gets to exit
#: What has a packet acknowledged at once, where there is such a thing: a server that sends headers
#: and body one by one would wait 40 ms for it at each message.
_AT_ONCE: Final = getattr(socket, "TCP_QUICKACK", None)
_HEADERS: Final = {
    "Content-Type": "application/json",
    "Accept": "application/json",
    "Accept-Encoding": "identity",
    "User-Agent": f"prorata/{version()}",
}


def address_of(url: str) -> SplitResult:
    """Return the parts of an address; raise `CannotStart` for one that cannot be asked."""
    parts = urlsplit(url)
    try:
        wrong = not parts.hostname or parts.port == 0 or not url.isascii() or not url.isprintable()
    except ValueError:  # a port that is no number
        wrong = True
    if wrong or " " in url:
        raise CannotStart(f"{url} is no address; http://127.0.0.1:8080/prorata is")
    if parts.username is not None:
        raise CannotStart(f"{parts.scheme}://{parts.hostname}: an address has no login in it")
    return parts


def answers(url: str, seconds: float) -> str:
    """Return why nothing of use answers GET at an address, an empty text where something does."""
    parts = address_of(url)
    connection = _connection(parts, time.monotonic() + seconds)
    try:
        connection.request("GET", _target(parts), headers=_HEADERS)
        response = connection.getresponse()
    except (OSError, HTTPException) as error:
        return _refused(error)
    finally:
        connection.close()
    return f"answers {_status(response)}" if response.status >= _BROKEN else ""


class HttpChannel:
    """A conversation by POSTs; a `server` of ours is started for it, and ended with it."""

    def __init__(self, url: str, server: OwnServer | None = None) -> None:
        self._url = url
        self._address = address_of(url)
        self._server = server
        self._connection: _Connection | None = None
        if server is not None:
            server.start()

    def exchange(self, line: bytes, seconds: float) -> bytes:
        """Post a message and return the body that comes back; raise `BrokenOff`.

        Kinds: ``unreachable``, ``slow``, ``hung up``, ``cut``, ``status``, ``moved``, ``endless``
        and ``no http``.
        """
        deadline = time.monotonic() + seconds
        try:
            return self._exchanged(line, deadline)
        except (OSError, HTTPException) as error:
            self._close()
            raise self._broken(error) from None
        except BrokenOff:
            self._close()
            raise

    def _exchanged(self, line: bytes, deadline: float) -> bytes:
        connection = self._connected(deadline)
        connection.deadline = deadline
        connection.request("POST", _target(self._address), body=line, headers=_HEADERS)
        response = connection.getresponse()
        body = _body(response)
        if response.status != _OK:
            raise _unwanted(response, body)
        if response.will_close:
            self._close()
        return body.rstrip(b"\r\n")

    def _connected(self, deadline: float) -> _Connection:
        """Return the connection, a new one where the other side has closed it meanwhile."""
        if self._connection is not None and self._connection.stale():
            self._close()
        if self._connection is None:
            self._connection = _connection(self._address, deadline)
            try:
                self._connection.connect()
            except OSError as error:
                said = "no answer in time" if isinstance(error, TimeoutError) else _refused(error)
                raise BrokenOff("unreachable", self._with_server(f"{self._url}: {said}")) from None
        return self._connection

    def _broken(self, error: OSError | HTTPException) -> BrokenOff:
        if isinstance(error, TimeoutError):
            return BrokenOff("slow")
        if isinstance(error, RemoteDisconnected | ConnectionError):
            return BrokenOff("hung up", self._with_server("closed the connection"))
        if isinstance(error, IncompleteRead):
            return BrokenOff("cut", self._with_server("closed the connection"))
        if isinstance(error, BadStatusLine):
            return BrokenOff("no http", shown(str(error).strip().encode()))
        return BrokenOff("no http", str(error) or type(error).__name__)

    def _with_server(self, said: str) -> str:
        """Say how a server of ours ended, where that is why."""
        ended = self._server.ended(_DYING) if self._server is not None else ""
        return f"{said}; the server {ended}" if ended else said

    def overheard(self, _seconds: float) -> str:
        """Hear nothing: a server answers what it is asked."""
        return ""

    def farewell(self, _seconds: float) -> tuple[Culprit, str] | None:
        """Find nothing wrong: a server may go on after `stop`."""
        return None

    def kill(self) -> None:
        """Close the connection, and end the server where it is ours."""
        self._close()
        if self._server is not None:
            self._server.end()

    def last_lines(self) -> tuple[str, ...]:
        """Return the last lines that a server of ours wrote."""
        return self._server.last_lines() if self._server is not None else ()

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


class _Timed(io.RawIOBase):
    """What is read from a socket until a deadline, in however small pieces it comes."""

    def __init__(self, connection: _Connection, source: socket.socket) -> None:
        self._connection, self._source = connection, source
        #: Keeps the socket open until the answer is read, as `http.client` expects.
        self._raw = source.makefile("rb", buffering=0)

    def readable(self) -> bool:
        """Tell that it can be read."""
        return True

    def readinto(self, buffer: Any, /) -> int | None:
        """Read what comes in time."""
        self._source.settimeout(self._connection.left())
        if _AT_ONCE is not None:
            self._source.setsockopt(socket.IPPROTO_TCP, _AT_ONCE, 1)
        return self._raw.readinto(buffer)

    def close(self) -> None:
        """Let go of the socket."""
        self._raw.close()
        super().close()


class _Socket:
    """A socket as `http.client` uses one, whose answers are read until a deadline."""

    def __init__(self, connection: _Connection, inner: socket.socket) -> None:
        self._connection, self._inner = connection, inner

    def sendall(self, data: bytes) -> None:
        """Send all of it in time."""
        self._inner.settimeout(self._connection.left())
        self._inner.sendall(data)

    def makefile(self, _mode: str) -> io.BufferedReader:
        """Return what an answer is read from."""
        return io.BufferedReader(_Timed(self._connection, self._inner), _CHUNK)

    def stale(self) -> bool:
        """Tell whether the other side has closed, or has spoken unasked."""
        ready = select.poll()
        ready.register(self._inner.fileno(), select.POLLIN)
        return bool(ready.poll(0))

    def close(self) -> None:
        """Close it, when what is being read has been."""
        with suppress(OSError):
            self._inner.close()


class _Connection(HTTPConnection):
    """A connection of either kind, each of whose exchanges has a deadline."""

    deadline = 0.0

    def left(self) -> float:
        """Return the seconds that are left; raise `TimeoutError` where none are."""
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left

    def connect(self) -> None:
        """Connect; names, handshake and all are within what is left of the deadline."""
        self.timeout = self.left()
        super().connect()
        self.sock: Any = _Socket(self, self.sock)

    def stale(self) -> bool:
        """Tell whether the other side has closed it, or has spoken unasked."""
        return self.sock is None or self.sock.stale()


class _SecureConnection(_Connection, HTTPSConnection):
    """The same over TLS, with the certificates that the system trusts."""


def _connection(address: SplitResult, deadline: float) -> _Connection:
    made = _SecureConnection if address.scheme == "https" else _Connection
    connection = made(address.hostname or "", address.port)
    connection.deadline = deadline
    return connection


def _target(address: SplitResult) -> str:
    path = address.path or "/"
    return f"{path}?{address.query}" if address.query else path


def _body(response: HTTPResponse) -> bytes:
    """Read the whole body; raise `BrokenOff` for more than an answer may have."""
    body = bytearray()
    while chunk := response.read1(_CHUNK):
        body += chunk
        if len(body) > LINE_LIMIT:
            raise BrokenOff("endless", shown(body))
    if response.length:
        raise IncompleteRead(bytes(body), response.length)
    response.close()  # it is over, and the connection free for the next
    return bytes(body)


def _unwanted(response: HTTPResponse, body: bytes) -> BrokenOff:
    """Return what an answer is that is not 200."""
    status = _status(response)
    if _MOVED <= response.status < _WRONG:
        to = response.getheader("Location", "nowhere")
        return BrokenOff("moved", f"{status}, to {to}")
    lines = filter(None, map(str.strip, body[:_CHUNK].decode(errors="replace").splitlines()))
    first = " | ".join(islice(lines, _LINES))
    kind = "broken" if response.status >= _BROKEN else "status"
    return BrokenOff(kind, f"{status}: {first}" if first else status)


def _status(response: HTTPResponse) -> str:
    return f"{response.status} {response.reason}".rstrip()


def _refused(error: OSError | HTTPException) -> str:
    if isinstance(error, ConnectionRefusedError):
        return "connection refused"
    if isinstance(error, TimeoutError):
        return "no answer"
    if isinstance(error, socket.gaierror):
        return "no such host"
    if isinstance(error, OSError):
        return error.strerror or str(error) or type(error).__name__
    return "no HTTP"
