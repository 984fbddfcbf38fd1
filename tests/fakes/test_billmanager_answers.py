"""What a caller is told: refusals before anything is charged, amounts, numbers, and arrays."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import httpx
import pytest

from prorata.fakes import Ispmanager, transport
from prorata.fakes.billmanager import LICENCES, Billmanager
from prorata.reference.clock import Clock
from prorata.reference.panels import IspmanagerClient

_CATALOGUE = {
    "start": {
        "prices": {"1 month": "3.10", "3 months": "9.00"},
        "maximum_quantity": 3,
        "resources": {
            "databases": {"maximum": 9, "prices": {"1 month": "2.00"}},
            "email": {"maximum": 9, "prices": {"1 month": "2.00"}},
        },
    },
    "large": {"prices": {"1 month": "6.20"}},
    "trial": {"trial": {"days": 7}},
    "day": {"daily": {"price": "1.00", "clients_may_suspend": True}},
}


@pytest.fixture
def clock():
    """Time stands at nine in the morning of 1 August 2025, UTC."""
    return Clock(datetime(2025, 8, 1, 9, tzinfo=UTC))


@pytest.fixture
def hosting(clock):
    """An ispmanager with a preset for each tariff."""
    return Ispmanager(clock, presets={name: {} for name in _CATALOGUE})


def _port(hosting, **more):
    wire = transport(hosting.app)
    return IspmanagerClient("http://panel/ispmgr", "root", "prorata", transport=wire, **more)


@pytest.fixture
def billing(clock, hosting):
    """A billing that makes its services there, for a client with money."""
    clients = {"anna": "100.00"}
    return Billmanager(clock, catalogue=_CATALOGUE, clients=clients, panel=_port(hosting))


def _asking(panel, who="anna", out="json"):
    http = httpx.Client(transport=transport(panel.app), base_url="https://billing")

    def ask(func, **params):
        data = {"func": func, "out": out, "authinfo": f"{who}:prorata", **params}
        answer = json.loads(http.post("/billmgr", data=data).content)
        return answer.get("doc", answer)

    return ask


@pytest.fixture
def anna(billing):
    """Ask as the client."""
    return _asking(billing)


@pytest.fixture
def staff(billing):
    """Ask as staff."""
    return _asking(billing, "admin")


def _order(ask, pricelist="1", period="1", **params):
    sent = {"pricelist": pricelist, "order_period": period, "skipbasket": "on", "sok": "ok"}
    return ask("v2.vhost.order.param", **sent, **params)


def _about(answer):
    error = answer["error"]
    params = {each["$name"]: each.get("$", "") for each in error["param"]}
    return error["$type"], error["$object"], params["value"]


@pytest.mark.parametrize(
    "domain",
    ["not a domain", "localhost", "a..example", "-a.example", "192.0.2.1",
     "a.example.", f"{'a' * 64}.example", "\ud55c" * 80 + ".example"],
)  # fmt: skip
def test_a_domain_that_is_none_is_refused_before_it_is_charged(anna, billing, domain):
    """What no DNS name can be is refused: nothing is ordered, and nothing charged."""
    assert ("value", "domain", domain) == _about(_order(anna, domain=domain))
    assert ({}, "100.00") == (dict(billing.services), billing.balance("anna"))


@pytest.mark.parametrize("domain", ["anna.example.com", "ANNA.example", "m\u00fcnchen.example"])
def test_a_domain_is_ordered_in_any_script(anna, hosting, domain):
    """Capitals and letters beyond ASCII are allowed in a domain."""
    assert "ok" in _order(anna, domain=domain)
    assert ["www-root", "user1"] == list(hosting.users)


def test_an_operation_is_left_to_staff_after_five_tries(anna, staff, hosting, clock):
    """A failing operation is tried every five minutes, five times; started by staff, once more."""
    hosting.password = "changed"
    _order(anna)
    # The first try is at once, the fifth twenty minutes later.
    clock.advance(minutes=15)
    (row,) = staff("runningoperation")["elem"]
    assert ("error", "4") == (row["status"]["$"], row["trycount"]["$"])
    clock.advance(minutes=5)
    (row,) = staff("runningoperation")["elem"]
    assert ("manual", "5", "1") == tuple(row[n]["$"] for n in ("status", "trycount", "task"))
    clock.advance(days=20)
    assert "5" == staff("runningoperation")["elem"][0]["trycount"]["$"]
    staff("runningoperation.start", elid="1")
    (row,) = staff("runningoperation")["elem"]
    assert ("manual", "6") == (row["status"]["$"], row["trycount"]["$"])
    hosting.password = "prorata"
    staff("task.start", elid="1")
    assert "2" == anna("vhost")["elem"][0]["status"]["$"]


def test_an_operation_started_too_early_is_tried_again(anna, staff, hosting, clock):
    """Left to staff and started, an operation that fails again is tried again by itself."""
    hosting.password = "changed"
    _order(anna)
    staff("runningoperation.setmanual", elid="1")
    clock.advance(minutes=10)
    staff("runningoperation.start", elid="1")
    hosting.password = "prorata"
    clock.advance(minutes=5)
    assert "elem" not in staff("runningoperation")


def test_what_waits_behind_a_forgotten_operation_goes_on(anna, staff, hosting, clock):
    """An operation behind one that staff held and forgot is tried until it is done."""
    number = _order(anna)["id"]["$"]
    hosting.password = "changed"
    staff("vhost.suspend", elid=number)
    staff("vhost.resume", elid=number)
    staff("runningoperation.setmanual", elid="2")
    clock.advance(minutes=10)
    staff("runningoperation.delete", elid="2")
    assert ["resume"] == [row["intname"]["$"] for row in staff("runningoperation")["elem"]]
    hosting.password = "prorata"
    clock.advance(minutes=5)
    assert "elem" not in staff("runningoperation")


@pytest.mark.parametrize("code", ["99", "-50", "-100", "x", "6"])
def test_a_renewal_for_a_period_that_is_not_sold_is_refused(anna, billing, code):
    """Field autoprolong names a period of the tariff, at the order, in the basket and later."""
    assert ("value", "autoprolong", code) == _about(_order(anna, autoprolong=code))
    basket = anna("vhost.order.param", pricelist="1", period="1", autoprolong=code, sok="ok")
    assert ("value", "autoprolong", code) == _about(basket)
    assert {} == dict(billing.services)
    number = _order(anna, autoprolong="3")["id"]["$"]
    later = anna("vhost.edit", elid=number, autoprolong=code, sok="ok")
    assert ("value", "autoprolong", code) == _about(later)
    assert "3" == anna("vhost.edit", elid=number)["autoprolong"]["$"]


def test_a_service_by_day_renews_itself_by_day(anna):
    """A tariff charged by day is renewed for -50, and for no period without a price."""
    number = _order(anna, "4", "-50", autoprolong="-50")["id"]["$"]
    assert "-50" == anna("vhost.edit", elid=number)["autoprolong"]["$"]
    assert "ok" in anna("vhost.edit", elid=number, autoprolong="null", sok="ok")
    assert "ok" in anna("vhost.edit", elid=number, autoprolong="-50", sok="ok")
    assert "error" in anna("vhost.edit", elid=number, autoprolong="1", sok="ok")


def test_only_tariffs_with_a_trial_are_sold_for_one(anna):
    """The first page of an order has -100 and -50 among its periods, each for who sells it."""
    page = anna("vhost.order.pricelist", period="-100")
    periods = next(each for each in page["slist"] if each["$name"] == "period")["val"]
    assert ["1", "3", "-100", "-50"] == [each["$key"] for each in periods]
    rows = page["list"][0]["elem"]
    sold = {row["desc"]["$"]: row["order_available"]["$"] for row in rows}
    assert {"start": "off", "large": "off", "trial": "on", "day": "off"} == sold
    prices = {row["desc"]["$"]: row["price"].get("$", "") for row in rows}
    assert {"start": "", "large": "", "trial": "0.00 USD", "day": ""} == prices


@pytest.mark.parametrize("out", ["json", "bjson"])
def test_one_price_of_one_tariff_is_an_array(clock, out):
    """The tariffs of a price list, their details and their prices are arrays, were there one."""
    row = {
        "prices": {"1 month": "3.10"},
        "itemtype": "vds",
        "resources": {"databases": {"included": 2}},
    }
    panel = Billmanager(clock, catalogue={"only": row}, clients={"anna": "1"})
    (found,) = _asking(panel, out=out)("v2.vds.order.pricelist")["list"]
    (elem,) = found["elem"]
    (detail,), (price,) = elem["detail"], elem["prices"]["price"]
    values = [detail["name"], price["period"], price["cost"]]
    assert ["databases", "1", "3.10"] == [each if out == "bjson" else each["$"] for each in values]


def test_the_amount_of_a_payment_has_the_decimals_of_its_currency(anna, staff, billing):
    """An amount of 10 is 10.00 USD in the list, and paid as such."""
    assert "ok" in anna("payment.add", amount="10", sok="ok")
    (row,) = anna("payment")["elem"]
    assert "10.00 USD" == row["subaccountamount_iso"]["$"]
    assert "10.00" == anna("payment.add.pay", elid="1")["amount"]["$"]
    staff("payment.setpaid", elid="1")
    assert "110.00" == billing.balance("anna")


def test_a_payment_that_has_begun_goes_on(anna, staff):
    """The last page of paying takes elid: its payment's amount counts, and no other is begun."""
    anna("payment.add", amount="10", sok="ok")
    done = anna("payment.add.pay", elid="1", paymethod="1", profile="7", sok="ok")
    assert ("url", "1") == (done["ok"]["$type"], done["id"]["$"])
    assert "ok" in anna("payment.add.pay", elid="1", amount="10.0", sok="ok")
    assert "1" == anna("payment")["p_elems"]["$"]
    other = anna("payment.add.pay", elid="1", amount="11", sok="ok")
    assert ("value", "amount", "11") == _about(other)
    own = anna("payment.add.pay", elid="1", paymethod="0", sok="ok")
    assert ("value", "paymethod", "0") == _about(own)
    assert ("missed", "payment", "2") == _about(anna("payment.add.pay", elid="2", sok="ok"))
    staff("payment.setpaid", elid="1")
    assert ("value", "elid", "1") == _about(anna("payment.add.pay", elid="1", sok="ok"))


