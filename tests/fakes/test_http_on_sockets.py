"""HTTP as clients speak it, well or badly."""

from __future__ import annotations

import asyncio
import json
import socket
import ssl
import time
from contextlib import ExitStack, suppress
from urllib.parse import urlsplit

import pytest
from raw_http import heard, talk

from prorata.fakes import listen
from prorata.fakes.asgi import reply
from prorata.fakes.faults import Faults
from prorata.fakes.limits import Limits
from prorata.fakes.tls import server_context

QUERY = b"func=whoami&out=json&authinfo=root:prorata"
PATH = b"/ispmgr?" + QUERY
GET = b"GET " + PATH + b" HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
LAST = GET.replace(b"Host:", b"Connection: close\r\nHost:")
POST = b"POST /ispmgr HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"


@pytest.fixture
def served(panel):
    """A panel on a port."""
    with listen(panel.app) as there:
        yield there


def answer_of(connection):
    """Read one answer that tells its length; return its head and its body."""
    said = b""
    while b"\r\n\r\n" not in said:
        said += connection.recv(1)
    head, _, _ = said.partition(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
    body = b""
    while len(body) < length:
        body += connection.recv(length - len(body))
    return head, body


def ask(served, raw):
    """Send these bytes and return all that is answered."""
    with talk(served) as connection:
        connection.sendall(raw)
        return heard(connection)


def name_in(body):
    """Return who a panel says one is."""
    return json.loads(body)["doc"]["user"]["$name"]


def test_keep_alive(served):
    """A connection is kept from request to request, until a caller asks for its end."""
    with talk(served) as connection:
        for _ in range(3):
            connection.sendall(GET)
            head, body = answer_of(connection)
            assert (b"close" in head, "root") == (False, name_in(body))
        connection.sendall(LAST)
        assert b"connection: close" in answer_of(connection)[0]
        assert b"" == heard(connection)


@pytest.mark.parametrize("more", [b"", b"Connection: keep-alive\r\n"])
def test_http_1_0(served, more):
    """An old caller is answered with a length and without chunks, and the connection ends."""
    head, _, body = ask(served, b"GET " + PATH + b" HTTP/1.0\r\n" + more + b"\r\n").partition(
        b"\r\n\r\n"
    )
    assert b"HTTP/1.1 200 OK" == head.splitlines()[0]
    assert b"connection: close" in head
    assert b"content-length: %d" % len(body) in head
    assert "root" == name_in(body)


def test_pipelining_in_order():
    """Of requests that come together each is answered in its turn, however long one takes."""

    async def app(scope, receive, send):
        seconds = float(scope["query_string"])
        await asyncio.sleep(seconds)
        await reply(send, 200, scope["query_string"] + b";", "text/plain")

    waits = [b"0.05", b"0", b"0.02", b"0"]
    asked = b"".join(b"GET /?" + each + b" HTTP/1.1\r\n\r\n" for each in waits)
    with listen(app) as served:
        said = ask(served, asked + b"GET /?0 HTTP/1.1\r\nConnection: close\r\n\r\n")
    bodies = [part.partition(b"\r\n\r\n")[2] for part in said.split(b"HTTP/1.1 200 OK\r\n")[1:]]
    assert [b"0.05;", b"0;", b"0.02;", b"0;", b"0;"] == bodies


def test_thousands_in_one_piece(served):
    """Three thousand requests in one piece are three thousand answers."""
    assert 3001 == ask(served, GET * 3000 + LAST).count(b"HTTP/1.1 200 OK")


@pytest.mark.parametrize("size", [1000, 1_000_000])
def test_bodies_between_many_requests(served, size):
    """What waits for its turn keeps its bytes, in whatever pieces they came."""
    head = b"POST /ispmgr HTTP/1.1\r\n"
    posts = [
        head + b"Content-Length: %d\r\n\r\n%b" % (len(QUERY), QUERY),
        head + b"Transfer-Encoding: chunked\r\n\r\n",
    ]
    chunks = b"".join(b"1\r\n%c\r\n" % each for each in QUERY) + b"0\r\n\r\n"
    raw = (GET * 70 + posts[0] + GET * 70 + posts[1] + chunks) * 3 + LAST
    with talk(served) as connection:
        for at in range(0, len(raw), size):
            connection.sendall(raw[at : at + size])
        said = heard(connection)
    assert (427, 427) == (said.count(b"HTTP/1.1 200 OK"), said.count(b'"user":{'))


def test_head(served):
    """HEAD has the headers of GET and no body, and the next answer comes behind it."""
    with talk(served) as connection:
        connection.sendall(GET)
        head, _ = answer_of(connection)
        connection.sendall(GET.replace(b"GET", b"HEAD") + LAST)
        said = heard(connection)
    assert said.startswith(head + b"\r\n\r\nHTTP/1.1 200 OK\r\n")


def test_100_continue(served):
    """Who waits to be told so is told to go on, before the body and only then."""
    body = QUERY
    with talk(served) as connection:
        length = b"Content-Length: %d\r\n" % len(body)
        connection.sendall(POST + length + b"Expect: 100-continue\r\n\r\n")
        told = b"HTTP/1.1 100 Continue\r\n\r\n"
        assert told == connection.recv(len(told))
        connection.sendall(body)
        said = heard(connection)
    assert "root" == name_in(said.partition(b"\r\n\r\n")[2])


@pytest.mark.parametrize("blank", [b"", b" ", b"\t ", b"  "])
def test_blanks_around_a_header(served, blank):
    """They are not part of its value: neither of a length, nor of a host or of what is expected."""
    headers = {
        b"Host": b"127.0.0.1", b"Content-Length": b"%d" % len(QUERY), b"Expect": b"100-continue",
        b"Connection": b"close",
    }  # fmt: skip
    lines = [b"%b:%b%b%b" % (name, blank, value, blank) for name, value in headers.items()]
    with talk(served) as connection:
        connection.sendall(b"\r\n".join([b"POST /ispmgr HTTP/1.1", *lines, b"", b""]))
        assert connection.recv(100).startswith(b"HTTP/1.1 100 ")
        connection.sendall(QUERY)
        head, _, body = heard(connection).partition(b"\r\n\r\n")
    assert "root" == name_in(body)
    assert b"127.0.0.1" in body
    assert b" 200 " in head


def test_nobody_is_told_to_send_what_is_refused(served):
    """What is answered without its body is answered at once."""
    raw = POST.replace(b"/ispmgr", b"/nothing") + b"Expect: 100-continue\r\nContent-Length: 9\r\n"
    assert ask(served, raw + b"\r\n").startswith(b"HTTP/1.1 404")


@pytest.mark.parametrize("size", [1, 7, 10_000])
def test_a_body_in_chunks(served, size):
    """Chunks make up a body, however they are cut, with extensions and trailers."""
    chunks = [QUERY[at : at + 5] for at in range(0, len(QUERY), 5)]
    body = b"".join(b"%x;a=b\r\n%b\r\n" % (len(each), each) for each in chunks)
    raw = POST + b"Transfer-Encoding: chunked\r\n\r\n" + body + b"0\r\nTrailer: x\r\n\r\n"
    with talk(served) as connection:
        for at in range(0, len(raw), size):
            connection.sendall(raw[at : at + size])
        assert "root" == name_in(heard(connection).partition(b"\r\n\r\n")[2])


SMUGGLED = b"GET /ispmgr?func=smuggled HTTP/1.1\r\n\r\n"


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        pytest.param(
            b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", b"0\r\n\r\n", id="both"
        ),
        pytest.param(
            b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", b"0\r\n\r\n", id="turned"
        ),
        pytest.param(b"Content-Length: 0\r\nContent-Length: 40\r\n", b"", id="two lengths"),
        pytest.param(b"Content-Length: 0\r\nContent-Length: 0\r\n", b"", id="twice"),
        pytest.param(b"Content-Length: 0, 40\r\n", b"", id="list"),
        pytest.param(b"Content-Length: -1\r\n", b"", id="less than nothing"),
        pytest.param(b"Content-Length: 0x2\r\n", b"", id="hexadecimal"),
        pytest.param(b"Content-Length : 0\r\n", b"", id="blank before the colon"),
        pytest.param(b"Transfer-Encoding: gzip\r\n", b"", id="gzip"),
        pytest.param(b"Transfer-Encoding: gzip, chunked\r\n", b"0\r\n\r\n", id="two codings"),
        pytest.param(b"Transfer-Encoding: chunked, gzip\r\n", b"0\r\n\r\n", id="turned round"),
        pytest.param(b"Transfer-Encoding: xchunked\r\n", b"0\r\n\r\n", id="another coding"),
        pytest.param(b"Transfer-Encoding: chunked\r\n", b"-1\r\n\r\n", id="no size"),
        pytest.param(b"Transfer-Encoding: chunked\r\n", b"0\n\n", id="line feeds"),
        pytest.param(b"Host: other\r\n", b"", id="two hosts"),
    ],
)  # fmt: skip
def test_a_length_that_is_not_clear_is_refused(served, panel, headers, body):
    """Where two could read two different requests, none is carried out."""
    said = ask(
        served, POST.replace(b"Connection: close\r\n", b"") + headers + b"\r\n" + body + SMUGGLED
    )
    assert (400, 1) == (int(said.split(b" ")[1]), said.count(b"HTTP/1.1 "))
    assert [] == panel.calls


