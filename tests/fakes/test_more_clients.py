"""What further public clients send to both panels, and what they need to find in the answers."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from xml.etree import ElementTree as ET

import httpx
import pytest

from prorata.fakes import transport
from prorata.fakes.control import Panels

_SEED = {
    "currency": "EUR",
    "tariffs": {
        "start": {"id": 10, "prices": {"1 month": "3.10"}},
        "kvm": {
            "id": 700,
            "itemtype": "vds",
            "prices": {"1 month": "4.95", "3 months": "14.00"},
            "resources": {"memory": {"included": 2, "maximum": 8, "prices": {"1 month": "1.00"}}},
            "addon_ids": {"memory": 701},
        },
        "kvm for a day": {"id": 702, "itemtype": "vds", "daily": {"price": "0.20"}},
    },
    "clients": {"anna": {"balance": "100.00"}, "poor": {"balance": "1.00"}},
    "groups": {"partners": {"suspend": True, "delete": True}},
    "ispmanager": {
        "presets": {"starter": {"limit_quota": "1024"}},
        "users": {"olga": {"domain": "olga.example.com"}},
    },
}


@pytest.fixture
def panels():
    """A shop with hosting and servers, and a panel with one user."""
    return Panels("all", seed=_SEED)


@pytest.fixture
def shop(panels):
    """Plain HTTP to BILLmanager."""
    with httpx.Client(transport=transport(panels.billmanager.app), base_url="http://shop") as http:
        yield http


@pytest.fixture
def bill(shop):
    """Call BILLmanager by GET for JSON, as the client anna unless the call says who."""

    def call(func, **params):
        sent = {"authinfo": "anna:prorata", "out": "json", "func": func, **params}
        return shop.get("/billmgr", params=sent).json()["doc"]

    return call


@pytest.fixture
def isp(panels):
    """Call ispmanager by GET for JSON, as root unless the call says who."""
    http = httpx.Client(transport=transport(panels.ispmanager.app), base_url="http://panel")

    def call(func, **params):
        who = {} if "auth" in params or "password" in params else {"authinfo": "root:prorata"}
        sent = {**who, "out": "json", "func": func, **params}
        answer = http.get("/ispmgr", params=sent)
        return ET.fromstring(answer.content) if sent["out"] == "xml" else answer.json()["doc"]

    return call


# Ordering


def test_hopebilling_orders_by_the_wizards_own_name(bill, panels):
    """All is sent to vds.order; `billorder.id` is then paid for from the balance."""
    ordering = {"pricelist": "700", "period": "1", "ostempl": "debian", "domain": "", "sok": "ok"}
    said = bill("vds.order", addon_701="4", **ordering)
    assert "ok" in said
    paid = bill(
        "payment.add",
        billorder=said["billorder.id"]["$"],
        sok="ok",
        clicked_button="fromsubaccount",
    )
    assert "ok" in paid
    (row,) = bill("vds")["elem"]
    assert ("2", "1") == (row["status"]["$"], bill("vds.edit", elid=row["id"]["$"])["id"]["$"])
    # 4.95, and 1.00 for each of the two beyond those included: 100.00 − 6.95
    assert "93.05" == panels.billmanager.balance("anna")


def test_the_wizards_own_name_shows_the_first_page_otherwise(bill):
    """Without a tariff, or without `sok`, nothing is ordered; with both a period is needed."""
    for params in ({}, {"sok": "ok"}, {"pricelist": "700", "period": "1"}):
        page = bill("vds.order", **params)
        assert ["700", "702"] == [row["pricelist"]["$"] for row in page["list"][0]["elem"]]
    assert "period" == bill("vds.order", pricelist="700", sok="ok")["error"]["$object"]
    assert "missed" == bill("vds.order", pricelist="10", period="1", sok="ok")["error"]["$type"]
    at_once = bill("vds.order", pricelist="700", period="1", sok="ok", skipbasket="on")
    assert ("1", False) == (at_once["id"]["$"], "billorder" in at_once)


def test_free_www_turns_the_pages_one_by_one(bill):
    """A page that is sent on by `snext` orders nothing; the last one does."""
    page = {"pricelist": "700", "period": "1", "datacenter": "1", "snext": "ok", "sok": "ok"}
    assert "list" in bill("vds.order.pricelist", clicked_button="order", **page)
    assert "elem" not in bill("cart")
    last = {"pricelist": "700", "period": "1", "autoprolong": "1", "skipbasket": "", "sok": "ok"}
    assert "ok" in bill("vds.order.param", clicked_button="finish", newbasket="", **last)
    assert "1" == bill("cart")["p_elems"]["$"]


@pytest.mark.parametrize("centre", [None, "1"])
def test_cloudsell_reads_plans_by_data_centre(bill, centre):
    """The first select list has the data centres; each plan tells its own, and all its prices."""
    asked = {} if centre is None else {"datacenter": centre}
    doc = bill("v2.vds.order.pricelist", out="xjson", sfrom="ajax", **asked)
    assert [("1", "Main")] == [(each["$key"], each["$"]) for each in doc["slist"][0]["val"]]
    kvm, daily = doc["list"][0]["elem"]
    assert ("1", "Main") == (kvm["datacenter"]["id"]["$"], kvm["datacenter"]["value"]["$"])
    assert {"memory": "2"} == {each["name"]["$"]: each["value"]["$"] for each in kvm["detail"]}
    prices = [(each["period"]["$"], each["cost"]["$"]) for each in kvm["prices"]["price"]]
    assert [("1", "4.95"), ("3", "14.00")] == prices
    assert ["-50"] == [each["period"]["$"] for each in daily["prices"]["price"]]


@pytest.mark.parametrize(
    ("asked", "total"),
    [
        ({"pricelist": "700", "period": "3"}, "14.00"),
        ({"pricelist": "700", "order_period": "1", "period": "3"}, "4.95"),
        ({"keyvalue": "700_1", "period_700": "3", "fperiod": "null"}, "14.00"),
        ({"keyvalue": "702_1", "period_700": "3"}, "0.20"),
        ({"pricelist": "700"}, "4.95"),
    ],
)
def test_plans_are_shown_for_the_period_of_the_page_before(bill, asked, total):
    """Clients come to the second version's form by `period`, or by what its first page sends on."""
    form = bill("v2.vds.order.param", **asked)
    assert f"Total amount: {total} EUR" in form["orderinfo"]["$"]
    assert "order_period" in {each["$name"] for each in form["slist"]}


