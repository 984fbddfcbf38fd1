"""No framework at all: asyncio and httptools, which read query and login: ``PORT FILE``.

It has no limits, no paths, no journal, and answers one document.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import httptools

PORT, FILE = sys.argv[1:]
BODY = Path(FILE).read_bytes()
HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n"
ANSWER = HEAD % len(BODY) + BODY
REFUSED = b"HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n"
LOGIN = ("root", "prorata")


class Connection(asyncio.Protocol):
    """Answers every request as soon as it is whole."""

    transport: Any

    def __init__(self) -> None:
        self.parser = httptools.HttpRequestParser(self)
        self.url = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Note where to write."""
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        """Read on."""
        self.parser.feed_data(data)

    def on_url(self, url: bytes) -> None:
        """Note the URL."""
        self.url = url

    def on_header(self, name: bytes, value: bytes) -> None:
        """Read a header, as ours does."""

    def on_message_complete(self) -> None:
        """Check the login, and answer."""
        query = dict(parse_qsl((httptools.parse_url(self.url).query or b"").decode()))
        login, _, password = query.get("authinfo", "").partition(":")
        self.transport.write(ANSWER if (login, password) == LOGIN else REFUSED)


async def serve() -> None:
    """Serve until the process is ended."""
    server = await asyncio.get_running_loop().create_server(Connection, "127.0.0.1", int(PORT))
    await server.serve_forever()


asyncio.run(serve())
