"""What more public clients send: hosting plugins, DNS and mail scripts, modules of ways to pay."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import httpx
import pytest

from prorata.fakes import transport
from prorata.fakes.control import Panels

_SEED = {
    "currency": "EUR",
    "tariffs": {"start": {"id": 10, "prices": {"1 month": "3.10"}}},
    "clients": {"anna": {"balance": "100.00"}},
    "ispmanager": {
        "presets": {"starter": {"limit_quota": "1024"}},
        "users": {"olga": {"domain": "olga.example.com"}, "vera": {}},
    },
}


@pytest.fixture
def panels():
    """A shop with hosting, and a panel with two users."""
    return Panels("all", seed=_SEED)


@pytest.fixture
def wire(panels):
    """Plain HTTP to ispmanager."""
    app = transport(panels.ispmanager.app)
    with httpx.Client(transport=app, base_url="http://panel") as http:
        yield http


@pytest.fixture
def isp(wire):
    """Call ispmanager by GET for JSON, as root unless the call says who."""

    def call(func, **params):
        sent = {"authinfo": "root:prorata", "out": "json", "func": func, **params}
        answer = wire.get("/ispmgr", params=sent)
        return ET.fromstring(answer.content) if sent["out"] == "xml" else answer.json()["doc"]

    return call


@pytest.fixture
def bill(panels):
    """Call BILLmanager by GET for JSON, as the client anna unless the call says who."""
    http = httpx.Client(transport=transport(panels.billmanager.app), base_url="http://shop")

    def call(func, **params):
        sent = {"authinfo": "anna:prorata", "out": "json", "func": func, **params}
        answer = http.get("/billmgr", params=sent)
        return ET.fromstring(answer.content) if sent["out"] == "xml" else answer.json()["doc"]

    return call


# Users


def test_a_hosting_plugin_reads_texts(wire):
    """OK begins what was done, `ERROR TYPE(OBJECT)` what was not: two programs tell it."""

    def say(query):
        return wire.get(f"/ispmgr?authinfo=root:prorata&out=text&lang=ru&{query}").text

    made = "func=user.edit&sok=ok&name=site&preset=starter&passwd=a-secret"
    assert say(made).startswith("OK\n")
    assert say(made).startswith("ERROR exists(user): ")
    assert say("func=user.suspend&elid=site") == say("func=user.resume&elid=site") == "OK\n"
    for func in ("edit", "suspend", "resume"):
        assert say(f"func=user.{func}&elid=nobody").startswith("ERROR missed(user): "), func
    assert say("func=user&auth=0&authinfo=root:wrong").startswith("ERROR auth(badpassword): ")


def test_a_site_is_made_of_a_zone_that_is_there(isp, panels):
    """A billing makes the zone, then the site, then the mail domain, each by its own call."""
    about = {"name": "new.example.org", "owner": "vera", "sok": "ok"}
    assert "ok" in isp("domain.edit", displayname="new.example.org", ip="192.0.2.9", **about)
    assert "ok" in isp("webdomain.edit", email="webmaster@new.example.org", **about)
    # The zone is the one that was there, with its address.
    (zone,) = [each for each in isp("domain")["elem"] if each["user"]["$"] == "vera"]
    assert "new.example.org" == zone["name"]["$"]
    assert "192.0.2.9" == isp("domain.edit", elid="new.example.org")["ip"]["$"]
    for func in ("domain.edit", "webdomain.edit", "emaildomain.edit"):
        error = isp(func, **about)["error"]
        assert ("exists", "name") == (error["$type"], error["$object"]), func


@pytest.mark.parametrize("parts", [("webdomain",), ("domain",), ("webdomain", "emaildomain")])
def test_what_was_deleted_of_a_domain_is_made_again(isp, parts):
    """A site is deleted by the confirmation and made anew, while its zone stays."""
    for part in parts:
        func = "webdomain.delete.confirm" if part == "webdomain" else f"{part}.delete"
        gone = isp(func, elid="olga.example.com", remove_directory="on", sok="ok")
        assert "ok" in gone
    # With a site come the zone and the mail domain that are missing.
    again = isp(f"{parts[0]}.edit", name="olga.example.com", owner="olga", sok="ok")
    assert "ok" in again
    for part in ("webdomain", "domain", "emaildomain"):
        assert "1" == isp(part)["p_elems"]["$"], part


@pytest.mark.parametrize("func", ["webdomain.edit", "domain.edit", "emaildomain.edit"])
@pytest.mark.parametrize("gone", ["webdomain", "domain", "emaildomain"])
def test_a_domain_of_another_user_is_taken_whatever_is_left_of_it(isp, func, gone):
    """Nobody puts a site into somebody else's zone."""
    assert "ok" in isp(f"{gone}.delete", elid="olga.example.com")
    error = isp(func, name="olga.example.com", owner="vera", sok="ok")["error"]
    assert ("exists", "name") == (error["$type"], error["$object"])