def test_garist09_orders_and_follows_by_its_own_number(bill, shop):
    """The order is found again by `remoteid`, and renewed by its number."""
    order = {
        "authinfo": "anna:prorata", "func": "v2.vds.order.param", "pricelist": "700",
        "order_period": "1", "autoprolong": "off", "datacenter": "1", "ostempl": "d", "recipe": "",
        "order_count": "1", "remoteid": "55", "skipbasket": "on", "sok": "ok", "out": "xjson",
    }  # fmt: skip
    number = shop.post("/billmgr", data=order).json()["doc"]["item.id"]["$"]
    (row,) = [each for each in bill("vds", out="xjson")["elem"] if each["remoteid"]["$"] == "55"]
    assert (number, "2") == (row["id"]["$"], row["item_status"]["$orig"])
    renewing = {"elid": number, "period": "1", "skipbasket": "on", "sok": "ok"}
    assert "error" not in bill("service.prolong", out="xjson", **renewing)
    assert "2025-03-01" == bill("vds")["elem"][0]["expiredate"]["$"]


def test_garist09_reads_the_cart_and_takes_out_of_it(bill):
    """The cart has a total and `lineitems`, and its button deletes one of them by `id`."""
    for code in ("1", "3"):
        ordering = {"pricelist": "700", "order_period": code, "force_use_new_cart": "on"}
        assert "ok" in bill("v2.vds.order.param", sok="ok", clicked_button="order", **ordering)
    cart = bill("cart")
    # 4.95 and 14.00
    assert ["18.95", "EUR", "2"] == [cart["total"][of]["$"] for of in ("cost", "currency", "count")]
    (items,) = [each["elem"] for each in cart["list"] if each["$name"] == "lineitems"]
    told = [(each["main"]["name"]["$"], each["price"]["price"]["cost"]["$"]) for each in items]
    assert [("kvm", "4.95"), ("kvm", "14.00")] == told
    pressed = {"id": items[0]["id"]["$"], "promocode": "", "elid": "", "clicked_button": "delete"}
    left = bill("cart", sok="ok", out="xjson", **pressed)
    assert ("14.00", "1") == (left["total"]["cost"]["$"], left["p_elems"]["$"])
    assert "missed" == bill("cart", sok="ok", **pressed)["error"]["$type"]


