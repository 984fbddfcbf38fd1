"""Keys, sessions, presets, own settings, usage and the licence."""

from __future__ import annotations

import pytest

KEY = "0123456789abcdef"


def error(doc):
    """Return type and object of the error that an answer is."""
    return doc["error"]["$type"], doc["error"]["$object"]


def enter(ask, key=KEY, user="anna", **params):
    """Log in by a key."""
    return ask("auth", authinfo=None, username=user, key=key, checkcookie="no", **params)


def test_a_key_opens_one_session(ask, anna):
    """A key made by root lets the user in once."""
    assert {} == ask("session.newkey", username=anna, key=KEY)["ok"]
    auth = enter(ask)["auth"]
    assert "16" == auth["$level"]
    assert anna == ask("whoami", authinfo=None, auth=auth["$id"])["user"]["$name"]
    assert ("auth", "badpassword") == error(enter(ask))


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        # 15 characters; the documents ask for 16 at least.
        ({"username": "anna", "key": KEY[:15]}, ("value", "key")),
        ({"username": "none", "key": KEY}, ("missed", "user")),
        ({"username": "anna"}, ("value", "key")),
    ],
)
def test_a_key_that_cannot_be_made(ask, anna, params, expected):
    """A key has 16 characters or more, and a user."""
    assert expected == error(ask("session.newkey", **params))


def test_a_key_is_made_by_root_only(ask, anna):
    """A user makes no keys."""
    assert ("access", "session.newkey") == error(
        ask("session.newkey", su=anna, username=anna, key=KEY)
    )


def test_a_key_is_its_users_own(ask, anna):
    """A key does not open the account of another user, and stays for its own."""
    ask("session.newkey", username=anna, key=KEY)
    assert ("auth", "badpassword") == error(enter(ask, user="root"))
    assert "auth" in enter(ask)


def test_a_key_of_a_suspended_user(ask, anna):
    """A suspended user gets in by no key."""
    ask("session.newkey", username=anna, key=KEY)
    ask("user.suspend", elid=anna)
    assert ("auth", "badpassword") == error(enter(ask))


def test_a_key_of_root(ask):
    """Root gets in by a key as well."""
    ask("session.newkey", username="root", key=KEY)
    assert "30" == enter(ask, user="root")["auth"]["$level"]


def test_a_session_leads_back(ask, anna):
    """The logout of a session that says where it came from answers that address, once."""
    ask("session.newkey", username=anna, key=KEY)
    sid = enter(ask, backurl="https://billing.example.com/")["auth"]["$id"]
    left = ask("session.delete", authinfo=None, auth=sid, elid=sid)
    assert {"$type": "url", "$": "https://billing.example.com/"} == left["ok"]
    assert "error" in ask("whoami", authinfo=None, auth=sid)


def test_a_session_without_a_way_back(ask, anna):
    """Any other logout is plainly ok."""
    sid = ask("auth", authinfo=None, username=anna, password="pw")["auth"]["$id"]
    assert {} == ask("session.delete", elid=sid)["ok"]


def test_sessions_of_others(ask, anna):
    """A user ends no session of root's, and nobody one that is not there."""
    sid = ask("auth", authinfo=None, username="root", password="prorata")["auth"]["$id"]
    assert ("access", "session") == error(ask("session.delete", su=anna, elid=sid))
    assert ("missed", "session") == error(ask("session.delete", elid="none"))


def test_a_preset_is_made_and_changed(ask, panel):
    """A preset is made with its limits; a change leaves those that are not sent."""
    assert (
        "new" == ask("preset.edit", name="new", limit_db="3", limit_quota="5", sok="ok")["id"]["$"]
    )
    ask("preset.edit", elid="new", limit_db="4", sok="ok")
    assert {"limit_db": "4", "limit_quota": "5"} == panel.presets["new"]
    form = ask("preset.edit", elid="new")
    assert ("new", "4", {}) == (form["name"]["$"], form["limit_db"]["$"], form["limit_emails"])
    assert {} == ask("preset.edit")["name"]


def test_a_preset_that_cannot_be(ask):
    """A preset is made once, and one that is not there is missed."""
    assert ("exists", "preset") == error(ask("preset.edit", name="small", sok="ok"))
    assert ("missed", "preset") == error(ask("preset.edit", elid="none", limit_db="1", sok="ok"))
    assert ("missed", "preset") == error(ask("preset.edit", elid="none"))


def test_a_user_changes_their_own_password(ask, anna, panel):
    """The function usrparam with `su` changes the password of that user."""
    assert anna == ask("usrparam", su=anna)["name"]["$"]
    ask("usrparam", su=anna, passwd="new", confirm="new", email="a@b.c", sok="ok")
    assert ("new", "a@b.c") == (panel.users[anna].password, panel.users[anna].email)
    assert ("value", "confirm") == error(
        ask("usrparam", su=anna, passwd="x", confirm="y", sok="ok")
    )


@pytest.mark.parametrize("func", ["usrparam", "userstat"])
def test_root_has_no_settings_of_a_user(ask, func):
    """Functions of users are not for the administrator."""
    assert ("access", func) == error(ask(func))


def test_usage_is_what_a_test_says(ask, anna, panel):
    """Disk and traffic are shown as they were set, beside the limits."""
    panel.set_usage(anna, disk=512, traffic=2048)
    rows = ask("userstat", su=anna)["elem"]
    # The preset gives 1024 MiB of disk and says nothing of traffic.
    assert [("quota", "512", "1024"), ("traff", "2048", None)] == [
        (row["name"]["$orig"], row["usages_used"]["$"], row["usages_total"].get("$"))
        for row in rows[:2]
    ]
    # One site, zone and mail domain came with the user, and of databases there may be one.
    counts = {row["name"]["$orig"]: row["usages_used"]["$"] for row in rows[2:]}
    assert ("1", "1", "0") == (counts["webdomains"], counts["emaildomains"], counts["db"])
    assert "512" == ask("user")["elem"][0]["quota_used"]["$"]


def test_backup_and_address_of_a_new_user(ask, panel):
    """A user is made with regular backups and a domain that points to an address."""
    ask(
        "user.add.finish",
        name="carl",
        passwd="pw",
        backup="on",
        domain="carl.example.com",
        ip="192.0.2.7",
        sok="ok",
    )
    has = panel.belongings("carl")
    assert (True, ("192.0.2.7",)) == (has.user.backup, has.domain_addresses)
    ask("user.edit", elid="carl", email="c@d.e", sok="ok")
    assert panel.users["carl"].backup
    ask("user.edit", elid="carl", backup="off", sok="ok")
    assert not panel.users["carl"].backup
