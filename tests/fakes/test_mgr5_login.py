"""Sessions, keys and acting for others, on a panel whose accounts have three levels."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace

import httpx
import pytest

from prorata.fakes import transport
from prorata.fakes.mgr5 import login
from prorata.fakes.mgr5.app import mgr5_app
from prorata.fakes.mgr5.functions import table
from prorata.fakes.mgr5.traffic import ADMIN, RESELLER, ROOT, USER, Traffic, Who
from prorata.reference.clock import Clock

ACCOUNTS = {"root": ROOT, "staff": ADMIN, "shop": RESELLER, "anna": USER, "bob": USER}
KEY = "0123456789abcdef"


class Office:
    """A panel on which one can only log in."""

    binary = "billmgr"
    path = "/billmgr"
    version = "6.1"
    functions = table(
        SimpleNamespace(
            FUNCTIONS=login.functions(
                active=lambda panel, name: name not in panel.suspended,
                profile=lambda _panel, name: {"realname": name.title(), "id": "7"},
            )
        )
    )

    def __init__(self):
        self.clock = Clock(datetime(2025, 8, 1, tzinfo=UTC))
        self.traffic = Traffic()
        self.changed = 0
        self.suspended = set()
        self.app = mgr5_app(self)

    def check(self, login, password):
        """Everybody has the same password."""
        return self.account(login) if password == "pw" else None

    def account(self, name):
        """All accounts."""
        return Who(name, ACCOUNTS[name]) if name in ACCOUNTS else None

    def may(self, who, other):
        """Who is above another may act as them."""
        return who.level > other.level

    def snapshot(self):
        """There is nothing to keep."""

    def restore(self, state):
        """Nor to go back to."""


@pytest.fixture
def office():
    """A panel that nobody is logged in to."""
    return Office()


@pytest.fixture
def client(office):
    """An HTTP client that keeps no cookies of its own."""
    with httpx.Client(transport=transport(office.app), base_url="http://office") as client:
        yield client


@pytest.fixture
def ask(client):
    """Call a function and return its `doc`."""

    def call(func, cookie="", **params):
        headers = {"cookie": cookie} if cookie else {}
        client.cookies.clear()
        data = {"func": func, "out": "json"} | params
        return client.post("/billmgr", data=data, headers=headers).json()["doc"]

    return call


@pytest.fixture
def enter(ask):
    """Log in and return the session's id."""
    return lambda name: ask("auth", username=name, password="pw")["auth"]["$id"]


def kind(doc):
    """Return type and object of an answer's error."""
    return doc["error"]["$type"], doc["error"].get("$object")


def test_login(ask):
    """The id is there twice, beside the level."""
    auth = ask("auth", username="anna", password="pw")["auth"]
    assert (auth["$"], "16", 24) == (auth["$id"], auth["$level"], len(auth["$"]))


@pytest.mark.parametrize(
    "credentials",
    [
        {},
        {"username": "anna"},
        {"username": "anna", "password": "PW"},
        {"username": "nobody", "password": "pw"},
        {"username": "anna", "key": KEY},
    ],
)
def test_wrong_login(ask, credentials):
    """Whatever is wrong with a login, it is said to be the password."""
    assert ("auth", "badpassword") == kind(ask("auth", **credentials))


def test_wrong_authinfo(ask):
    """The same without a session."""
    assert ("auth", "badpassword") == kind(ask("whoami", authinfo="anna:no"))


def test_login_by_authinfo(ask):
    """What others send in each call opens a session, unless a login stands beside it."""
    sid = ask("auth", authinfo="root:pw")["auth"]["$id"]
    assert "root" == ask("whoami", auth=sid)["user"]["$name"]
    for wrong in (
        {"authinfo": "root:wrong"},
        {"authinfo": "root"},
        {"authinfo": "root:pw", "username": "root"},
        {"authinfo": "root:pw", "username": "root", "password": "wrong"},
    ):
        assert "badpassword" == ask("auth", **wrong)["error"]["$object"]


