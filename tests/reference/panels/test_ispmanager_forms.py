"""The forms that a client of ispmanager sends, and what it does with each answer."""

from __future__ import annotations

import json
from urllib.parse import parse_qsl

import pytest

from prorata.reference.engine.ports import Grants, PanelFailedError, PanelRefusedError
from prorata.reference.panels.ispmanager import Account, IspmanagerClient
from prorata.reference.panels.wire import Wire

URL = "http://panel:1500/ispmgr"
OK = {"ok": {}}
EMPTY = {"p_elems": {}}


def rows(*each):
    """Write a list."""
    return {"p_elems": {}, "elem": [{k: {"$": v} for k, v in row.items()} for row in each]}


def error(type_, object_="user"):
    """Write an error."""
    return {"error": {"$type": type_, "$object": object_, "msg": {"$": "no"}}}


class Sender:
    """A way to a panel: it answers each function in turn, or with ok, and keeps the forms."""

    def __init__(self):
        """Begin with nothing."""
        self.answers = {}
        self.asked = []
        self.closed = False

    def check(self):
        """Let all through."""

    def send(self, _url, form, _timeout):
        """Keep a form, without what all have."""
        said = dict(parse_qsl(form.decode(), keep_blank_values=True))
        asked = {name: said[name] for name in said if name not in {"out", "authinfo", "sok"}}
        self.asked.append(asked)
        told = self.answers.get(asked["func"], [OK])
        doc = told.pop(0) if len(told) > 1 else told[0]
        return 200, json.dumps({"doc": doc}).encode()

    def close(self):
        """Take note."""
        self.closed = True


@pytest.fixture
def way():
    """Return a way to the panel."""
    return Sender()


@pytest.fixture
def client(way):
    """Return a client of the panel."""
    return IspmanagerClient(URL, "root", "prorata", transport=way)


@pytest.fixture
def addresses():
    """Return a way to an IPmanager."""
    return Sender()


@pytest.fixture
def addressed(way, addresses):
    """Return a client of the panel, that takes addresses from an IPmanager."""
    wire = Wire("http://ip/ipmgr", "root", "prorata", transport=addresses)
    return IspmanagerClient(URL, "root", "prorata", transport=way, addresses=wire)


@pytest.mark.parametrize(
    ("account", "more"),
    [
        (Account("anna", "small", "pw"), {}),
        (Account("anna", "small", "pw", "bücher.example"), {"domain": "xn--bcher-kva.example"}),
        (
            Account("anna", "small", "pw", mark="service 1 of anna"),
            {"comment": "service 1 of anna"},
        ),
        (
            Account("anna", "small", "pw", grants=Grants({"site": "yes"}, {"databases": 3})),
            {"webdomain": "on", "limit_db": "3"},
        ),
    ],
)
def test_a_user_is_made(way, client, account, more):
    """With the preset, the password twice, and what it has beside them."""
    client.create(account)
    user = {"name": "anna", "preset": "small", "passwd": "pw", "confirm": "pw"}
    assert [{"func": "user.add.finish", **user, **more}] == way.asked


def test_a_user_with_an_address_of_its_own(way, addresses, addressed):
    """The one that the IPmanager has for it; one that the product names comes first."""
    addresses.answers["ipaddr"] = [rows({"name": "192.0.2.7", "note": "anna"})]
    addressed.create(Account("anna", "small", "pw"))
    assert "192.0.2.7" == way.asked[0]["ip"]
    addresses.asked.clear()
    addressed.create(Account("anna", "small", "pw", grants=Grants({"ip": "noassign"})))
    assert ("noassign", []) == (way.asked[1]["ip"], addresses.asked)


def test_a_user_whose_addresses_are_shared(way, addresses, addressed):
    """The IPmanager gives none: none is named."""
    addresses.answers["ipaddr"] = [error("access")]
    addressed.create(Account("anna", "small", "pw"))
    assert "ip" not in way.asked[0]


