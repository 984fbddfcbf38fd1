"""What each known client of BILLmanager sends, and what it needs to find in the answer."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from urllib.parse import urlencode
from xml.etree import ElementTree as ET

import httpx
import pytest

from prorata.fakes import transport
from prorata.fakes.billmanager import LICENCES, Billmanager
from prorata.fakes.billmanager.codes import CODES
from prorata.fakes.billmanager.licences import FREE
from prorata.reference.clock import Clock

_SERVERS = {
    "KVM-1": {
        "id": 700,
        "itemtype": "vds",
        "prices": {"1 month": "4.95"},
        "resources": {"IPv4 addresses": {"maximum": 8, "prices": {"1 month": "2.40"}}},
    }
}
_HOSTING = {
    "start": {"id": 10, "prices": {"1 month": "3.10", "1 year": "31.00"}},
    "large": {"id": 11, "prices": {"1 month": "6.20", "1 year": "62.00"}},
    "by day": {
        "id": 12,
        "prices": {"1 month": "7.35"},
        "daily": {"price": "0.25"},
    },
}


@pytest.fixture
def clock():
    """Time stands at nine in the morning of 1 August 2025, UTC."""
    return Clock(datetime(2025, 8, 1, 9, tzinfo=UTC))


@pytest.fixture
def billing(clock):
    """A seller of licences, hosting and servers with a partner, who may do all that clients may."""
    return Billmanager(
        clock,
        catalogue={**LICENCES, **_HOSTING, **_SERVERS},
        clients={
            "partner": {"balance": "1000.00", "group": "partners", "email": "p@partner.example"},
            "poor": "0",
        },
        settings={"groups": {"partners": {"suspend": True, "delete": True}}},
        currency="EUR",
    )


@pytest.fixture
def http(billing):
    """A plain HTTP client."""
    return httpx.Client(transport=transport(billing.app), base_url="https://billing.example")


@pytest.fixture
def bjson(http):
    """Call as UPM does: POST, a form as a raw body without a content type, `out=bjson`."""

    def call(func, **params):
        sent = {"func": func, **params, "out": "bjson", "lang": "en", "authinfo": "partner:prorata"}
        answer = http.post("/billmgr", content=urlencode(sent).encode())
        assert 200 == answer.status_code
        found = json.loads(answer.content)
        return found.get("doc", found)

    return call


@pytest.fixture
def noc(http):
    """Call as 460S does: POST, a form, `out=xml`, credentials each time."""

    def call(func, **params):
        sent = {"out": "xml", "func": func, "authinfo": "partner:prorata", **params}
        return ET.fromstring(http.post("/billmgr", data=sent).content)

    return call


@pytest.fixture
def jbs(http):
    """Call as JBS does: GET on /manager/billmgr, `sok=yes`."""

    def call(func, **params):
        sent = {"authinfo": "partner:prorata", "out": "xml", "func": func, **params}
        return ET.fromstring(http.get("/manager/billmgr", params=sent).content)

    return call


@pytest.fixture
def ask(http):
    """Call as a client area does: a session in `auth`, a form, `out=json`."""
    sent = {"func": "auth", "username": "partner", "password": "prorata", "out": "json"}
    sid = http.post("/billmgr", data=sent).json()["doc"]["auth"]["$id"]

    def call(func, **params):
        sent = {"func": func, "out": "json", "auth": sid, "lang": "en", **params}
        return http.post("/", data=sent).json()["doc"]

    return call


def _bought(bjson, pricelist="55227", ip="192.0.2.7"):
    made = bjson(
        "soft.order.param", pricelist=pricelist, period="1", ip=ip, licname="site.example",
        sok="ok", skipbasket="on", remoteid="site.example", clicked_button="finish",
        autoprolong="null",
    )  # fmt: skip
    return made["id"]["v"]


def test_upm_orders_a_licence_and_reads_its_key(bjson, billing):
    """UPM reads `id.v` of the order, then `model` of soft.edit, and cuts the id out of the key."""
    number = _bought(bjson)
    model = bjson("soft.edit", elid=number)["model"]
    assert model["lickey"].partition("-")[0] == number
    assert ("site.example", "ispmanager 6 lite") == (model["licname"], model["pricelist_name"])
    assert ("2", "2025-08-01", "2025-09-01") == (
        model["status"],
        model["createdate"],
        model["expiredate"],
    )
    assert {"id", "name", "ip", "webdomains"} <= model.keys()
    # 1000.00 − 5.00 for a month
    assert "995.00" == billing.balance("partner")


def test_upm_orders_a_trial_by_minus_one_hundred(bjson, billing):
    """The period of a trial is -100; it costs nothing."""
    made = bjson(
        "soft.order.param", pricelist="55239", period="-100", ip="192.0.2.8", licname="try",
        sok="ok", skipbasket="on", clicked_button="finish", autoprolong="null",
    )  # fmt: skip
    model = bjson("soft.edit", elid=made["id"]["v"])["model"]
    # fourteen days from August 1
    assert ("-100", "2025-08-15") == (model["period"], model["expiredate"])
    assert "1000.00" == billing.balance("partner")
    renewal = bjson("service.prolong", elid=made["id"]["v"], period="1", sok="ok")
    assert "msg" in renewal["error"]


def test_upm_renews_changes_reissues_and_deletes_by_the_key(bjson, billing):
    """Everything that UPM does later is done by the number in the key."""
    number = _bought(bjson)
    key = bjson("soft.edit", elid=number)["model"]["lickey"]
    elid = key.partition("-")[0]
    assert "error" not in bjson("service.prolong", elid=elid, period="1", sok="ok")
    assert "2025-10-01" == bjson("soft.edit", elid=elid)["model"]["expiredate"]
    changed = bjson("service.changepricelist", elid=elid, pricelist="55228", period="1", sok="ok")
    assert "error" not in changed
    # Two months at 5.00, then both at 10.00: 2 × 5.00 more.
    assert "980.00" == billing.balance("partner")
    assert "error" not in bjson("soft.edit", elid=elid, clicked_button="newkey", sok="ok")
    again = bjson("soft.edit", elid=elid)["model"]["lickey"]
    assert (True, elid) == (again != key, again.partition("-")[0])
    assert "error" not in bjson("soft.delete", elid=elid, sok="ok")
    assert "4" == bjson("soft.edit", elid=elid)["model"]["status"]


def test_upm_reads_the_message_of_an_error(bjson):
    """UPM takes `error.msg`, a text or an object with `$`."""
    answer = bjson("soft.edit", elid="999")
    message = answer["error"]["msg"]
    assert "999" in (message["$"] if isinstance(message, dict) else message)


def test_460s_orders_and_finds_id_and_key(noc):
    """460S reads /doc/id, then asks for /doc/lickey again and again until it is there."""
    made = noc(
        "soft.order.param", pricelist="55230", period="1", pid="77", ip="192.0.2.9",
        licname="node", project="1", sok="ok", skipbasket="on", remoteid="l77",
        clicked_button="finish", addon_55236="3",
    )  # fmt: skip
    number = made.findtext("id")
    shown = noc("soft.edit", elid=number)
    assert shown.findtext("lickey").startswith(f"{number}-")
    assert "2025-09-01" == shown.findtext("expiredate")
    assert ("3", "l77") == (shown.findtext("addon_55236"), shown.findtext("remoteid"))


def test_460s_waits_for_a_key_that_comes_later(noc, billing):
    """A switch keeps the key back for some polls: the loop ends all the same."""
    billing.polls_for_key = 2
    made = noc(
        "soft.order.param", pricelist="55227", period="1", ip="192.0.2.9", licname="node",
        sok="ok", skipbasket="on", clicked_button="finish",
    )  # fmt: skip
    keys = [noc("soft.edit", elid=made.findtext("id")).findtext("lickey") for _ in range(4)]
    assert ["", "", True, True] == [each and each.startswith("1-") for each in keys]


def test_460s_reads_the_new_date_in_the_nested_document(noc, bjson):
    """After service.prolong, 460S looks for /doc/doc/newexpiredate."""
    number = _bought(bjson)
    renewed = noc("service.prolong", elid=number, period="1", sok="ok")
    assert "2025-10-01" == renewed.findtext("doc/newexpiredate")


def test_460s_reads_a_new_key_from_the_answer_itself(noc, bjson):
    """After clicked_button=newkey it reads /doc/lickey, where others read the nested form."""
    number = _bought(bjson)
    before = noc("soft.edit", elid=number).findtext("lickey")
    changed = noc("soft.edit", elid=number, clicked_button="newkey", sok="ok")
    assert changed.findtext("lickey") == changed.findtext("doc/lickey") != before


def test_460s_suspends_and_resumes_without_sok(noc, bjson, billing):
    """soft.suspend and soft.resume act at once, with no confirmation."""
    number = _bought(bjson)
    assert noc("soft.suspend", elid=number).find("error") is None
    assert "suspended" == billing.services[int(number)].status
    assert noc("soft.resume", elid=number).find("error") is None
    assert "active" == billing.services[int(number)].status


def test_460s_frees_a_licence_and_uses_it_again(noc, bjson, clock, billing):
    """Its termination parks the licence at 0.0.0.0; later it gets an address and a name again."""
    number = _bought(bjson)
    noc("soft.suspend", elid=number)
    freed = noc("soft.edit", elid=number, licname="free.lic", ip=FREE, remoteid="l", sok="ok")
    assert freed.find("error") is None
    clock.advance(days=32)
    used = noc("soft.edit", elid=number, licname="next", ip="192.0.2.20", remoteid="l9", sok="ok")
    assert used.find("error") is None
    freed = noc("soft.edit", elid=number, licname="free.lic", ip=FREE, remoteid="l", sok="ok")
    assert freed.find("error") is None
    # Parked or not, thirty-one days from that change, September 2, are not over.
    early = noc("soft.edit", elid=number, licname="other", ip="192.0.2.21", sok="ok")
    assert "ip" == early.find("error").get("object")
    assert noc("soft.edit", elid=number, licname="next", ip=FREE, sok="ok").find("error") is None
    assert "2025-10-02" == noc("service.prolong", elid=number, period="1", sok="ok").findtext(
        "doc/newexpiredate"
    )
    assert noc("soft.resume", elid=number).find("error") is None
    assert "active" == billing.services[int(number)].status
    assert FREE == noc("soft.edit", elid=number).findtext("ip")


def test_460s_reads_type_and_message_of_an_error(noc):
    """It shows the attribute type of /doc/error and its msg."""
    error = noc("soft.suspend", elid="999").find("error")
    assert "missed" == error.get("type")
    assert "999" in error.findtext("msg")


def test_460s_staff_log_in_by_a_key(http):
    """session.newkey for a client by staff, then auth with the key and checkcookie=no."""
    key = "k" * 32
    sent = {"func": "session.newkey", "out": "xml", "authinfo": "admin:prorata"}
    http.post("/billmgr", data={**sent, "username": "partner", "key": key})
    link = {"checkcookie": "no", "func": "auth", "username": "partner", "key": key, "out": "json"}
    assert "16" == http.get("/billmgr", params=link).json()["doc"]["auth"]["$level"]


def test_jbs_orders_with_empty_fields_and_reads_item_id(jbs):
    """JBS sends an empty remoteip, takes /doc/item.id and reads the form by it."""
    made = jbs(
        "soft.order.param", sok="ok", clicked_button="finish", skipbasket="on", licname="jbs",
        ip="192.0.2.30", remoteip="", pricelist="55228", period="1",
    )  # fmt: skip
    number = made.findtext("item.id")
    shown = jbs("soft.edit", elid=number)
    assert (number, "192.0.2.30") == (shown.findtext("elid"), shown.findtext("ip"))
    assert ("55228", "1") == (shown.findtext("pricelist"), shown.findtext("period"))


def test_jbs_moves_a_licence_after_thirty_one_days(jbs, bjson, clock):
    """One change of the address in 31 days; the answer has pricelist, period, ip and key.

    The order is no change: the first one may come at once.
    """
    number = _bought(bjson)
    first = jbs("soft.edit", sok="ok", licname="m", ip="192.0.2.30", elid=number)
    assert "192.0.2.30" == first.findtext("ip")
    clock.advance(days=31)
    assert (
        jbs("soft.edit", sok="ok", licname="m", ip="192.0.2.31", elid=number).find("error")
        is not None
    )
    clock.advance(days=1)
    moved = jbs("soft.edit", sok="ok", licname="m", ip="192.0.2.31", elid=number)
    assert "192.0.2.31" == moved.findtext("ip") == moved.findtext("doc/ip")
    assert {"pricelist", "period", "lickey"} <= {each.tag for each in moved}


def test_jbs_confirms_with_yes(jbs, bjson, billing):
    """JBS sends sok=yes to soft.suspend, soft.resume and soft.checkip."""
    number = _bought(bjson)
    assert jbs("soft.suspend", elid=number, sok="yes").find("error") is None
    assert "suspended" == billing.services[int(number)].status
    assert jbs("soft.resume", elid=number, sok="yes").find("error") is None
    free = jbs("soft.checkip", pricelist="55227", period="1", ip="192.0.2.40", sok="yes")
    assert free.find("ok") is not None
    taken = jbs("soft.checkip", pricelist="55227", period="1", ip="192.0.2.7", sok="yes")
    assert "exists" == taken.find("error").get("type")


def test_jbs_logs_in_without_a_cookie_check_and_reads_its_balance(jbs, http):
    """Log in by auth with checkcookie=no; subaccount is answered to clients too."""
    sent = {"checkcookie": "no", "username": "partner", "password": "prorata", "func": "auth"}
    assert "auth" in http.get("/manager/billmgr", params={**sent, "out": "xml"}).text
    assert "1000.00 EUR" == jbs("subaccount").findtext("elem/balance")


def test_zom_orders_hosting_through_the_wizard_and_the_basket(ask, billing):
    """vhost.order.pricelist, vhost.order.param, basket, payment.add, and the balance pays."""
    page = ask("vhost.order.pricelist", period="1")
    tariffs = next(each for each in page["list"] if each["$name"] == "tariflist")["elem"]
    start = next(each for each in tariffs if each["pricelist"]["$"] == "10")
    assert ("start", "3.10 EUR", "on") == (
        start["desc"]["$"],
        start["price"]["$"],
        start["order_available"]["$"],
    )
    form = ask("vhost.order.param", pricelist="10", period="1", datacenter="1")
    assert "Total amount: 3.10 EUR" in form["orderinfo"]["$"]
    renewal = next(each for each in form["slist"] if each["$name"] == "autoprolong")["val"]
    assert {"$key": "1", "$": "3.10 EUR per month"} in renewal
    made = ask(
        "vhost.order.param", pricelist="10", period="1", domain="zom.example", autoprolong="1",
        clicked_button="finish", sok="ok",
    )  # fmt: skip
    order = made["billorder"]["$"]
    basket = ask("basket")
    assert ("3.10", order) == (basket["total_sum"]["$"], basket["billorder"]["$"])
    (item,) = next(each for each in basket["list"] if each["$name"] == "itemlist")["elem"]
    assert ("vhost", "1", "1") == (
        item["item.type"]["$"],
        item["item.period"]["$"],
        item["item.autoprolong"]["$"],
    )
    assert "rolled_back" not in item
    methods = next(
        e for e in ask("payment.add", billorder=order)["list"] if e["$name"] == "methodlist"
    )
    assert "EUR" == methods["elem"][0]["paymethod_currency_iso"]["$"]
    paid = ask("payment.add.method", billorder=order, paymethod="1", sok="ok")
    assert "func=order" == paid["ok"]["$"]
    assert "996.90" == billing.balance("partner")
    (row,) = ask("vhost", p_cnt="10", p_col="+time", clickstat="yes")["elem"]
    assert "zom.example" == row["domain"]["$"]


def test_zom_pays_for_an_order_elsewhere(ask, http, billing):
    """Where the balance does not pay, `ok` is a link and `payment_id` names the payment."""
    sent = {"out": "json", "authinfo": "poor:prorata"}

    def call(func, **params):
        return http.post("/billmgr", data={**sent, "func": func, **params}).json()["doc"]

    order = call("vhost.order.param", pricelist="10", period="1", sok="ok")["billorder"]["$"]
    begun = call(
        "payment.add.method", billorder=order, paymethod="1", payment_currency="50", sok="ok"
    )
    number = begun["payment_id"]["$"]
    assert "payment.add.redirect" in begun["ok"]["$"]
    (row,) = call("payment")["elem"]
    assert ("1", "3.10 EUR") == (row["status"]["$"], row["subaccountamount_iso"]["$"])
    paid = {"func": "payment.setpaid", "out": "json", "authinfo": "admin:prorata", "elid": number}
    assert "ok" in http.post("/billmgr", data=paid).json()["doc"]
    assert "4" == call("payment")["elem"][0]["status"]["$"]
    assert "2" == call("vhost")["elem"][0]["status"]["$"]
    assert "0.00" == billing.balance("poor")


def test_zom_takes_things_out_of_the_basket(ask):
    """clicked_button delete with an id, clearbasket, and a promo code that nobody gave out."""
    first = ask("vhost.order.param", pricelist="10", period="1", sok="ok")["id"]["$"]
    ask("vhost.order.param", pricelist="11", period="1", sok="ok")
    ask("basket", sok="ok", id=first, clicked_button="delete")
    assert "6.20" == ask("basket")["total_sum"]["$"]
    refused = ask("basket", sok="ok", promocode="FREE")
    assert "promocode_not_use" == refused["error"]["$type"]
    ask("basket", sok="ok", clicked_button="clearbasket")
    assert "0.00" == ask("basket")["total_sum"]["$"]


def test_zom_shows_a_renewal_before_it_is_made(ask, bjson):
    """The form of service.prolong: title_name, dates, status, and what each period costs."""
    number = _bought(bjson)
    form = ask("service.prolong", elid=number)
    assert ("2025-09-01", "2025-10-01", "2", "1") == (
        form["expiredate"]["$"],
        form["newexpiredate"]["$"],
        form["status"]["$"],
        form["period"]["$"],
    )
    periods = next(each for each in form["slist"] if each["$name"] == "period")["val"]
    assert ["1", "3", "6", "12"] == [each["$key"] for each in periods]
    # the year is asked for but not yet bought
    assert "2026-09-01" == ask("service.prolong", elid=number, period="12")["newexpiredate"]["$"]


def test_zom_changes_a_tariff_in_three_pages(ask, bjson, billing):
    """The first page lists tariffs, .pricelist tells what it comes to, .getmoney does it."""
    number = _bought(bjson)
    offered = next(
        each for each in ask("service.changepricelist", elid=number)["slist"]
        if each["$name"] == "pricelist"
    )  # fmt: skip
    assert "55228" in [each["$key"] for each in offered["val"]]
    terms = ask("service.changepricelist.pricelist", elid=number, pricelist="55228", sok="ok")
    # The whole month is left on its first day: 10.00 − 5.00.
    assert "You will be charged with 5.00 EUR upon plan update" == terms["money_info"]["$"]
    assert ("5.00 EUR / Month", "10.00 EUR / Month") == (
        terms["oldprice"]["$"],
        terms["newprice"]["$"],
    )
    assert ("2025-09-01", "2025-09-01") == (
        terms["oldexpiredate"]["$"],
        terms["newexpiredate"]["$"],
    )
    assert "995.00" == billing.balance("partner")
    done = ask("service.changepricelist.getmoney", elid=number, pricelist="55228", sok="ok")
    assert "ok" in done
    assert "990.00" == billing.balance("partner")


def test_zom_opens_the_panel_and_changes_the_password(ask):
    """The link of gotoserver is in `ok`; service.changepassword takes passwd and confirm."""
    number = ask(
        "v2.vhost.order.param", pricelist="10", order_period="1", skipbasket="on", sok="ok"
    )["id"]["$"]
    assert ask("gotoserver", elid=number)["ok"]["$"].startswith("https://")
    assert "ok" in ask("service.changepassword", elid=number, passwd="n3w", confirm="n3w", sok="ok")
    assert "n3w" == ask("vhost.edit", elid=number)["password"]["$"]
    differs = ask("service.changepassword", elid=number, passwd="a", confirm="b", sok="ok")
    assert "confirm" == differs["error"]["$object"]


def test_zom_reads_history_and_item_cost(ask):
    """service.history has rows; item_cost has four decimals."""
    number = ask(
        "v2.vhost.order.param", pricelist="10", order_period="12", skipbasket="on", sok="ok"
    )["id"]["$"]
    assert "31.0000" == ask("vhost")["elem"][0]["item_cost"]["$"]
    (row,) = ask("service.history", elid=number, p_cnt="10")["elem"]
    assert ("period", "31.00 EUR") == (row["desc"]["$"], row["amount"]["$"])


def test_zom_reads_whoami_and_keepalive(ask):
    """Attributes of whoami tell of the user; keepalive says ok."""
    user = ask("whoami")["user"]
    assert ("partner", "p@partner.example", "on") == (
        user["$realname"],
        user["$email"],
        user["$email_verified"],
    )
    assert "ok" in ask("keepalive")


def test_omni_reads_a_server_charged_by_day(ask):
    """Charging by day turns expiredate into a phrase; the date is in real_expiredate."""
    ask("v2.vhost.order.param", pricelist="12", order_period="1", skipbasket="on", sok="ok")
    (row,) = ask("vhost")["elem"]
    assert ("on", "Daily charges", "2025-08-02") == (
        row["billdaily"]["$"],
        row["expiredate"]["$"],
        row["real_expiredate"]["$"],
    )
    assert "7.35 EUR / Month" == row["cost"]["$"]


def test_omni_finds_deleted_servers_in_the_list(ask):
    """A deleted service stays, with status 4 and the number beside the text of item_status."""
    number = _server(ask)
    assert "ok" in ask("vds.delete", elid=number, sok="ok")
    (row,) = ask("vds")["elem"]
    assert ("4", "Deleted", "4") == (
        row["item_status"]["$orig"],
        row["item_status"]["$"],
        row["status"]["$"],
    )


def _server(ask):
    made = ask("v2.vds.order.param", pricelist="700", order_period="1", skipbasket="on",
               domain="srv.example", sok="ok")  # fmt: skip
    return made["id"]["$"]


def test_omni_orders_an_address_and_gives_it_back(ask, billing):
    """service.ip, the form's slist type, the order, and service.ip.delete with plid."""
    number = _server(ask)
    (main,) = ask("service.ip", elid=number)["elem"]
    assert ("on", "192.0.2.1") == (main["is_main"]["$"], main["name"]["$"])
    form = ask("service.ip.edit", plid=number)
    kind = next(each for each in form["slist"] if each["$name"] == "type")["val"][0]["$key"]
    done = ask("service.ip.edit", plid=number, type=kind, domain=form["domain"]["$"], count="1",
               sok="ok")  # fmt: skip
    assert "billorder" not in done
    # 1000.00 − 4.95 − 2.40, the whole month being left
    assert "992.65" == billing.balance("partner")
    rows = ask("service.ip", elid=number)["elem"]
    extra = next(each for each in rows if each["is_main"]["$"] == "off")
    assert "ok" in ask("service.ip.delete", elid=extra["id"]["$"], plid=number, sok="ok")
    assert [main] == ask("service.ip", elid=number)["elem"]


