"""HTTP byte by byte, on a connection of one's own."""

from __future__ import annotations

import socket
from contextlib import contextmanager
from urllib.parse import urlsplit


@contextmanager
def talk(served):
    """Open a connection to what is served."""
    parts = urlsplit(served.url)
    with socket.create_connection((parts.hostname, parts.port), timeout=10) as connection:
        yield connection


def heard(connection):
    """Return all that the other side says until it closes."""
    return b"".join(iter(lambda: connection.recv(65536), b""))
