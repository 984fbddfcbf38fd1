from __future__ import annotations

import asyncio
import json
import resource
import socket
import time
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

import httpx
import pytest
from raw_http import heard, talk

from prorata.fakes import listen
from prorata.fakes.asgi import reply
from prorata.fakes.mgr5.app import LARGEST_BODY
from prorata.fakes.sockets import LIMITS, Limits

CALL = "/ispmgr?func=whoami&out=json&authinfo=root:prorata"
#: Small enough to reach in milliseconds.
SMALL = Limits(seconds=0.05, rate=1_000_000_000, head=1024, body=4096, discard=8192)


def drip(connection, piece):
    """Send a piece again and again."""
    for _ in range(200):
        connection.sendall(piece)
        time.sleep(0.01)


def status(answer):
    """Return the status of a raw answer."""
    return int(answer.split(b" ", 2)[1])


def ask(served, raw):
    """Send these bytes and return all that is answered."""
    with talk(served) as connection:
        connection.sendall(raw)
        return heard(connection)


@pytest.fixture
def small(panel):
    """A panel behind small limits."""
    with listen(panel.app, limits=SMALL) as served:
        yield served


@contextmanager
def app_of(answer, **more):
    """Serve an application that answers by this function."""

    async def app(scope, receive, send):
        await answer(scope, receive, send)

    with listen(app, **more) as served:
        yield served


def test_limits():
    """Five seconds, 64 KiB of head and 16 MiB of body: as much as a panel takes in process."""
    assert (5.0, 65536, 16777216) == (LIMITS.seconds, LIMITS.head, LIMITS.body)
    assert LARGEST_BODY == LIMITS.body


@pytest.mark.parametrize(
    "begun",
    [
        pytest.param(b"G", id="one byte"),
        pytest.param(b"GET /ispmgr HTTP/1.1\r\nHost: x\r\n", id="headers"),
        pytest.param(b"POST /ispmgr HTTP/1.1\r\nContent-Length: 9\r\n\r\nfu", id="body"),
        pytest.param(
            b"POST /ispmgr HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nfu", id="chunk"
        ),
        pytest.param(b"GET " + CALL.encode() + b" HTTP/1.1\r\n\r\nGET /", id="the second request"),
    ],
)
def test_half_a_request_is_cut(small, begun):
    """A request that is not whole in time is cut, and not before."""
    with talk(small) as connection:
        started = time.monotonic()
        connection.sendall(begun)
        said = heard(connection)
    assert 0.045 < time.monotonic() - started < 2
    assert (b"200 OK" in said) == (b"whoami" in begun)


def test_dripping_does_not_help(small):
    """The time is that of the whole request, not that between two bytes."""
    with talk(small) as connection, pytest.raises(ConnectionError):
        drip(connection, b"x")


def test_silence_is_no_request(small):
    """A connection on which nothing was asked may stay, before a request and after it."""
    with talk(small) as connection:
        for _ in range(2):
            time.sleep(0.1)
            connection.sendall(b"GET " + CALL.encode() + b" HTTP/1.1\r\n\r\n")
            assert connection.recv(65536).startswith(b"HTTP/1.1 200")


def test_a_large_body_has_more_time(panel):
    """Each `rate` bytes of a body that have come allow a second more."""
    limits = Limits(seconds=0.05, rate=1000)
    head = b"POST /ispmgr HTTP/1.1\r\nConnection: close\r\nContent-Length: 1001\r\n\r\n"
    with listen(panel.app, limits=limits) as served, talk(served) as connection:
        connection.sendall(head + b"x" * 1000)
        time.sleep(0.2)
        connection.sendall(b"x")
        assert 200 == status(heard(connection))


def test_an_application_that_does_not_read_is_waited_for():
    """Where the application is slow to read, its caller is not to blame."""

    async def answer(scope, receive, send):
        await asyncio.sleep(1)
        size, more = 0, True
        while more:
            message = await receive()
            size, more = size + len(message["body"]), message["more_body"]
        await reply(send, 200, str(size).encode(), "text/plain")

    limits = Limits(seconds=0.5, rate=1_000_000_000)
    with app_of(answer, limits=limits) as served, httpx.Client(trust_env=False) as client:
        assert "3000000" == client.post(served.url, content=b"x" * 3_000_000).text


