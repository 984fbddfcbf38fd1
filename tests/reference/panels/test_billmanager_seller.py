"""Buying licences from a BILLmanager: each form that goes there, and what is read of answers."""

from __future__ import annotations

import json
from datetime import date
from urllib.parse import parse_qsl

import pytest

from prorata.reference.engine.licences import Licence
from prorata.reference.engine.ports import PanelFailedError, PanelRefusedError
from prorata.reference.engine.resell.port import LicenceEvent, LicenceOrder, News
from prorata.reference.panels.billmanager import ITEMTYPES, BillmanagerSeller
from prorata.reference.periods import Length

OK = {"ok": {}}


class Sender:
    """A way to a seller that answers always the same, and keeps what it was asked."""

    def __init__(self, doc):
        """Take the document."""
        self.doc = doc
        self.asked = []
        self.closed = False

    def check(self):
        """Let all through."""

    def send(self, _url, form, _timeout):
        """Keep a form, without what all have."""
        said = dict(parse_qsl(form.decode(), keep_blank_values=True))
        self.asked.append({name: said[name] for name in said if name not in {"out", "authinfo"}})
        return 200, json.dumps({"doc": self.doc}).encode()

    def close(self):
        """Take note."""
        self.closed = True


@pytest.fixture
def selling():
    """Return a seller that answers with a document, and the way there."""

    def sell(doc):
        way = Sender(doc)
        url = "http://billing/billmgr"
        return BillmanagerSeller(url, "partner", "prorata", transport=way), way

    return sell


def fields(**texts):
    """Write the fields of a document."""
    return {name: {"$": text} for name, text in texts.items()}


def test_who_buys(selling):
    """The name under which the buyer is known; the connection is closed with the seller."""
    seller, way = selling({"user": {"$name": "partner"}})
    assert {"login": "partner"} == seller.connection()
    seller.close_connection()
    assert ([{"func": "whoami"}], True) == (way.asked, way.closed)


def test_what_is_bought_has_a_type():
    """As the wire calls it."""
    assert {
        "ispmanager licences": "soft",
        "ssl certificates": "certificate",
        "module licences": "softexternal",
    } == ITEMTYPES


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("1", "ordered"),
        ("2", "active"),
        ("3", "suspended"),
        ("4", "deleted"),
        ("5", "processing"),
        ("9", "9"),
    ],
)
def test_the_status_of_a_licence(selling, code, status):
    """Its code on the wire, or what else stands there."""
    assert status == selling(fields(status=code))[0].look("7").status


def test_what_is_sold(selling):
    """The tariffs of a month, from every table of the list."""
    row = fields(pricelist="5", desc="Lite")
    other = fields(pricelist="6", desc="Pro")
    seller, way = selling({"list": [{"elem": [row]}, {}, {"elem": [other]}]})
    assert {"5": "Lite", "6": "Pro"} == seller.tariffs()
    assert [{"func": "soft.order.pricelist", "period": "1"}] == way.asked


@pytest.mark.parametrize(
    ("wish", "told"),
    [
        (LicenceOrder("s1", "5", Length(months=3)), {"period": "3"}),
        (LicenceOrder("s1", "5", None), {"period": "-100"}),
        (
            LicenceOrder("s1", "5", Length(months=1), "192.0.2.1", "eu"),
            {"period": "1", "ip": "192.0.2.1", "licname": "eu"},
        ),
    ],
)
def test_an_order(selling, wish, told):
    """It passes the basket and is not renewed by itself; what it does not say is not sent."""
    seller, way = selling({**OK, **fields(id="7")})
    assert "7" == seller.order(wish)
    always = {
        "func": "soft.order.param",
        "pricelist": "5",
        "remoteid": "s1",
        "autoprolong": "null",
        "skipbasket": "on",
        "clicked_button": "finish",
        "sok": "ok",
    }
    assert [{**always, **told}] == way.asked


def test_an_order_without_a_number_may_have_been_made(selling):
    """So may one whose number cannot be read."""
    seller, _ = selling(OK)
    with pytest.raises(PanelFailedError, match="not an answer") as raised:
        seller.order(LicenceOrder("s1", "5", None))
    assert raised.value.may_have_happened is True


def test_days_are_not_sold(selling):
    """A period has a number where it is whole months."""
    seller, way = selling(OK)
    with pytest.raises(PanelRefusedError, match="whole months, not 10 days"):
        seller.prolong("7", Length(days=10))
    assert [] == way.asked


def row(number, remote="s1", status="2"):
    """Write a row of the list of licences."""
    return fields(id=number, remoteid=remote, status=status)