def test_omni_is_told_a_dead_session_from_a_forbidden_function(ask, http):
    """Type auth means log in again; type access means that it is not allowed."""
    dead = http.get("/billmgr", params={"func": "vds", "out": "json", "auth": "0" * 24}).json()
    assert "auth" == dead["doc"]["error"]["$type"]
    assert "access" == ask("runningoperation")["error"]["$type"]


def test_omni_reads_payments(ask, http):
    """The status is a number, subaccountamount_iso an amount with its currency."""
    begun = ask("payment.add", amount="20.00", paymethod="1", sok="ok")
    (row,) = ask("payment")["elem"]
    assert (f"BILLMGR/{begun['id']['$']}", "20.00 EUR", "1") == (
        row["number"]["$"],
        row["subaccountamount_iso"]["$"],
        row["status"]["$"],
    )
    assert "2025-08-01" == row["create_date"]["$"]


def test_rem_reads_every_field_as_text_alone(ask, http, bjson):
    """REM cannot unwrap a field with two faces; of those it reads none has one."""
    _bought(bjson)
    sent = {"func": "soft", "out": "json", "authinfo": "p@partner.example:prorata"}
    (row,) = http.get("/billmgr", params=sent).json()["doc"]["elem"]
    for name in ("name", "domain", "pricelist", "status", "cost", "period", "expiredate", "id"):
        assert set(row[name]) <= {"$"}, name
    assert "5.00 EUR / Month" == row["cost"]["$"]