def test_an_order_whose_payment_has_begun_is_paid_from_the_balance(clock):
    """Once the balance pays it, the payment of an order is given up for it."""
    panel = Billmanager(clock, catalogue=_CATALOGUE, clients={"anna": "0"})
    anna, staff = _asking(panel), _asking(panel, "admin")
    order = anna("vhost.order.param", pricelist="1", period="1", sok="ok")["billorder"]["$"]
    begun = anna("payment.add", billorder=order, sok="ok")["id"]["$"]
    assert order == anna("payment.add.pay", elid=begun)["billorder"]["$"]
    poor = anna("payment.add.pay", elid=begun, paymethod="0", sok="ok")
    assert "not_enough_money" == poor["error"]["$type"]
    staff("payment.setpaid", elid=anna("payment.add", amount="5", sok="ok")["id"]["$"])
    paid = anna("payment.add.pay", elid=begun, paymethod="0", sok="ok")
    assert ("1", order) == (paid["item.id"]["$"], paid["billorder"]["$"])
    assert ["9", "4"] == [row["status"]["$"] for row in anna("payment")["elem"]]
    # 5.00 − 3.10
    assert "1.90" == panel.balance("anna")


def test_payments_are_taken_whatever_became_of_their_orders(clock):
    """Paid, the money is on the balance; what is sold no more stays in the basket, the rest not."""
    billing = Billmanager(clock, catalogue=_CATALOGUE, clients={"anna": "0"})
    anna, staff = _asking(billing), _asking(billing, "admin")
    anna("vhost.order.param", pricelist="2", period="1", sok="ok")
    order = anna("vhost.order.param", pricelist="1", period="1", sok="ok")["billorder"]["$"]
    begun = [
        anna("payment.add", billorder=order, sok="ok")["id"]["$"],
        anna("payment.add", amount="7", sok="ok")["id"]["$"],
    ]
    staff("pricelist.suspend", elid="2")
    assert "ok" in staff("payment.setpaid", elid=", ".join(begun))
    assert ["4", "4"] == [row["status"]["$"] for row in staff("payment")["elem"]]
    assert {"start"} == {each.tariff for each in billing.services.values()}
    (left,) = anna("cart")["elem"]
    assert ("large", "0.00") == (left["pricelist_name"]["$"], left["cost"]["$"])
    basket = anna("basket")
    assert ("0.00", "0.00") == (basket["total_sum"]["$"], basket["tax"]["$"])
    assert "0.00" == anna("order")["list"][0]["elem"][0]["amount"]["$"]
    assert "pricelist" == anna("basket", clicked_button="finish", sok="ok")["error"]["$object"]
    # 6.20 + 3.10 + 7.00 came in, and 3.10 went out
    assert "13.20" == billing.balance("anna")


