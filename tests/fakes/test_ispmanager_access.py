from __future__ import annotations

import pytest

from prorata.fakes import Ispmanager

SESSION_COOKIE = "ispmgrses5"


@pytest.fixture
def sid(ask):
    """The id of a session of the administrator."""
    return ask("auth", authinfo=None, username="root", password="prorata")["auth"]["$id"]


def error_of(doc):
    """Return type and object of the error in an answer."""
    return doc["error"]["$type"], doc["error"]["$object"]


def test_session_id_is_told_three_times(ask, ask_xml):
    """The answer to a login holds the id as attribute and as text, and the level."""
    auth = ask("auth", authinfo=None, username="root", password="prorata")["auth"]
    assert (auth["$id"], "30", 24) == (auth["$"], auth["$level"], len(auth["$"]))
    element = ask_xml("auth", authinfo=None, username="root", password="prorata").find("auth")
    assert (element.text, "30") == (element.get("id"), element.get("level"))


def test_session_ids_differ(ask, sid):
    """Each login opens a session of its own."""
    assert sid != ask("auth", authinfo=None, username="root", password="prorata")["auth"]["$"]


def test_session_as_parameter(ask, sid):
    """A session's id is accepted as the parameter `auth`."""
    assert "root" == ask("whoami", authinfo=None, auth=sid)["user"]["$name"]


def test_session_as_cookie(client, ask, post):
    """A login sets the cookie, and the cookie alone is enough."""
    answer = post(func="auth", username="root", password="prorata")
    assert answer.headers["set-cookie"].startswith(f"{SESSION_COOKIE}=")
    assert {SESSION_COOKIE} == set(client.cookies)
    assert "root" == ask("whoami", authinfo=None)["user"]["$name"]


def test_session_lives_an_hour_after_its_last_call(ask, clock, sid):
    """59 minutes 59 seconds after each call it is alive, one hour after it is over."""
    for _ in range(2):
        clock.advance(minutes=59, seconds=59)
        assert "error" not in ask("whoami", authinfo=None, auth=sid)
    clock.advance(hours=1)
    assert ("auth", "session") == error_of(ask("whoami", authinfo=None, auth=sid))


def test_session_belongs_to_one_address(panel, ask, sid, clock):
    """Another address than the one that logged in cannot use the session."""
    assert "root" == panel.traffic.use(sid, "127.0.0.1", clock.now())
    assert None is panel.traffic.use(sid, "192.0.2.7", clock.now())


@pytest.mark.parametrize("params", [{}, {"auth": ""}, {"auth": "0" * 24}])
def test_no_session(ask, params):
    """Without credentials, or with an unknown session, every function is closed."""
    assert ("auth", "session") == error_of(ask("user", authinfo=None, **params))


@pytest.mark.parametrize("authinfo", ["root:wrong", "nobody:prorata", "root", "", ":", "root:"])
def test_wrong_password(ask, authinfo):
    """Wrong credentials are auth/badpassword with the caller's address, in a bare document."""
    doc = ask("user", authinfo=authinfo)
    assert {"error"} == doc.keys()
    assert ("auth", "badpassword") == error_of(doc)
    assert "remote_addr: [127.0.0.1]" == doc["error"]["param"][1]["$"]


def test_wrong_password_at_login(ask):
    """A login that fails answers the same error, below the usual root."""
    doc = ask("auth", authinfo=None, username="root", password="wrong")
    assert ("auth", "badpassword", "auth") == (*error_of(doc), doc["$func"])
    assert ("auth", "badpassword") == error_of(ask("auth", authinfo=None))


def test_first_colon_ends_the_login(ask):
    """A password may contain colons."""
    ask("user.add.finish", name="bob", passwd="a:b:c", sok="ok")
    assert "bob" == ask("whoami", authinfo="bob:a:b:c")["user"]["$name"]