@pytest.mark.parametrize("value", ["{}", "sess:{}", "sirius:en:{}", '"{}"'])
def test_session_in_a_cookie(ask, enter, value):
    """The cookie's value may have more in front of the id."""
    doc = ask("whoami", cookie=f"x=1; billmgrses5={value.format(enter('anna'))}; billmgrlang5=en")
    assert "anna" == doc["user"]["$name"]


def test_the_parameter_comes_before_the_cookie(ask, enter):
    """Of two sessions the one in the parameters counts."""
    cookie = f"billmgrses5={enter('anna')}"
    assert "bob" == ask("whoami", cookie=cookie, auth=enter("bob"))["user"]["$name"]


def test_cookie_of_a_login(client):
    """A login sets the panel's own cookie."""
    data = {"func": "auth", "username": "anna", "password": "pw", "out": "json"}
    answer = client.post("/billmgr", data=data)
    assert answer.json()["doc"]["auth"]["$"] == client.cookies["billmgrses5"]


@pytest.mark.parametrize(("minutes", "alive"), [(59, True), (60, False)])
def test_session_ends_an_hour_after_its_last_call(office, ask, enter, minutes, alive):
    """Each call begins the hour anew; who comes later has to log in."""
    sid = enter("anna")
    office.clock.advance(minutes=30)
    ask("keepalive", auth=sid)
    office.clock.advance(minutes=minutes)
    doc = ask("keepalive", auth=sid)
    assert doc["ok"] == {} if alive else kind(doc) == ("auth", "session")


def test_a_used_session_is_a_change(office, ask, enter):
    """When a session was last used is part of the state, so using it later changes something."""
    sid = enter("anna")
    ask("whoami", auth=sid)
    before = office.changed
    office.clock.advance(minutes=1)
    ask("whoami", auth=sid)
    ask("whoami", auth=sid)
    assert 1 == office.changed - before


def test_whoami(ask):
    """Attributes tell who it is; the text is for clients that read texts."""
    doc = ask("whoami", authinfo="anna:pw")
    assert {
        "$name": "anna",
        "$level": "16",
        "$id": "7",
        "$lang": "en",
        "$realname": "Anna",
        "$email": "",
        "$": "anna",
    } == doc["user"]
    assert "6.1" == doc["mgr"]["$version"]


def test_key_opens_once(ask):
    """A key lets its user in once, without a password."""
    made = ask("session.newkey", authinfo="staff:pw", username="anna", key=KEY)
    assert {} == made["ok"]
    opened = ask("auth", username="anna", key=KEY, checkcookie="no")
    assert "16" == opened["auth"]["$level"]
    assert ("auth", "badpassword") == kind(ask("auth", username="anna", key=KEY))


def test_key_of_another_user(ask):
    """A key is for one user, and another's attempt does not use it up."""
    ask("session.newkey", authinfo="staff:pw", username="anna", key=KEY)
    assert ("auth", "badpassword") == kind(ask("auth", username="bob", key=KEY))
    assert "auth" in ask("auth", username="anna", key=KEY)


def test_key_of_a_suspended_user(office, ask):
    """A key does not open a suspended account."""
    ask("session.newkey", authinfo="staff:pw", username="anna", key=KEY)
    office.suspended.add("anna")
    assert ("auth", "badpassword") == kind(ask("auth", username="anna", key=KEY))


@pytest.mark.parametrize(
    ("who", "username", "key", "error"),
    [
        ("staff", "anna", KEY[1:], ("value", "key")),
        ("staff", "nobody", KEY, ("missed", "user")),
        ("staff", "root", KEY, ("access", "username")),
        ("shop", "anna", KEY, ("access", "session.newkey")),
        ("staff", "", KEY, ("value", "username")),
    ],
)
def test_keys_that_are_not_made(ask, who, username, key, error):
    """A key has sixteen characters, is for an account that exists, and below one's own."""
    doc = ask("session.newkey", authinfo=f"{who}:pw", username=username, key=key)
    assert error == kind(doc)