@pytest.mark.parametrize(
    ("rows", "but", "found"),
    [
        ([], (), None),
        ([row("7")], (), "7"),
        ([row("7", "s11"), row("8")], (), "8"),
        ([row("7", "s11")], (), None),
        ([row("7"), row("8")], (), "7"),
        ([row("7"), row("8")], ("7",), "8"),
        ([row("7", status="4"), row("8")], (), "8"),
        ([row("7"), row("8", status="4")], (), "7"),
        ([row("7", status="4")], (), "7"),
    ],
)
def test_a_licence_is_found_by_what_its_buyer_calls_it(selling, rows, but, found):
    """Exactly so, the first that is not closed."""
    seller, way = selling({"p_elems": {}, "elem": rows})
    assert found == seller.find("s1", but)
    assert [{"func": "soft", "filter": "on", "remoteid": "s1"}] == way.asked


def test_all_licences(selling):
    """Each number with what its buyer calls it."""
    seller, way = selling({"p_elems": {}, "elem": [row("7"), {"id": {"$": "8"}}]})
    assert {"7": "s1", "8": ""} == seller.licences()
    assert [{"func": "soft"}] == way.asked


def test_a_licence_as_it_is(selling):
    """All that its form has."""
    doc = fields(
        remoteid="s1", pricelist="5", status="3", suspendedby="client seller",
        expiredate="2025-02-01", ip="192.0.2.1", licname="eu", lickey="KEY",
    )  # fmt: skip
    seller, way = selling(doc)
    by = frozenset({"client", "seller"})
    expires = date(2025, 2, 1)
    assert Licence("7", "s1", "5", "suspended", by, expires, "192.0.2.1", "eu", "KEY") == (
        seller.look("7")
    )
    assert [{"func": "soft.edit", "elid": "7"}] == way.asked


def test_a_licence_that_is_not_there(selling):
    """It is missed; any other refusal is one, and a form without a status is no answer."""
    missed = {"error": {"$type": "missed", "$object": "soft", "msg": {"$": "no"}}}
    assert selling(missed)[0].look("7") is None
    denied = {"error": {"$type": "access", "$object": "soft", "msg": {"$": "no"}}}
    with pytest.raises(PanelRefusedError, match="access"):
        selling(denied)[0].look("7")
    with pytest.raises(PanelFailedError):
        selling(fields(remoteid="s1"))[0].look("7")
    assert selling(fields(status="9"))[0].look("7") == Licence("7", status="9")


@pytest.mark.parametrize(
    ("act", "asked"),
    [
        (
            lambda seller: seller.prolong("7", Length(months=12)),
            {"func": "service.prolong", "period": "12"},
        ),
        (
            lambda seller: seller.change("7", "6"),
            {"func": "service.changepricelist", "pricelist": "6"},
        ),
        (
            lambda seller: seller.edit("7", ip="", name=None),
            {"func": "soft.edit", "ip": ""},
        ),
        (
            lambda seller: seller.edit("7", ip=None, name="eu"),
            {"func": "soft.edit", "licname": "eu"},
        ),
        (
            lambda seller: seller.new_key("7"),
            {"func": "soft.edit", "clicked_button": "newkey"},
        ),
        (lambda seller: seller.suspend("7"), {"func": "soft.suspend"}),
        (lambda seller: seller.resume("7"), {"func": "soft.resume"}),
        (lambda seller: seller.close("7"), {"func": "soft.delete"}),
    ],
)
def test_what_is_done_with_a_licence(selling, act, asked):
    """Each act has its function, with the number of the licence."""
    seller, way = selling(OK)
    act(seller)
    assert [{"elid": "7", "sok": "ok", **asked}] == way.asked


@pytest.mark.parametrize(
    ("doc", "news"),
    [
        ({"last": {"$": "9"}}, News((), 3, 9)),
        (
            {
                "last": {"$": "9"},
                "elem": [
                    fields(id="6", number="2", item="7"),
                    fields(id="5", number="1", item="8"),
                ],
            },
            News((LicenceEvent(2, "7"), LicenceEvent(1, "8")), 6, 9),
        ),
    ],
)
def test_what_happened_since(selling, doc, news):
    """The events after a row, the highest row of them, and how many there are."""
    seller, way = selling(doc)
    assert news == seller.events(3)
    assert [{"func": "itemevent", "since": "3"}] == way.asked


@pytest.mark.parametrize("doc", [{}, {"last": {"$": "x"}}, {"last": {"$": "1"}, "elem": [{}]}])
def test_events_that_cannot_be_read(selling, doc):
    """They may be there all the same."""
    with pytest.raises(PanelFailedError) as raised:
        selling(doc)[0].events(3)
    assert raised.value.may_have_happened is True


@pytest.mark.parametrize("list_", [[{"elem": [{}]}], "text", [1]])
def test_a_price_list_that_cannot_be_read(selling, list_):
    """Nobody knows what is sold then."""
    with pytest.raises(PanelFailedError, match="not an answer of BILLmanager") as raised:
        selling({"list": list_})[0].tariffs()
    assert raised.value.may_have_happened is True