def test_whoami(ask, ask_xml):
    """The caller's account is told in attributes."""
    user = ask("whoami")["user"]
    assert ("root", "30", "root") == (user["$name"], user["$level"], user["$id"])
    doc = ask_xml("whoami")
    assert ("root", doc.findtext("version")) == (
        doc.find("path").get("name"),
        doc.find("mgr").get("version"),
    )


def test_user_logs_in_with_level_16(ask):
    """A user has level 16, and its name and address."""
    ask(
        "user.add.finish",
        name="bob",
        passwd="pw",
        fullname="Bob B",
        email="b@example.com",
        sok="ok",
    )
    user = ask("whoami", authinfo="bob:pw")["user"]
    assert ("16", "Bob B", "b@example.com") == (user["$level"], user["$realname"], user["$email"])


@pytest.mark.parametrize(
    "func",
    [
        "user",
        "preset",
        "user.edit",
        "user.add",
        "user.add.finish",
        "user.suspend",
        "user.resume",
        "user.delete",
    ],
)
def test_users_may_not_touch_others(ask, anna, func):
    """To a user, what concerns others is closed: access, with the function as its object."""
    assert ("access", func) == error_of(ask(func, authinfo="anna:pw", elid="anna", sok="ok"))


def test_users_see_their_own_sites(ask, anna):
    """A user's list of web domains holds the user's own."""
    ask("user.add.finish", name="bob", passwd="pw", domain="bob.example.com", sok="ok")
    sites = ask("webdomain", authinfo="bob:pw")["elem"]
    assert ["bob.example.com"] == [site["name"]["$"] for site in sites]
    assert "2" == ask("webdomain")["p_elems"]["$"]


def test_suspended_user_cannot_log_in(ask, anna):
    """A suspended user's password is refused, and is good again after resuming."""
    ask("user.suspend", elid="anna")
    assert ("auth", "badpassword") == error_of(ask("whoami", authinfo="anna:pw"))
    ask("user.resume", elid="anna")
    assert "anna" == ask("whoami", authinfo="anna:pw")["user"]["$name"]


@pytest.mark.parametrize("func", ["user.suspend", "user.delete"])
def test_sessions_end_with_the_account(ask, anna, func):
    """Suspending or deleting a user ends the user's sessions, and nobody else's."""
    his = ask("auth", authinfo=None, username="anna", password="pw")["auth"]["$"]
    roots = ask("auth", authinfo=None, username="root", password="prorata")["auth"]["$"]
    ask(func, elid="anna")
    ask("user.resume", elid="anna")
    assert ("auth", "session") == error_of(ask("whoami", authinfo=None, auth=his))
    assert "error" not in ask("whoami", authinfo=None, auth=roots)


def test_session_of_a_user_that_a_snapshot_forgot(ask, panel, anna):
    """A session whose account is not there is over."""
    sid = ask("auth", authinfo=None, username="anna", password="pw")["auth"]["$"]
    del panel.state.users["anna"]
    assert ("auth", "session") == error_of(ask("whoami", authinfo=None, auth=sid))


def test_root_acts_as_a_user(ask, anna):
    """With `su` the administrator is that user: its level, its sites."""
    assert "16" == ask("whoami", su="anna")["user"]["$level"]
    assert ("access", "user") == error_of(ask("user", su="anna"))
    assert ("missed", "user") == error_of(ask("whoami", su="nobody"))
    assert "30" == ask("whoami", su="root")["user"]["$level"]


def test_users_act_as_nobody_else(ask, anna):
    """A user may not use `su`."""
    assert ("access", "su") == error_of(ask("whoami", authinfo="anna:pw", su="root"))


def test_other_administrator(clock):
    """Login and password of the administrator are the panel's to choose."""
    panel = Ispmanager(clock, login="admin", password="a:b")
    assert ("admin", 30) == panel.check("admin", "a:b")
    assert None is panel.check("root", "prorata")
    assert None is panel.check("admin", "a")