def test_the_time_of_a_caller_begins_when_the_application_reads_on():
    """What went by while nobody read is not the caller's, wherever in it the reading begins."""

    async def answer(scope, receive, send):
        await asyncio.sleep(0.3)
        while (await receive()).get("more_body"):
            pass
        await reply(send, 200, b"whole", "text/plain")

    limits = Limits(seconds=0.6, rate=1_000_000_000)
    head = b"POST / HTTP/1.1\r\nConnection: close\r\nContent-Length: 200001\r\n\r\n"
    with app_of(answer, limits=limits) as served, talk(served) as connection:
        connection.sendall(head + b"x" * 200_000)
        time.sleep(0.7)
        connection.sendall(b"x")
        assert 200 == status(heard(connection))


@pytest.mark.parametrize("most", [1, 2])
def test_large_bodies_take_turns(panel, most):
    """Only so many large bodies are read at once; the others wait, and are not cut meanwhile."""
    limits = Limits(seconds=0.3, rate=1_000_000_000, large=1000, at_once=most)
    head = b"POST " + CALL.encode() + b" HTTP/1.1\r\nConnection: close\r\nContent-Length: "
    with listen(panel.app, limits=limits) as served, talk(served) as first:
        first.sendall(head + b"9000\r\n\r\n" + b"&" * 8000)
        time.sleep(0.1)
        started = time.monotonic()
        with talk(served) as second:
            second.sendall(head + b"500000\r\n\r\n" + b"&" * 500_000)
            assert 200 == status(heard(second))
        # Where there is one turn, it is the second's only when the first is cut.
        assert (most == 1) == (time.monotonic() - started > 0.15)


@pytest.mark.parametrize(("size", "expected"), [(1024, 200), (1025, 431)])
def test_head(small, size, expected):
    """Request line and headers together take up the limit at most."""
    line = b"GET " + CALL.encode() + b" HTTP/1.1\r\nConnection: close\r\nX: "
    head = line + b"x" * (size - len(line) - 4) + b"\r\n\r\n"
    assert (size, expected) == (len(head), status(ask(small, head)))


def test_body_that_is_cut_while_it_is_answered():
    """A body that becomes too large under an answer takes the answer with it."""

    async def answer(scope, receive, send):
        start = {"type": "http.response.start", "status": 200, "headers": []}
        await send(start)
        while (await receive())["type"] != "http.disconnect":
            pass

    head = b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"
    with app_of(answer, limits=SMALL) as served, talk(served) as connection:
        connection.sendall(head)
        assert 200 == status(connection.recv(65536))
        connection.sendall(b"1100\r\n" + b"x" * 4352)
        with suppress(ConnectionError):
            assert b"" == heard(connection)


def test_many_headers(small):
    """Headers that never end are refused once, and the rest of them is thrown away."""
    with talk(small) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\n" + b"a: b\r\n" * 1000)
        assert 431 == status(heard(connection))


def test_url(small):
    """A URL that does not end within the limit is too long."""
    assert 414 == status(ask(small, b"GET /" + b"x" * 5000))


def test_a_flood_is_cut(small):
    """Of what is refused only so much is read."""
    with talk(small) as connection, pytest.raises(ConnectionError):
        drip(connection, b"a" * 8192)


def test_refused_and_still_there(small):
    """Whoever stays after a refusal is cut as well."""
    with talk(small) as connection:
        connection.sendall(b"GET /" + b"x" * 5000)
        assert 414 == status(heard(connection))
        time.sleep(0.15)
        with pytest.raises(ConnectionError):
            drip(connection, b"x")


@pytest.mark.parametrize("expect", [b"", b"Expect: 100-continue\r\n"])
def test_body_that_says_its_size(small, expect):
    """A body that will be too large is refused before it is sent."""
    head = b"POST /ispmgr HTTP/1.1\r\n" + expect + b"Content-Length: 4097\r\n\r\n"
    assert 413 == status(ask(small, head))


def test_body_in_chunks(small):
    """A body that turns out to be too large is refused."""
    head = b"POST /ispmgr HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"
    chunks = b"800\r\n" + b"x" * 2048 + b"\r\n900\r\n" + b"x" * 2304
    assert 413 == status(ask(small, head + chunks))