@pytest.mark.parametrize(("func", "name"), [
    ("v2.vhost.order.param", "order_period"), ("vhost.order.param", "period"),
])  # fmt: skip
def test_an_error_names_the_period_as_its_caller_did(anna, func, name):
    """The object is the caller's own parameter, and the value is what stood there."""
    sent = {"pricelist": "1", name: "5", "skipbasket": "on", "sok": "ok"}
    assert ("value", name, "5") == _about(anna(func, **sent))


def test_a_refusal_has_every_part_of_an_error(anna, billing):
    """Refusals of rules have object, value, desc, rule and seed, and the group of their type."""
    error = _order(anna, period="5")["error"]
    params = {each["$name"]: each["$"] for each in error["param"]}
    assert ["object", "value", "desc", "rule", "seed"] == list(params)
    assert "billmanager.order.price" == params["rule"]
    assert (
        "Field '__object__' has invalid value. __desc__ (a seed allows it: __seed__)"
        == error["group"]["$"]
    )
    assert params["desc"] in error["msg"]["$"] == error["detail"]["$"]
    assert "value/order_period" == billing.calls[-1].error


def test_a_service_is_not_changed_to_the_tariff_it_has(anna):
    """Its own tariff is no other one, on each page of the change."""
    number = _order(anna)["id"]["$"]
    for page in ("", ".pricelist", ".getmoney"):
        func = f"service.changepricelist{page}"
        asked = anna(func, elid=number, pricelist="1", period="1", sok="ok")
        assert ("value", "pricelist", "1") == _about(asked), page
    assert "ok" in anna("service.changepricelist", elid=number, pricelist="2", sok="ok")


