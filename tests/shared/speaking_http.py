"""The polite adapter over HTTP, or with a vice of its way to answer.

python speaking_http.py PORT [VICE]: a server that runs until it is ended.
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

sys.path.insert(0, str(Path(__file__).parents[1] / "harness" / "implementations"))

import polite


class Handler(BaseHTTPRequestHandler):
    """Answers POST with what a polite adapter says, and counts the connections."""

    protocol_version = "HTTP/1.1"
    #: By the type of the question at which it shows.
    vices: ClassVar[dict[str, Callable[[Any, bytes], None]]] = {}
    connections = 0
    asked: ClassVar[list[Any]] = []

    def setup(self):
        """Count a connection."""
        type(self).connections += 1
        super().setup()

    def do_GET(self):
        """Tell that it is up, though nobody is to GET here."""
        self.tell(405, b"POST, please")

    def do_POST(self):
        """Answer a question."""
        question = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.asked.append((self.path, self.headers["Content-Type"], question["type"]))
        good = json.dumps(polite.answer(question)).encode()
        self.vices.get(question["type"], Handler.good)(self, good)

    def good(self, body):
        """Answer as it should be."""
        self.tell(200, body)

    def tell(self, status, body, **headers):
        """Answer with a status and a body."""
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Say nothing."""


def close_after(handler, body):
    """Answer, and close the connection, as a server does that keeps none."""
    handler.tell(200, body, Connection="close")
    handler.close_connection = True


def close_silently(handler, body):
    """Answer, and close the connection a little later without a word."""
    handler.tell(200, body)
    handler.close_connection = True


def drip(handler, body):
    """Send the headers so slowly that no single wait is long."""
    for letter in b"HTTP/1.1 200 OK\r\nX: " + b"x" * 500:
        handler.wfile.write(bytes([letter]))
        time.sleep(0.05)


def in_pieces(handler, body):
    """Send the body in chunks."""
    handler.send_response(200)
    handler.send_header("Transfer-Encoding", "chunked")
    handler.end_headers()
    for piece in (body[:5], body[5:]):
        handler.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
    handler.wfile.write(b"0\r\n\r\n")


def no_http(handler, body):
    """Speak something else."""
    handler.wfile.write(b"SSH-2.0-OpenSSH_9.2\r\n")
    handler.close_connection = True


def hang_up(handler, body):
    """Say nothing, and close the connection."""
    handler.close_connection = True


def cut(handler, body):
    """Promise more than comes."""
    handler.tell(200, body[:4], **{"Content-Length": "400"})
    handler.close_connection = True


BROKEN = b"<h1>Oh no</h1>\n\n  KeyError: 'anna'\nin order\nmore\n"
VICES = {
    "close": close_after,
    "close silently": close_silently,
    "chunks": in_pieces,
    "pretty": lambda it, body: it.tell(200, json.dumps(json.loads(body), indent=2).encode()),
    "broken": lambda it, body: it.tell(500, BROKEN),
    "missing": lambda it, body: it.tell(404, b""),
    "moved": lambda it, body: it.tell(302, b"", Location="http://elsewhere.example/prorata"),
    "garbage": lambda it, body: it.tell(200, b"settled, thanks"),
    "long": lambda it, body: it.tell(200, b"x" * (9 << 20)),
    "slow": lambda it, body: time.sleep(30),
    "drip": drip,
    "no http": no_http,
    "hang up": hang_up,
    "cut": cut,
    "crash": lambda it, body: os._exit(3),
}


def main(port, vice=""):
    """Serve until it is ended; with a child that ignores to be told so."""
    if vice == "children":
        code = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)"
        child = subprocess.Popen([sys.executable, "-c", code], start_new_session=True)
        sys.stderr.write(f"child {child.pid}\n")
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    elif vice == "slow start":
        time.sleep(1.2)
    elif vice:
        Handler.vices = {"clock": VICES[vice]}
    ThreadingHTTPServer(("127.0.0.1", int(port)), Handler).serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])
