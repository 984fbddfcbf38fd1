"""A large hostile body never holds up others for more than a tenth of a second."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from contextlib import ExitStack, suppress
from pathlib import Path
from threading import Event, Thread

import pytest

from prorata.fakes.control.http import LARGEST_BODY
from prorata.fakes.mgr5.bodies import LONGEST

MOST = 0.1
#: Another program on the machine may hold up anybody: what counts is the best of so many times, and
#: no more of it than the server was at work itself.
TIMES = 5
BODY = 16 * 1024 * 1024
LOGIN = b"authinfo=root:prorata&func=user&out=xml&x="
JSON = b'{"authinfo": "root:prorata", "func": "user", "x": '
PART = b'--b\r\ncontent-disposition: form-data; name="x"\r\n\r\n'


def filled(begin, unit, end=b"", size=LONGEST):
    """Return a body of nearly that size, full of one thing."""
    return begin + unit * ((size - len(begin) - len(end)) // len(unit)) + end


#: What took longest, in sizes up to the limit of what is read, and above it.
HOSTILE = {
    "escapes": filled(LOGIN, b"%41"),
    "escapes that are none": filled(LOGIN, b"%4"),
    "escapes, too many": filled(LOGIN, b"%41", size=BODY),
    "no UTF-8": filled(LOGIN, b"\xff"),
    "markup": filled(LOGIN, b"<\n"),
    "markup, too much": filled(LOGIN, b"<\n", size=BODY),
    "ampersands": filled(b"", b"&", size=BODY),
    "names": b"&".join(b"x%d=%b" % (number, b"%41" * 10) for number in range(9_990)),
    "JSON, a text": filled(JSON + b'"', b"\\u00e9", b'"}'),
    "JSON, a text that is too long": filled(JSON + b'"', b"a", b'"}', 8 * LONGEST),
    "JSON, a list": filled(JSON + b"[", b"1,", b"1]}", 23_000),
    "JSON, objects": filled(JSON + b"[", b'{"a":"bcdefghijklmnopqrstuvwxyz"},', b"1]}", LONGEST),
    "JSON, brackets": filled(JSON, b"[", b"}", 8 * LONGEST),
    "JSON that is none": filled(b"{", b"%41"),
    "parts": filled(b"", PART + b"a\r\n", size=1_000_000),
    "heads of parts": filled(b"--b\r\n", b"content-disposition: form-data; ", size=8 * LONGEST),
    "a part": filled(PART, b"<\n", b"\r\n--b--"),
    "control, rules": filled(b'{"faults": [', b'{"a":1},', b"{}]}", 960_000),
    "control, names": b"{" + b",".join(b'"a%d":1' % number for number in range(110_000)) + b"}",
    "control, texts": filled(b'{"name": "', b"a", b'"}', LARGEST_BODY),
    "control, lists": filled(b'{"faults": ', b"[", b"}", LARGEST_BODY),
    "control, too large": filled(b'{"faults": [', b"{},", b"{}]}", BODY),
}


class Panel:
    """A panel in a process of its own: this one's work would hold it up, and so would a tracer."""

    def __init__(self, before=""):
        code = f"{before}\nfrom prorata.harness.cli import main; main()"
        self.process = subprocess.Popen(
            [sys.executable, "-c", code, "serve", "ispmanager", "--listen", "127.0.0.1:0"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={name: text for name, text in os.environ.items() if "COVERAGE" not in name},
        )
        self.port = int(self.process.stdout.readline().split("127.0.0.1:")[1].split("/")[0])

    def seconds(self):
        """Return how long it has been at work by now; nothing where the system does not tell."""
        with suppress(OSError):
            told = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
            return (int(told[11]) + int(told[12])) / os.sysconf("SC_CLK_TCK")
        return float("nan")

    def end(self):
        """End it, and return what it has written to stderr."""
        self.process.kill()
        return self.process.communicate()[1]


@pytest.fixture(scope="module")
def panel():
    """A panel of this module's own."""
    started = Panel()
    yield started
    started.end()


def test_more_connections_than_there_may_be():
    """The oldest idle ones are cut, somebody new is answered, and nothing is written to stderr."""
    panel = Panel("import resource; resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))")
    with ExitStack() as stack:
        for _ in range(100):
            stack.enter_context(socket.create_connection(("127.0.0.1", panel.port), 20))
        assert 200 == posted(panel.port, "/ispmgr", "text/plain", b"func=user")
    assert "" == panel.end()


class Others:
    """Somebody who asks again and again, and notes how long the longest answer took."""

    def __init__(self, port):
        self.longest = 0.0
        self._ended = Event()
        self._asks = Thread(target=self._ask, args=(port,))

    def __enter__(self):
        """Begin to ask."""
        self._asks.start()
        return self

    def __exit__(self, *_error):
        """Ask no more."""
        self._ended.set()
        self._asks.join()

    def _ask(self, port):
        with socket.create_connection(("127.0.0.1", port), 20) as connection:
            while not self._ended.is_set():
                began = time.perf_counter()
                connection.sendall(b"GET /ispmgr?func=user HTTP/1.1\r\nHost: localhost\r\n\r\n")
                connection.recv(65536)
                self.longest = max(self.longest, time.perf_counter() - began)
                time.sleep(0.001)


def posted(port, path, kind, body):
    """Send a body, and return the status of the answer."""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
        f"Content-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", port), 20) as connection:
        connection.sendall(head.encode() + body)
        return int(b"".join(iter(lambda: connection.recv(65536), b"")).split(b" ")[1])


@pytest.mark.parametrize("name", HOSTILE)
def test_a_large_hostile_body_holds_up_nobody(panel, name):
    """Whatever it is full of, others are answered meanwhile."""
    body = HOSTILE[name]
    path = "/_prorata/faults" if name.startswith("control") else "/ispmgr"
    kind = "multipart/form-data; boundary=b" if "part" in name else "application/json"
    held_up = []
    while not held_up or (min(held_up) > MOST and len(held_up) < TIMES):
        before = panel.seconds()
        with Others(panel.port) as others:
            status = posted(panel.port, path, kind, body)
        held_up.append(min(others.longest, panel.seconds() - before))
    assert min(held_up) < MOST
    assert status in {200, 400, 413}