def test_the_domain_of_a_service_stays(anna):
    """The form takes back what it showed, and refuses another domain or user."""
    number = _order(anna, domain="anna.example.com")["id"]["$"]
    shown = anna("vhost.edit", elid=number)
    same = {name: shown[name]["$"] for name in ("domain", "username", "autoprolong")}
    assert "ok" in anna("vhost.edit", elid=number, sok="ok", **same)
    assert "ok" in anna("vhost.edit", elid=number, sok="ok", domain="ANNA.example.com")
    other = anna("vhost.edit", elid=number, domain="new.example.com", autoprolong="1", sok="ok")
    assert ("value", "domain", "new.example.com") == _about(other)
    assert "cannot be changed" in other["error"]["msg"]["$"]
    assert "username" == anna("vhost.edit", elid=number, username="b", sok="ok")["error"]["$object"]
    assert "null" == anna("vhost.edit", elid=number)["autoprolong"]["$"]


def test_the_basket_tells_what_was_ordered(anna, billing):
    """Bought, the answer has the ids of each service and the number of the order."""
    anna("vhost.order.param", pricelist="1", period="1", sok="ok")
    one = anna("basket", clicked_button="finish", sok="ok")
    assert ("1", "1", "1") == (one["id"]["$"], one["item.id"]["$"], one["billorder"]["$"])
    anna("vhost.order.param", pricelist="1", period="1", order_count="2", sok="ok")
    anna("vhost.order.param", pricelist="2", period="1", sok="ok")
    several = anna("basket", clicked_button="finish", sok="ok")
    assert ["2", "3", "4"] == [each["$"] for each in several["id"]]
    assert several["id"] == several["item.id"]
    assert "2" == several["billorder"]["$"]
    nothing = anna("basket", clicked_button="finish", sok="ok")
    assert "func=order" == nothing["ok"]["$"]
    assert "id" not in nothing
    anna("vhost.order.param", pricelist="1", period="1", order_count="2", sok="ok")
    flat = _asking(billing, out="bjson")("basket", clicked_button="finish", sok="ok")
    assert ({"v": "5"}, "3") == (flat["id"], flat["billorder"])


