"""Resellers: what they have, what they may, and what happens to their users with them."""

from __future__ import annotations

import pytest

from prorata.fakes import Ispmanager
from prorata.fakes.mgr5.traffic import Who

NEW = {"passwd": "pw", "sok": "ok"}
RITA = "rita:pw"


def error_of(doc):
    """Return type and object of the error in an answer."""
    return doc["error"]["$type"], doc["error"]["$object"]


def names(doc):
    """Return the names in a list."""
    return [row["name"]["$"] for row in doc.get("elem", ())]


@pytest.fixture
def rita(ask, anna):
    """A reseller with two users, beside one of the administrator's."""
    ask("reseller.edit", name="rita", fullname="Rita R", **NEW)
    for name in ("carl", "dora"):
        made = ask("user.add.finish", authinfo=RITA, name=name, domain=f"{name}.example.com", **NEW)
        assert {} == made["ok"]
    return "rita"


def test_reseller_has_level_25(ask, rita):
    """A reseller logs in with a level between users and administrators."""
    assert ("25", "Rita R") == tuple(
        ask("whoami", authinfo=RITA)["user"][name] for name in ("$level", "$realname")
    )
    row = ask("reseller")["elem"][0]
    assert ("rita", "25", "on", "2") == tuple(
        row[name]["$"] for name in ("name", "level", "active", "users")
    )


def test_reseller_sees_their_own_users(ask, rita):
    """Lists of users and of what is theirs leave out what other accounts have."""
    assert ["carl", "dora"] == names(ask("user", authinfo=RITA))
    for func in ("webdomain", "domain", "emaildomain"):
        assert ["carl.example.com", "dora.example.com"] == names(ask(func, authinfo=RITA))
    assert ["anna", "carl", "dora"] == names(ask("user"))
    assert ["rita", "rita"] == [row["owner"]["$"] for row in ask("user")["elem"][1:]]


@pytest.mark.parametrize("func", ["user.edit", "user.suspend", "user.resume", "user.delete"])
def test_reseller_touches_no_users_of_others(ask, rita, panel, func):
    """The user of another account is out of reach, alone and among others."""
    before = dict(panel.users)
    for elid in ("anna", "carl, anna"):
        doc = ask(func, authinfo=RITA, elid=elid, sok="ok")
        assert doc["error"]["$type"] in {"access", "missed"}
    assert before == dict(panel.users)


def test_reseller_makes_users_of_their_own_only(ask, rita, panel):
    """Whoever is named as the owner, a reseller's users are the reseller's."""
    ask("user.add.finish", authinfo=RITA, name="erik", owner="root", **NEW)
    assert "rita" == panel.users["erik"].owner


def test_root_makes_users_for_a_reseller(ask, rita, panel):
    """The administrator names the reseller as owner; an owner has to be there."""
    ask("user.add.finish", name="erik", owner="rita", **NEW)
    assert "rita" == panel.users["erik"].owner
    assert ("missed", "owner") == error_of(ask("user.add.finish", name="f", owner="none", **NEW))


@pytest.mark.parametrize("who", [{"authinfo": RITA}, {"owner": "rita"}])
def test_reseller_has_so_many_users(ask, rita, who):
    """With limit_users 2 the third user is refused, whoever makes it."""
    ask("reseller.edit", elid="rita", limit_users="2", sok="ok")
    assert ("limit", "limit_users") == error_of(ask("user.add.finish", name="erik", **NEW, **who))


def test_reseller_gives_out_so_many_addresses(ask, rita, panel):
    """With limit_ipv4addrs 1 the users of the reseller have one address together."""
    ask("reseller.edit", elid="rita", limit_ipv4addrs="1", sok="ok")
    panel.add_address("192.0.2.10")
    panel.add_address("192.0.2.11")
    panel.add_address("2001:db8::1")
    assign = {"iprole": "assigned", "sok": "ok"}
    assert "192.0.2.10" == ask("ipaddr.edit", owner="carl", **assign)["id"]["$"]
    assert ("limit", "limit_ipv4addrs") == error_of(ask("ipaddr.edit", owner="dora", **assign))
    assert {} == ask("ipaddr.edit", owner="dora", iptype="ipv6", **assign)["ok"]
    assert {} == ask("ipaddr.edit", owner="anna", **assign)["ok"]