@pytest.mark.parametrize(
    ("refusing", "ask"),
    [
        ("user.add.finish", lambda c: c.create(Account("anna", "small", "pw"))),
        ("user.delete", lambda c: c.delete("anna")),
    ],
)
def test_an_address_is_given_back(way, addresses, addressed, refusing, ask):
    """Where the user is not made after all, and before it is deleted."""
    addresses.answers["ipaddr"] = [rows({"name": "192.0.2.7", "note": "anna"})]
    way.answers[refusing] = [error("limit")]
    with pytest.raises(PanelRefusedError):
        ask(addressed)
    assert {"func": "ipaddr.delete", "elid": "192.0.2.7"} == addresses.asked[-1]


def test_both_ways_are_closed(way, client, addresses, addressed):
    """That to the panel, and that to the IPmanager where there is one."""
    client.close()
    assert (True, False) == (way.closed, addresses.closed)
    way.closed = False
    addressed.close()
    assert (True, True) == (way.closed, addresses.closed)


@pytest.mark.parametrize(
    ("grants", "more"),
    [
        (None, {}),
        # Site and address are for a new user only.
        (Grants({"site": "yes", "shell": "no"}, {"disk": 5}),
         {"limit_shell": "off", "limit_quota": "5"}),
    ],
)  # fmt: skip
def test_another_preset(way, client, grants, more):
    """And over it what is granted apart; without addresses nobody asks for any."""
    client.change_preset("anna", "large", grants)
    assert [{"func": "user.edit", "elid": "anna", "preset": "large", **more}] == way.asked


@pytest.mark.parametrize(
    ("doc", "mark", "there"),
    [
        ({"elid": {"$": "anna"}}, "", True),
        ({"elid": {"$": "anna"}, "comment": {"$": "service 1"}}, "service 1", True),
        ({"elid": {"$": "anna"}, "comment": {"$": "service 2"}}, "service 1", False),
        ({"comment": {"$": "service 1"}}, "service 1", True),
        (error("missed"), "", False),
        (error("missed"), "service 1", False),
    ],
)
def test_whether_a_user_is_there(way, client, doc, mark, there):
    """With its mark, where one is named."""
    way.answers["user.edit"] = [doc]
    assert there == client.exists("anna", mark)
    assert [{"func": "user.edit", "elid": "anna"}] == way.asked


@pytest.mark.parametrize(
    ("doc", "mark", "raised"),
    [
        (OK, "", PanelFailedError),
        (OK, "service 1", PanelFailedError),
        (error("missed", "other"), "", PanelRefusedError),
        (error("auth"), "", PanelRefusedError),
    ],
)
def test_an_answer_that_tells_of_no_user(way, client, doc, mark, raised):
    """A form without the user, and any other refusal."""
    way.answers["user.edit"] = [doc]
    with pytest.raises(raised):
        client.exists("anna", mark)


@pytest.mark.parametrize(
    ("ask", "form"),
    [
        (lambda c: c.suspend("anna"), {"func": "user.suspend", "elid": "anna"}),
        (lambda c: c.resume("anna"), {"func": "user.resume", "elid": "anna"}),
        (lambda c: c.delete("anna"), {"func": "user.delete", "elid": "anna"}),
        (lambda c: c.password("anna", "new"),
         {"func": "user.edit", "elid": "anna", "passwd": "new", "confirm": "new"}),
        (lambda c: c.make_preset("large"), {"func": "preset.edit", "name": "large"}),
        (lambda c: c.domain("create", "anna", "bücher.example", by="staff"),
         {"func": "webdomain.edit", "name": "xn--bcher-kva.example", "owner": "anna"}),
        (lambda c: c.domain("create", "anna", "a.example", by="client"),
         {"func": "webdomain.edit", "name": "a.example", "owner": "anna", "su": "anna"}),
        (lambda c: c.domain("delete", "anna", "a.example", by="staff"),
         {"func": "domain.delete", "elid": "a.example", "webdomain": "on", "maildomain": "on"}),
        (lambda c: c.domain("delete", "anna", "a.example", by="client"),
         {"func": "domain.delete", "elid": "a.example", "webdomain": "on", "maildomain": "on",
          "su": "anna"}),
        (lambda c: c.manage("create", "ftp user", "anna", "f"),
         {"func": "ftp.user.edit", "name": "f", "su": "anna"}),
        (lambda c: c.resources("anna", {"traffic": 2}),
         {"func": "user.edit", "elid": "anna", "limit_traff": "2048"}),
    ],
)  # fmt: skip
def test_what_is_done_with_a_user(way, client, ask, form):
    """One call for each."""
    ask(client)
    assert [form] == way.asked