def test_a_new_user_takes_no_domain_of_another(isp):
    """Nor does a user who is made with a domain of which only the zone is left."""
    for part in ("webdomain", "emaildomain"):
        assert "ok" in isp(f"{part}.delete", elid="olga.example.com")
    made = isp("user.add", name="ivan", passwd="a-secret", domain="olga.example.com", sok="ok")
    assert "exists" == made["error"]["$type"]
    assert "3" == isp("user")["p_elems"]["$"]  # www-root, olga and vera


# Fields that are emptied


def test_a_deploy_script_takes_away_the_last_alias(isp):
    """It sends all aliases that are left: with the last one none."""
    site = {"elid": "olga.example.com", "sok": "ok"}
    for aliases in ("a.example.com b.example.com", "a.example.com", ""):
        assert "ok" in isp("webdomain.edit", aliases=aliases, **site)
        shown = isp("webdomain.edit", elid="olga.example.com")["aliases"]
        assert aliases == shown.get("$", "")
    assert "ok" in isp("webdomain.edit", email="a@example.org", **site)
    assert "aliases" in isp("webdomain.edit", elid="olga.example.com")
    assert {} == isp("webdomain.edit", elid="olga.example.com")["aliases"]


def test_a_site_is_made_without_aliases(isp):
    """Sent and empty is none; not sent is the usual one."""
    for name, sent, alias in (("one", {"aliases": ""}, {}), ("two", {}, {"$": "www.two.example"})):
        made = {"name": f"{name}.example", "owner": "vera", "sok": "ok", **sent}
        assert "ok" in isp("webdomain.edit", **made)
        assert alias == isp("webdomain.edit", elid=f"{name}.example")["aliases"], name
    made = {"site_name": "three.example", "site_owner": "vera", "site_aliases": "", "sok": "ok"}
    assert "ok" in isp("site.edit", **made)
    assert {} == isp("site.edit", elid="three.example")["site_aliases"]


def test_a_mail_script_takes_a_forward_back(isp):
    """What was not sent stays, what was sent empty is empty; a size has no empty value."""
    box = {"elid": "info@olga.example.com", "sok": "ok"}
    made = {"name": "info", "domainname": "olga.example.com", "passwd": "a-secret"}
    about = {"maxsize": "70", "note": "N. N.", "forward": "n@example.org", "greylist": "on"}
    assert "ok" in isp("email.edit", sok="ok", **made, **about)
    assert "ok" in isp("email.edit", maxsize="90", **box)
    assert "n@example.org" == isp("email.edit", elid=box["elid"])["forward"]["$"]
    assert "ok" in isp("email.edit", forward="", maxsize="", dontsave="", **box)
    left = isp("email.edit", elid=box["elid"])
    assert ({}, "N. N.", "90", "off") == (
        left["forward"], left["note"]["$"], left["maxsize"]["$"], left["dontsave"]["$"],
    )  # fmt: skip


@pytest.mark.parametrize("field", ["fullname", "email", "comment"])
def test_texts_about_a_user_are_emptied(isp, field):
    """The name that a user has is not one of them: it needs a value, or is left out."""
    assert "ok" in isp("user.edit", elid="olga", sok="ok", **{field: "x@example.org"})
    assert "ok" in isp("user.edit", elid="olga", sok="ok", name="", preset="", passwd="")
    assert "x@example.org" == isp("user.edit", elid="olga")[field]["$"]
    assert "ok" in isp("user.edit", elid="olga", sok="ok", **{field: ""})
    assert {} == isp("user.edit", elid="olga")[field]


def test_a_client_takes_back_a_phone_number(bill):
    """The form of the user of a client, with a field that was emptied."""
    elid = bill("whoami")["user"]["$id"]
    assert "ok" in bill("user.edit", elid=elid, phone="+1 555", sok="ok")
    assert "ok" in bill("user.edit", elid=elid, realname="Anna", sok="ok")
    assert "+1 555" == bill("whoami")["user"]["$phone"]
    assert "ok" in bill("user.edit", elid=elid, phone="", passwd="", sok="ok")
    assert ("", "Anna") == tuple(bill("whoami")["user"][name] for name in ("$phone", "$realname"))


# Money


