"""Sequences of calls that are drawn from what the functions declare."""

from __future__ import annotations

import pytest
from fuzzing import tally
from fuzzing.asking import Asked, ask, new_set
from fuzzing.budget import for_a_share
from fuzzing.checking import check_answer, check_journal, check_state
from fuzzing.drawing import bodies, calls
from fuzzing.replay import digests
from fuzzing.tally import tried
from hypothesis import strategies as st

PATHS = {"ispmanager": "/ispmgr", "billmanager": "/billmgr"}
SETS = {"ispmanager": "ispmanager", "billmanager": "all"}


def played(name, sequence):
    """Ask a new set all of a sequence; return the answers."""
    panels = new_set(SETS[name])
    app = panels.apps[PATHS[name]]
    answers = []
    for asked in sequence:
        answers.append(ask(app, asked))
        error = check_answer(asked, answers[-1])
        kind, _, _ = error.partition("/")
        tally.ANSWERED[kind or "no error"] += 1
    check_state(panels)
    check_journal(panels)
    return answers


@pytest.mark.parametrize("name", PATHS)
def test_sequences_of_declared_calls(name):
    """Every answer is well-formed, states stay sound, and a second panel says the very same."""
    panels = new_set(SETS[name])
    panel = panels.panels[name]
    call = calls(PATHS[name], panel.functions, panel.login)

    seen = []

    def said(sequence):
        tried(f"{name}: declared functions, values good and bad", 2 * len(sequence))
        assert played(name, sequence) == played(name, sequence)
        seen.append(sequence)

    for_a_share(0.3, said, sequence=st.lists(call, min_size=1, max_size=12))
    again = seen[-200:]
    tried(f"{name}: the same in two processes", 2 * sum(map(len, again)))
    assert 1 == len(digests(PATHS[name], SETS[name], again))


@pytest.mark.parametrize("name", PATHS)
def test_any_bytes(name):
    """Any bytes as a query, a body or a cookie get a well-formed answer."""
    panels = new_set(SETS[name])
    app = panels.apps[PATHS[name]]

    def said(query, body, cookie, kind):
        headers = ((b"cookie", cookie), (b"content-type", kind))
        asked = Asked(PATHS[name], query, body, "POST", headers)
        tried(f"{name}: any bytes")
        check_answer(asked, ask(app, asked))

    kinds = st.sampled_from(
        [b"", b"application/json", b"multipart/form-data; boundary=b", b"text/xml", b"\xff"]
    )
    for_a_share(
        0.08, said, query=st.binary(max_size=60), body=bodies, cookie=st.binary(), kind=kinds
    )
    check_state(panels)