def test_chunks_of_http_1_0(served, panel):
    """HTTP/1.0 has no chunks: what comes so is refused."""
    raw = POST.replace(b"1.1", b"1.0") + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
    assert ask(served, raw).startswith(b"HTTP/1.1 400 ")
    assert [] == panel.calls


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        pytest.param(b"GET http://127.0.0.1:1500" + PATH + b" HTTP/1.1\r\n", 200, id="absolute"),
        pytest.param(b"GET HTTP://[::1]" + PATH + b" HTTP/1.1\r\n", 200, id="absolute, IPv6"),
        pytest.param(b"GET http://127.0.0.1?" + QUERY + b" HTTP/1.1\r\n", 200, id="without a path"),
        pytest.param(b"GET " + PATH + b"#end HTTP/1.1\r\n", 200, id="fragment"),
        pytest.param(b"GET /ispmgr/?" + QUERY + b" HTTP/1.1\r\n", 200, id="slash"),
        pytest.param(b"GET /%69spmgr?" + QUERY + b" HTTP/1.1\r\n", 200, id="escaped"),
        pytest.param(b"GET //ispmgr?" + QUERY + b" HTTP/1.1\r\n", 404, id="two slashes"),
        pytest.param(b"GET ftp://127.0.0.1" + PATH + b" HTTP/1.1\r\n", 400, id="another scheme"),
        pytest.param(b"GET http://u:p@a" + PATH + b" HTTP/1.1\r\n", 400, id="user in the URL"),
        pytest.param(b"OPTIONS * HTTP/1.1\r\n", 400, id="asterisk"),
        pytest.param(b"CONNECT 127.0.0.1:22 HTTP/1.1\r\n", 400, id="connect"),
        pytest.param(b"DELETE " + PATH + b" HTTP/1.1\r\n", 405, id="method"),
        pytest.param(b"GET " + PATH + b" HTTP/2.0\r\n", 400, id="HTTP/2.0"),
        pytest.param(b"GET " + PATH + b" HTTP/1.2\r\n", 400, id="HTTP/1.2"),
        pytest.param(b"GET " + PATH + b"\r\n", 400, id="no version"),
        pytest.param(b"get " + PATH + b" HTTP/1.1\r\n", 400, id="lower case"),
        pytest.param(b"GET " + PATH + b" HTTP/1.1\r\n folded: x\r\n", 400, id="fold"),
        pytest.param(b"GET " + PATH + b" HTTP/1.1\r\nx: a\x00b\r\n", 400, id="nul"),
        pytest.param(b"GET " + PATH + b" HTTP/1.1\r\nx\r\n", 400, id="no colon"),
    ],
)
def test_first_lines_and_headers(served, raw, expected):
    """What can be understood in one way is answered, all else is refused in a line."""
    with talk(served) as connection:
        connection.sendall(raw + b"Connection: close\r\n\r\n")
        assert expected == int(connection.recv(65536).split(b" ")[1])