def test_reseller_makes_things_for_their_users(ask, rita, panel):
    """A reseller names the user; the user of another one is out of reach."""
    assert {} == ask("db.edit", authinfo=RITA, name="shop", owner="carl", sok="ok")["ok"]
    doc = ask("db.edit", authinfo=RITA, name="x", owner="anna", sok="ok")
    assert ("access", "owner") == error_of(doc)
    assert ["shop"] == names(ask("db", authinfo=RITA))


@pytest.mark.parametrize("func", ["reseller", "reseller.edit", "preset.edit", "license.info"])
def test_reseller_does_not_administer(ask, rita, func):
    """Resellers make no resellers, and no templates."""
    assert ("access", func) == error_of(ask(func, authinfo=RITA))


def test_reseller_offers_the_templates(ask, rita):
    """The templates are there for a reseller's users."""
    assert "small" in names(ask("preset", authinfo=RITA))


def test_reseller_is_switched_off_with_their_users(ask, rita, panel):
    """The reseller and their users are off, log in no more, and are on again together."""
    ask("reseller.suspend", elid="rita")
    assert [True, False, False] == [user.active for user in panel.users.values()]
    for authinfo in (RITA, "carl:pw"):
        assert ("auth", "badpassword") == error_of(ask("whoami", authinfo=authinfo))
    ask("reseller.resume", elid="rita")
    assert all(user.active for user in panel.users.values())
    assert "error" not in ask("whoami", authinfo=RITA)


def test_reseller_is_deleted_with_their_users(ask, rita, panel):
    """Nothing of a deleted reseller is left, and nothing of others is gone."""
    ask("reseller.delete", elid="rita")
    assert ({"anna"}, {}) == (panel.users.keys(), panel.resellers)
    assert ["anna.example.com"] == list(panel.sites)


@pytest.mark.parametrize("name", ["anna", "rita", "root"])
@pytest.mark.parametrize("func", ["reseller.edit", "user.add.finish"])
def test_login_is_taken_once_for_all(ask, rita, func, name):
    """Users, resellers and the administrator have no login in common."""
    assert ("exists", "user") == error_of(ask(func, name=name, **NEW))


def test_form_of_a_reseller(ask, rita):
    """The form shows a reseller's values, or those of a new one; others are missed."""
    form = ask("reseller.edit", elid="rita")
    assert ("rita", "Rita R", {}) == (form["elid"]["$"], form["fullname"]["$"], form["limit_users"])
    assert "root" == ask("reseller.edit")["owner"]["$"]
    assert ("missed", "reseller") == error_of(ask("reseller.edit", elid="anna"))


def test_reseller_changes_their_own_password(ask, rita, panel):
    """Own settings are for resellers as for users."""
    ask("usrparam", authinfo=RITA, passwd="new", sok="ok")
    assert "new" == panel.resellers["rita"].password


def test_who_may_act_as_whom(panel, ask, rita):
    """Root as anybody, a reseller as their users, a user as nobody but themselves."""
    root, reseller = Who("root", 30), Who("rita", 25)
    users = {name: Who(name, 16) for name in ("anna", "carl")}
    assert all(panel.may(root, other) for other in (reseller, *users.values()))
    assert panel.may(reseller, users["carl"])
    assert panel.may(users["anna"], users["anna"])
    assert not panel.may(reseller, users["anna"])
    assert not panel.may(reseller, root)
    assert not panel.may(users["anna"], users["carl"])


def test_reseller_on_a_panel_from_python(clock):
    """A reseller and their user are put on a panel by name; mistakes are named."""
    panel = Ispmanager(clock)
    panel.add_reseller("rita", limits={"limit_users": "5"}, fullname="Rita R")
    panel.add_user("carl", owner="rita")
    assert ("rita", 25) == (panel.users["carl"].owner, panel.account("rita").level)
    with pytest.raises(ValueError, match="there is no reseller 'none'"):
        panel.add_user("dora", owner="none")
    with pytest.raises(ValueError, match="'rita' is the login of another account"):
        panel.add_user("rita")
    with pytest.raises(ValueError, match="'carl' is the login of another account"):
        panel.add_reseller("carl")
    with pytest.raises(ValueError, match="ispmanager 6 Lite has no resellers"):
        Ispmanager(clock, edition="lite").add_reseller("rita")