def test_rem_falls_back_to_lists_by_type_and_to_the_menu(ask):
    """There is no list of all services; the menu's section of services names the lists."""
    assert "missed" == ask("service")["error"]["$type"]
    assert "missed" == ask("item")["error"]["$type"]
    sections = ask("menu")["mainmenu"]["node"]
    services = next(each for each in sections if each["$name"] == "mainmenuservice")
    functions = [each["$name"] for each in services["node"]]
    assert ["vhost", "soft", "vds", "dedic", "certificate", "softexternal"] == functions
    for function in functions:
        assert "0" == ask(function)["p_elems"]["$"]


def test_rem_reads_balance_and_currency_of_a_subaccount(ask):
    """The balance is a number and its currency, which REM cuts off; currency is an ISO code."""
    (row,) = ask("subaccount")["elem"]
    assert ("1000.00 EUR", "EUR") == (row["balance"]["$"], row["currency"]["$"])


def test_rem_reads_the_dashboard(ask):
    """dashboard.info has realbalance, dashboard.subaccount_credit what credit there is."""
    assert "1000.00 EUR" == ask("dashboard.info")["elem"][0]["realbalance"]["$"]
    assert "0.00 EUR" == ask("dashboard.subaccount_credit")["elem"][0]["credit"]["$"]