def test_a_cart_is_nobody_elses(bill):
    """What lies in one client's is not in another's, and cannot be taken out of it."""
    bill("v2.vds.order.param", sok="ok", pricelist="700", order_period="1")
    poor = {"authinfo": "poor:prorata"}
    assert ("0", "0.00") == (
        bill("cart", **poor)["p_elems"]["$"],
        bill("cart", **poor)["total"]["cost"]["$"],
    )
    pressed = {"id": "1", "clicked_button": "delete", "sok": "ok"}
    assert "missed" == bill("cart", **poor, **pressed)["error"]["$type"]
    assert ("1", "1") == (bill("cart", sok="ok")["p_elems"]["$"], bill("cart")["p_elems"]["$"])
    staff = {"authinfo": "admin:prorata"}
    assert "1" == bill("cart", **staff)["total"]["count"]["$"]
    assert "0" == bill("cart", account="1", **staff, **pressed)["total"]["count"]["$"]


# Signing in


def test_zomro_forex_signs_in_by_authinfo(shop):
    """The function auth with `authinfo` opens a session, which the calls after it are made in."""

    def call(**params):
        return shop.post("/billmgr", data={"out": "json", **params}).json()["doc"]

    sid = call(func="auth", authinfo="anna:prorata")["auth"]["$id"]
    assert "elem" not in call(func="vds", auth=sid)
    assert "auth" == call(func="vds", auth="0" * 24)["error"]["$type"]
    assert "badpassword" == call(func="auth", authinfo="anna:wrong")["error"]["$object"]


def test_mobile_5_signs_in_by_authinfo_for_xml(isp):
    """It casts the element `auth` to a text."""
    sid = isp("auth", out="xml").findtext("auth")
    assert "root" == isp("whoami", out="xml", auth=sid).find("user").get("name")


# Money


@pytest.mark.parametrize(
    ("period", "expected"),
    [
        ({"createdate": "other", "createdatestart": "2025-01-02"}, ["2", "3"]),
        ({"createdate": "other", "createdateend": "2025-01-01"}, ["1"]),
        ({"createdatestart": "2025-01-02", "createdateend": "2025-01-02"}, ["2"]),
        (
            {"createdate": "other", "createdatestart": "2020-06-03", "createdateend": "2020-07-03"},
            [],
        ),
        ({"createdate": "nodate", "createdatestart": "2025-01-02"}, ["1", "2", "3"]),
        ({"createdate": "other", "status": "4"}, ["2"]),
        ({"paydatestart": "2025-01-04", "paydateend": "2025-01-04"}, ["2"]),
    ],
)
def test_payments_of_a_period(bill, panels, period, expected):
    """The vendor's own example of a filter: a status, a first and a last day of a date."""
    for _ in range(3):
        assert "ok" in bill("payment.add", amount="5", sok="ok")
        panels.advance(days=1)
    staff = {"authinfo": "admin:prorata"}
    assert "ok" in bill("payment.setpaid", elid="2", **staff)

    def numbers(**params):
        return [row["id"]["$"] for row in bill("payment", **staff, **params).get("elem", [])]

    assert (["1", "2", "3"], expected) == (numbers(**period), numbers(filter="on", **period))
    assert "ok" in bill("payment.filter", sok="ok", **period, **staff)
    assert expected == numbers()
    cleared = {"id": "", "createdate": "nodate", "createdatestart": "", "restrictrefund": "null"}
    assert "ok" in bill("payment.filter", sok="ok", **cleared, **staff)
    assert ["1", "2", "3"] == numbers()


def test_services_of_a_period(bill, panels):
    """Each date of a list has its period, the day itself among them; a word is on no day."""
    ordering = {"pricelist": "700", "order_period": "1", "skipbasket": "on", "sok": "ok"}
    assert "ok" in bill("v2.vds.order.param", **ordering)
    panels.advance(days=10)
    assert "ok" in bill("v2.vds.order.param", **ordering)
    daily = {"pricelist": "702", "order_period": "-50", "skipbasket": "on", "sok": "ok"}
    assert "ok" in bill("v2.vds.order.param", **daily)

    def numbers(**params):
        return [row["id"]["$"] for row in bill("vds", filter="on", **params).get("elem", [])]

    assert ["2", "3"] == numbers(createdate="other", createdatestart="2025-01-11")
    assert ["1"] == numbers(createdate="2025-01-01")
    assert ["1"] == numbers(expiredatestart="2025-02-01", expiredateend="2025-02-01")
    assert ["1", "2"] == numbers(expiredatestart="2025-01-01")
    assert ["1", "2", "3"] == numbers(createdate="nodate")


