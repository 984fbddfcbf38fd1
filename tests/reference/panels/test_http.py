"""Forms over HTTP: what a sender asks of its transport, and how it tells what went wrong."""

from __future__ import annotations

import httpx
import pytest

from prorata.reference.panels.http import HttpSender, socket_transport
from prorata.reference.panels.sending import UnansweredError, UnreachedError

URL = "http://panel:1500/ispmgr"


class Transport(httpx.BaseTransport):
    """A way to a panel that answers with 201, or fails with what it was given."""

    def __init__(self, error=None):
        """Take an error to raise."""
        self.error = error
        self.asked = []
        self.closed = False

    def handle_request(self, request):
        """Take note of a request and answer it."""
        self.asked.append(request)
        if self.error is not None:
            raise self.error
        return httpx.Response(201, stream=httpx.ByteStream(b"done"))

    def close(self):
        """Take note."""
        self.closed = True


def test_a_form_goes_through_the_transport_that_is_given():
    """The form is the body; each part of the way may take the seconds that are named."""
    way = Transport()
    sender = HttpSender(URL, way)
    assert (201, b"done") == sender.send(URL, b"func=user", 2.5)
    (request,) = way.asked
    assert ("POST", URL, b"func=user") == (request.method, str(request.url), request.content)
    assert "application/x-www-form-urlencoded" == request.headers["content-type"]
    assert "*/*" == request.headers["accept"]
    assert {"connect": 2.5, "read": 2.5, "write": 2.5, "pool": 2.5} == request.extensions["timeout"]
    assert not way.closed
    sender.close()
    assert way.closed


@pytest.mark.parametrize(
    ("error", "told", "words"),
    [
        (httpx.ConnectError("refused"), UnreachedError, "refused"),
        (httpx.PoolTimeout(""), UnreachedError, "PoolTimeout"),
        (httpx.ConnectTimeout("late"), UnreachedError, "late"),
        (httpx.ProxyError("no way"), UnreachedError, "no way"),
        (httpx.InvalidURL("odd"), UnreachedError, "odd"),
        (httpx.UnsupportedProtocol("ftp"), UnreachedError, "ftp"),
        (httpx.ReadError("broken"), UnansweredError, "broken"),
        (httpx.ReadTimeout(""), UnansweredError, "ReadTimeout"),
    ],
)
def test_what_went_wrong_is_told_in_its_words(error, told, words):
    """Before the panel had the form, or after; what says nothing is called by its kind."""
    with pytest.raises(told) as raised:
        HttpSender(URL, Transport(error)).send(URL, b"", 1.0)
    assert words == str(raised.value)


class Broken(httpx.SyncByteStream):
    """An answer that breaks off."""

    closed = False

    def __iter__(self):
        """Give a part of it."""
        yield b"do"
        message = "broken"
        raise httpx.ReadError(message)

    def close(self):
        """Take note."""
        self.closed = True


def test_an_answer_that_breaks_off_is_closed():
    """So its connection is not left open."""
    answer = Broken()
    way = httpx.MockTransport(lambda _request: httpx.Response(200, stream=answer))
    with pytest.raises(UnansweredError, match="broken"):
        HttpSender(URL, way).send(URL, b"", 1.0)
    assert answer.closed


@pytest.mark.parametrize(
    ("url", "trusts"),
    [("https://panel/ispmgr", True), ("HTTPS://panel/ispmgr", True), (URL, False)],
)
def test_only_https_needs_authorities(url, trusts):
    """One way over sockets knows whom to trust, the other has nothing to verify."""
    way, sender = socket_transport(url), HttpSender(url)
    for each in (way, sender._transport):
        assert trusts == bool(each._pool._ssl_context.cert_store_stats()["x509_ca"])
    way.close()
    sender.close()
