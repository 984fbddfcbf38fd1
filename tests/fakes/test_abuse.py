"""Abuse that the panels once did not stand: each is one case of what `tox -e fuzz` tries."""

from __future__ import annotations

import json
import socket
from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest

from prorata.fakes import listen
from prorata.fakes.control import Panels
from prorata.fakes.control.errors import ControlError
from prorata.fakes.control.guarding import step
from prorata.fakes.mgr5.bodies import read_body, read_form
from prorata.fakes.mgr5.errors import Mgr5Error
from prorata.fakes.mgr5.journal import Journal
from prorata.fakes.mgr5.request import read_request


def request_with(body):
    """A request as the journal is given it."""
    return read_request({"headers": [], "query_string": b""}, body)


def test_a_call_of_ten_megabytes_is_cut_for_the_journal():
    """What is kept of a value is its first 1,024 characters."""
    journal = Journal()
    journal.note(
        datetime(2025, 1, 1, tzinfo=UTC), "ispmgr", request_with(b"func=a&x=" + b"b" * 10**7)
    )
    assert {"x": "b" * 1024} == journal[0].params
    assert "a" == journal[0].func


def test_a_journal_of_heavy_calls_forgets_the_oldest():
    """Calls of 60,000 bytes each: 48 MiB are 50,331,648 bytes, so fewer than 839 are kept."""
    journal = Journal()
    heavy = request_with(b"x=" + b"b" * 60_000)
    for _ in range(1000):
        journal.note(datetime(2025, 1, 1, tzinfo=UTC), "ispmgr", heavy)
    assert 800 < len(journal) < 839
    assert 1000 == journal[-1].number


def test_a_refused_request_keeps_no_traceback():
    """Its frames would hold the whole body for as long as the journal has the call."""
    refused = request_with(b"&" * 20_000)
    assert "value/params" == str(refused.parsed.trouble)
    assert refused.parsed.trouble.__traceback__ is None


def test_a_json_list_without_an_end():
    """Millions of elements are refused before they are made."""
    with pytest.raises(Mgr5Error, match="value/params"):
        read_body(b'{"func":[' + b"1," * 100_001 + b"1]}", "")


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"a=%41%zz%4", {"a": "A%zz%4"}),
        (b"a+b=c+%2B", {"a b": "c +"}),
        (b"a=%c3%A9\xc3\xa9", {"a": "éé"}),
        (b"a=\xff", {"a": "\udcff"}),
        (b"&&a&=b&a=c=d", {"a": "c=d", "": "b"}),
    ],
)
def test_forms(raw, expected):
    """Percent and plus are undone, what is no escape stays, the last value wins."""
    assert expected == read_form(raw)


def test_a_url_that_is_none():
    """The parser finds it when the headers are over: 400, and the port goes on."""
    panels = Panels("ispmanager")
    with listen(panels.apps) as served:
        place = urlsplit(served.url)
        with socket.create_connection((place.hostname, place.port), 5) as connection:
            connection.sendall(b"CONNECT a:1 HTTP/1.1\r\n\r\n")
            assert connection.recv(100).startswith(b"HTTP/1.1 400 ")


def test_half_a_request_for_control_changes_nothing():
    """An empty body puts everything back; one that was not received must not."""
    panels = Panels("ispmanager")
    panels.advance(days=1)
    scope = {"type": "http", "method": "POST", "path": "/_prorata/reset", "query_string": b""}
    half = {"type": "http.request", "body": b"", "more_body": True}
    sent = step(panels.apps["/_prorata"], scope, [half, {"type": "http.disconnect"}])
    assert 400 == sent[0]["status"]
    assert 2 == panels.now.day


def test_control_repeats_a_thousand_characters_at_most():
    """A value of megabytes is not sent back whole."""
    with pytest.raises(ControlError) as refused:
        Panels("ispmanager").call("clock", to="a" * 10**6)
    assert 1001 == len(refused.value.body()["error"]["message"])


def test_control_takes_at_most_a_thousand_rules():
    """More faults than that are a mistake."""
    with pytest.raises(ControlError, match="faults: it is too long"):
        Panels("ispmanager").call("faults", faults=[{"kind": "slow"}] * 1001)


@pytest.mark.parametrize("name", [True, 5])
def test_a_name_is_a_text(name):
    """True is no name of a fork, nor is a number."""
    with pytest.raises(ControlError, match="is no value"):
        Panels("ispmanager").call("fork", name=name)


@pytest.mark.parametrize("rows", [{"small": [None]}, {"small": {"template": []}}, {"small": 1e308}])
def test_a_seed_of_another_shape(rows):
    """Whatever stands in it, the seed is refused and everything is as it was."""
    panels = Panels("all")
    panels.advance(days=1)
    with pytest.raises(ControlError, match="seed"):
        panels.reset(json.loads(json.dumps({"tariffs": rows})))
    assert 2 == panels.now.day
