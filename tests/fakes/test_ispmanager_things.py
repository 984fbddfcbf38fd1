"""Databases, mailboxes, FTP users, domains and addresses: whose they are, and how many."""

from __future__ import annotations

import pytest

MADE = {
    "db": ({"name": "shop"}, "shop->MySQL", "databases"),
    "email": ({"name": "info@anna.example.com"}, "info@anna.example.com", "mailboxes"),
    "ftp.user": ({"name": "upload"}, "upload", "ftp users"),
}
LIMITS = {"db": "limit_db", "email": "limit_emails", "ftp.user": "limit_ftp_users"}


def error(doc):
    """Return type and object of the error that an answer is."""
    return doc["error"]["$type"], doc["error"]["$object"]


def names(doc):
    """Return the names in a list."""
    return [row["name"]["$"] for row in doc.get("elem", ())]


@pytest.fixture
def bob(ask):
    """Another user, with a domain."""
    ask("user.add.finish", name="bob", passwd="pw", domain="bob.example.com", sok="ok")
    return "bob"


@pytest.mark.parametrize("func", MADE)
def test_a_thing_is_made_listed_and_deleted_by_its_user(ask, anna, panel, func):
    """What a user makes is theirs, until they delete it."""
    params, key, kind = MADE[func]
    assert key == ask(f"{func}.edit", su=anna, sok="ok", **params)["id"]["$"]
    assert (key,) == panel.belongings(anna).has[kind]
    assert [params["name"]] == names(ask(func, su=anna))
    assert key == ask(f"{func}.edit", su=anna, elid=key)["elid"]["$"]
    assert {} == ask(f"{func}.delete", su=anna, elid=key)["ok"]
    assert () == panel.belongings(anna).has[kind]


@pytest.mark.parametrize("func", MADE)
def test_a_thing_of_another_user_is_out_of_reach(ask, anna, bob, panel, func):
    """A user neither sees nor deletes what belongs to another one; root does both."""
    params, key, kind = MADE[func]
    ask(f"{func}.edit", su=anna, sok="ok", **params)
    assert [] == names(ask(func, su=bob))
    assert ("access", func) == error(ask(f"{func}.delete", su=bob, elid=key))
    assert ("access", func) == error(ask(f"{func}.edit", su=bob, elid=key))
    assert (key,) == panel.belongings(anna).has[kind]
    assert [params["name"]] == names(ask(func))


@pytest.mark.parametrize("func", MADE)
def test_a_name_is_there_once(ask, anna, func):
    """A second thing of the same name is refused."""
    params = MADE[func][0]
    ask(f"{func}.edit", su=anna, sok="ok", **params)
    assert ("exists", "name") == error(ask(f"{func}.edit", su=anna, sok="ok", **params))


@pytest.mark.parametrize("func", MADE)
def test_a_limit_is_kept(ask, anna, func):
    """Where a user has as many as the limit allows, no other is made."""
    ask("user.edit", elid=anna, sok="ok", **{LIMITS[func]: "0"})
    refused = ask(f"{func}.edit", su=anna, sok="ok", **MADE[func][0])
    assert ("limit", LIMITS[func]) == error(refused)


@pytest.mark.parametrize("func", MADE)
def test_what_is_not_there(ask, anna, func):
    """Nothing is deleted where one of several is missing."""
    params, key, _ = MADE[func]
    ask(f"{func}.edit", su=anna, sok="ok", **params)
    assert ("missed", func) == error(ask(f"{func}.delete", su=anna, elid=f"{key}, none"))
    assert [params["name"]] == names(ask(func, su=anna))


@pytest.mark.parametrize("func", [*MADE, "webdomain", "emaildomain", "domain", "ipaddr"])
def test_an_empty_form(ask, anna, func):
    """A form without an element shows what a new one starts with, and no secrets."""
    doc = ask(f"{func}.edit", su=anna)
    assert "name" in doc
    assert "passwd" not in doc


def test_root_makes_things_for_a_user(ask, anna, panel):
    """An administrator says whose a thing is to be."""
    assert {} == ask("db.edit", name="shop", owner=anna, sok="ok")["ok"]
    assert ("shop->MySQL",) == panel.belongings(anna).has["databases"]
    assert ("value", "owner") == error(ask("db.edit", name="blog", sok="ok"))
    assert ("missed", "user") == error(ask("db.edit", name="blog", owner="none", sok="ok"))


