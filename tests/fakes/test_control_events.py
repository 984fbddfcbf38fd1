"""What BILLmanager tells of its services, and how the faults of events spoil it."""

from __future__ import annotations

import httpx
import pytest

from prorata.fakes import serve, transport
from prorata.fakes.control import Panels

SEED = {
    "ispmanager": {"presets": {"start": {}}},
    "tariffs": {"start": {"prices": {"1 month": "3.10"}}},
    "clients": {"anna": {"balance": "100.00"}, "boris": {"balance": "100.00"}},
}


@pytest.fixture
def panels():
    """Both panels at the beginning of January 2025."""
    return Panels(seed=SEED)


def ask(panels, who="admin", **params):
    """List the events, each as its fields."""
    app = panels.apps["/billmgr"]
    sent = {"func": "itemevent", "out": "json", "authinfo": f"{who}:prorata", **params}
    with httpx.Client(transport=transport(app), base_url="http://panel") as client:
        doc = client.get("/billmgr", params=sent).json()["doc"]
    assert "error" not in doc
    return [{name: cell["$"] for name, cell in row.items()} for row in doc.get("elem", [])]


def kinds(panels, who="admin", **params):
    """List the events by service and kind."""
    return [f"{row['item']} {row['kind']}" for row in ask(panels, who, **params)]


def order(panels, client="anna"):
    """Let a client order a month; return the service."""
    acted = panels.billmanager.billing.act
    return acted("order", client=client, tariff="start", period="1 month")["service"]


def spoilt(panels, **rule):
    """Let a rule decide; order, and let the month end: one is opened, and suspended."""
    panels.call("faults", faults=[rule])
    order(panels)
    panels.advance(months=1)


def test_what_happened(panels):
    """Each event has its service, kind and instant, and a place after those told before."""
    order(panels)
    panels.advance(months=3)
    opened, suspended = ask(panels)
    assert {
        "id": "1",
        "event": "1",
        "number": "1",
        "item": "1",
        "itemtype": "vhost",
        "kind": "open",
        "at": "2025-01-01 00:00:00",
    } == opened
    # It is paid until February 1; time went on to April 1.
    assert ("2", "suspend", "2025-02-01 00:00:00") == (
        suspended["id"], suspended["kind"], suspended["at"],
    )  # fmt: skip


def test_since(panels):
    """A caller who names the last row seen gets what came after it."""
    order(panels)
    assert ["1 open"] == kinds(panels)
    assert [] == kinds(panels, since="1")
    panels.advance(months=1)
    assert ["1 suspend"] == kinds(panels, since="1")
    assert ["1 open", "1 suspend"] == kinds(panels)
    assert [] == kinds(panels, since="99")


def test_whose(panels):
    """A client is told of their own services, staff of all, each with rows counted from 1."""
    order(panels)
    order(panels, "boris")
    assert ["2 open"] == kinds(panels, "boris")
    assert ["1"] == [row["id"] for row in ask(panels, "boris")]
    assert ["1 open"] == kinds(panels, "anna")
    assert ["1 open", "2 open"] == kinds(panels)


def test_what_has_failed_is_told_when_it_is_done(panels):
    """A service that ispmanager did not make is told of once it is made, five minutes later."""
    rule = {"kind": "status", "panel": "ispmanager", "func": "user.*", "times": 1}
    panels.call("faults", faults=[rule])
    order(panels)
    assert [] == kinds(panels)
    panels.advance(minutes=10)
    (opened,) = ask(panels)
    assert ("open", "2025-01-01 00:05:00") == (opened["kind"], opened["at"])


def test_what_is_dropped_is_not_told(panels):
    """An operation that staff forget has changed nothing."""
    panels.call("faults", faults=[{"kind": "status", "panel": "ispmanager", "func": "user.*"}])
    order(panels)
    assert [] == kinds(panels)
    panels.billmanager.billing.operations.drop(1)
    panels.advance(minutes=10)
    assert [] == kinds(panels)


def test_lost(panels):
    """A lost event never comes; the next one has its row, and the gap is in the events."""
    spoilt(panels, kind="event_lost", func="item.open")
    assert [("1", "2", "suspend")] == [
        (row["id"], row["event"], row["kind"]) for row in ask(panels)
    ]
    panels.call("faults", faults=[])
    assert ["1 suspend"] == kinds(panels)


def test_repeated(panels):
    """A repeated event is in two rows, and is the same event."""
    spoilt(panels, kind="event_repeated", func="item.suspend")
    assert [("1", "1"), ("2", "2"), ("3", "2")] == [
        (row["id"], row["event"]) for row in ask(panels)
    ]


def test_late(panels):
    """A late event comes so many simulated seconds later, with the instant at which it happened."""
    # Both had happened when they were first asked for: opening is told a day after the other.
    spoilt(panels, kind="event_late", seconds=32 * 86400, func="item.open")
    assert ["1 suspend"] == kinds(panels)
    panels.advance(hours=23)
    assert [] == kinds(panels, since="1")
    panels.advance(hours=1)
    (late,) = ask(panels, since="1")
    assert ("2", "1", "open", "2025-01-01 00:00:00") == (
        late["id"], late["event"], late["kind"], late["at"],
    )  # fmt: skip


def test_out_of_order(panels):
    """An event that is out of order comes after the next one."""
    spoilt(panels, kind="event_out_of_order", func="item.open")
    assert ["1 suspend", "1 open"] == kinds(panels)


def test_rules_count(panels):
    """Conditions of rules hold for events; calls are not counted, and other panels not meant."""
    for _ in range(4):
        order(panels)
    panels.call(
        "faults",
        faults=[
            {"kind": "event_lost", "panel": "ispmanager"},
            {"kind": "event_lost", "panel": "billmanager", "func": "item.*", "every": 2},
        ],
    )
    assert ["1 open", "3 open"] == kinds(panels)
    assert [0, 2] == [rule["happened"] for rule in panels.faults.describe()["faults"]]


def test_told_once(panels):
    """What was told stays so: also after a restored snapshot, and in a fork."""
    panels.call("faults", faults=[{"kind": "event_lost", "func": "item.open", "nth": 1}])
    order(panels)
    order(panels)
    assert ["2 open"] == kinds(panels)
    panels.snapshot("told")
    other = panels.fork("other")
    panels.advance(months=1)
    assert ["2 open", "1 suspend", "2 suspend"] == kinds(panels)
    assert ["2 open"] == kinds(other)
    panels.restore("told")
    assert ["2 open"] == kinds(panels)


def test_after_a_restart(tmp_path):
    """A set that goes on tells the same, and what it has not told yet."""
    file, faults = tmp_path / "panels.db", [{"kind": "event_lost", "func": "item.open"}]
    with serve(seed=SEED, state=file) as panels, httpx.Client(trust_env=False) as http:
        url = panels.urls["billmanager"]
        number = str(panels.billmanager.listings.by_name["start"].id)
        order_of = {"func": "v2.vhost.order.param", "order_period": "1", "skipbasket": "on"}
        more = {"pricelist": number, "domain": "a.example.com", "sok": "ok", "out": "json"}
        asked = {"func": "itemevent", "authinfo": "anna:prorata", "out": "json"}
        panels.call("faults", faults=faults)
        made = http.post(url, data={**order_of, **more, "authinfo": "anna:prorata"}).json()
        assert "error" not in made["doc"]
        assert "elem" not in http.get(url, params=asked).json()["doc"]
        panels.call("faults", faults=[])
        panels.advance(months=1)
        before = panels.dump()
    with serve(state=file) as panels:
        assert before == panels.dump()
        assert ["1 suspend"] == kinds(panels, "anna")
