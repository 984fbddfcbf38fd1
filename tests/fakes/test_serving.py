from __future__ import annotations

import json
import socket
import time
from urllib.parse import urlsplit

import httpx
import pytest

from prorata.fakes import Ispmanager, listen, serving

CALL = {"func": "whoami", "out": "json", "authinfo": "root:prorata"}


def raw(url):
    """Open a connection of one's own."""
    parts = urlsplit(url)
    return socket.create_connection((parts.hostname, parts.port), timeout=5)


@pytest.fixture
def http():
    """A plain HTTP client."""
    with httpx.Client(trust_env=False) as client:
        yield client


def test_panel_on_a_socket(panel, http):
    """A panel answers on the port that the url names."""
    with listen(panel.app) as served:
        answer = http.post(f"{served.url}/ispmgr", data=CALL)
    assert "root" == answer.json()["doc"]["user"]["$name"]
    assert served.url == answer.json()["doc"]["$host"]


def test_no_second_clock(panel, http):
    """No answer carries the real date, nor the name of the server."""
    with listen(panel.app) as served:
        headers = http.post(f"{served.url}/ispmgr", data=CALL).headers
    expected = {"content-type", "content-length", "x-content-type-options", "x-prorata-time"}
    assert expected == set(headers.keys())


def test_nothing_mounted(panel, http):
    """Without an application, before and after, the answer is a plain 503."""
    with listen() as served:
        before = http.get(f"{served.url}/ispmgr")
        served.mount(panel.app)
        between = http.get(f"{served.url}/ispmgr")
        served.unmount()
        after = http.get(f"{served.url}/ispmgr")
    assert [503, 200, 503] == [answer.status_code for answer in (before, between, after)]


def test_fresh_panel_on_the_same_port(clock, http):
    """Mounting replaces what was mounted, on the same open connection."""
    with listen(Ispmanager(clock, password="one").app) as served:
        names = []
        for password in ("two", "three"):
            served.mount(Ispmanager(clock, password=password).app)
            answer = http.post(f"{served.url}/ispmgr", data=CALL | {"authinfo": f"root:{password}"})
            names.append(answer.json()["doc"]["user"]["$name"])
    assert ["root", "root"] == names


def test_several_applications(panel, clock, http):
    """Each application has its path, below /manager too; other paths are not found."""
    other = Ispmanager(clock, login="admin").app
    with listen({"/billmgr": other, "/ispmgr": panel.app}) as served:
        paths = ["/ispmgr", "/manager/ispmgr", "/ispmgr/x", "/ispmgrx", "/"]
        found = [http.post(f"{served.url}{path}", data=CALL) for path in paths]
    assert [200, 200, 404, 404, 404] == [answer.status_code for answer in found]
    assert b'"root"' in found[1].content


def test_body_above_the_limit(panel, http):
    """A body of more than 16 MiB is refused on a socket as well."""
    with listen(panel.app) as served:
        answer = http.post(f"{served.url}/ispmgr", content=b"x" * (17 * 1024 * 1024))
    assert 413 == answer.status_code


@pytest.mark.parametrize(
    "begun",
    [
        pytest.param(b"", id="silent"),
        pytest.param(b"GET /ispmgr?func=user HTTP/1.1\r\nHost: x\r\n\r\n", id="keep-alive"),
        pytest.param(b"POST /ispmgr HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nfu", id="half"),
    ],
)
def test_stops_at_once(panel, begun):
    """Leaving stops within two seconds, with a connection open in any state."""
    with listen(panel.app) as served:
        connection = raw(served.url)
        connection.sendall(begun)
        if begun.endswith(b"\r\n\r\n"):
            assert connection.recv(15) == b"HTTP/1.1 200 OK"
        time.sleep(0.05)
        leaving = time.monotonic()
    assert time.monotonic() - leaving < 2
    connection.close()
    with pytest.raises(OSError, match="refused"):
        raw(served.url)


def test_stops_though_an_application_hangs(monkeypatch):
    """An application that never answers cannot keep the port."""
    monkeypatch.setattr(serving, "_PATIENCE_SECONDS", 0.1)
    monkeypatch.setattr(serving, "_STOP_SECONDS", 0.1)

    async def app(scope, receive, send):
        time.sleep(1.5)  # noqa: ASYNC251  a hanging application is what is tested

    with listen(app) as served:
        connection = raw(served.url)
        connection.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        time.sleep(0.05)
        leaving = time.monotonic()
    assert time.monotonic() - leaving < 1
    connection.close()


def test_body_of_the_block_fails(panel):
    """The port is closed when the block raises."""
    with pytest.raises(KeyError), listen(panel.app) as served:
        raise KeyError
    with pytest.raises(OSError, match="refused"):
        raw(served.url)


def test_port_is_taken(panel):
    """A port that somebody has is an OSError, at once."""
    with (
        listen(panel.app) as served,
        pytest.raises(OSError, match="in use"),
        listen(panel.app, port=urlsplit(served.url).port),
    ):
        pass


def test_ipv6(panel, http):
    """An IPv6 address stands in brackets in the url."""
    with listen(panel.app, host="::1") as served:
        answer = http.post(f"{served.url}/ispmgr", data=CALL)
    assert ("http://[::1]:", 200) == (served.url[:13], answer.status_code)


def test_server_that_does_not_start(panel, monkeypatch):
    """A server thread that ends early is an error, not a wait for ever."""
    monkeypatch.setattr(serving._Server, "_run", lambda self: None)
    with pytest.raises(RuntimeError, match="did not start"), listen(panel.app):
        pass


def test_split_answer_is_whole(panel):
    """A raw HTTP/1.0 client, as an old billing is, gets length and body and then the end."""
    with listen(panel.app) as served, raw(served.url) as connection:
        query = b"func=whoami&out=json&authinfo=root:prorata"
        connection.sendall(b"GET /ispmgr?" + query + b" HTTP/1.0\r\n\r\n")
        content = b"".join(iter(lambda: connection.recv(4096), b""))
    head, _, body = content.partition(b"\r\n\r\n")
    assert f"content-length: {len(body)}".encode() in head.lower()
    assert "root" == json.loads(body)["doc"]["user"]["$name"]