def test_an_absolute_target_names_the_host(served):
    """The host of the target counts, not the header's."""
    raw = b"GET http://name.example:81" + PATH + b" HTTP/1.1\r\nHost: other\r\n"
    said = ask(served, raw + b"Connection: close\r\n\r\n")
    assert "http://name.example:81" == json.loads(said.partition(b"\r\n\r\n")[2])["doc"]["$host"]


@pytest.mark.parametrize("size", [1, 7, 4096])
@pytest.mark.parametrize("before", [b"", b"\r\n", GET])
def test_an_address_that_is_not_escaped(served, panel, size, before):
    """Texts that a caller put into an address as they are are read as if they were escaped."""
    name = "Пётр ₽".replace(" ", "+")
    target = f"/ispmgr?func=user.add&sok=ok&name=petr&passwd=secret&fullname={name}&"
    raw = b"GET " + target.encode() + QUERY[len(b"func=whoami&") :] + b" HTTP/1.1\r\n"
    with talk(served) as connection:
        if before == GET:
            connection.sendall(before)
            answer_of(connection)
            before = b""
        sent = before + raw + "Host: 127.0.0.1\r\nx-note: Пётр\r\n\r\n".encode()
        for at in range(0, len(sent), size):
            connection.sendall(sent[at : at + size])
        head, body = answer_of(connection)
        assert (True, True) == (b" 200 " in head, "ok" in json.loads(body)["doc"])
    assert "Пётр ₽" == panel.users["petr"].fullname


