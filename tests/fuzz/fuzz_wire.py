"""Anything on a socket: the panels run in a process of their own, which must outlive it."""

from __future__ import annotations

import pytest
from fuzzing.asking import SEED
from fuzzing.budget import for_a_share
from fuzzing.serving import served
from fuzzing.tally import tried
from fuzzing.wire import exchange, read_answers, requests
from hypothesis import strategies as st

WHICH = "ispmanager"


@pytest.fixture(scope="module")
def server():
    """Panels on real ports."""
    with served(WHICH, {"ispmanager": SEED["ispmanager"]}) as started:
        yield started


def test_any_bytes_on_a_socket(server):
    """Whatever is sent, what comes back is HTTP without a 5xx, or nothing."""
    port = server.port(WHICH)

    def said(raw, at):
        tried("socket: requests with something done to them")
        answers = read_answers(
            exchange(port, [raw[:at], raw[at:]]), bodiless=b"HEAD" in raw.upper()
        )
        assert all(100 <= each.status < 500 for each in answers), answers

    for_a_share(0.1, said, raw=requests(server.path(WHICH)), at=st.integers(0, 100))
    asked = b"GET /_prorata/clock HTTP/1.1\r\nConnection: close\r\n\r\n"
    assert 200 == read_answers(exchange(port, [asked]), bodiless=False)[0].status
