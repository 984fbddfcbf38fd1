"""`http://…`: each message is a POST, and whose fault it is when no answer comes back."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import ThreadingHTTPServer

import pytest
import speaking_http

from prorata.harness.implementations import (
    CannotStart,
    ImplementationFault,
    open_implementation,
)
from prorata.harness.protocol import Advance, Nothing, Open, Result, Settled
from prorata.harness.smoke import smoke

BEGIN = datetime(2025, 8, 1, 9, tzinfo=UTC)
OPEN = Open(
    scenario=1, at=BEGIN, system="billmanager", currency="USD", timezone="UTC",
    catalogue={}, clients={},
)  # fmt: skip
CLOCK = Advance(to=BEGIN)


@contextmanager
def serving(vice=""):
    """Serve the polite adapter, or one with a vice at `clock`; yield its address and handler."""
    vices = {"clock": speaking_http.VICES[vice]} if vice else {}
    handler = type("Own", (speaking_http.Handler,), {"vices": vices, "asked": []})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/prorata?key=1", handler
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def asking(vice="", timeout=2.0):
    """Ask what is served; yield the implementation, its address and its handler."""
    with serving(vice) as (address, handler):
        implementation = open_implementation(address, timeout=timeout)
        try:
            yield implementation, address, handler
        finally:
            implementation.abandon()


def fault_of(vice, timeout=2.0):
    """Return the fault at `clock` of what has a vice."""
    with asking(vice, timeout) as (implementation, _, _):
        implementation.ask(OPEN)
        with pytest.raises(ImplementationFault) as raised:
            implementation.ask(CLOCK)
    return raised.value


def test_each_message_is_a_post_over_one_connection():
    """The same messages go as bodies of POSTs, and the connection is kept alive."""
    with asking() as (implementation, _, handler):
        assert Result(Nothing()) == implementation.ask(OPEN)
        for _ in range(3):
            assert Result(Settled(settled=True, next=None)) == implementation.ask(CLOCK)
        implementation.close()
    told = [(path, kind) for path, kind, _ in handler.asked]
    assert [("/prorata?key=1", "application/json")] * 6 == told
    assert ["start", "open", *["clock"] * 3, "stop"] == [each for *_, each in handler.asked]
    assert 1 == handler.connections


@pytest.mark.parametrize(
    ("vice", "connections"), [("close", 3), ("close silently", 3), ("chunks", 1), ("pretty", 1)]
)
def test_whatever_http_allows_is_an_answer(vice, connections):
    """A connection that is closed between two questions is opened again; nothing is asked twice."""
    with asking(vice) as (implementation, _, handler):
        implementation.ask(OPEN)
        for _ in range(3):
            assert Result(Settled(settled=True, next=None)) == implementation.ask(CLOCK)
            time.sleep(0.05)
    assert ["start", "open", "clock", "clock", "clock"] == [each for *_, each in handler.asked]
    assert connections == handler.connections


@pytest.mark.parametrize(
    ("vice", "culprit", "said"),
    [
        (
            "broken", "implementation",
            "answered 500 Internal Server Error: <h1>Oh no</h1> | KeyError: 'anna' | in order",
        ),
        ("missing", "adapter", "answered 404 Not Found; every answer of the protocol is 200"),
        (
            "moved", "adapter",
            "answered 302 Found, to http://elsewhere.example/prorata, which is not followed",
        ),
        ("garbage", "adapter", "not JSON: 'settled, thanks'"),
        ("long", "adapter", f"the answer is longer than 8 MiB: '{'x' * 80}…'"),
        ("slow", "implementation", "no answer within 0.5 s"),
        ("drip", "implementation", "no answer within 0.5 s"),
        ("no http", "adapter", "does not speak HTTP: 'SSH-2.0-OpenSSH_9.2'"),
        ("hang up", "implementation", "no answer: closed the connection"),
        ("cut", "adapter", "the answer ends in the middle: closed the connection"),
    ],
)  # fmt: skip
def test_errors_are_told_by_their_cause(vice, culprit, said):
    """Each way not to answer has its culprit and its words."""
    fault = fault_of(vice, timeout=0.5)
    assert (culprit, f"clock (seq 3): {said}") == (fault.fault, fault.reason)


def test_after_a_fault_it_is_asked_anew():
    """A restart begins another conversation, with `start` and the first number."""
    with asking("broken") as (implementation, _, handler):
        implementation.ask(OPEN)
        with pytest.raises(ImplementationFault):
            implementation.ask(CLOCK)
        implementation.restart()
        assert Result(Nothing()) == implementation.ask(OPEN)
    assert ["start", "open", "clock", "start", "open"] == [each for *_, each in handler.asked]


def test_nobody_there_is_told_at_once():
    """Where the connection is refused, nothing is judged, and the address is named."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{taken.getsockname()[1]}/"
        with pytest.raises(CannotStart) as raised:
            open_implementation(address)
    refused = f"{address}: start (seq 1): no answer: {address}: connection refused"
    assert refused == raised.value.reason


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ("http://", "http:// is no address; http://127.0.0.1:8080/prorata is"),
        ("http://127.0.0.1:port/", "http://127.0.0.1:port/ is no address"),
        ("http://anna:secret@host/", "http://host: an address has no login in it"),
        ("http://a b/", "http://a b/ is no address"),
    ],
)
def test_what_is_no_address_is_refused(spec, said):
    """An address that cannot be asked is refused before anything is asked, without its password."""
    with pytest.raises(CannotStart) as raised:
        open_implementation(spec)
    assert raised.value.reason.startswith(said)


def test_no_proxy_is_asked(monkeypatch):
    """A proxy of the environment is for other things: who answers at the address is judged."""
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9/")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9/")
    with asking() as (implementation, _, _):
        assert Result(Nothing()) == implementation.ask(OPEN)


def test_smoke_asks_an_address():
    """Smoke checks manners over HTTP as it does over a pipe."""
    with serving() as (address, _):
        report = smoke(address)
    assert report.ok, "\n".join(report.lines())