def test_a_bot_reads_its_balance_as_a_number(bill):
    """The attributes of the user have the amount alone, and the currency beside it."""
    user = bill("whoami")["user"]
    assert (100.0, "EUR") == (float(user["$balance"]), user["$currency"])
    assert "balance" in bill("whoami", out="xml").find("user").attrib


def test_an_accountant_pays_for_a_client(bill, panels):
    """Staff name the client by `customer_account`; of the two ids of the answer the first is read.

    A program of its own reads the number of the payer off the payment.
    """
    staff = {"authinfo": "admin:prorata"}
    payer = bill("profile.add.profiledata", name="Anna", sok="ok")["id"]["$"]
    asked = {"amount": "12", "paymethod": "1", "payment_currency": "50", "profile": payer}
    for func in ("payment.add.pay", "payment.add"):
        added = bill(func, customer_account="1", sok="ok", **asked, **staff)
        number = added["id"][0]["$"]
        assert {number} == {each["$"] for each in added["id"]} | {added["payment_id"]["$"]}
        (row,) = bill("payment", filter="on", id=number, **staff)["elem"]
        assert (payer, "1") == (row["sender_id"]["$"], row["status"]["$"])
        assert "ok" in bill("payment.setpaid", elid=number, **staff)
    assert "124.00" == panels.billmanager.balance("anna")
    nobody = bill("payment.add.pay", customer_account="7", sok="ok", **asked, **staff)
    assert ("missed", "account") == (nobody["error"]["$type"], nobody["error"]["$object"])
    # A client pays for nobody else.
    own = bill("payment.add.pay", customer_account="7", sok="ok", **asked)
    (row,) = bill("payment", filter="on", id=own["id"][0]["$"], **staff)["elem"]
    assert "anna" == row["account_name"]["$"]


PAYER = {
    "profiletype": "1", "country": "182", "name": "Home", "person": "Anna A", "phone": "+1 555",
    "country_physical": "182", "postcode_physical": "12345", "city_physical": "Town",
    "address_physical": "1, Street", "eu_vat": "X1", "maildocs": "1",
}  # fmt: skip


def test_a_bot_pays_as_a_new_payer(bill):
    """It asks which currencies there are, and sends the payer with the first payment."""
    form = bill("payment.add.method", amount="100", profile="add_new", **PAYER)
    (currencies,) = (each for each in form["slist"] if each["$name"] == "payment_currency")
    assert [("50", "EUR")] == [(each["$key"], each["$"]) for each in currencies["val"]]
    assert "elem" not in bill("profile")
    asked = {"amount": "5", "paymethod": "1", "payment_currency": "50"}
    added = bill("payment.add", sok="ok", profile="add_new", **asked, **PAYER)
    number = added["profile"]["$"]
    (payer,) = bill("profile")["elem"]
    assert {"id": number, **PAYER} == {name: payer[name]["$"] for name in ("id", *PAYER)}
    again = bill("payment.add", sok="ok", profile=number, **asked)
    assert [number] == [each["id"]["$"] for each in bill("profile")["elem"]]
    (row,) = bill("payment", filter="on", id=again["id"]["$"])["elem"]
    assert ("Home", number) == (row["sender_name"]["$"], row["sender_id"]["$"])


def test_a_client_area_keeps_all_of_a_payer(bill):
    """It reads in the form what it sent; a payer is deleted unless they have paid."""
    number = bill("profile.add.profiledata", sok="ok", **PAYER)["id"]["$"]
    bill("profile.edit", elid=number, sok="ok", person="Anna B")
    form = bill("profile.edit", elid=number)
    assert {**PAYER, "person": "Anna B"} == {name: form[name]["$"] for name in PAYER}
    paying = bill("profile.add.profiledata", sok="ok", name="Work")["id"]["$"]
    begun = bill("payment.add", sok="ok", amount="5", profile=paying)["id"]["$"]
    bill("payment.setpaid", elid=begun, authinfo="admin:prorata")
    refused = bill("profile.delete", elid=f"{number}, {paying}")["error"]["msg"]["$"]
    assert "You cannot delete the payer who already made payments" == refused
    assert "ok" in bill("profile.delete", elid=number)
    assert [paying] == [each["id"]["$"] for each in bill("profile")["elem"]]
    assert "missed" == bill("profile.delete", elid=number)["error"]["$type"]


@pytest.fixture
def paid(bill):
    """Begin a payment of 5.00; return how to call a function of a module for it, as staff."""
    number = bill("payment.add", amount="5", sok="ok")["id"]["$"]

    def call(func, **params):
        answer = bill(f"payment.{func}", elid=number, authinfo="admin:prorata", sok="ok", **params)
        (row,) = bill("payment", filter="on", id=number)["elem"]
        return answer, row["status"]["$"]

    return call


