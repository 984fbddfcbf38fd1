"""What billing does on the panel beside the life of a user, against the panel itself."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
import respx

from prorata.fakes import Ispmanager, transport
from prorata.reference.clock import Clock
from prorata.reference.engine.ports import Grants
from prorata.reference.panels import (
    Account,
    Connection,
    IspmanagerClient,
    PanelFailedError,
    PanelRefusedError,
    Wire,
)
from prorata.reference.panels.limits import ADDRESSES, NOT_APPLICABLE, OVERRIDES, RESOURCES
from prorata.reference.panels.limits import overrides as overridden

URL = "http://panel:1500/ispmgr"
KEY = "0123456789abcdef"


@pytest.fixture
def panel():
    """A panel with a preset and three free addresses."""
    made = Ispmanager(Clock(datetime(2025, 8, 1, tzinfo=UTC)), presets={"small": {"limit_db": "1"}})
    made.add_address("192.0.2.10")
    made.add_address("192.0.2.11")
    made.add_address("2001:db8::1", "ipv6")
    return made


@pytest.fixture
def dial(panel):
    """Make clients of the panel."""
    made = []

    def call(login="root", password="prorata", **settings):  # noqa: S107  the panel's own
        settings = {"transport": transport(panel.app), **settings}
        made.append(IspmanagerClient(URL, login, password, **settings))
        return made[-1]

    yield call
    for client in made:
        client.close()


@pytest.fixture
def client(dial):
    """A client of the panel, where anna has a user and a domain."""
    made = dial()
    made.create(Account("anna", "small", "pw", "anna.example.com"))
    return made


def ipmanager(panel, login="ipmanager"):
    """Reach the panel as an account that gives addresses."""
    panel.add_user(login)
    return Wire(URL, login, "prorata", transport=transport(panel.app))


def test_password(client, panel):
    """The user's password is another, and nothing else changes."""
    before = panel.users["anna"]
    client.password("anna", "new")
    assert ("new", before.limits) == (panel.users["anna"].password, panel.users["anna"].limits)


def test_login_and_return(client, panel):
    """The link logs in by its key and carries the way back."""
    link = client.return_(client.login("anna", KEY), "https://billing/?a=1&b=2")
    query = parse_qs(urlsplit(link).query)
    assert {
        "func": ["auth"],
        "username": ["anna"],
        "key": [KEY],
        "checkcookie": ["no"],
        "backurl": ["https://billing/?a=1&b=2"],
    } == query
    assert link.startswith(f"{URL}?")
    assert {KEY: "anna"} == panel.state.keys


@pytest.mark.parametrize("by", ["client", "staff"])
def test_domains_are_made_and_deleted_by_both(client, panel, by):
    """Client and staff make and delete a domain with its zone, site and mail domain."""
    client.domain("create", "anna", "new.example.com", by=by)
    has = panel.belongings("anna").has
    kinds = ("sites", "zones", "mail domains")
    assert all("new.example.com" in has[kind] for kind in kinds)
    assert ("anna.example.com", "new.example.com") == client.listed("domain", "anna")
    client.domain("delete", "anna", "new.example.com", by=by)
    has = panel.belongings("anna").has
    assert not any("new.example.com" in has[kind] for kind in kinds)


def test_a_client_deletes_their_own_domains(client, panel):
    """A domain of another user is refused to a client; staff delete it."""
    panel.add_user("bob", domain="bob.example.com")
    with pytest.raises(PanelRefusedError, match="access/domain"):
        client.domain("delete", "anna", "bob.example.com", by="client")
    client.domain("delete", "anna", "bob.example.com", by="staff")
    assert () == panel.belongings("bob").has["zones"]


@pytest.mark.parametrize(
    ("kind", "name", "has"),
    [
        ("database", "shop", "databases"),
        ("mailbox", "info@anna.example.com", "mailboxes"),
        ("ftp user", "upload", "ftp users"),
    ],
)
def test_managed(client, panel, kind, name, has):
    """What is made is listed by its name, and deleted by it."""
    client.manage("create", kind, "anna", name)
    assert 1 == len(panel.belongings("anna").has[has])
    assert (name,) == client.listed(kind, "anna")
    client.manage("delete", kind, "anna", name)
    assert () == panel.belongings("anna").has[has]
    with pytest.raises(PanelRefusedError, match="missed"):
        client.manage("delete", kind, "anna", name)