def test_na_reads_the_id_of_the_session_and_a_localised_balance(http, clock):
    """NA posts auth, reads auth.$id, then usrparam's balance: a hard blank, a comma."""
    billing = Billmanager(clock, catalogue={}, clients={"ivan": "1234.56"}, currency="RUB")
    http = httpx.Client(transport=transport(billing.app), base_url="https://billing")
    sent = {"func": "auth", "username": "ivan", "password": "prorata", "out": "json"}
    sid = http.post("/billmgr", data=sent).json()["doc"]["auth"]["$id"]
    asked = {"func": "usrparam", "auth": sid, "out": "json"}
    told = http.post("/billmgr", data={**asked, "lang": "ru"}).json()["doc"]
    assert "1\u00a0234,56 \u0440\u0443\u0431." == told["balance"]["$"]
    assert "1\u00a0234.56 RUB" == http.post("/billmgr", data=asked).json()["doc"]["balance"]["$"]


def test_na_is_told_of_bad_credentials_with_status_200(http):
    """A wrong password is HTTP 200 with an error inside."""
    sent = {"func": "auth", "username": "partner", "password": "no", "out": "json"}
    answer = http.post("/billmgr", data=sent)
    assert (200, "auth") == (answer.status_code, answer.json()["doc"]["error"]["$type"])