def test_an_expense_has_the_day_of_the_debit_and_the_first_of_its_period(bill, panels):
    """A renewal in advance is charged today, for a period that begins later; both are days."""
    ordering = {"pricelist": "700", "order_period": "1", "skipbasket": "on", "sok": "ok"}
    assert "ok" in bill("v2.vds.order.param", **ordering)
    panels.advance(days=9)
    assert "error" not in bill("service.prolong", elid="1", period="1", sok="ok")
    rows = bill("expense")["elem"]
    told = [(row["realdate"]["$"], row["cdate"]["$"]) for row in rows]
    # Ordered on 1 January for a month; renewed on the tenth from 1 February on.
    assert [("2025-01-01", "2025-01-01"), ("2025-01-10", "2025-02-01")] == told
    charged = {"realdatestart": "2025-01-02", "realdateend": "2025-01-31"}
    assert "1" == bill("expense", filter="on", **charged)["p_elems"]["$"]


def test_elba_reads_the_day_of_a_payment(bill):
    """It cuts `create_date` at its hyphens into three whole numbers."""
    bill("payment.add", amount="5", sok="ok")
    (row,) = bill("payment", filter="on", status="1", paymethod="3,4", project="1,3")["elem"]
    assert [2025, 1, 1] == [int(part) for part in row["create_date"]["$"].split("-")]


def test_a_connector_reads_its_balance_off_whoami(bill):
    """The attributes of the user tell what is on the account, and in which currency."""
    user = bill("whoami")["user"]
    assert ("100.00", "EUR") == (user["$balance"], user["$currency"])
    assert "$balance" not in bill("whoami", authinfo="admin:prorata")["user"]


def test_a_connector_finds_lists_of_services_in_the_menu(bill):
    """It calls the action of each entry that is a list; others name what they are."""
    menu = {each["$name"]: each["node"] for each in bill("menu")["mainmenu"]["node"]}
    for entry in menu["mainmenuservice"]:
        assert "list" == entry["$type"]
        assert "p_elems" in bill(entry["$action"])
    assert "form" == {each["$action"]: each["$type"] for each in menu["finance"]}["basket"]
    staff = bill("menu", authinfo="admin:prorata")["mainmenu"]["node"]
    assert all(entry["$type"] for section in staff for entry in section["node"])


# Licences


def test_rvglobalsoft_checks_orders_and_renews_licences():
    """Each call is a GET whose answer is an error where it has `error.msg`."""
    panels = Panels(
        "billmanager",
        seed={"clients": {"noc@example.com": {"balance": "100.00"}}},
        clock=datetime(2019, 5, 1, tzinfo=UTC),
    )
    http = httpx.Client(transport=transport(panels.billmanager.app), base_url="http://api")

    def call(query):
        url = f"/manager/billmgr?authinfo=noc@example.com:prorata&out=xml&{query}"
        return ET.fromstring(http.get(url, headers={"Referer": "http://api/"}).content)

    address = "192.0.2.7"
    for tariff in ("3541", "4601"):
        checked = call(f"func=soft.checkip&pricelist={tariff}&period=12&ip={address}")
        assert checked.find("error") is None
    order = "func=soft.order.param&clicked_button=finish&licname=name&sok=ok&skipbasket=on"
    number = call(f"{order}&period=3&pricelist=4601&ip={address}").findtext("id")
    for query in (
        f"func=soft.suspend&elid={number}",
        f"func=soft.resume&elid={number}",
        f"func=service.prolong&sok=ok&period=3&elid={number}",
    ):
        assert call(query).find("error") is None, query
    for query in ("soft.suspend&elid=", "soft.resume&elid=", "service.prolong&sok=ok&elid="):
        assert call(f"func={query}").findtext("error/msg"), query
    # 34.00 for each of the two times three months: 100.00 − 68.00
    assert "32.00" == panels.billmanager.balance("noc@example.com")