def test_usage(client, panel):
    """Disk and bandwidth are what the panel tells, in MiB."""
    panel.set_usage("anna", disk=7, traffic=9)
    assert {"disk": 7, "bandwidth": 9} == client.usage("anna")


def test_connection_is_tested(dial):
    """A test of the connection tells who one is, whoever that is."""
    assert {"login": "root", "level": "30"} == dial().connection()
    with pytest.raises(PanelRefusedError, match="Invalid username or password"):
        dial(password="wrong").connection()


def test_connection_has_its_defaults():
    """Port 1500 and the path /ispmgr, at the address, or by the hostname where there is none."""
    plain = Connection("eu 1", "root", "pw", address="192.0.2.10")
    assert "https://192.0.2.10:1500/ispmgr" == plain.url
    assert (None, None) == (plain.monthly_cost, plain.maximum_accounts)
    named = Connection(
        "eu 2",
        "root",
        "pw",
        hostname="eu2.example.com",
        port=443,
        path="/manager/ispmgr",
        monthly_cost=Decimal("25.00"),
    )
    assert "https://eu2.example.com:443/manager/ispmgr" == named.url
    assert "https://[2001:db8::1]:1500/ispmgr" == Connection("6", "r", "p", "2001:db8::1").url
    assert "pw" not in repr(plain)
    with pytest.raises(ValueError, match="give the address"):
        Connection("nowhere", "root", "pw")


def test_capacity(dial, panel):
    """A server takes accounts up to its maximum, however they got there."""
    assert dial().capacity(1000) is None
    client = dial(maximum=2)
    assert client.capacity(1) is None
    assert "the server has 2 accounts, and takes at most 2" == client.capacity(2)
    panel.add_user("bob")
    client.create(Account("anna", "small", "pw"))
    with pytest.raises(PanelRefusedError, match="has 2 accounts, and takes at most 2"):
        client.create(Account("carl", "small", "pw"))
    assert {"www-root", "anna", "bob"} == panel.users.keys()


def test_presets(client, panel):
    """Presets are listed, and one can be made."""
    assert ("small",) == client.presets()
    client.make_preset("large")
    assert {"small": {"limit_db": "1"}, "large": {}} == panel.presets


def test_there_are_as_many_fields_as_documented():
    """Twenty limits, nine permissions, site, address and backup; twelve do not apply."""
    assert (20 + 9 + 3, 12) == (len(OVERRIDES), len(NOT_APPLICABLE))
    assert len(OVERRIDES) == len(set(OVERRIDES.values()))
    assert not NOT_APPLICABLE & OVERRIDES.keys()
    assert 12 == len({**RESOURCES, **ADDRESSES})


def test_overrides_stand_over_the_preset(client, panel):
    """Overrides are sent with a new user, and those that can change with another preset."""
    fields = {"databases": "5", "shell": "yes", "site": "no", "ip": "192.0.2.7", "backup": "yes"}
    grants = Grants(overrides={**fields, "dkim": "yes"})
    client.create(Account("bob", "small", "pw", "bob.example.com", grants))
    has = panel.belongings("bob")
    assert {"limit_db": "5", "limit_shell": "on"} == has.user.limits
    assert (True, (), ("192.0.2.7",)) == (has.user.backup, has.has["sites"], has.domain_addresses)
    panel.add_preset("large", {"limit_quota": "9"})
    client.change_preset("bob", "large", grants)
    assert {"limit_db": "5", "limit_shell": "on", "limit_quota": "9"} == panel.users["bob"].limits


def test_fields_that_do_not_apply_are_not_sent(client, panel):
    """The twelve fields that shared hosting has no use for never reach the panel."""
    grants = Grants(overrides=dict.fromkeys(NOT_APPLICABLE, "yes"))
    client.create(Account("bob", "small", "pw", grants=grants))
    assert {"out", "name", "preset"} == panel.calls[-1].params.keys() - {"sok"}


def test_a_field_that_there_is_not():
    """A field that the panel does not know is an error that names it."""
    with pytest.raises(ValueError, match="no colour to override"):
        overridden({"colour": "red"}, new=True)


