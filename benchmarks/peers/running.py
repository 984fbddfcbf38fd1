"""A server in a process of its own, for as long as it is asked."""

from __future__ import annotations

import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from typing import TYPE_CHECKING

from benchmarks.child import UNLIKE_INSTALLED

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

__all__ = ["asked", "free_port", "running"]

_PATIENCE = 30.0  # seconds
_PAUSE = 0.002


def free_port() -> int:
    """Return a port of this machine that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


@contextmanager
def running(command: Sequence[str], url: str) -> Iterator[float]:
    """Start a server; yield the seconds until it answered `url`; stop it in the end."""
    began = time.perf_counter()
    environment = {k: v for k, v in os.environ.items() if k not in UNLIKE_INSTALLED}
    process = subprocess.Popen(  # noqa: S603  words of ours
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        while not _answers(url):
            if process.poll() is not None or time.perf_counter() - began > _PATIENCE:
                message = f"{' '.join(command)} does not answer"
                raise RuntimeError(message)
            time.sleep(_PAUSE)
        yield time.perf_counter() - began
    finally:
        process.terminate()
        process.wait()


def asked(url: str, data: bytes | None = None, headers: Mapping[str, str] | None = None) -> bytes:
    """Return what a server answers."""
    request = urllib.request.Request(url, data, dict(headers or {}))  # noqa: S310  http, of ours
    with urllib.request.urlopen(request, timeout=_PATIENCE) as answer:  # noqa: S310
        content: bytes = answer.read()
        return content


def _answers(url: str) -> bool:
    try:
        asked(url)
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True
