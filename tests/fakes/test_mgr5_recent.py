"""Answers that are given again: never one that has become wrong."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import httpx
import pytest

from prorata.fakes import Ispmanager, transport
from prorata.reference.clock import Clock

ROOT = {"authinfo": "root:prorata", "out": "json"}


@pytest.fixture
def panel():
    """A panel with one user, without the one that is there from the start."""
    made = Ispmanager(Clock(datetime(2025, 8, 1, tzinfo=UTC)), presets={"small": {}})
    del made.state.users["www-root"]
    made.add_user("anna")
    made.set_usage("anna", disk=5, per_day={"disk": 2})
    return made


@pytest.fixture
def ask(panel):
    """Call a function; return the document."""
    with httpx.Client(transport=transport(panel.app), base_url="http://panel") as client:
        yield lambda func, **params: json.loads(
            client.get("/ispmgr", params={**ROOT, "func": func, **params}).content
        )["doc"]


def names(doc):
    """Return the names in a list of users."""
    return [row["name"]["$"] for row in doc["elem"]]


CHANGES = {
    "a user from Python": (lambda panel, ask: panel.add_user("bob"), ["anna", "bob"]),
    "a user by HTTP": (
        lambda panel, ask: ask("user.edit", name="bob", passwd="secret", sok="ok"),
        ["anna", "bob"],
    ),
    "one that is deleted": (lambda panel, ask: ask("user.delete", elid="anna"), None),
    "another state": (lambda panel, ask: panel.restore(panel.snapshot()), ["anna"]),
    "a filter": (
        lambda panel, ask: ask("user.filter", name="bob", sok="ok"),
        None,
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_changed_is_shown(panel, ask, change):
    """A list is the same again until something changes, from Python or by HTTP."""
    assert ask("user") == ask("user")
    act, expected = CHANGES[change]
    act(panel, ask)
    doc = ask("user")
    assert expected == (names(doc) if "elem" in doc else None)


def test_what_grows_is_shown(panel, ask):
    """What is taken up grows with time."""
    used = [ask("user")["elem"][0]["quota_used"]["$"] for _ in range(2)]
    panel.clock.advance(days=1)
    # 5 MiB and 2 more a day.
    assert ["5", "5", "7"] == [*used, ask("user")["elem"][0]["quota_used"]["$"]]


def test_a_single_row_as_object(panel, ask):
    """The quirk holds from the next answer on."""
    assert isinstance(ask("user")["elem"], list)
    panel.single_row_as_object = True
    assert isinstance(ask("user")["elem"], dict)


def test_another_password_is_asked_for(panel, ask):
    """Whoever may not log in any more does not get what was told before."""
    params = {"authinfo": "anna:prorata", "func": "webdomain"}
    assert "error" not in ask(**params) | ask(**params)
    ask("user.edit", elid="anna", passwd="other", sok="ok")
    assert "badpassword" == ask(**params)["error"]["$object"]


def test_each_call_is_noted(panel, ask):
    """An answer that is given again is a call like the others."""
    for _ in range(3):
        ask("user")
    assert [("user", None)] * 3 == [(call.func, call.error) for call in panel.calls]
    assert [1, 2, 3] == [call.number for call in panel.calls]
    assert {"root"} == {call.who for call in panel.calls}