@pytest.mark.parametrize(
    ("calls", "statuses", "balance"),
    [
        (["setinpay", "setpaid"], ["2", "4"], "105.00"),
        (["setinpay", "setinpay", "setpaid"], ["2", "2", "4"], "105.00"),
        (["setinpay", "setnopay", "setpaid"], ["2", "1", "4"], "105.00"),
        (["setinpay", "setnopay"], ["2", "1"], "100.00"),
        (["setnopay", "setcanceled"], ["1", "9"], "100.00"),
        (["setinpay", "delete"], ["2", "9"], "100.00"),
        (["setfraud"], ["7"], "100.00"),
    ],
)
def test_a_module_of_a_way_to_pay_tells_how_far_a_payment_is(
    paid, panels, calls, statuses, balance
):
    """Only what was paid is on the balance, and it is there once."""
    told = {"info": "Payment 17", "externalid": "a-17"}
    assert statuses == [paid(call, **told)[1] for call in calls]
    assert balance == panels.billmanager.balance("anna")


@pytest.mark.parametrize("first", ["setpaid", "setfraud", "setcanceled"])
@pytest.mark.parametrize("then", ["setpaid", "setinpay", "setnopay", "setfraud", "setcanceled"])
def test_a_payment_that_is_over_stays_as_it_is(paid, panels, first, then):
    """A module that is told twice, or too late, is told so."""
    _, status = paid(first)
    answer, left = paid(then)
    assert ("value", status) == (answer["error"]["$type"], left)
    assert ("105.00" if first == "setpaid" else "100.00") == panels.billmanager.balance("anna")


def test_a_module_reads_what_it_is_paid(bill, paid):
    """Of the two ways to pay and the two currencies it reads the second ones."""
    paid("setinpay")
    (payment,) = bill("payment.info", elid="1", authinfo="admin:prorata", out="xml")[:1]
    assert ("payment", "2", "5.00") == (
        payment.tag, payment.findtext("status"), payment.findtext("paymethodamount"),
    )  # fmt: skip
    assert "EUR" == payment.findall("currency")[1].findtext("iso")
    assert ["1", ""] == [(each.text or "").strip() for each in payment.findall("paymethod")]
    assert payment.findall("paymethod")[1].findtext("name")
    as_json = bill("payment.info", elid="1", authinfo="admin:prorata")["payment"]
    assert "50" == as_json["currency"][0]["$"]
    for who in ({}, {"authinfo": "admin:prorata", "elid": "7"}):
        error = bill("payment.info", **{"elid": "1", **who})["error"]
        assert ("missed" if who else "access") == error["$type"]


@pytest.mark.parametrize(
    ("balance", "deficit", "text"),
    [("4.10", "2.10", "the balance is 1.00 EUR, 3.10 EUR is asked"), ("3.10", "3.10", "0.00 EUR")],
)
@pytest.mark.parametrize("func", ["v2.vhost.order.param", "service.prolong"])
def test_the_sums_that_are_not_enough(func, balance, deficit, text):
    """Money for one order and not for two: the error has the sums as params, and no object."""
    seed = {**_SEED, "clients": {"anna": {"balance": balance}}}
    panels = Panels("all", seed=seed)
    order = {"pricelist": "10", "order_period": "1", "skipbasket": "on", "sok": "ok"}
    with httpx.Client(transport=transport(panels.billmanager.app), base_url="http://shop") as http:

        def call(func, **params):
            sent = {"authinfo": "anna:prorata", "out": "xml", "func": func, **params}
            return ET.fromstring(http.get("/billmgr", params=sent).content)

        assert call("v2.vhost.order.param", **order).find("error") is None
        told = order if "order" in func else {"elid": "1", "period": "1", "sok": "ok"}
        error = call(func, **told).find("error")
        as_text = {"authinfo": "anna:prorata", "out": "text", "func": func, **told}
        line = http.get("/billmgr", params=as_text).text
    assert {"type": "not_enough_money", "lang": "en"} == error.attrib
    params = {each.get("name"): each.text for each in error.findall("param")}
    sums = ("amount", "have", "currency", "deficit", "limit", "reserved", "available")
    have = panels.billmanager.balance("anna")
    assert ["3.10", have, "EUR", deficit, "0.00", "0.00", have] == [params[name] for name in sums]
    assert not {"object", "value"} & set(params)
    assert text in error.findtext("msg")
    assert line.startswith("ERROR not_enough_money: the balance is ")