@pytest.mark.parametrize(
    ("code", "word"), [("1", "Month"), ("3", "Three months"), ("null", "null")]
)
def test_autoprolong_is_a_word_in_lists_and_a_code_in_forms(anna, code, word):
    """A list shows the period of renewal for people, a form its number; null is none in both."""
    _order(anna, autoprolong=code)
    assert word == anna("vhost")["elem"][0]["autoprolong"]["$"]
    assert code == anna("vhost.edit", elid="1")["autoprolong"]["$"]


def test_tariffs_are_counted_in_their_order(clock):
    """Tariffs without a number are 1, 2, 3, whatever addons they have; addons begin at 10001."""
    rows = {"a": {"prices": {"1 month": "1"}}, "b": {"prices": {"1 month": "1"}}}
    two = {"two": {"id": 2, "prices": {"1 month": "1"}}}
    panel = Billmanager(clock, catalogue={**rows, **two, **LICENCES}, clients={})
    staff = _asking(panel, "admin")
    numbers = {row["name"]["$"]: row["id"]["$"] for row in staff("pricelist", p_cnt="50")["elem"]}
    assert ("1", "3", "2") == (numbers["a"], numbers["b"], numbers["two"])
    assert "55227" == numbers["ispmanager 6 lite"]
    addons = [
        row["id"]["$"] for plid in "13" for row in staff("pricelist.detail", plid=plid)["elem"]
    ]
    assert [str(number) for number in range(10_001, 10_001 + len(addons))] == addons
    made = staff("pricelist.edit", name="c", price_1="1", sok="ok")
    assert "4" == made["id"]["$"]


def test_a_client_is_told_who_can_delete(anna, billing):
    """Without the right to delete, the refusal names the client group that would give it."""
    number = _order(anna)["id"]["$"]
    error = anna("vhost.delete", elid=number)["error"]
    assert ("access", "service") == (error["$type"], error["$object"])
    assert "client group with the right to delete" in error["msg"]["$"]
    assert "active" == billing.services[1].status


def test_a_test_asserts_what_was_called(anna, billing):
    """The panel has the asserts of its journal, and the password of its staff."""
    _order(anna)
    anna("vhost")
    billing.assert_called("v2.vhost.order.param", pricelist="1")
    billing.assert_never("vhost.delete")
    billing.assert_order("v2.vhost.order.param", "vhost")
    with pytest.raises(AssertionError, match=r"vhost\.delete was not called"):
        billing.assert_called("vhost.delete")
    with pytest.raises(AssertionError, match="vhost was called"):
        billing.assert_never("vhost")
    with pytest.raises(AssertionError, match="after vhost"):
        billing.assert_order("vhost", "v2.vhost.order.param")
    assert "prorata" == billing.password
    billing.set_password("admin", "n3w")
    assert "n3w" == billing.password


