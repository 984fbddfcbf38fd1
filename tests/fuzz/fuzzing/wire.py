"""Bytes on a socket, and what is answered to them."""

from __future__ import annotations

import re
import socket
from typing import TYPE_CHECKING, NamedTuple

from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Said", "exchange", "read_answers", "requests"]

_HEAD = re.compile(rb"HTTP/1\.1 ([0-9]{3}) [A-Za-z -]*\r\n((?:[!-9;-~]+:[^\r\n]*\r\n)*)\r\n")
_LENGTH = re.compile(rb"^content-length: *([0-9]+)\r$", re.IGNORECASE | re.MULTILINE)
_CHUNKED = re.compile(rb"^transfer-encoding: *chunked\r$", re.IGNORECASE | re.MULTILINE)
#: No answer is waited for longer; the panels themselves cut a request after five seconds.
_SECONDS = 15.0


class Said(NamedTuple):
    """One answer on a connection."""

    status: int
    body: bytes


def exchange(port: int, pieces: Sequence[bytes]) -> bytes:
    """Send bytes, end, and return all that comes back until the connection is over."""
    with socket.create_connection(("127.0.0.1", port), _SECONDS) as connection:
        try:
            for piece in pieces:
                connection.sendall(piece)
            connection.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # it was cut in the middle; what was said before that counts
        said = []
        try:
            while data := connection.recv(65536):
                said.append(data)
        except (ConnectionResetError, BrokenPipeError):
            pass
        return b"".join(said)


def read_answers(raw: bytes, *, bodiless: bool) -> list[Said]:
    """Return the answers of one connection; AssertionError for what is no HTTP.

    With `bodiless` one of them may be to HEAD, and have a length without a body.
    """
    found = []
    while raw:
        head = _HEAD.match(raw)
        assert head, raw[:200]
        assert not _CHUNKED.search(head[2])
        length = _LENGTH.search(head[2])
        size = int(length[1]) if length else 0
        rest = raw[head.end() :]
        if bodiless and (len(rest) < size or rest.startswith(b"HTTP/1.1 ")):
            size = 0
        assert len(rest) >= size, "an answer is cut short"
        found.append(Said(int(head[1]), rest[:size]))
        raw = rest[size:]
    return found


def requests(path: str) -> st.SearchStrategy[bytes]:
    """Return requests with something done to them, and bytes that were never one."""
    form = b"func=user&out=json&authinfo=root:prorata"
    line = path.encode()
    upgrade = b"Connection: Upgrade\r\nUpgrade: h2c\r\n"
    whole = [
        b"GET %s?%s HTTP/1.1\r\nHost: p\r\n\r\n" % (line, form),
        b"GET %s?%s HTTP/1.0\r\n\r\n" % (line, form),
        b"HEAD %s HTTP/1.1\r\nHost: p\r\n\r\n" % line,
        b"POST %s HTTP/1.1\r\nHost: p\r\nContent-Length: %d\r\n\r\n%s" % (line, len(form), form),
        b"POST %s HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\na=b&" % line,
        b"POST %s HTTP/1.1\r\n%bContent-Length: 4\r\n\r\na=b&" % (line, upgrade),
        b"POST %s HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nfunc=user\r\n0\r\n\r\n" % line,
        b"POST %s HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nffffffffff\r\n" % line,
        b"POST %s HTTP/1.1\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd" % line,
        b"POST %s HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n" % line,
        b"POST %s HTTP/1.1\r\nContent-Length: -1\r\n\r\n" % line,
        b'POST /_prorata/clock HTTP/1.1\r\nContent-Length: 6\r\n\r\n{"to":',
        b"GET /_prorata/journal?since=0 HTTP/1.1\r\n\r\n",
        b"GET /_prorata/openapi.json HTTP/1.1\r\n\r\n",
        b"OPTIONS * HTTP/1.1\r\n\r\n",
        b"GET http://other/%s HTTP/1.1\r\n\r\n" % line,
        b"GET %s HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n" % line,
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"CONNECT a:1 HTTP/1.1\r\n\r\n",
        b"GET %s HTTP/1.1\r\nA: b\r\n c\r\nX\x00: 1\r\n\r\n" % line,
        b"GET /%2e%2e/%2e%2e/etc/passwd HTTP/1.1\r\n\r\n",
        b"GET /\xff\xfe HTTP/1.1\r\n\r\n",
        b"GET /%ff%fe/%00 HTTP/1.1\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    ]  # fmt: skip
    known = st.sampled_from(whole)
    return st.one_of(
        known,
        st.builds(_spoilt, known, st.integers(0, 400), st.integers(0, 20), st.binary(max_size=20)),
        st.builds(lambda one, other: one + other, known, known),
        st.builds(lambda one, at: one[:at], known, st.integers(0, 120)),
        st.binary(max_size=300),
        st.builds(
            lambda one, times: one * times,
            st.binary(min_size=1, max_size=4),
            st.integers(1, 40_000),
        ),
    )


def _spoilt(whole: bytes, at: int, gone: int, put: bytes) -> bytes:
    at %= len(whole) + 1
    return whole[:at] + put + whole[at + gone :]