def test_a_body_that_is_not_ascii_stays_as_it_is(served, panel):
    """Only the first line is escaped, whatever else comes in one piece with it."""
    form = "func=user.add&sok=ok&name=petr&passwd=secret&out=json&authinfo=root:prorata"
    body = f"{form}&x={'Пётр' * 1000}&fullname=Пётр".encode()
    head = POST.replace(b"Connection: close\r\n", b"") + b"Content-Length: %d\r\n\r\n" % len(body)
    with talk(served) as connection:
        connection.sendall(GET + head + body[:300])
        assert b"root" in answer_of(connection)[1]
        time.sleep(0.05)
        connection.sendall(body[300:])
        assert "ok" in json.loads(answer_of(connection)[1])["doc"]
    assert "Пётр" == panel.users["petr"].fullname


def test_a_path_that_is_not_ascii(served):
    """There is nothing there, as where it is escaped."""
    raw = "GET /панель?func=whoami HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
    assert ask(served, raw.encode()).startswith(b"HTTP/1.1 404 ")


UPGRADE = (
    b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQBAAAA\r\n"
)


@pytest.mark.parametrize("size", [1, 11, 100_000])
@pytest.mark.parametrize("how", ["query", "length", "chunks"])
def test_upgrade_is_as_if_it_were_not_there(served, how, size):
    """A body behind it is a body, and the next request comes behind that."""
    head = b"POST /ispmgr HTTP/1.1\r\nHost: 127.0.0.1\r\n" + UPGRADE
    asked = {
        "query": GET.replace(b"\r\n\r\n", b"\r\n" + UPGRADE + b"\r\n"),
        "length": head + b"Content-Length: %d\r\n\r\n%b" % (len(QUERY), QUERY),
        "chunks": head
        + b"Transfer-Encoding: chunked\r\n\r\n%x\r\n%b\r\n0\r\n\r\n" % (len(QUERY), QUERY),
    }[how]
    raw = asked + asked + GET
    with talk(served) as connection:
        for at in range(0, len(raw), size):
            connection.sendall(raw[at : at + size])
        said = [answer_of(connection) for _ in range(3)]
    assert ["root"] * 3 == [name_in(body) for _, body in said]
    assert {b"HTTP/1.1 200 OK"} == {head.splitlines()[0] for head, _ in said}


def test_what_asks_for_another_protocol_has_limits(served):
    """Nor does a body become larger by it."""
    raw = POST.replace(b"Connection: close\r\n", UPGRADE) + b"Content-Length: 99999999\r\n\r\n"
    assert ask(served, raw).startswith(b"HTTP/1.1 413 ")


