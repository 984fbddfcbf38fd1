"""The head of a request: where it goes, and how long the body behind it is."""

from __future__ import annotations

import re
from functools import cache
from http import HTTPStatus
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

import httptools

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = [
    "HeadError",
    "Header",
    "escaped",
    "phrase",
    "read_lengths",
    "read_target",
    "status_line",
]

Header = tuple[bytes, bytes]

#: Of two that differ, somebody on the way may have believed the other one.
_ONCE: Final = frozenset({b"content-length", b"expect", b"host", b"transfer-encoding"})
_HTTP: Final = frozenset({b"http", b"https"})
_NOT_ASCII: Final = re.compile(rb"[\x80-\xff]")


class HeadError(Exception):
    """A request that cannot be answered; `status` is what it is refused with."""

    def __init__(self, status: HTTPStatus, text: str = "") -> None:
        super().__init__(text or status.phrase)
        self.status = status


def read_lengths(headers: Iterable[Header], version: str) -> tuple[int, bool]:
    """Return how long the body says it is, and whether its sender waits to be told to go on.

    A body in chunks says nothing: 0. Names are lower case. Raises HeadError where two could read
    different requests out of the same bytes.
    """
    found: dict[bytes, bytes] = {}
    for name, value in headers:
        if name in _ONCE:
            if name in found:
                raise HeadError(HTTPStatus.BAD_REQUEST, f"More than one {name.decode()}")
            found[name] = value
    coding, length = found.get(b"transfer-encoding"), found.get(b"content-length")
    if coding is not None:
        if length is not None or version == "1.0":
            raise HeadError(HTTPStatus.BAD_REQUEST, "The length of the body is not clear")
        if coding.strip().lower() != b"chunked":
            raise HeadError(HTTPStatus.BAD_REQUEST, "The only transfer-encoding is chunked")
    waits = found.get(b"expect", b"").lower() == b"100-continue" and version != "1.0"
    return int(length or 0), waits


def read_target(url: bytes, headers: list[Header]) -> tuple[str, bytes, bytes]:
    """Return the path, its escapes undone and as it came, and the query; HeadError for no target.

    One that names scheme and host, as a proxy is asked, decides over the header `host`.
    """
    if url[:1] != b"/":
        url = _within_host(url, headers)
    if b"#" in url:
        url = url.partition(b"#")[0]
    raw, _, query = url.partition(b"?")
    try:
        path = raw.decode("ascii")
    except UnicodeDecodeError:
        raise HeadError(HTTPStatus.BAD_REQUEST, "The path is not ASCII") from None
    return unquote(path) if "%" in path else path, raw, query


def escaped(line: bytes) -> bytes:
    """Return the first line of a request with what is not ASCII in it escaped.

    Many who put an address together from texts send it so, and the parser takes it for no request.
    """
    return line if line.isascii() else _NOT_ASCII.sub(lambda byte: b"%%%02X" % byte[0][0], line)


def _within_host(url: bytes, headers: list[Header]) -> bytes:
    try:
        parsed = httptools.parse_url(url)
    except httptools.HttpParserInvalidURLError:
        raise HeadError(HTTPStatus.BAD_REQUEST, "The URL is none") from None
    if (parsed.schema or b"").lower() not in _HTTP or parsed.userinfo:
        raise HeadError(HTTPStatus.BAD_REQUEST, "The URL is none")
    rest = url[len(parsed.schema) + len("://") :]
    end = min((at for at in map(rest.find, (b"/", b"?", b"#")) if at >= 0), default=len(rest))
    headers[:] = [header for header in headers if header[0] != b"host"]
    headers.append((b"host", rest[:end]))
    return rest[end:] if rest[end : end + 1] == b"/" else b"/" + rest[end:]


def phrase(status: int) -> str:
    """Return what a status is called, nothing for one that has no name."""
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""


@cache
def status_line(status: int) -> bytes:
    """Return the first line of an answer, and below it what every answer says.

    That is `nosniff`: a browser takes the content for nothing but what its type says.
    """
    return f"HTTP/1.1 {status} {phrase(status)}\r\nx-content-type-options: nosniff\r\n".encode()
