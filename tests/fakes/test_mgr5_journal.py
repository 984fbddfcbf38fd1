from __future__ import annotations

import copy
import json
from datetime import UTC, datetime

import pytest

from prorata.fakes.mgr5.journal import Call, Journal
from prorata.fakes.mgr5.request import read_request

START = datetime(2025, 8, 1, 9, tzinfo=UTC)


def note(journal, query, **more):
    """Note a call of this query."""
    scope = {"headers": [], "query_string": query.encode()}
    journal.note(START, "ispmgr", read_request(scope, b""), **more)


@pytest.fixture
def journal():
    """A login, a user's form saved by root, and a list that anna was refused."""
    made = Journal(limit=3)
    note(made, "func=auth&username=root&password=p", who="root", answer=b"<auth/>")
    note(made, "func=user.edit&elid=anna&passwd=p", who="root", answer=b"<ok/>")
    note(made, "func=user", who="anna", error="access/user", answer=b"<error/>" * 1000)
    return made


def test_entry(journal):
    """An entry tells what was sent, who called and what came of it, without secrets."""
    assert {
        "number": 2,
        "at": "2025-08-01T09:00:00+00:00",
        "panel": "ispmgr",
        "func": "user.edit",
        "params": {"elid": "anna"},
        "who": "root",
        "error": None,
        "status": 200,
        "fault": None,
        "answer_bytes": 5,
        "answer": "<ok/>",
    } == journal[1].row()


def test_answers_of_logins_are_not_kept(journal):
    """The answer of a login opens the panel, so it is not in the journal."""
    assert ("", 7) == (journal[0].answer, journal[0].answer_bytes)


def test_long_answers_are_cut(journal):
    """Of a long answer the beginning is kept, and its length."""
    assert (2048, 8000) == (len(journal[2].answer), journal[2].answer_bytes)


def test_entry_equals_a_call(journal):
    """A call to compare with needs no more than what a test cares for."""
    assert Call(START, "user.edit", {"elid": "anna"}, None) == journal[1]
    assert journal[1] != journal[2]
    assert journal[1] != "user.edit"


def test_entry_says_what_it_is(journal):
    """In a failed comparison an entry can be read."""
    expected = "<2 ispmgr user.edit 2025-08-01 09:00:00 elid='anna' - ok>"
    assert expected == repr(journal[1])


def test_the_oldest_are_forgotten(journal):
    """A journal holds so many calls; the numbers go on."""
    note(journal, "func=whoami")
    assert ([2, 3, 4], 3) == ([entry.number for entry in journal], len(journal))
    journal.clear()
    note(journal, "func=whoami")
    assert [5] == [entry.number for entry in journal]


@pytest.mark.parametrize(
    ("matching", "numbers"),
    [
        ({}, [1, 2, 3]),
        ({"func": "user"}, [3]),
        ({"who": "root"}, [1, 2]),
        ({"panel": "billmgr"}, []),
        ({"error": "access"}, [3]),
        ({"error": "access/user"}, [3]),
        ({"error": "value"}, []),
        ({"since": 1}, [2, 3]),
        ({"since": 7}, []),
        ({"elid": "anna"}, [2]),
        ({"func": "user.edit", "elid": "bob"}, []),
    ],
)
def test_find(journal, matching, numbers):
    """All that is given has to match."""
    assert numbers == [entry.number for entry in journal.find(**matching)]


def test_find_since_after_some_were_forgotten(journal):
    """A number that is forgotten already leaves all that is kept."""
    note(journal, "func=whoami")
    note(journal, "func=whoami")
    assert [3, 4, 5] == [entry.number for entry in journal.find(since=1)]


def test_lines(journal):
    """Each call is one line of JSON."""
    lines = journal.lines(who="anna")
    assert [("user", "access/user")] == [
        (row["func"], row["error"]) for row in map(json.loads, lines)
    ]


def test_copy(journal):
    """A copy goes its own way from where the journal is."""
    copied = copy.deepcopy(journal)
    note(copied, "func=whoami")
    assert ([1, 2, 3], [2, 3, 4]) == (
        [entry.number for entry in journal],
        [entry.number for entry in copied],
    )


def test_assertions_that_hold(journal):
    """What was called was called, what was not was not, and in this order."""
    journal.assert_called("user.edit", elid="anna")
    journal.assert_never("user.edit", elid="bob")
    journal.assert_never("user.delete")
    journal.assert_order("auth", "user")


def test_assert_called_tells_what_was_called_instead(journal):
    """The message lists the calls of the function, or the functions that were called."""
    with pytest.raises(AssertionError) as caught:
        journal.assert_called("user", elid="anna")
    assert (
        "user was not called with elid='anna'; its calls were:\n"
        "  2025-08-01 09:00:00 (no parameters) - refused: access/user"
    ) == str(caught.value)
    with pytest.raises(AssertionError, match=r"user\.delete was not called; called were: auth, "):
        journal.assert_called("user.delete")
    with pytest.raises(AssertionError, match="user was not called; called were: nothing"):
        Journal().assert_called("user")


def test_assert_never_tells_the_calls(journal):
    """The message lists the calls that should not have been."""
    with pytest.raises(AssertionError, match=r"user\.edit was called; its calls were:\n .*anna"):
        journal.assert_never("user.edit")


@pytest.mark.parametrize(
    ("funcs", "message"),
    [
        (["user", "auth"], "auth was not called after user; called were: auth, user.edit, user"),
        (["x"], "x was not called; called were: auth, user.edit, user"),
    ],
)
def test_assert_order_tells_the_order(journal, funcs, message):
    """The message says which one is missing, and the order that there was."""
    with pytest.raises(AssertionError) as caught:
        journal.assert_order(*funcs)
    assert message == str(caught.value)