@pytest.mark.parametrize("call", ["soft.checkip", "soft.order.param", "service.prolong"])
def test_the_end_of_ispmanager_5_is_told_of_the_period(call):
    """What is no longer sold is refused for the period, which each of these calls names."""
    panels = Panels("billmanager", clock=datetime(2021, 4, 1, tzinfo=UTC))
    http = httpx.Client(transport=transport(panels.billmanager.app), base_url="http://api")

    def ask(func, **params):
        sent = {"authinfo": "reseller:prorata", "out": "json", "func": func, **params}
        return http.post("/billmgr", data=sent).json()["doc"]

    order = {"pricelist": "3541", "period": "1", "ip": "192.0.2.7", "skipbasket": "on"}
    assert "error" not in ask("soft.order.param", sok="ok", **order)
    panels.advance(months=9)
    error = ask(call, sok="ok", elid="1", **{**order, "ip": "192.0.2.8"})["error"]
    assert ("value", "period") == (error["$type"], error["$object"])
    assert "1" == next(each["$"] for each in error["param"] if each["$name"] == "value")


# ispmanager


def test_hopebilling_tells_users_and_presets_that_are_there(isp):
    """A form has `elid` where its element exists, and a type other than `auth` where not."""
    made = {"name": "bob", "domain": "bob.example.com", "fullname": "B B", "preset": "starter"}
    assert "ok" in isp("user.add", status="1", passwd="a-secret", sok="ok", **made)
    for func, there in (("user.edit", "bob"), ("preset.edit", "starter")):
        assert there == isp(func, elid=there)["elid"]["$"]
        missing = isp(func, elid="nobody")
        assert ("missed", False) == (missing["error"]["$type"], "elid" in missing)
    again = isp("user.add", passwd="a-secret", sok="ok", **made)["error"]
    assert ("exists", "user") == (again["$type"], again["$object"])
    assert "ok" in isp("user.edit", elid="bob", sok="ok", preset="starter")
    gone = isp("user.edit", elid="bob", sok="ok", preset="nothing")["error"]
    assert ("missed", "preset") == (gone["$type"], gone["$object"])
    assert "ok" in isp("session.newkey", username="bob", key="0123456789abcdefg")


def test_fakunator_reads_and_changes_a_zone(isp):
    """A mail server's priority is read in `info`, and its name is sent as `domain`."""
    sid = isp("auth", out="xml", username="olga", password="prorata").findtext("auth")
    call = {"out": "xml", "auth": sid}
    made = isp("domain.edit", sok="ok", name="new.example.org", plid="new", dtype="master", **call)
    assert made.find("ok") is not None
    where = {"plid": "new.example.org", "name": "new.example.org.", "rtype": "mx", "ttl": "3600"}
    mail = {"domain": "mx.example.net.", "priority": "20"}
    assert (
        isp("domain.record.edit", sok="ok", elid="", **where, **mail, **call).find("ok") is not None
    )

    def records():
        rows = isp("domain.record", elid="new.example.org", **call).findall("elem")
        return {
            row.findtext("rkey"): int(re.search(r"priority\s*=\s*(\d+)", row.findtext("info"))[1])
            for row in rows
            if row.findtext("rtype") == "MX"
        }

    (key,) = [each for each, priority in records().items() if priority == 20]
    moved = {**mail, "priority": "30", "elid": key}
    assert isp("domain.record.edit", sok="ok", **where, **moved, **call).find("ok") is not None
    assert {10, 30} == {*records().values()}
    leave = {"tconvert": "punycode", "elname": "new.example.org", "plid": ""}
    assert isp("domain.delete", elid="new.example.org", **leave, **call).find("ok") is not None


@pytest.mark.parametrize("elname", [{}, {"elname": "of no account"}])
def test_certbot_hooks_add_and_take_back_a_challenge(isp, elname):
    """The name is relative or whole; the key is put together from the name and the value."""
    for name in ("_acme-challenge", "_acme-challenge.olga.example.com."):
        record = {"plid": "olga.example.com", "name": name, "rtype": "txt", "value": "x_-9"}
        assert "ok" in isp("domain.record.edit", elid="", ttl="120", sok="ok", **record)
        key = "_acme-challenge.olga.example.com. TXT  x_-9"
        taken = isp("domain.record.delete", elid=key, plid="olga.example.com", **elname)
        assert ("ok" in taken, "error" in taken) == (True, False)