def test_pul_finds_the_count_of_rows_in_every_list(http, bjson):
    """PUL posts JSON with out=sjson and takes a list for one by p_elems; elem is an array."""
    sent = {"func": "soft", "out": "sjson", "authinfo": "partner:prorata"}
    empty = http.post("/billmgr", json=sent).json()["doc"]
    assert ("0", False) == (empty["p_elems"]["$"], "elem" in empty)
    _bought(bjson)
    full = http.post("/billmgr", json=sent).json()["doc"]
    assert ("1", 1) == (full["p_elems"]["$"], len(full["elem"]))
    # PUL takes $orig before $.
    assert "2" == full["elem"][0]["item_status"]["$orig"]


def test_pul_asks_as_the_user_of_a_cookie(http):
    """The session may come in the cookie billmgrses5, a JSON body {} on GET does no harm."""
    sent = {"func": "auth", "username": "partner", "password": "prorata", "out": "json"}
    sid = http.post("/billmgr", data=sent).json()["doc"]["auth"]["$"]
    http.cookies.clear()
    answer = http.request(
        "GET",
        "/billmgr",
        params={"func": "vhost", "out": "sjson"},
        content=b"{}",
        headers={"content-type": "application/json", "cookie": f"billmgrses5=sess:{sid}"},
    )
    assert "0" == answer.json()["doc"]["p_elems"]["$"]


def test_ispapi_iterates_one_server_as_an_array(ask, http):
    """ISPAPI goes through elem of vds by position; it reads createdate, domain, name and ip."""
    _server(ask)
    rows = ask("vds")["elem"]
    assert isinstance(rows, list)
    assert ("2025-08-01", "srv.example") == (rows[0]["createdate"]["$"], rows[0]["domain"]["$"])
    assert {"name", "ip"} <= rows[0].keys()


def test_the_codes_of_the_statuses():
    """1 ordered, 2 active, 3 suspended, 4 deleted, 5 processing."""
    assert ["ordered", "active", "suspended", "deleted", "processing"] == sorted(
        CODES, key=CODES.get
    )