def test_a_user_makes_nothing_for_others(ask, anna, bob):
    """A user who names another owner is refused."""
    assert ("access", "owner") == error(ask("db.edit", su=anna, name="x", owner=bob, sok="ok"))


def test_db_key_is_name_and_server(ask, anna):
    """The key of a database is ``name->server``, and it lists its users by that."""
    ask("db.edit", su=anna, name="shop", user="*", username="shop_user", sok="ok")
    row = ask("db", su=anna)["elem"][0]
    assert ("shop->MySQL", "shop->MySQL", "MySQL") == tuple(
        row[field]["$"] for field in ("key", "pair", "server")
    )
    for name in ("elid", "plid"):
        assert ["shop_user"] == names(ask("db.users", su=anna, **{name: "shop->MySQL"}))
    assert ["MySQL"] == names(ask("db.server", su=anna))


def test_email_id_is_box_and_domain(ask, anna, panel):
    """A mailbox is called ``box@domain``, whether the domain came with the name or beside it."""
    ask("email.edit", su=anna, name="info", domainname="anna.example.com", sok="ok")
    assert ("info@anna.example.com",) == panel.belongings(anna).has["mailboxes"]
    ask("email.edit", su=anna, elid="info@anna.example.com", forward="a@b.c", sok="ok")
    assert "a@b.c" == ask("email.edit", su=anna, elid="info@anna.example.com")["forward"]["$"]


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({"name": "info"}, ("value", "domainname")),
        ({"name": "info@none.example.com"}, ("missed", "emaildomain")),
        (
            {"name": "info@anna.example.com", "passwd": "a", "confirm": "b"},
            ("value", "confirm"),
        ),
    ],
)
def test_a_mailbox_that_cannot_be_made(ask, anna, params, expected):
    """A mailbox needs a mail domain, and passwords that agree."""
    assert expected == error(ask("email.edit", su=anna, sok="ok", **params))


def test_mailboxes_go_with_their_domain(ask, anna, panel):
    """Deleting a mail domain deletes its mailboxes."""
    ask("email.edit", su=anna, name="info@anna.example.com", sok="ok")
    assert ["anna.example.com"] == names(ask("emaildomain", su=anna))
    ask("emaildomain.delete", su=anna, elid="anna.example.com")
    assert ((), ()) == tuple(panel.belongings(anna).has[k] for k in ("mail domains", "mailboxes"))


def test_a_mail_domain_of_its_own(ask, anna, panel):
    """A mail domain can be made without a site, once, within the limit."""
    assert {} == ask("emaildomain.edit", su=anna, name="mail.example.com", sok="ok")["ok"]
    assert "mail.example.com" in panel.belongings(anna).has["mail domains"]
    again = ask("emaildomain.edit", su=anna, name="mail.example.com", sok="ok")
    assert ("exists", "name") == error(again)
    assert {} == ask("emaildomain.edit", su=anna, elid="mail.example.com", sok="ok")["ok"]
    form = ask("emaildomain.edit", su=anna, elid="mail.example.com")
    assert ("mail.example.com", anna) == (form["name"]["$"], form["owner"]["$"])
    ask("user.edit", elid=anna, limit_emaildomains="2", sok="ok")
    more = ask("emaildomain.edit", su=anna, name="more.example.com", sok="ok")
    assert ("limit", "limit_emaildomains") == error(more)


def test_a_site_comes_with_zone_and_mail_domain(ask, anna, panel):
    """A new web domain makes the DNS zone and the mail domain of that name too."""
    ask("webdomain.edit", su=anna, name="New.example.com", ipaddrs="192.0.2.9", sok="ok")
    has = panel.belongings(anna).has
    assert all("new.example.com" in has[kind] for kind in ("sites", "zones", "mail domains"))
    form = ask("webdomain.edit", su=anna, elid="new.example.com")
    assert ("192.0.2.9", "www.new.example.com") == (form["ipaddrs"]["$"], form["aliases"]["$"])
    assert {} == ask("webdomain.edit", su=anna, elid="new.example.com", sok="ok")["ok"]
    taken = ask("webdomain.edit", su=anna, name="new.example.com", sok="ok")
    assert ("exists", "name") == error(taken)