def test_key_to_ones_own_account(ask):
    """Staff may have a key for themselves."""
    ask("session.newkey", authinfo="staff:pw", username="staff", key=KEY)
    assert "29" == ask("auth", username="staff", key=KEY)["auth"]["$level"]


@pytest.mark.parametrize(
    ("who", "other", "expected"),
    [
        ("root", "staff", "staff"),
        ("staff", "anna", "anna"),
        ("shop", "anna", "anna"),
        ("anna", "bob", ("access", "su")),
        ("anna", "nobody", ("access", "su")),
        ("staff", "root", ("access", "su")),
        ("staff", "nobody", ("missed", "user")),
        ("shop", "shop", "shop"),
    ],
)
def test_acting_as_another(ask, who, other, expected):
    """Who may act as another is asked of the panel; users may as nobody."""
    doc = ask("whoami", authinfo=f"{who}:pw", su=other)
    assert expected == (doc["user"]["$name"] if "user" in doc else kind(doc))


def test_sessions_are_listed(office, ask, enter):
    """Staff sees the sessions of all below, a user their own, and nobody those that are over."""
    old = enter("bob")
    office.clock.advance(hours=1)
    anna, bob = enter("anna"), enter("bob")
    rows = ask("session", authinfo="staff:pw")["elem"]
    assert ([anna, bob], "127.0.0.1") == ([row["id"]["$"] for row in rows], rows[0]["ip"]["$"])
    assert [bob] == [row["id"]["$"] for row in ask("session", auth=bob)["elem"]]
    assert old not in {row["id"]["$"] for row in rows}


def test_sessions_of_accounts_that_are_gone(ask, office):
    """A session outlives its account on the list of nobody."""
    office.traffic.open("gone", "127.0.0.1", office.clock.now())
    assert "elem" not in ask("session", authinfo="root:pw")
    (sid,) = office.traffic.sessions
    assert ("auth", "session") == kind(ask("whoami", auth=sid))


def test_logout(ask, enter):
    """A session that is deleted is over."""
    sid = enter("anna")
    assert {} == ask("session.delete", auth=sid, elid=sid)["ok"]
    assert ("auth", "session") == kind(ask("whoami", auth=sid))


def test_logout_of_somebody_else(ask, enter):
    """A user ends no other's session, staff does; one that is not there is missed."""
    anna, bob = enter("anna"), enter("bob")
    assert ("access", "session") == kind(ask("session.delete", auth=bob, elid=anna))
    assert {} == ask("session.delete", authinfo="staff:pw", elid=f"{anna}, {bob}")["ok"]
    assert ("missed", "session") == kind(ask("session.delete", authinfo="root:pw", elid=anna))


def test_logout_leads_back(ask):
    """Who came by a link that says where from is sent back there."""
    ask("session.newkey", authinfo="root:pw", username="anna", key=KEY)
    back = "https://billing.example.com"
    sid = ask("auth", username="anna", key=KEY, backurl=back)["auth"]["$"]
    assert {"$type": "url", "$": back} == ask("session.delete", auth=sid, elid=sid)["ok"]


def test_closing_all_of_an_account(office, ask, enter):
    """A suspended account loses its sessions, and the keys to it."""
    sid = enter("anna")
    ask("session.newkey", authinfo="root:pw", username="anna", key=KEY)
    office.traffic.close_all("anna")
    assert ("auth", "session") == kind(ask("whoami", auth=sid))
    assert ("auth", "badpassword") == kind(ask("auth", username="anna", key=KEY))


def test_forbidden_function(ask):
    """A function above one's level is an error of type access about that function."""
    doc = ask("session.newkey", authinfo="anna:pw", username="anna", key=KEY)
    assert ("access", "session.newkey") == kind(doc)


def test_the_journal_tells_who_called(office, ask, enter):
    """Logins are noted with the account that they opened, and calls with whom they acted as."""
    enter("anna")
    ask("whoami", authinfo="staff:pw", su="bob")
    ask("whoami", authinfo="staff:no")
    assert ["anna", "bob", ""] == [entry.who for entry in office.traffic.calls]
    assert "pw" not in "".join(office.traffic.calls.lines())