def test_what_is_deleted_has_a_key(way, client):
    """A database's has its server in it; what the panel does not list goes by its name."""
    way.answers["db"] = [
        rows({"name": "blog", "key": "blog->mysql"}, {"name": "shop", "key": "shop->mysql"})
    ]
    client.manage("delete", "database", "anna", "shop")
    client.manage("delete", "database", "anna", "other")
    listing = {"func": "db", "su": "anna"}
    deleting = {"func": "db.delete", "su": "anna"}
    assert [
        listing,
        {**deleting, "elid": "shop->mysql"},
        listing,
        {**deleting, "elid": "other"},
    ] == way.asked


@pytest.mark.parametrize(
    ("kind", "func"), [("database", "db"), ("mailbox", "email"), ("domain", "domain")]
)
def test_what_a_user_has(way, client, kind, func):
    """The list is that of the user."""
    way.answers[func] = [rows({"name": "a"}, {"name": "b"})]
    assert ("a", "b") == client.listed(kind, "anna")
    assert [{"func": func, "su": "anna"}] == way.asked


def test_what_a_user_has_taken_up(way, client):
    """Disk and bandwidth alone."""
    way.answers["userstat"] = [
        rows(
            {"name": "quota", "usages_used": "7"},
            {"name": "traff", "usages_used": "9"},
            {"name": "db", "usages_used": "1"},
        )
    ]
    assert {"disk": 7, "bandwidth": 9} == client.usage("anna")
    assert [{"func": "userstat", "su": "anna"}] == way.asked


def test_addresses_are_assigned_until_there_are_as_many_as_were_bought(way, client):
    """Of three of IPv4 one is shared and no user's own: one is too many; of IPv6 one lacks."""
    way.answers["ipaddr"] = [
        rows(
            {"name": "192.0.2.1", "iptype": "ipv4", "iprole": "shared"},
            {"name": "192.0.2.2", "iptype": "ipv4", "iprole": "assigned"},
            {"name": "192.0.2.3", "iptype": "ipv4", "iprole": "assigned"},
        )
    ]
    client.resources("anna", {"IPv4 addresses": 1, "IPv6 addresses": 1})
    assert [
        {"func": "ipaddr", "su": "anna"},
        {"func": "ipaddr.delete", "elid": "192.0.2.3"},
        {"func": "ipaddr.edit", "iprole": "assigned", "owner": "anna", "iptype": "ipv6"},
    ] == way.asked


@pytest.mark.parametrize(
    ("maximum", "users", "room"), [(2, 1, True), (2, 2, False), (None, 9, True)]
)
def test_a_server_takes_so_many_users(way, maximum, users, room):
    """That of the server's own sites is no account."""
    client = IspmanagerClient(URL, "root", "prorata", transport=way, maximum=maximum)
    names = ["www-root", *(f"user{number}" for number in range(users))]
    way.answers["user"] = [rows(*({"name": name} for name in names))]
    if room:
        client.create(Account("anna", "small", "pw"))
        return
    with pytest.raises(PanelRefusedError, match="2 accounts, and takes at most 2"):
        client.create(Account("anna", "small", "pw"))
    assert [{"func": "user"}] == way.asked


def test_links_that_log_in(way, client):
    """Once, as a user; the way back is told with it."""
    link = client.login("anna", "0123456789abcdef")
    assert [{"func": "session.newkey", "username": "anna", "key": "0123456789abcdef"}] == way.asked
    asked = "func=auth&username=anna&key=0123456789abcdef&checkcookie=no"
    assert f"{URL}?{asked}" == link
    assert f"{link}&backurl=https%3A%2F%2Fb" == client.return_(link, "https://b")


def test_who_billing_is(way, client):
    """The login and its level, and the presets that there are."""
    way.answers["whoami"] = [{"user": {"$name": "root", "$level": "29"}}]
    way.answers["preset"] = [rows({"name": "small"}, {"name": "large"})]
    assert {"login": "root", "level": "29"} == client.connection()
    assert ("small", "large") == client.presets()
