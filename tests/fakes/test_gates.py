"""A panel next to a browser, on a shared machine: who is answered, and who is not."""

from __future__ import annotations

import shutil
import socket
import ssl
import subprocess
from urllib.parse import urlsplit

import httpx
import pytest

from prorata.fakes import serve
from prorata.fakes.gates import Gate, host_name, is_loopback
from prorata.fakes.tls import server_context

CURL = shutil.which("curl") or "curl"
CALL = "func=whoami&out=json&authinfo=root:prorata"


@pytest.fixture(scope="module")
def panels():
    """A panel that has a name beside those of its machine."""
    with serve("ispmanager", allow_hosts=["panel.example"]) as there:
        yield there


@pytest.fixture
def http(panels):
    """A client of that panel, at its root."""
    base = panels.urls["ispmanager"].removesuffix("/ispmgr")
    with httpx.Client(base_url=base, trust_env=False) as client:
        yield client


PLACES = [f"/ispmgr?{CALL}", "/_prorata/clock"]


@pytest.mark.parametrize("path", PLACES)
@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1", 200),
        ("127.0.0.1:9", 200),  # a port that is passed on has another number outside
        ("localhost", 200),
        ("LocalHost:1500", 200),
        ("localhost.", 200),
        ("shop.localhost:1500", 200),
        ("127.8.9.1", 200),
        ("[::1]", 200),
        ("[::1]:1500", 200),
        ("[0:0:0:0:0:0:0:1]", 200),
        ("[::ffff:127.0.0.1]", 200),
        ("panel.example:1500", 200),
        ("PANEL.example.", 200),
        ("evil.example", 403),
        ("panel.example.evil.example", 403),
        ("127.0.0.1.evil.example", 403),
        ("localhost.evil.example", 403),
        ("localhostx", 403),
        ("127.0.0.1@evil.example", 403),
        ("evil.example:1500:1500", 403),
        ("192.0.2.1", 403),
        ("[2001:db8::1]", 403),
        ("::1", 403),
        ("[::1", 403),
        ("[::1]x", 403),
        ("127.0.0.1:x", 403),
        ("", 403),
        ("\xff", 403),
    ],
)
def test_hosts(http, path, host, expected):
    """Only names of this machine and those that were allowed are answered."""
    headers = {"Host": host.encode("latin-1")}
    answer = http.get(path, headers=headers)
    assert expected == answer.status_code
    assert (expected == 403) == ("--allow-host" in answer.text)


def test_no_host_is_no_browser(panels):
    """A caller of HTTP/1.0 has none."""
    place = urlsplit(panels.urls["ispmanager"])
    with socket.create_connection((place.hostname, place.port), 5) as connection:
        connection.sendall(b"GET /ispmgr?" + CALL.encode() + b" HTTP/1.0\r\n\r\n")
        assert connection.recv(100).startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize(
    ("host", "asked", "expected"),
    [
        ("0.0.0.0", "192.0.2.7", True),  # noqa: S104  nothing listens here
        ("0.0.0.0", "evil.example", False),  # noqa: S104
        ("::", "[2001:db8::7]:1500", True),
        ("192.0.2.5", "192.0.2.5:1500", True),
        ("192.0.2.5", "192.0.2.6", False),
        ("2001:db8::5", "[2001:DB8::5]", True),
        ("devbox.lan", "DevBox.lan:1500", True),
    ],
)
def test_what_is_listened_on(host, asked, expected):
    """Who listens on every address answers to any number, but to no name."""
    scope = {"scheme": "http", "headers": [(b"host", asked.encode())]}
    assert expected == (Gate(host).refusal(scope) is None)


@pytest.mark.parametrize("path", PLACES)
@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": ""}, 403),
        ({"Origin": "http://["}, 403),
        ({"Origin": "http://127.0.0.1:3000"}, 403),  # another program's pages, or another user's
        ({"Origin": "http://localhost:{port}"}, 403),
        ({"Origin": "https://127.0.0.1:{port}"}, 403),
        ({"Origin": "http://127.0.0.1:{port}"}, 200),
        ({"Origin": "HTTP://127.0.0.1:{port}"}, 200),
        ({"Origin": "https://panel.example"}, 200),
        ({"Origin": "https://panel.example", "Sec-Fetch-Site": "cross-site"}, 200),
        ({"Origin": "https://panel.example.evil.example"}, 403),
        ({"Origin": "http://127.0.0.1:{port}", "Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "Cross-Site"}, 403),
        ({"Sec-Fetch-Site": "same-origin"}, 200),
        ({"Sec-Fetch-Site": "none"}, 200),
    ],
)
def test_pages(http, path, headers, expected):
    """A page of the panel itself may ask, somebody else's may not."""
    sent = {name: text.replace("{port}", str(http.base_url.port)) for name, text in headers.items()}
    answer = http.get(path, headers=sent)
    assert expected == answer.status_code
    assert (expected == 403) == ("--allow-host" in answer.text)


