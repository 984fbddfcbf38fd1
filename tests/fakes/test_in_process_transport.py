from __future__ import annotations

import asyncio

import httpx
import pytest

from prorata.fakes import transport
from prorata.fakes.inprocess import InProcessTransport

CALL = {"func": "whoami", "out": "json", "authinfo": "root:prorata"}


def test_sync_client(panel):
    """A sync client talks to a panel without a socket."""
    with httpx.Client(transport=transport(panel.app)) as client:
        answer = client.post("http://panel/ispmgr", data=CALL)
    assert "root" == answer.json()["doc"]["user"]["$name"]


def test_async_client(panel):
    """An async client does too, through the same transport."""

    async def call():
        async with httpx.AsyncClient(transport=transport(panel.app)) as client:
            return await client.post("http://panel/ispmgr", data=CALL)

    assert "root" == asyncio.run(call()).json()["doc"]["user"]["$name"]


def test_scope():
    """The application sees method, path, query, headers and address as a server would tell them."""
    seen = {}

    async def app(scope, receive, send):
        seen.update(scope, body=(await receive())["body"])
        await send({"type": "http.response.start", "status": 204, "headers": [(b"x-y", b"z")]})

    with httpx.Client(transport=InProcessTransport(app)) as client:
        answer = client.put("https://h:1500/a%20b?c=%20d", content=b"body", headers={"X-Up": "V"})
    assert (204, "z", b"") == (answer.status_code, answer.headers["x-y"], answer.content)
    assert ("PUT", "/a b", b"c=%20d", b"body") == (
        seen["method"],
        seen["path"],
        seen["query_string"],
        seen["body"],
    )
    assert ("https", ("h", 1500), b"/a%20b") == (seen["scheme"], seen["server"], seen["raw_path"])
    assert (b"x-up", b"V") in seen["headers"]
    assert "127.0.0.1" == seen["client"][0]


def test_application_that_waits():
    """An application that waits for an event loop is told so instead of hanging."""

    class Never:
        def __await__(self):
            yield

    async def app(scope, receive, send):
        await Never()

    with (
        httpx.Client(transport=transport(app)) as client,
        pytest.raises(RuntimeError, match="only an event loop can bring"),
    ):
        client.get("http://panel/")


def test_application_that_says_nothing():
    """An application that sends no answer looks like a server that hung up."""

    async def app(scope, receive, send):
        pass

    with httpx.Client(transport=transport(app)) as client, pytest.raises(httpx.RemoteProtocolError):
        client.get("http://panel/")


def test_application_that_fails():
    """An exception of the application is the test's to see."""

    async def app(scope, receive, send):
        raise LookupError("ours")

    with httpx.Client(transport=transport(app)) as client, pytest.raises(LookupError, match="ours"):
        client.get("http://panel/")