def test_whoever_is_nobody_yet_registers(billing):
    """Functions of level 0 ask for no login, and look at none."""
    http = httpx.Client(transport=transport(billing.app), base_url="https://billing")

    def call(func, **params):
        data = {"func": func, "out": "json", **params}
        return http.post("/billmgr", data=data).json()["doc"]

    sent = {"email": "new@example.com", "passwd": "s3cret", "sok": "ok"}
    assert "2" == call("register", **sent)["id"]["$"]
    assert "exists" == call("register", authinfo="no:body", **sent)["error"]["$type"]
    assert "ok" in call("recovery", email="new@example.com")
    assert "ok" in call("recovery", email="nobody@example.com")
    assert "auth" == call("vhost")["error"]["$type"]
    assert "elem" not in call("vhost", authinfo="new@example.com:s3cret")


def test_licences_take_no_room_on_a_server(clock, hosting):
    """A server for two accounts has room for two, whatever licences there are; those need none."""
    panel = Billmanager(
        clock, catalogue={**_CATALOGUE, **LICENCES}, clients={"anna": "100.00"},
        panel=_port(hosting, maximum=2),
    )  # fmt: skip
    anna = _asking(panel)
    licence = {"pricelist": "55227", "period": "1", "skipbasket": "on", "sok": "ok"}
    for _ in range(3):
        assert "ok" in anna("soft.order.param", **licence)
    assert "ok" in _order(anna)
    assert "ok" in _order(anna)
    full = _order(anna)["error"]
    rules = [each["$"] for each in full["param"] if each["$name"] == "rule"]
    assert ["provision.ispmanager.capacity"] == rules
    assert "ok" in anna("soft.order.param", **licence)


def test_services_that_share_a_balance_are_resumed_all_or_none(clock):
    """Where the balance pays the day of one and not of both, neither is resumed nor charged."""
    panel = Billmanager(clock, catalogue=_CATALOGUE, clients={"anna": "3.00"})
    anna = _asking(panel)
    number = str(panel.listings.by_name["day"].id)
    _order(anna, number, "-50")
    _order(anna, number, "-50")
    anna("vhost.suspend", elid="1, 2")
    clock.advance(days=1)
    # 3.00 − 2 × 1.00; no day is charged while both are suspended
    assert "1.00" == panel.balance("anna")
    refused = anna("vhost.resume", elid="1, 2")["error"]
    assert "not_enough_money" == refused["$type"]
    assert "2.00 USD is asked" in refused["msg"]["$"]
    assert {"suspended"} == {each.status for each in panel.services.values()}
    assert "1.00" == panel.balance("anna")
    assert "ok" in anna("vhost.resume", elid="1")
    assert "0.00" == panel.balance("anna")


def test_addons_that_share_a_balance_are_ordered_all_or_none(clock):
    """Where the balance pays one addon and not both, the form orders neither."""
    panel = Billmanager(clock, catalogue=_CATALOGUE, clients={"anna": "6.10"})
    anna = _asking(panel)
    number = _order(anna)["id"]["$"]
    addons = panel.listings.by_name["start"].addons
    both = {f"addon_{addons[name]}": "1" for name in ("databases", "email")}
    # 6.10 − 3.10 pays one addon of 2.00
    refused = anna("vhost.edit", elid=number, sok="ok", **both)["error"]
    assert "not_enough_money" == refused["$type"]
    assert ("3.00", {}) == (panel.balance("anna"), dict(panel.services[1].resources))
    (first, *_) = both
    assert "ok" in anna("vhost.edit", elid=number, sok="ok", **{first: "1"})
    assert "1.00" == panel.balance("anna")
