"""Ports that nobody listens on, for servers that a test starts afterwards.

They lie below those that systems give to connections that go out: of these any may be taken
between the look and the server's start, by whatever else runs at the time.
"""

from __future__ import annotations

import random
import socket

_FIRST, _LAST = 20_000, 32_000
#: Not the one that tests seed: two processes must not try the same ports.
_ANYWHERE = random.SystemRandom()


def free_port() -> int:
    """Return a port of this machine that nobody listens on."""
    return free_ports(1)


def free_ports(count: int) -> int:
    """Return the first of so many in a row."""
    while True:
        first = _ANYWHERE.randrange(_FIRST, _LAST)
        if all(map(_free, range(first, first + count))):
            return first


def _free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
