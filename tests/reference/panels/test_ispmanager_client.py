from __future__ import annotations

import socket
import struct
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from threading import Thread
from urllib.parse import parse_qs

import httpx
import pytest
from free_ports import free_port

from prorata.fakes import Ispmanager, listen, transport
from prorata.reference.clock import Clock
from prorata.reference.panels import (
    Account,
    IspmanagerClient,
    PanelFailedError,
    PanelRefusedError,
)

URL = "http://panel:1500/ispmgr"
ANNA = Account("anna", "small", "p:w &%+", "anna.example.com")


@pytest.fixture
def panel():
    """A panel with two presets."""
    presets = {"small": {"limit_quota": "1"}, "large": {"limit_quota": "9"}}
    return Ispmanager(Clock(datetime(2025, 8, 1, tzinfo=UTC)), presets=presets)


@pytest.fixture(params=["in process", "socket"])
def client(request, panel):
    """A client of the panel, without and with a socket between them."""
    if request.param == "in process":
        made = IspmanagerClient(URL, "root", "prorata", transport=transport(panel.app))
        yield made
        made.close()
        return
    with listen(panel.app) as served:
        made = IspmanagerClient(f"{served.url}/ispmgr", "root", "prorata")
        yield made
        made.close()


@pytest.fixture
def lonely():
    """A client whose panel is whatever respx answers."""
    made = IspmanagerClient(URL, "root", "prorata")
    yield made
    made.close()


@contextmanager
def answering(content, *, reset=False):
    """Serve one raw answer on a port, and then hang up, or break the connection off."""
    listener = socket.create_server(("127.0.0.1", 0))

    def once():
        connection, _ = listener.accept()
        connection.recv(65536)
        if content:
            connection.sendall(content)
        if reset:
            # Closing with a linger of zero seconds sends a reset instead of an end.
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()

    thread = Thread(target=once, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}/ispmgr"
    thread.join(5)
    listener.close()


def failure(client, act="suspend"):
    """Return the error of a call that fails."""
    with pytest.raises(PanelFailedError) as raised:
        getattr(client, act)("anna")
    return raised.value


def test_life_of_an_account(client, panel):
    """An account is made, changed, suspended, resumed and deleted; the panel shows each step."""
    assert not client.exists("anna")
    client.create(ANNA)
    assert client.exists("anna")
    assert ("small", "p:w &%+") == (panel.users["anna"].preset, panel.users["anna"].password)
    assert "anna" == panel.sites["anna.example.com"].owner
    client.change_preset("anna", "large")
    assert {"limit_quota": "9"} == panel.users["anna"].limits
    client.suspend("anna")
    assert not panel.users["anna"].active
    client.resume("anna")
    assert panel.users["anna"].active
    client.delete("anna")
    assert (["www-root"], {}) == ([*panel.users], panel.sites)


def test_account_without_a_domain(client, panel):
    """Without a domain no site is made."""
    client.create(Account("bob", "small", "pw"))
    assert (["www-root", "bob"], {}) == ([*panel.users], panel.sites)


def test_a_mark(client, panel):
    """A user is looked for by its mark too, where one is named."""
    client.create(replace(ANNA, mark="service 1 of anna"))
    panel.add_user("bob")
    assert "service 1 of anna" == panel.users["anna"].comment
    assert [True, True, False, True, False, False] == [
        client.exists("anna"),
        client.exists("anna", "service 1 of anna"),
        client.exists("anna", "service 2 of anna"),
        client.exists("bob"),
        client.exists("bob", "service 1 of anna"),
        client.exists("nobody", "service 1 of anna"),
    ]


def test_account_shows_no_password():
    """The password stays out of logs."""
    assert "p:w" not in repr(ANNA)


@pytest.mark.parametrize(
    ("account", "kind", "about", "message"),
    [
        (ANNA, "exists", "user", "user with 'anna' already exists"),
        (
            Account("bob", "small", "pw", "anna.example.com"),
            "exists",
            "name",
            "name with 'anna.example.com' already exists",
        ),
        (
            Account("bob", "huge", "pw"),
            "missed",
            "preset",
            "preset with 'huge' is missing (a seed allows it: ispmanager.presets)",
        ),
    ],
)
def test_refused_creation(client, account, kind, about, message):
    """What the panel refuses says the error's type, object and sentence, and the function."""
    client.create(ANNA)
    with pytest.raises(PanelRefusedError) as raised:
        client.create(account)
    refusal = raised.value
    assert (kind, about, message, "user.add.finish") == (
        refusal.type,
        refusal.object,
        refusal.message,
        refusal.func,
    )
    assert f"user.add.finish: {kind}/{about}: {message}" == str(refusal)


