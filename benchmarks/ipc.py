"""A question to an implementation in a process of its own, beside the bare pipe."""

from __future__ import annotations

import shlex
import subprocess
import sys
from contextlib import closing
from typing import TYPE_CHECKING

from benchmarks.rows import beside, in_turns
from prorata.harness.implementations.opening import open_implementation
from prorata.harness.protocol import Close, encode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.rows import Row, Size
    from prorata.harness.implementations.stdio import StdioImplementation

__all__ = ["measure"]

_ECHO = """\
import sys
for line in sys.stdin.buffer:
    sys.stdout.buffer.write(line)
    sys.stdout.buffer.flush()
"""
_CHILD = """\
import json, sys
for line in sys.stdin:
    asked = json.loads(line)
    hello = {"name": "trivial", "protocol": 0} if asked["type"] == "start" else {}
    print(json.dumps({"seq": asked["seq"], "result": hello}), flush=True)
"""


def measure(size: Size) -> Iterator[Row]:
    """Measure round trips; each pair is one of either."""
    trips = size.runs * (1 if size.tiny else 200)
    message = encode(Close(seq=1))
    with _echo() as echo, closing(_implementation()) as implementation:
        pairs = in_turns(
            trips,
            lambda: implementation.ask(Close()),
            lambda: _trip(echo, message),
        )
    yield beside("one question over stdio", "the same bytes through a pipe", pairs)


def _implementation() -> StdioImplementation:
    return open_implementation(f"stdio:{shlex.join([sys.executable, '-c', _CHILD])}")


def _echo() -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603  this interpreter, on code of ours
        (sys.executable, "-c", _ECHO),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )


def _trip(echo: subprocess.Popen[bytes], message: bytes) -> bytes:
    if echo.stdin is None or echo.stdout is None:
        problem = "the echo has no pipes"
        raise RuntimeError(problem)
    echo.stdin.write(message)
    echo.stdin.flush()
    return echo.stdout.readline()
