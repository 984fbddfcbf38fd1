from __future__ import annotations

import asyncio

import httpx
import pytest
import respx

from prorata.fakes import Ispmanager
from prorata.fakes.faults import Faults
from prorata.fakes.mounting import mount

BASE = "https://panel.example.com:1500"
CALL = {"func": "whoami", "out": "json", "authinfo": "root:prorata"}


@pytest.fixture
def router():
    """All of httpx's traffic, of which nothing leaves."""
    with respx.mock() as router:
        yield router


def test_any_client_of_httpx(router, panel):
    """Code that makes its own client talks to the panel, at an address of its own."""
    route = mount(router, panel.app, base_url=BASE)
    answer = httpx.post(f"{BASE}/ispmgr", data=CALL)
    assert ("root", BASE) == (answer.json()["doc"]["user"]["$name"], answer.json()["doc"]["$host"])
    assert 1 == route.call_count


def test_async_clients(router, panel):
    """Async clients are answered too."""
    mount(router, panel.app, base_url=f"{BASE}/")

    async def call():
        async with httpx.AsyncClient() as client:
            return await client.post(f"{BASE}/ispmgr", data=CALL)

    assert "root" == asyncio.run(call()).json()["doc"]["user"]["$name"]


def test_other_addresses(router, panel):
    """Other hosts, and ports that only begin alike, are not the panel's."""
    mount(router, panel.app, base_url="https://panel.example.com:150")
    with pytest.raises(respx.models.AllMockedAssertionError):
        httpx.post(f"{BASE}/ispmgr", data=CALL)
    assert 404 == httpx.get("https://panel.example.com:150/else").status_code


def test_several_panels(router, panel, clock):
    """Each application of a mapping, or of a set, has its path."""
    other = Ispmanager(clock, login="admin")

    class Both:
        apps = {"/billmgr": other.app, "/ispmgr": panel.app}  # noqa: RUF012

    mount(router, Both(), base_url=BASE)
    mount(router, Both.apps, base_url="http://second")
    for base in (BASE, "http://second"):
        paths = ["/ispmgr", "/manager/ispmgr", "/else"]
        statuses = [httpx.post(f"{base}{path}", data=CALL).status_code for path in paths]
        assert [200, 200, 404] == statuses


def test_faults(router, panel):
    """A panel under respx fails as one on a socket does; its time limits are the client's."""
    panel.faults = Faults()
    panel.faults.add("refused", times=1)
    panel.faults.add("slow", milliseconds=6000, times=2)
    mount(router, panel.app, base_url=BASE)
    with pytest.raises(httpx.ConnectError):
        httpx.post(f"{BASE}/ispmgr", data=CALL)
    # The time limit of httpx is five seconds.
    with pytest.raises(httpx.ReadTimeout):
        httpx.post(f"{BASE}/ispmgr", data=CALL)
    assert 200 == httpx.post(f"{BASE}/ispmgr", data=CALL, timeout=7).status_code