@pytest.mark.parametrize("act", ["suspend", "resume", "delete"])
def test_refused_for_a_missing_user(client, act):
    """Acting on a user that is not there is refused."""
    with pytest.raises(PanelRefusedError, match="missed/user"):
        getattr(client, act)("nobody")


def test_wrong_password(panel):
    """A wrong login is a refusal of every call, also of the question whether a user exists."""
    client = IspmanagerClient(URL, "root", "wrong", transport=transport(panel.app))
    with pytest.raises(PanelRefusedError, match=r"user\.edit: auth/badpassword"):
        client.exists("anna")


def test_credentials_travel_in_the_body(lonely, respx_mock):
    """The address, which logs keep, holds no parameter at all."""
    route = respx_mock.post(URL).respond(json={"doc": {"ok": {}}})
    lonely.create(ANNA)
    request = route.calls.last.request
    assert (URL, "application/x-www-form-urlencoded") == (
        str(request.url),
        request.headers["content-type"],
    )
    assert {
        "func": ["user.add.finish"],
        "out": ["json"],
        "authinfo": ["root:prorata"],
        "name": ["anna"],
        "preset": ["small"],
        "passwd": ["p:w &%+"],
        "confirm": ["p:w &%+"],
        "domain": ["anna.example.com"],
        "sok": ["ok"],
    } == parse_qs(request.content.decode())


@pytest.mark.parametrize(
    ("error", "message"),
    [
        ({"$type": "limit", "$object": "users", "msg": {"$": "full"}}, "full"),
        ({"$type": "limit", "$object": "users", "detail": {"$": "full"}}, "full"),
        ({"$type": "limit", "$object": "users", "msg": {}}, ""),
    ],
)
def test_errors_with_less_in_them(lonely, respx_mock, error, message):
    """An error needs a type; its sentence is msg, else detail, else empty."""
    respx_mock.post(URL).respond(json={"doc": {"error": error}})
    with pytest.raises(PanelRefusedError) as raised:
        lonely.suspend("anna")
    assert ("limit", "users", message) == (
        raised.value.type,
        raised.value.object,
        raised.value.message,
    )


def test_error_without_an_object(lonely, respx_mock):
    """An error may be about nothing in particular."""
    respx_mock.post(URL).respond(json={"doc": {"error": {"$type": "auth", "msg": {"$": "No"}}}})
    with pytest.raises(PanelRefusedError, match=r"user\.suspend: auth/: No"):
        lonely.suspend("anna")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<doc><ok/></doc>",
        b"access deny",
        b'{"doc":{"ok":{}',
        b"[]",
        b"null",
        b"{}",
        b'{"doc":null}',
        b'{"doc":[]}',
        b'{"doc":{}}',
        b'{"doc":{"error":{}}}',
        b'{"doc":{"error":"no"}}',
        b'{"doc":{"error":{"$type":"x","msg":"text"}}}',
        b"\xff\xfe\x00",
        b'{"doc":' + b"[" * 100_000,
    ],
)
def test_malformed_answers(lonely, respx_mock, content):
    """An answer that is no success and no error may follow a success."""
    respx_mock.post(URL).respond(content=content)
    error = failure(lonely)
    assert ("user.suspend", "not an answer of ispmanager", True) == (
        error.func,
        error.reason,
        error.may_have_happened,
    )


def test_form_that_is_none(lonely, respx_mock):
    """A user's form without the user in it is malformed too."""
    respx_mock.post(URL).respond(json={"doc": {"ok": {}}})
    assert failure(lonely, "exists").may_have_happened


