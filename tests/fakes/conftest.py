"""A panel, its clock, and ways to ask it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any, Protocol
from xml.etree import ElementTree as ET

import httpx
import pytest

from prorata.fakes import Ispmanager, transport
from prorata.reference.clock import Clock

ROOT = "root:prorata"


class Ask(Protocol):
    """Call a function as root (or with other credentials) and return the answer's `doc`."""

    def __call__(self, func: str, *, authinfo: str | None = ROOT, **params: str) -> Any: ...


@pytest.fixture
def clock() -> Clock:
    """Time stands at nine in the morning of 1 August 2025, UTC."""
    return Clock(datetime(2025, 8, 1, 9, tzinfo=UTC))


@pytest.fixture
def panel(clock: Clock) -> Ispmanager:
    """A panel with three presets and no users: not even the one that is there from the start."""
    presets = {
        "small": {"limit_quota": "1024", "limit_db": "1"},
        "large": {"limit_quota": "8192", "limit_db": "10", "limit_ssl": "on"},
        "no sites": {"limit_webdomains": "0"},
    }
    made = Ispmanager(clock, presets=presets)
    del made.state.users["www-root"]
    return made


@pytest.fixture
def client(panel: Ispmanager) -> httpx.Client:
    """A plain HTTP client of the panel."""
    return httpx.Client(transport=transport(panel.app), base_url="http://panel:1500")


@pytest.fixture
def post(client: httpx.Client) -> Any:
    """Post a form and return the response."""

    def call(**params: str) -> httpx.Response:
        return client.post("/ispmgr", data=params)

    return call


@pytest.fixture
def ask(post: Any) -> Ask:
    """Call a function and return the JSON answer's `doc`."""

    def call(func: str, *, authinfo: str | None = ROOT, **params: str) -> Any:
        credentials = {} if authinfo is None else {"authinfo": authinfo}
        answer = post(func=func, out="json", **credentials, **params)
        assert answer.status_code == 200
        return json.loads(answer.content)["doc"]

    return call


@pytest.fixture
def ask_xml(post: Any) -> Ask:
    """Call a function and return the root of the XML answer."""

    def call(func: str, *, authinfo: str | None = ROOT, **params: str) -> Any:
        credentials = {} if authinfo is None else {"authinfo": authinfo}
        answer = post(func=func, out="xml", **credentials, **params)
        assert answer.status_code == 200
        return ET.fromstring(answer.content)

    return call


@pytest.fixture
def anna(ask: Ask) -> str:
    """A user made from the preset small, with a domain."""
    made = ask(
        "user.add.finish",
        name="anna",
        passwd="pw",
        preset="small",
        domain="anna.example.com",
        sok="ok",
    )
    assert made["ok"] == {}
    return "anna"