def test_a_page_changes_nothing(panels, http):
    """What is refused has no effect, on the panel, in control and below a fork."""
    panels.fork("other")
    foreign = {"Origin": "https://evil.example"}
    before = panels.now
    for path in ("/_prorata/advance", "/other/_prorata/advance", "/manager/_prorata/advance"):
        answer = http.post(path, json={"days": 1}, headers=foreign)
        assert (403, "origin") == (answer.status_code, answer.json()["error"]["field"])
    made = "func=user.add.finish&name=evil&passwd=x&sok=ok&authinfo=root:prorata"
    assert 403 == http.get(f"/ispmgr?{made}", headers=foreign).status_code
    assert (before, False) == (panels.now, "evil" in panels.ispmanager.users)


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("application/json", 200),
        ("Application/JSON; charset=utf-8", 200),
        ("text/plain", 415),
        ("text/plain; application/json", 415),
        ("application/x-www-form-urlencoded", 415),
        ("multipart/form-data", 415),
        ("", 415),
        (None, 415),
    ],
)
def test_control_takes_json_that_says_so(http, kind, expected):
    """What a form of any page could send is not read as JSON."""
    headers = {} if kind is None else {"Content-Type": kind}
    answer = http.post("/_prorata/snapshot", content=b'{"name": "one"}', headers=headers)
    assert expected == answer.status_code
    assert (expected == 415) == ("curl --json" in answer.text)


def test_nothing_to_say_needs_no_type(http):
    """An empty body is not JSON."""
    assert 200 == http.post("/_prorata/reset").status_code


def test_curl_needs_nothing_new(panels, http):
    """What curl reads, and changes with --json, it is let do."""
    base = str(http.base_url)
    for words in (
        [f"{base}/_prorata/clock"],
        ["--json", '{"name": "x"}', f"{base}/_prorata/snapshot"],
    ):
        done = subprocess.run(
            [CURL, "-sSf", "--noproxy", "*", *words], capture_output=True, text=True, check=False
        )
        assert (0, True) == (done.returncode, done.stdout.startswith('{"now"')), done.stderr


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (f"GET /ispmgr?{CALL} HTTP/1.1\r\n", 200),
        ("GET /_prorata/clock HTTP/1.1\r\n", 200),
        ("GET /_prorata/nothing HTTP/1.1\r\n", 404),
        ("GET /nothing HTTP/1.1\r\n", 404),
        ("DELETE /ispmgr HTTP/1.1\r\n", 405),
        ("GET /ispmgr HTTP/1.1\r\nOrigin: null\r\n", 403),
        ("POST /_prorata/advance HTTP/1.1\r\nContent-Length: 1\r\n", 415),
        ("POST /ispmgr HTTP/1.1\r\nContent-Length: 99999999\r\n", 413),
        (f"GET /{'x' * 70_000} HTTP/1.1\r\n", 414),
        (f"GET / HTTP/1.1\r\na: {'x' * 70_000}\r\n", 431),
        ("nonsense\r\n", 400),
    ],
)
def test_every_answer_says_nosniff(panels, raw, expected):
    """No browser takes an answer for anything but what it says it is."""
    place = urlsplit(panels.urls["ispmanager"])
    with socket.create_connection((place.hostname, place.port), 5) as connection:
        connection.sendall(raw.encode() + b"Host: localhost\r\nConnection: close\r\n\r\nx")
        said = b"".join(iter(lambda: connection.recv(65536), b""))
    assert said.startswith(b"HTTP/1.1 %d " % expected)
    assert b"\r\nx-content-type-options: nosniff\r\n" in said.partition(b"\r\n\r\n")[0]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"Authorization": "Bearer a-token"}, 200),
        ({"Authorization": "bearer a-token"}, 200),
        ({}, 401),
        ({"Authorization": "Bearer another"}, 401),
        ({"Authorization": "Bearer a-token-and-more"}, 401),
        ({"Authorization": "Basic a-token"}, 401),
        ({"Authorization": "a-token"}, 401),
        ({"Authorization": b"Bearer \xff"}, 401),
    ],
)
def test_a_token(given, expected):
    """With a token control answers who has it; the panels have passwords of their own."""
    with serve("ispmanager", token="a-token") as there, httpx.Client(trust_env=False) as client:
        url = there.urls["ispmanager"]
        there.fork("other")
        for path in ("/_prorata/clock", "/other/_prorata/clock", "/_prorata/", "/_prorata"):
            answer = client.get(url.replace("/ispmgr", path), headers=given)
            assert expected == answer.status_code
            if expected == 401:
                assert "PRORATA_TOKEN" in answer.json()["error"]["expected"]
                assert "Bearer" == answer.headers["www-authenticate"]
        assert 200 == client.get(f"{url}?{CALL}").status_code


@pytest.mark.parametrize(
    ("name", "expected"),
    [("localhost", True), ("a.localhost", True), ("::1", True), ("10.0.0.1", False), ("", False)],
)
def test_loopback(name, expected):
    """A machine has several names for itself."""
    assert expected == is_loopback(name)


def test_a_host_is_read_without_its_port():
    """Nothing is read of what is no host."""
    assert ["a", "::1", ""] == [host_name(each) for each in ("A.:80", "[::1]:80", "[127.0.0.1]")]


def test_both_at_once(tmp_path):
    """Plain HTTP and HTTPS come from one process, and show the same panels."""
    ca = tmp_path / "ca.pem"
    with serve("all", tls=server_context(ca=ca), tls_ports=(0, 0)) as there:
        there.ispmanager.add_user("anna")
        trust = ssl.create_default_context(cafile=str(ca))
        with httpx.Client(verify=trust, trust_env=False) as client:
            for urls, scheme in ((there.urls, "http"), (there.tls_urls, "https")):
                assert {scheme} == {urlsplit(url).scheme for url in urls.values()}
                found = client.get(f"{urls['ispmanager']}?func=user&out=json&authinfo=root:prorata")
                assert "anna" in found.text
                clock = client.get(urls["billmanager"].replace("/billmgr", "/_prorata/clock"))
                assert 200 == clock.status_code
                evil = client.get(urls["ispmanager"], headers={"Host": "evil.example"})
                assert 403 == evil.status_code