@pytest.mark.parametrize(
    ("status", "may_have_happened"),
    [(301, False), (401, False), (404, False), (413, False), (500, True), (502, True), (504, True)],
)
def test_statuses(lonely, respx_mock, status, may_have_happened):
    """A status below 500 was a no; from 500 on nobody knows."""
    respx_mock.post(URL).respond(status, json={"doc": {"ok": {}}})
    error = failure(lonely)
    assert (f"HTTP {status}", may_have_happened) == (error.reason, error.may_have_happened)


@pytest.mark.parametrize(
    ("fault", "may_have_happened"),
    [
        (httpx.ConnectError, False),
        (httpx.ConnectTimeout, False),
        (httpx.PoolTimeout, False),
        (httpx.ReadTimeout, True),
        (httpx.ReadError, True),
        (httpx.WriteError, True),
        (httpx.WriteTimeout, True),
        (httpx.RemoteProtocolError, True),
    ],
)
def test_faults_of_the_connection(lonely, respx_mock, fault, may_have_happened):
    """What broke before the request was sent did not happen; after that it may have."""
    respx_mock.post(URL).mock(side_effect=fault("it broke"))
    error = failure(lonely)
    assert ("it broke", may_have_happened) == (error.reason, error.may_have_happened)
    assert "user.suspend: it broke" == str(error)


def test_fault_without_words(lonely, respx_mock):
    """A fault that says nothing is named by its kind."""
    respx_mock.post(URL).mock(side_effect=httpx.ReadTimeout(""))
    assert "ReadTimeout" == failure(lonely).reason


@pytest.mark.parametrize("url", ["ftp://panel/ispmgr", "panel/ispmgr", "http://[", "http://a:x/"])
def test_address_that_is_none(url):
    """A wrong address is a failure that certainly did not reach a panel."""
    assert not failure(IspmanagerClient(url, "root", "prorata")).may_have_happened


def test_name_that_cannot_be_sent(lonely, respx_mock):
    """Half a character cannot be encoded, and so is not sent."""
    with pytest.raises(PanelFailedError) as raised:
        lonely.suspend("\ud800")
    assert not raised.value.may_have_happened


def test_nobody_listens():
    """A refused connection certainly did nothing."""
    url = f"http://127.0.0.1:{free_port()}/ispmgr"
    error = failure(IspmanagerClient(url, "root", "prorata"))
    assert not error.may_have_happened


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


@pytest.mark.parametrize(
    ("content", "reset"),
    [
        pytest.param(b"", True, id="reset"),
        pytest.param(b"", False, id="closed"),
        pytest.param(HEAD + b"Content-Length: 99\r\n\r\n{", False, id="truncated"),
        pytest.param(HEAD + b"Content-Length: 99\r\n\r\n{", True, id="reset in the answer"),
        pytest.param(HEAD + b"Content-Encoding: gzip\r\n\r\nno", False, id="not what it says"),
        pytest.param(b"hello\r\n\r\n", False, id="not HTTP"),
    ],
)
def test_connections_that_break(content, reset):
    """A connection that breaks after the request was sent leaves it open what happened."""
    with answering(content, reset=reset) as url:
        client = IspmanagerClient(url, "root", "prorata")
        assert failure(client).may_have_happened
        client.close()


def test_panel_that_is_silent():
    """A panel that takes longer than the timeout may have done it."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/ispmgr"
        client = IspmanagerClient(url, "root", "prorata", timeout=0.05)
        error = failure(client)
        client.close()
    assert ("timed out", True) == (error.reason, error.may_have_happened)


def test_https_is_verified():
    """A client of an https address trusts the known authorities, one of http loads none."""
    secure = IspmanagerClient("https://panel:1500/ispmgr", "root", "prorata")
    plain = IspmanagerClient(URL, "root", "prorata")
    contexts = [each._wire._sender._transport._pool._ssl_context for each in (secure, plain)]
    assert [True, False] == [bool(context.cert_store_stats()["x509_ca"]) for context in contexts]
    assert contexts[0].check_hostname
    secure.close()
    plain.close()


def test_proxies_of_the_environment_are_ignored(monkeypatch, panel):
    """A panel on this machine is asked directly, whatever the environment says of proxies."""
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    with listen(panel.app) as served:
        client = IspmanagerClient(f"{served.url}/ispmgr", "root", "prorata")
        assert not client.exists("anna")
        client.close()