def test_a_slow_reader_holds_up_itself():
    """What is asked in advance is not answered in advance: the answers would fill the memory."""
    answered = []

    async def app(scope, receive, send):
        answered.append(1)
        await reply(send, 200, b"x" * 1_000_000, "text/plain")

    with listen(app) as served, talk(served) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\n\r\n" * 39 + LAST)
        time.sleep(0.3)
        # What the system itself keeps on both sides is a few megabytes.
        assert len(answered) < 20
        assert 40_000_000 < len(heard(connection))
    assert 40 == len(answered)


def test_a_thousand_idle_connections(served):
    """They cost the others nothing, stay open, and do not hold up the end."""
    resource = pytest.importorskip("resource")
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(hard, 4096)), hard))
    parts = urlsplit(served.url)
    address = (parts.hostname, parts.port)
    idle = [socket.create_connection(address, timeout=20) for _ in range(1000)]
    began = time.monotonic()
    assert 100 == ask(served, GET * 99 + LAST).count(b"HTTP/1.1 200 OK")
    assert time.monotonic() - began < 2
    for connection in idle[::100]:
        connection.sendall(LAST)
        assert heard(connection).startswith(b"HTTP/1.1 200")
    for connection in idle:
        connection.close()
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_failed_handshakes(panel, tmp_path):
    """Who does not get to speak TLS is cut in time, and the next one is answered."""
    ca = tmp_path / "ca.pem"
    limits = Limits(seconds=0.2)
    with listen(panel.app, tls=server_context(ca=ca), limits=limits) as served:
        for noise in (GET, b"\x16\x03\x01\x02\x00\x01", b"\xff" * 100, b""):
            with talk(served) as connection:
                connection.sendall(noise)
                began = time.monotonic()
                with suppress(ConnectionError):
                    heard(connection)
                assert time.monotonic() - began < 2
        stranger = ssl.create_default_context()
        with talk(served) as connection, pytest.raises(ssl.SSLError):
            stranger.wrap_socket(connection, server_hostname="127.0.0.1")
        friend = ssl.create_default_context(cafile=str(ca))
        with (
            talk(served) as plain,
            friend.wrap_socket(plain, server_hostname="127.0.0.1") as connection,
        ):
            connection.sendall(LAST)
            assert "root" == name_in(heard(connection).partition(b"\r\n\r\n")[2])


def test_a_stop_lets_open_requests_end(panel):
    """What was asked as a whole is answered, what was not is closed, and new ones are refused."""
    panel.faults = Faults()
    panel.faults.add("slow", milliseconds=200)
    with ExitStack() as stack:
        with listen(panel.app) as served:
            whole, half, silent = (stack.enter_context(talk(served)) for _ in range(3))
            whole.sendall(GET + GET)
            half.sendall(GET[:-4])
            time.sleep(0.1)
            leaving = time.monotonic()
        assert time.monotonic() - leaving < 1
        said = heard(whole)
        assert (b"", b"") == (heard(half), heard(silent))
    assert said.startswith(b"HTTP/1.1 200 OK")
    assert b"connection: close" in said.rpartition(b"HTTP/1.1")[2]
    with pytest.raises(ConnectionError), talk(served):
        pass


def test_an_application_that_fails(caplog):
    """It is answered with 500, or cut short where it has begun, and it is told on stderr."""

    async def app(scope, receive, send):
        if scope["path"] == "/begun":
            start = {"type": "http.response.start", "status": 200, "headers": []}
            await send(start)
        raise ValueError("a fault of ours")

    with listen(app) as served:
        failed = ask(served, LAST)
        begun = ask(served, b"GET /begun HTTP/1.1\r\nHost: x\r\n\r\n")
    assert failed.startswith(b"HTTP/1.1 500 ")
    assert (True, False) == (begun.startswith(b"HTTP/1.1 200 "), b"0\r\n\r\n" in begun)
    assert 2 == caplog.text.count("ValueError: a fault of ours")