def test_resources_are_limits(client, panel):
    """Amounts become limits, traffic from GiB to MiB; a type that is none is left out."""
    client.resources("anna", {"databases": 3, "traffic": 2, "unknown": 1})
    assert {"limit_db": "3", "limit_traff": "2048"} == panel.users["anna"].limits


def test_addresses_are_as_many_as_were_bought(client, panel):
    """Addresses are assigned and taken away until there are as many; asked again, nothing moves."""
    for amounts, expected in (
        ({"IPv4 addresses": 2, "IPv6 addresses": 1}, {"192.0.2.10", "192.0.2.11", "2001:db8::1"}),
        ({"IPv4 addresses": 2}, {"192.0.2.10", "192.0.2.11", "2001:db8::1"}),
        ({"IPv4 addresses": 1}, {"192.0.2.10", "2001:db8::1"}),
    ):
        client.resources("anna", amounts)
        assert expected == set(panel.belongings("anna").has["addresses"])
    with pytest.raises(PanelRefusedError, match="limit/ipaddr"):
        client.resources("anna", {"IPv4 addresses": 3})


def test_a_shared_address_is_none_of_a_user(client, panel):
    """An address that everybody has is not one of those that were bought."""
    panel.add_address("192.0.2.1", shared=True)
    client.resources("anna", {"IPv4 addresses": 1})
    assert ("192.0.2.10",) == panel.belongings("anna").has["addresses"]


def test_an_ipmanager_gives_an_address(dial, panel):
    """The domain of a user points to an address of the IPmanager, which gets it back."""
    client = dial(addresses=ipmanager(panel))
    client.create(Account("anna", "small", "pw", "anna.example.com"))
    assert ("192.0.2.10",) == panel.belongings("anna").domain_addresses
    client.create(Account("bob", "small", "pw", "bob.example.com"))
    assert ("192.0.2.11",) == panel.belongings("bob").domain_addresses
    client.delete("anna")
    assert ("192.0.2.11",) == panel.belongings("ipmanager").has["addresses"]


def test_an_address_is_given_once(dial, panel):
    """A user who is made at the second try keeps the address of the first; a refusal gives back."""
    client = dial(addresses=ipmanager(panel))
    with pytest.raises(PanelRefusedError, match="missed/preset"):
        client.create(Account("anna", "none", "pw"))
    assert () == panel.belongings("ipmanager").has["addresses"]
    wire = Wire(URL, "ipmanager", "prorata", transport=transport(panel.app))
    wire.act("ipaddr.edit", {"iprole": "assigned", "note": "anna"})
    client.create(Account("anna", "small", "pw", "anna.example.com"))
    assert ("192.0.2.10",) == panel.belongings("anna").domain_addresses
    assert ("192.0.2.10",) == panel.belongings("ipmanager").has["addresses"]


def test_a_stand_in_gives_none(dial, panel):
    """Where the account has no access to addresses, the server's own is used."""
    wire = ipmanager(panel)
    panel.deny("ipmanager", "ipaddr")
    client = dial(addresses=wire)
    client.create(Account("anna", "small", "pw", "anna.example.com"))
    assert ("192.0.2.1",) == panel.belongings("anna").domain_addresses
    client.delete("anna")
    assert "anna" not in panel.users


def test_an_ipmanager_without_addresses(dial, panel):
    """An IPmanager that has none left, or is not reached as it should be, is a refusal."""
    panel.state.addresses.clear()
    client = dial(addresses=ipmanager(panel))
    with pytest.raises(PanelRefusedError, match="no address is free"):
        client.create(Account("anna", "small", "pw"))
    wrong = Wire(URL, "ipmanager", "wrong", transport=transport(panel.app))
    with pytest.raises(PanelRefusedError, match="Invalid username"):
        dial(addresses=wrong).delete("anna")
    assert {"www-root", "ipmanager"} == panel.users.keys()


def test_a_list_that_is_none():
    """A list whose rows cannot be read is no answer."""
    client = IspmanagerClient(URL, "root", "prorata")
    with respx.mock() as router:
        router.post(URL).mock(
            return_value=httpx.Response(200, json={"doc": {"p_elems": {"$": "1"}, "elem": ["x"]}})
        )
        with pytest.raises(PanelFailedError, match="not an answer") as failed:
            client.presets()
    assert failed.value.may_have_happened
    client.close()