def test_body_of_an_answered_request(small):
    """Too much of a body that nobody asked for ends the connection, without a second answer."""
    head = b"POST /nowhere HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"
    with talk(small) as connection:
        connection.sendall(head)
        first = connection.recv(65536)
        connection.sendall(b"1100\r\n" + b"x" * 4352)
        assert (404, b"") == (status(first), heard(connection))


def test_body_too_large_by_a_client(panel):
    """An ordinary client that sends all before it listens gets to read the refusal."""
    with listen(panel.app) as served, httpx.Client(trust_env=False) as client:
        answer = client.post(f"{served.url}/ispmgr", content=b"x" * (LIMITS.body + 1))
        assert (413, "close") == (answer.status_code, answer.headers["connection"])
        assert 200 == client.get(f"{served.url}{CALL}").status_code


def test_what_follows_a_body_is_no_header(small):
    """Headers behind a body in chunks are not kept, however many."""
    raw = (
        b"POST " + CALL.encode() + b" HTTP/1.1\r\nConnection: close\r\n"
        b"Transfer-Encoding: chunked\r\n\r\n0\r\n" + b"a: b\r\n" * 500 + b"\r\n"
    )
    assert 200 == status(ask(small, raw))


@pytest.mark.parametrize("noise", [b"\x16\x03\x01\x00", b"nonsense\r\n\r\n", b"GET /\xff\r\n\r\n"])
def test_no_http(small, noise):
    """What is no HTTP is a bad request."""
    assert 400 == status(ask(small, noise))


def test_noise_behind_a_request(small):
    """A request in order is answered; the noise behind it ends the connection."""
    said = ask(small, b"GET " + CALL.encode() + b" HTTP/1.1\r\n\r\n\x16\x03\x01")
    assert 200 == status(said)
    assert 1 == said.count(b"HTTP/1.1")


def test_too_long_behind_a_request():
    """What is refused while an answer is on its way does not take its place."""

    async def answer(scope, receive, send):
        await asyncio.sleep(0.05)
        await reply(send, 200, b"", "text/plain")

    with app_of(answer, limits=SMALL) as served:
        said = ask(served, b"GET / HTTP/1.1\r\n\r\nGET /" + b"x" * 4000)
    assert (200, 1) == (status(said), said.count(b"HTTP/1.1"))


def test_requests_in_one_piece(small):
    """Requests that come together are answered in order, whatever their sizes add up to."""
    one = b"GET " + CALL.encode() + b" HTTP/1.1\r\nX: " + b"x" * 800 + b"\r\n\r\n"
    last = one.replace(b"X: ", b"Connection: close\r\nX: ")
    assert 5 == ask(small, one * 4 + last).count(b"HTTP/1.1 200 OK")


def test_old_http_has_no_chunks():
    """An HTTP/1.0 caller gets the length, also of an answer that was made in pieces."""

    async def answer(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})
        for piece in (b"one ", b"two"):
            await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body"})

    with app_of(answer) as served:
        old = ask(served, b"GET / HTTP/1.0\r\nConnection: close\r\n\r\n")
        new = ask(served, b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n")
    assert b"content-length: 7\r\n" in old
    assert b"chunked" not in old
    assert old.endswith(b"\r\n\r\none two")
    assert b"chunked" in new


def test_old_http_and_a_panel(panel):
    """A panel answers an HTTP/1.0 caller in full, and closes."""
    with listen(panel.app) as served:
        said = ask(served, b"GET " + CALL.encode() + b" HTTP/1.0\r\nConnection: close\r\n\r\n")
    head, _, body = said.partition(b"\r\n\r\n")
    assert f"content-length: {len(body)}".encode() in head
    assert "root" == json.loads(body)["doc"]["user"]["$name"]


def test_a_thousand_at_once(panel):
    """A thousand connections at once are each answered."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(hard, 4096)), hard))
    with listen(panel.app) as served:
        parts = urlsplit(served.url)
        address = (parts.hostname, parts.port)
        there = [socket.create_connection(address, timeout=20) for _ in range(1000)]
        for connection in there:
            connection.sendall(b"GET " + CALL.encode() + b" HTTP/1.1\r\n\r\n")
        answers = [connection.recv(65536) for connection in there]
        for connection in there:
            connection.close()
    assert {200} == {status(answer) for answer in answers}
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