def test_a_site_is_deleted_alone(ask, anna, panel):
    """Deleting a web domain leaves its zone and its mail domain."""
    ask("webdomain.delete", su=anna, elid="anna.example.com")
    has = panel.belongings(anna).has
    assert ((), ("anna.example.com",)) == (has["sites"], has["zones"])


def test_a_zone_of_its_own(ask, anna, panel):
    """A DNS zone is made alone, points where it is told, and stays within the limit."""
    ask("domain.edit", su=anna, name="zone.example.com", dtype="master", ip="192.0.2.8", sok="ok")
    assert ("zone.example.com") in names(ask("domain", su=anna))
    assert "zone.example.com" not in panel.belongings(anna).has["sites"]
    assert "192.0.2.8" == ask("domain.edit", su=anna, elid="zone.example.com")["ip"]["$"]
    ask("domain.edit", su=anna, elid="zone.example.com", ip="192.0.2.7", sok="ok")
    assert "192.0.2.7" in panel.belongings(anna).domain_addresses
    ask("user.edit", elid=anna, limit_domains="2", sok="ok")
    more = ask("domain.edit", su=anna, name="more.example.com", sok="ok")
    assert ("limit", "limit_domains") == error(more)


@pytest.mark.parametrize(
    ("switches", "left"),
    [
        ({}, (True, True)),
        ({"webdomain": "on"}, (False, True)),
        ({"webdomain": "on", "maildomain": "on"}, (False, False)),
    ],
)
def test_a_zone_takes_with_it_what_is_asked(ask, anna, panel, switches, left):
    """Deleting a zone deletes the site and the mail domain where the switches say so."""
    ask("domain.delete", su=anna, elid="anna.example.com", **switches)
    has = panel.belongings(anna).has
    assert ((), *left) == (has["zones"], bool(has["sites"]), bool(has["mail domains"]))


def test_a_client_deletes_own_domains_only(ask, anna, bob, panel):
    """The domain of another user stays."""
    refused = ask("domain.delete", su=anna, elid="bob.example.com", webdomain="on")
    assert ("access", "domain") == error(refused)
    assert ("bob.example.com",) == panel.belongings(bob).has["sites"]


def test_all_goes_with_the_user(ask, anna, panel):
    """A deleted user leaves nothing behind, and their addresses are free again."""
    panel.add_address("192.0.2.10")
    for func, (params, _, _) in MADE.items():
        ask(f"{func}.edit", su=anna, sok="ok", **params)
    ask("ipaddr.edit", owner=anna, iprole="assigned", sok="ok")
    ask("user.delete", elid=anna)
    assert panel.belongings(anna) is None
    assert [[], [], []] == [names(ask(func)) for func in MADE]
    assert "shared" == ask("ipaddr")["elem"][0]["iprole"]["$"]


def test_addresses_are_assigned_one_by_one(ask, anna, panel):
    """Each call assigns a free address of the type and answers which; then there is none."""
    panel.add_address("192.0.2.10")
    panel.add_address("2001:db8::1", "ipv6")
    params = {"name": "", "iprole": "assigned", "owner": anna, "sok": "ok"}
    assert "192.0.2.10" == ask("ipaddr.edit", **params)["id"]["$"]
    assert "2001:db8::1" == ask("ipaddr.edit", iptype="ipv6", **params)["id"]["$"]
    assert ("limit", "ipaddr") == error(ask("ipaddr.edit", **params))
    assert ["192.0.2.10", "2001:db8::1", "192.0.2.1"] == names(ask("ipaddr", su=anna))
    ask("ipaddr.edit", elid="192.0.2.10", note="mine", sok="ok")
    assert "mine" == ask("ipaddr.edit", elid="192.0.2.10")["note"]["$"]
    ask("ipaddr.delete", su=anna, elid="192.0.2.10")
    assert ("2001:db8::1",) == panel.belongings(anna).has["addresses"]


@pytest.mark.parametrize("func", ["ipaddr", "ipaddr.edit", "ipaddr.delete"])
def test_a_user_without_addresses(ask, anna, panel, func):
    """A user from whom addresses were taken away may not call their functions."""
    panel.add_address("192.0.2.10")
    panel.deny(anna, "ipaddr")
    for params in ({}, {"sok": "ok"}):
        assert ("access", "ipaddr") == error(ask(func, su=anna, elid="192.0.2.10", **params))
