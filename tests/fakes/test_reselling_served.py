"""`prorata serve billmanager` alone is enough for a reseller's module to work against.

The calls are those that clients of licences make: their functions, their parameters, and what they
read of the answers.
"""

from __future__ import annotations

import json
import subprocess
import sys
from http.client import HTTPConnection
from urllib.parse import urlencode, urlsplit

import pytest

SEED = """
groups: {partners: {suspend: yes, delete: yes}}
clients: {partner: {balance: "100.00", group: partners}}
tariffs:
  ispmanager lite: {number: 55227, prices: {1 month: "5.00", 1 year: "50.00"}}
  ispmanager pro: {number: 55228, prices: {1 month: "10.00", 1 year: "100.00"}}
"""


class Wire:
    """The served panel: its functions as a client, and its control."""

    def __init__(self, url):
        self._at = urlsplit(url)

    def _post(self, path, body, kind):
        connection = HTTPConnection(self._at.netloc, timeout=10)
        connection.request("POST", path, body, {"Content-Type": kind})
        answer = connection.getresponse()
        text = answer.read()
        connection.close()
        assert 200 == answer.status, text
        return json.loads(text)

    def call(self, func, **params):
        """Call a function as the partner; return the document."""
        form = {"func": func, "out": "json", "authinfo": "partner:prorata", **params}
        return self._post(self._at.path, urlencode(form), "application/x-www-form-urlencoded")[
            "doc"
        ]

    def advance(self, **by):
        """Let time go on."""
        self._post("/_prorata/advance", json.dumps(by), "application/json")

    def news(self, since):
        """Ask what happened after a row; return the kinds, and the last row."""
        rows = self.call("itemevent", since=since).get("elem", [])
        kinds = [f"{row['item']['$']} {row['kind']['$']}" for row in rows]
        return kinds, rows[-1]["id"]["$"] if rows else since

    def form(self, number):
        """Read a licence."""
        told = self.call("soft.edit", elid=number)
        return {name: cell.get("$", "") for name, cell in told.items() if isinstance(cell, dict)}


@pytest.fixture
def wire(tmp_path):
    """Serve BILLmanager by itself, on a free port, until the test is over."""
    seed = tmp_path / "seed.yaml"
    seed.write_text(SEED, encoding="utf-8")
    main = "from prorata.harness.cli import main; main()"
    words = ["serve", "billmanager", "--seed", str(seed), "--listen", "127.0.0.1:0"]
    words += ["--clock", "2025-09-01T10:00:00Z"]
    with subprocess.Popen(
        [sys.executable, "-c", main, *words], stdout=subprocess.PIPE, text=True
    ) as served:
        _, url, *_ = served.stdout.readline().split()
        yield Wire(url)
        served.terminate()


def order(wire):
    """Order a licence for a month, past the basket."""
    answer = wire.call(
        "soft.order.param", pricelist="55227", period="1", ip="192.0.2.5", licname="srv",
        remoteid="17", autoprolong="null", skipbasket="on", clicked_button="finish", sok="ok",
    )  # fmt: skip
    assert answer["id"]["$"] == answer["item.id"]["$"]
    return answer["id"]["$"]


def test_the_flow_of_a_licence(wire):
    """Order, key, prolongation, tariff, suspension and closing, each told by an event."""
    assert "error" not in wire.call(
        "soft.checkip", pricelist="55227", period="1", ip="192.0.2.5", sok="ok"
    )
    assert ([], "0") == wire.news("0")
    number = order(wire)
    kinds, row = wire.news("0")
    assert [f"{number} open"] == kinds
    licence = wire.form(number)
    # Some take the number of a licence from the beginning of its key.
    assert number == licence["lickey"].partition("-")[0]
    assert ("2", "55227", "2025-10-01", "192.0.2.5", "srv", "17") == tuple(
        licence[name] for name in ("status", "pricelist", "expiredate", "ip", "licname", "remoteid")
    )
    prolonged = wire.call("service.prolong", elid=number, period="1", sok="ok")
    assert "2025-11-01" == prolonged["doc"]["newexpiredate"]["$"]
    wire.call("service.changepricelist", elid=number, pricelist="55228", period="1", sok="ok")
    assert ("55228", "2025-11-01") == tuple(
        wire.form(number)[name] for name in ("pricelist", "expiredate")
    )
    wire.call("soft.suspend", elid=number)
    assert "3" == wire.form(number)["status"]
    wire.call("soft.resume", elid=number)
    assert "2" == wire.form(number)["status"]
    before = wire.form(number)["lickey"]
    wire.call("soft.edit", elid=number, clicked_button="newkey", sok="ok")
    assert before != wire.form(number)["lickey"]
    wire.advance(minutes=5)
    kinds, row = wire.news(row)
    # What a renewal or a change brings with it is told as well.
    expected = ("prolong", "changepricelist", "suspend", "resume", "setparam")
    left = iter(kinds)
    assert [] == [kind for kind in expected if f"{number} {kind}" not in left]
    wire.call("soft.delete", elid=number, sok="ok")
    assert "4" == wire.form(number)["status"]
    assert [f"{number} close"] == wire.news(row)[0]
    # 100.00 − 5.00 − 5.00 − 2 × (10.00 − 5.00)
    assert "80.00 USD" == wire.call("subaccount")["elem"][0]["balance"]["$"]


def test_what_the_seller_does_is_polled(wire):
    """A licence that nobody renews is suspended there, and its buyer hears of it."""
    number = order(wire)
    _, row = wire.news("0")
    wire.advance(months=1)
    assert [f"{number} suspend"] == wire.news(row)[0]
    assert "3" == wire.form(number)["status"]


def test_an_address_changes_once_a_month(wire):
    """31 days after the last change it does; before that it is refused, and stays."""
    number = order(wire)
    assert "error" not in wire.call("soft.edit", elid=number, ip="192.0.2.77", sok="ok")
    refused = wire.call("soft.edit", elid=number, ip="192.0.2.78", sok="ok")
    assert "error" in refused
    assert "192.0.2.77" == wire.form(number)["ip"]


def test_a_licence_is_found_by_what_its_buyer_calls_it(wire):
    """After an answer that was lost it is looked for before anything is ordered again."""
    number = order(wire)
    found = wire.call("soft", filter="on", remoteid="17")["elem"]
    assert [number] == [row["id"]["$"] for row in found]
    assert "elem" not in wire.call("soft", filter="on", remoteid="18")


def test_no_balance_is_refused(wire):
    """The order of more than there is makes nothing and costs nothing."""
    answer = wire.call(
        "soft.order.param", pricelist="55228", period="12", remoteid="17", skipbasket="on",
        clicked_button="finish", sok="ok",
    )  # fmt: skip
    assert "error" not in answer  # 100.00 pay 100.00
    answer = wire.call(
        "soft.order.param", pricelist="55227", period="1", remoteid="18", skipbasket="on",
        clicked_button="finish", sok="ok",
    )  # fmt: skip
    assert "error" in answer
    assert 1 == len(wire.call("soft")["elem"])
