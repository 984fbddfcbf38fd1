"""The wire: what a sender is given, and what is read of what comes back."""

from __future__ import annotations

import json
from urllib.parse import parse_qs

import httpx
import pytest

from prorata.reference.engine.ports import PanelFailedError, PanelRefusedError
from prorata.reference.panels.http import HttpSender
from prorata.reference.panels.sending import UnansweredError, UnreachedError
from prorata.reference.panels.wire import Wire

URL = "http://panel:1500/ispmgr"


class Sender:
    """A way to a panel that gives the next of its answers, and keeps what it was given."""

    def __init__(self, *answers, status=200, error=None):
        """Take the documents to answer with."""
        self.answers = [*answers]
        self.status = status
        self.error = error
        self.forms = []
        self.checked = self.closed = 0

    def check(self):
        """Take note."""
        self.checked += 1

    def send(self, _url, form, _timeout):
        """Give the next answer."""
        self.forms.append(form)
        if self.error is not None:
            raise self.error
        answer = self.answers.pop(0)
        content = answer if isinstance(answer, bytes) else json.dumps({"doc": answer}).encode()
        return self.status, content

    def close(self):
        """Take note."""
        self.closed += 1


def wired(sender):
    """Return a wire over a sender."""
    return Wire(URL, "root", "prorata", transport=sender)


def test_a_call_has_its_form_and_its_sender():
    """The sender is asked first whether it can; it is closed with the wire."""
    sender = Sender({"ok": {}}, {"ok": {}})
    wire = wired(sender)
    assert {"ok": {}} == wire.act("user.edit", {"elid": "anna b", "name": "ä", "on": "1"})
    assert {"ok": {}} == wire.act("user.edit", {"elid": "bob"})
    form = {"func": ["user.edit"], "out": ["json"], "authinfo": ["root:prorata"], "sok": ["ok"]}
    told = [parse_qs(each.decode()) for each in sender.forms]
    assert [
        {**form, "elid": ["anna b"], "name": ["ä"], "on": ["1"]},
        {**form, "elid": ["bob"]},
    ] == (told)
    assert "name=%C3%A4" in sender.forms[0].decode()
    assert (2, 0) == (sender.checked, sender.closed)
    wire.close()
    assert 1 == sender.closed


def test_a_form_is_written_once_while_the_same_is_asked():
    """Who polls asks the same again and again: the form is the very same one."""
    sender = Sender({"ok": {}}, {"ok": {}})
    wire = wired(sender)
    wire.call("whoami", {})
    wire.call("whoami", {})
    assert sender.forms[0] is sender.forms[1]


def test_an_answer_that_comes_again_is_read_once():
    """What stands in it is the very same; another answer, and that of another function, is not."""
    elem, other = [{"name": {"$": "anna"}}], [{"name": {"$": "bob"}}]
    docs = [{"elem": elem}, {"elem": elem}, {"elem": elem}, {"elem": other}]
    wire = wired(Sender(*docs))
    first, again, of_other = (wire.call(func, {})["elem"] for func in ("user", "user", "db"))
    assert first is again
    assert first == of_other
    assert first is not of_other
    assert other == wire.call("db", {})["elem"]


def test_a_transport_of_httpx_is_a_way_over_http():
    """It is wrapped; without any there is one over sockets."""
    way = httpx.MockTransport(lambda _request: httpx.Response(200, json={"doc": {"ok": {}}}))
    wire = wired(way)
    assert {"ok": {}} == wire.call("whoami", {})
    assert way is wire._sender._transport
    plain = wired(None)
    assert isinstance(plain._sender, HttpSender)
    plain.close()


@pytest.mark.parametrize(
    ("ask", "answer"),
    [
        (lambda wire: wire.act("user", {}), {}),
        (lambda wire: wire.rows("user"), {}),
        (lambda wire: wire.rows("user"), {"p_elems": {}, "elem": ["text"]}),
        (lambda wire: wire.call("user", {}), b"no JSON"),
    ],
)
def test_an_answer_that_is_none_leaves_it_open(ask, answer):
    """An act says ok, a list how many rows it has: what does not may have happened all the same."""
    with pytest.raises(PanelFailedError, match="not an answer of ispmanager") as raised:
        ask(wired(Sender(answer)))
    assert raised.value.may_have_happened is True


@pytest.mark.parametrize(
    ("status", "open_"), [(201, False), (404, False), (499, False), (500, True), (503, True)]
)
def test_from_500_on_it_may_have_happened(status, open_):
    """Below that the panel has said no."""
    with pytest.raises(PanelFailedError, match=f"HTTP {status}") as raised:
        wired(Sender({"ok": {}}, status=status)).call("whoami", {})
    assert open_ is raised.value.may_have_happened


@pytest.mark.parametrize(("error", "open_"), [(UnreachedError, False), (UnansweredError, True)])
def test_a_form_that_did_not_arrive_did_nothing(error, open_):
    """One without an answer may have."""
    with pytest.raises(PanelFailedError, match="broken") as raised:
        wired(Sender(error=error("broken"))).call("whoami", {})
    assert open_ is raised.value.may_have_happened


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ({"msg": {"$": " full "}, "detail": {"$": "other"}}, "full"),
        ({"detail": {"$": "other"}}, "other"),
        ({}, ""),
    ],
)
def test_a_refusal_says_its_sentence(words, sentence):
    """The message, else the detail, else nothing."""
    error = {"$type": "limit", "$object": "users", **words}
    with pytest.raises(PanelRefusedError) as raised:
        wired(Sender({"error": error})).call("user", {})
    told = raised.value
    assert ("limit", "users", sentence) == (told.type, told.object, told.message)


def test_rows_show_the_code_of_a_field():
    """Where a field has one of its own; a list may have no row at all."""
    elem = [{"name": {"$": "anna"}, "level": {"$": "User", "$orig": "16"}, "note": {}}]
    wire = wired(Sender({"p_elems": {}, "elem": elem}, {"p_elems": {}}))
    assert [{"name": "anna", "level": "16", "note": ""}] == wire.rows("user")
    assert [] == wire.rows("user")
