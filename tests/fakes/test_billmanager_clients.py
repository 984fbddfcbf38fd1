"""What clients do: services of their own, payments, the basket, and what they are refused."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime
from fractions import Fraction

import httpx
import pytest

from prorata.fakes import Ispmanager, transport
from prorata.fakes.billmanager import LICENCES, Billmanager, Obliging
from prorata.fakes.billmanager.codes import code_of, period_of, period_text
from prorata.fakes.billmanager.refusals import refused
from prorata.fakes.billmanager.texts import four, localised
from prorata.fakes.mgr5.traffic import ADMIN, ROOT, USER, Who
from prorata.reference.clock import Clock
from prorata.reference.engine.billmanager.catalogue import Tariff
from prorata.reference.engine.ports import Account
from prorata.reference.money import Money
from prorata.reference.panels import IspmanagerClient
from prorata.reference.periods import Length
from prorata.reference.refusal import Refusal

_CATALOGUE = {
    "start": {
        "prices": {"1 month": "3.10", "3 months": "9.00"},
        "disabled_periods": ["3 months"],
        "maximum_quantity": 3,
        "resources": {"databases": {"maximum": 5, "prices": {"1 month": "0.50"}}},
        "late_renewal_fee": {"percent": "50"},
    },
    "large": {"prices": {"1 month": "6.20"}, "agreement": "terms"},
    "day": {"daily": {"price": "0.10"}},
    "free": {"prices": {"1 month": "0"}},
    "trial": {"trial": {"days": 7}},
}


@pytest.fixture
def clock():
    """Time stands at nine in the morning of 1 August 2025, UTC."""
    return Clock(datetime(2025, 8, 1, 9, tzinfo=UTC))


@pytest.fixture
def billing(clock):
    """A billing with hosting and licences, a client with money and one without."""
    return Billmanager(
        clock, catalogue={**_CATALOGUE, **LICENCES}, clients={"anna": "100.00", "ben": "0"}
    )


def _asking(panel, who):
    http = httpx.Client(transport=transport(panel.app), base_url="https://billing")

    def ask(func, **params):
        data = {"func": func, "out": "json", "authinfo": f"{who}:prorata", **params}
        return json.loads(http.post("/billmgr", data=data).content)["doc"]

    return ask


@pytest.fixture
def anna(billing):
    """Ask as the client with money."""
    return _asking(billing, "anna")


@pytest.fixture
def ben(billing):
    """Ask as the client without."""
    return _asking(billing, "ben")


@pytest.fixture
def staff(billing):
    """Ask as staff."""
    return _asking(billing, "admin")


def _order(ask, pricelist="1", period="1", **params):
    sent = {"pricelist": pricelist, "order_period": period, "skipbasket": "on", "sok": "ok"}
    return ask("v2.vhost.order.param", **sent, **params)


def test_clients_see_only_their_own(anna, staff, billing):
    """Somebody else's service is as one that there is not; staff see all."""
    number = _order(anna)["id"]["$"]
    ben = _asking(billing, "ben")
    assert "elem" not in ben("vhost")
    for func in ("vhost.edit", "service.prolong", "service.ip", "gotoserver", "vhost.delete"):
        assert "missed" == ben(func, elid=number)["error"]["$type"], func
    assert "elem" not in ben("expense")
    assert number == staff("vhost")["elem"][0]["id"]["$"]


def test_a_service_has_one_product_type(anna):
    """A hosting service is no licence, and a tariff of hosting is ordered as hosting."""
    number = _order(anna)["id"]["$"]
    assert "missed" == anna("soft.edit", elid=number)["error"]["$type"]
    assert (
        "missed" == anna("soft.order.param", pricelist="1", period="1", sok="ok")["error"]["$type"]
    )
    assert (
        "missed"
        == anna("service.changepricelist", elid=number, pricelist="55227", sok="ok")["error"][
            "$type"
        ]
    )


@pytest.mark.parametrize("elid", ["", "x", "0", "-1", "9" * 400, "²"])
def test_numbers_that_are_none(anna, elid):
    """Whatever stands in elid is answered by an error, never by a crash."""
    assert "error" in anna("service.prolong", elid=elid, sok="ok")
    assert "error" in anna("vhost.edit", elid=elid)
    assert "error" in anna("v2.vhost.order.param", pricelist=elid, order_period="1", sok="ok")


@pytest.mark.parametrize(
    ("params", "about"),
    [
        ({"order_period": "0"}, ("unsupported", "order_period")),
        ({"order_period": "-50"}, ("value", "order_period")),
        ({"order_period": "3"}, ("value", "order_period")),
        ({"order_period": "36"}, ("value", "order_period")),
        ({"order_period": "-100"}, ("value", "order_period")),
        ({"order_count": "4"}, ("limit", "order_count")),
        ({"datacenter": "9"}, ("missed", "datacenter")),
        ({"addon_9999": "1"}, ("missed", "addon")),
        ({"addon_10001": "x"}, ("value", "addon_10001")),
        ({"pricelist": "999"}, ("missed", "pricelist")),
    ],
)
def test_what_an_order_is_refused_for(anna, billing, params, about):
    """The error says what it is about; nothing is ordered."""
    sent = {"pricelist": "1", "order_period": "1", "skipbasket": "on", "sok": "ok", **params}
    error = anna("v2.vhost.order.param", **sent)["error"]
    assert about == (error["$type"], error["$object"])
    assert {} == dict(billing.services)


def test_a_consent_is_asked_for(anna, billing):
    """A tariff with an agreement is ordered by those who agree."""
    number = str(billing.listings.by_name["large"].id)
    assert "licence_agreement" == _order(anna, number)["error"]["$object"]
    assert "off" == anna("v2.vhost.order.param", pricelist=number)["licence_agreement"]["$"]
    assert "ok" in _order(anna, number, licence_agreement="on")


def test_several_services_of_one_order(anna, billing):
    """All are made; the first one's number is the answer's id."""
    made = _order(anna, order_count="3")
    assert "1" == made["id"]["$"]
    assert ["2", "3"] == [each["$"] for each in made["item"]]
    assert 3 == len(billing.services)


def test_too_little_money_is_an_error_of_its_own(ben, billing):
    """Past the basket, an order that the balance does not pay leaves nothing behind."""
    error = _order(ben)["error"]
    assert "not_enough_money" == error["$type"]
    assert "3.10 USD is asked" in error["msg"]["$"]
    assert {} == dict(billing.services)


def test_too_little_money_for_a_renewal(anna, billing, staff):
    """What would be renewed with more money is refused for the money, and says so."""
    billing.billing.book.clients["ben"].balance = Money.of("3.10", "USD")
    ben = _asking(billing, "ben")
    number = _order(ben)["id"]["$"]
    error = ben("service.prolong", elid=number, period="1", sok="ok")["error"]
    assert "not_enough_money" == error["$type"]
    other = ben("service.prolong", elid=number, period="12", sok="ok")["error"]
    assert ("value", "period") == (other["$type"], other["$object"])


def test_unpaid_orders_can_be_kept(ben, billing, staff):
    """A switch keeps them ordered until a payment starts them."""
    billing.keeps_unpaid_orders = True
    number = _order(ben)["id"]["$"]
    assert "1" == ben("vhost")["elem"][0]["status"]["$"]
    paid = ben("payment.add", amount="3.10", sok="ok")["id"]["$"]
    staff("payment.setpaid", elid=paid)
    assert ("active", "0.00") == (billing.services[int(number)].status, billing.balance("ben"))


def test_a_free_order_needs_no_payment(ben, billing):
    """A price of nothing is enabled from the basket by the button free."""
    number = str(billing.listings.by_name["free"].id)
    ben("vhost.order.param", pricelist=number, period="1", sok="ok")
    assert "func=order" == ben("basket", sok="ok", clicked_button="free")["ok"]["$"]
    assert "active" == billing.services[1].status


def test_the_basket_is_not_bought_with_too_little(ben, anna, billing):
    """The button finish buys all of it from the balance or nothing."""
    ben("vhost.order.param", pricelist="1", period="1", sok="ok")
    assert "not_enough_money" == ben("basket", sok="ok", clicked_button="finish")["error"]["$type"]
    anna("vhost.order.param", pricelist="1", period="1", sok="ok", order_count="2")
    assert ("1", "2") == (anna("cart")["p_elems"]["$"], anna("cart")["elem"][0]["count"]["$"])
    assert "ok" in anna("basket", sok="ok", clicked_button="finish")
    assert "93.80" == billing.balance("anna")  # 100.00 − 2 × 3.10
    assert "missed" == anna("basket", sok="ok", clicked_button="delete", id="1")["error"]["$type"]


def test_orders_that_wait_for_a_payment_are_listed(ben, staff):
    """What order lists is what lies in the basket as one order; cart.empty takes it all out."""
    ben("vhost.order.param", pricelist="1", period="1", sok="ok")
    trial = ben("vhost.order.param", pricelist="", period="1", sok="ok")
    assert "pricelist" == trial["error"]["$object"]
    (row,) = ben("order")["list"][0]["elem"]
    assert ("3.10", "1") == (row["amount"]["$"], row["count"]["$"])
    assert "1" == staff("cart")["p_elems"]["$"]
    assert "ok" in ben("cart.empty")
    assert "0" == ben("cart")["p_elems"]["$"]


def test_a_trial_lies_in_the_basket_by_its_number(ben, billing):
    """The period of a trial is -100 there too, and taxes are told apart."""
    number = str(billing.listings.by_name["trial"].id)
    assert "-100" == ben("vhost.order.param", pricelist=number)["period"]["$"]
    ben("vhost.order.param", pricelist=number, period="-100", sok="ok")
    assert "-100" == ben("cart")["elem"][0]["item.period"]["$"]
    assert ("0.00", "0.00") == (ben("basket")["tax"]["$"], ben("basket")["total_sum"]["$"])


def test_the_basket_tells_the_tax(clock):
    """With a tax on top, the basket has it by itself and in the sum."""
    panel = Billmanager(
        clock, catalogue=_CATALOGUE, clients={"anna": "0"}, settings={"tax": {"rate": "20"}}
    )
    anna = _asking(panel, "anna")
    anna("vhost.order.param", pricelist="1", period="1", sok="ok")
    # 20 % of 3.10 is 0.62
    assert ("0.62", "3.72") == (anna("basket")["tax"]["$"], anna("basket")["total_sum"]["$"])
    begun = anna("payment.add", billorder="1", sok="ok")
    _asking(panel, "admin")("payment.setpaid", elid=begun["id"]["$"])
    rows = anna("expense")["elem"]
    assert [("3.10 USD", "0.62"), ("0.62 USD", "0.00")] == [
        (row["amount"]["$"], row["taxamount"]["$"]) for row in rows
    ]


@pytest.mark.parametrize(
    ("params", "about"),
    [
        ({}, "amount"),
        ({"amount": "0"}, "amount"),
        ({"amount": "1.001"}, "amount"),
        ({"amount": "1.00", "paymethod": "9"}, "paymethod"),
        ({"amount": "1.00", "payment_currency": "50"}, "payment_currency"),
        ({"billorder": "9"}, "billorder"),
    ],
)
def test_payments_that_cannot_be_made(anna, params, about):
    """A payment is of an amount above nothing, in the accounts' currency, in a known way."""
    assert about == anna("payment.add", sok="ok", **params)["error"]["$object"]


def test_payments_go_their_way_once(anna, staff, billing):
    """A payment is paid or given up once, and by no client."""
    first = anna("payment.add", amount="5", payment_currency="153", sok="ok")["id"]["$"]
    second = anna("payment.add.pay", amount="7.00", sok="ok")["id"]["$"]
    assert "access" == anna("payment.setpaid", elid=first)["error"]["$type"]
    assert "url" == anna("payment.add.redirect", elid=first)["ok"]["$type"]
    assert "ok" in staff("payment.setpaid", elid=first)
    assert "105.00" == billing.balance("anna")
    assert "elid" == staff("payment.setpaid", elid=first)["error"]["$object"]
    assert "elid" == anna("payment.add.redirect", elid=first)["error"]["$object"]
    assert "elid" == anna("payment.delete", elid=first)["error"]["$object"]
    assert "ok" in anna("payment.delete", elid=second)
    assert ["4", "9"] == [row["status"]["$"] for row in staff("payment")["elem"]]
    assert "missed" == _asking(billing, "ben")("payment.delete", elid=first)["error"]["$type"]


def test_the_balance_is_a_way_to_pay(anna, billing):
    """The way to pay 0 buys what lies in the basket from the balance."""
    order = anna("vhost.order.param", pricelist="1", period="1", sok="ok")["billorder"]["$"]
    paid = anna("payment.add.method", billorder=order, paymethod="0", sok="ok")
    assert ("func=order", "1") == (paid["ok"]["$"], paid["item.id"]["$"])
    assert "96.90" == billing.balance("anna")


def test_expenses_are_the_ledger(anna, staff, clock, billing):
    """Each line is a row, daily ones with four decimals; none is entered by hand."""
    number = str(billing.listings.by_name["day"].id)
    _order(anna, number, "-50")
    clock.advance(days=1)
    rows = anna("expense")["elem"]
    assert ["0.10 USD", "0.10 USD"] == [row["amount"]["$"] for row in rows]
    assert ["2025-08-01", "2025-08-02"] == [row["cdate"]["$"] for row in rows]
    form = staff("expense.edit", elid="1")
    assert ("0.10", "daily") == (form["amount"]["$"], form["operation"]["$"])
    assert "missed" == staff("expense.edit", elid="99")["error"]["$type"]
    assert "unsupported" == staff("expense.edit", sok="ok", amount="1")["error"]["$type"]
    shown = anna("vhost")["elem"][0]
    assert ("0.10 USD / Day", "-50") == (shown["cost"]["$"], shown["period"]["$"])


def test_addons_and_renewal_are_changed_in_the_form(anna, billing):
    """vhost.edit orders addons, sets the renewal, and leaves what it repeats as it is."""
    number = _order(anna)["id"]["$"]
    addon = f"addon_{billing.listings.by_name['start'].addons['databases']}"
    changed = anna("vhost.edit", elid=number, sok="ok", autoprolong="1", **{addon: "2"})
    assert ("2", "1") == (changed["doc"][addon]["$"], changed["doc"]["autoprolong"]["$"])
    # 100.00 − 3.10 − 2 × 0.50 for the whole month
    assert "95.90" == billing.balance("anna")
    anna("vhost.edit", elid=number, sok="ok", autoprolong="1", **{addon: "2"})
    assert "95.90" == billing.balance("anna")
    assert "Month" == anna("vhost")["elem"][0]["autoprolong"]["$"]
    anna("vhost.edit", elid=number, sok="ok", autoprolong="null")
    assert "null" == anna("vhost")["elem"][0]["autoprolong"]["$"]
    anna("vhost.edit", elid=number, sok="ok", autoprolong="null")
    assert "addon" == anna("vhost.edit", elid=number, sok="ok", **{addon: "9"})["error"]["$object"]


def test_an_order_renews_itself_for_another_period(anna, billing):
    """The field autoprolong may name another period than the order's."""
    number = _order(anna, autoprolong="3")["id"]["$"]
    assert "3 months" == str(billing.services[int(number)].auto_renewal)
    same = _order(anna, autoprolong="1")["id"]["$"]
    assert "1 month" == str(billing.services[int(same)].auto_renewal)


def test_refunds_are_shown_below_nothing(anna, billing):
    """A cheaper tariff gives money back; the expense of it is negative."""
    number = _order(anna, str(billing.listings.by_name["large"].id), licence_agreement="on")
    elid = number["id"]["$"]
    terms = anna("service.changepricelist.pricelist", elid=elid, pricelist="1")
    # the whole month is left: 6.20 − 3.10
    assert "3.10 USD will be refunded upon plan update" == terms["money_info"]["$"]
    anna("service.changepricelist", elid=elid, pricelist="1", period="1", sok="ok")
    assert "-3.10 USD" == anna("expense")["elem"][1]["amount"]["$"]
    assert "pricelist" == anna("service.changepricelist", elid=elid, sok="ok")["error"]["$object"]
    assert "usage" not in anna("service.stat", elid=elid)
    assert {"disk", "bandwidth"} == {
        row["id"]["$"] for row in anna("service.stat", elid=elid)["elem"]
    }


def test_addresses_that_are_not_sold_or_stay(anna, billing):
    """A tariff without a price for addresses refuses them, and the main address stays."""
    number = _order(anna)["id"]["$"]
    refused_ = anna("service.ip.edit", plid=number, sok="ok")
    assert "addon" == refused_["error"]["$object"]
    main = anna("service.ip", elid=number)["elem"][0]["id"]["$"]
    assert "elid" == anna("service.ip.delete", plid=number, elid=main)["error"]["$object"]
    assert "missed" == anna("service.ip.delete", plid=number, elid="x")["error"]["$type"]
    assert "ok" in anna("service.ip.edit", plid=number, elid=main, sok="ok")


def test_a_licence_needs_an_address_that_is_one(anna):
    """What is no IP address is refused at the order and at the change."""
    sent = {"pricelist": "55227", "period": "1", "skipbasket": "on", "sok": "ok"}
    assert "ip" == anna("soft.order.param", ip="nowhere", **sent)["error"]["$object"]
    number = anna("soft.order.param", **sent)["id"]["$"]
    assert "ip" == anna("soft.edit", elid=number, ip="1.2.3", sok="ok")["error"]["$object"]
    same = anna("soft.edit", elid=number, licname="renamed", autoprolong="12", sok="ok")
    assert ("renamed", "12") == (same["licname"]["$"], same["autoprolong"]["$"])
    assert "Year" == anna("soft")["elem"][0]["autoprolong"]["$"]


def test_a_deleted_licence_is_not_changed(staff, anna, billing):
    """Its form can still be read."""
    number = anna("soft.order.param", pricelist="55227", period="1", skipbasket="on", sok="ok")[
        "id"
    ]["$"]
    assert "ok" in staff("soft.delete", elid=number)
    assert "4" == anna("soft.edit", elid=number)["status"]["$"]
    error = anna("soft.edit", elid=number, licname="x", sok="ok")["error"]
    assert "billmanager.lifecycle.status" in [each.get("$") for each in error["param"]]


def test_a_group_call_does_all_or_nothing(staff, anna, billing):
    """One service that cannot be suspended keeps the others as they are."""
    first, second = (_order(anna)["id"]["$"] for _ in range(2))
    staff("vhost.delete", elid=second)
    assert "error" in staff("vhost.suspend", elid=f"{first}, {second}")
    assert "active" == billing.services[int(first)].status
    assert "ok" in staff("vhost.suspend", elid=first)
    assert "3_employeesuspend" == anna("vhost")["elem"][0]["item_real_status"]["$"]
    assert "ok" in staff("vhost.resume", elid=first)


def test_unpaid_services_say_so(anna, clock):
    """Suspended for non-payment, the composite status is 3_autosuspend; it is renewed late."""
    number = _order(anna)["id"]["$"]
    clock.advance(days=35)
    (row,) = anna("vhost")["elem"]
    assert ("3", "3_autosuspend") == (row["status"]["$"], row["item_real_status"]["$"])
    # September 1 to 5 are five days at 0.10, of which half is the fee.
    assert "3.35 USD" == anna("service.prolong", elid=number)["cost"]["$"]


def test_notices_are_shown_to_their_client(anna, ben):
    """What a client was told in the billing is in notify."""
    _order(anna)
    assert "1" == anna("notify")["notify"]["$total"]
    assert "0" == ben("notify")["notify"]["$total"]


def test_the_first_page_offers_trials_where_there_are_some(anna):
    """A trial is a period among others; a tariff without one is not available for it."""

    def offered(period):
        rows = anna("vhost.order.pricelist", period=period)["list"][0]["elem"]
        return {row["desc"]["$"]: row["order_available"]["$"] for row in rows}

    on_trial, by_month = offered("-100"), offered("")
    assert ("on", "off") == (on_trial["trial"], on_trial["start"])
    assert ("off", "on") == (by_month["trial"], by_month["start"])
    assert "on" == offered("-50")["day"]


def test_nothing_that_is_sent_breaks_a_function(billing, anna, staff):
    """Whatever stands in a parameter, each function answers a document."""
    _order(anna)
    anna("soft.order.param", pricelist="55227", period="1", skipbasket="on", sok="ok")
    usual = {"elid": "1", "plid": "1", "pricelist": "1", "period": "1", "order_period": "1"}
    for name, function in billing.functions.items():
        if name in _LOCKS_OUT:
            continue
        takes = {param.name for param in function.params} - {"passwd", "confirm"}
        right = {key: text for key, text in usual.items() if key in takes}
        ask = anna if function.level <= USER else staff
        for text in _ODD:
            every = {**right, **dict.fromkeys(takes - {"elid"}, text)}
            for params in (every, *({**right, key: text} for key in takes)):
                assert "$func" in ask(name, **params, sok="ok"), (name, params)
            assert "$func" in ask(name, **every), (name, every)


#: These end what the next call needs.
_LOCKS_OUT = frozenset({"session.delete", "account.suspend"})
_ODD = ("-1", "9" * 30, "on")


def test_prices_of_the_second_wizard(anna):
    """v2.vhost.order.pricelist has every tariff with all its prices."""
    rows = anna("v2.vhost.order.pricelist")["list"][0]["elem"]
    start = next(row for row in rows if row["title"]["$"] == "start")
    prices = start["prices"]["price"]
    price = prices[0] if isinstance(prices, list) else prices
    assert ("1", "3.10", "USD") == (
        price["period"]["$"],
        price["cost"]["$"],
        price["currency"]["$"],
    )
    assert "disk" in [each["name"]["$"] for each in start["detail"]]


def test_what_happens_over_time_is_the_same_in_steps(clock):
    """A billing that is asked rarely has done all that fell due, as one that is asked daily."""

    def played(days):
        time = Clock(datetime(2025, 8, 1, 9, tzinfo=UTC))
        panel = Billmanager(time, catalogue=_CATALOGUE, clients={"anna": "10.00"})
        _order(_asking(panel, "anna"), autoprolong="1")
        for _ in range(120 // days):
            time.advance(days=days)
            panel.catch_up()
        return [str(line) for line in panel.ledger], panel.services[1].status

    assert played(1) == played(120)
    # three months are paid, August, September and October: 10.00 − 3 × 3.10 leaves 0.70
    assert "suspended" == played(120)[1]


def test_next_due_is_when_time_should_stop(anna, billing):
    """A panel tells when something falls due, so that others can be asked at that instant."""
    assert billing.next_due() is None
    _order(anna)
    assert datetime(2025, 9, 1, tzinfo=UTC) == billing.next_due()


def test_a_snapshot_is_gone_back_to(anna, billing, clock):
    """After restore everything is as it was, sessions and payments included; what came is gone."""
    _order(anna)
    kept = billing.snapshot()
    before = billing.changed
    _order(anna)
    anna("payment.add", amount="5.00", sok="ok")
    anna("vhost.edit", elid="1", sok="ok", autoprolong="1")
    billing.restore(kept)
    assert (1, "96.90") == (len(billing.services), billing.balance("anna"))
    assert "0" == anna("payment")["p_elems"]["$"]
    assert billing.services[1].auto_renewal is None
    assert billing.changed > before
    # Two billings go on from one snapshot, each by itself.
    other = Billmanager(Clock(clock.now()), catalogue=_CATALOGUE, clients={})
    other.restore(kept)
    _order(_asking(other, "anna"))
    assert (2, 1) == (len(other.services), len(billing.services))
    assert "2" == _asking(other, "anna")("vhost")["p_elems"]["$"]


def test_changes_are_counted(anna, billing):
    """Looking changes nothing; ordering does."""
    anna("vhost")
    before = billing.changed
    anna("vhost")
    anna("vhost.order.pricelist")
    anna("basket")
    assert before == billing.changed
    _order(anna)
    assert billing.changed > before


def test_hosting_is_made_on_an_ispmanager_and_licences_are_not(clock):
    """A service of shared hosting becomes a user with its preset; a licence touches no panel."""
    hosting = Ispmanager(clock, presets={"start": {}})
    port = IspmanagerClient(
        "http://panel/ispmgr", "root", "prorata", transport=transport(hosting.app)
    )
    panel = Billmanager(
        clock, catalogue={**_CATALOGUE, **LICENCES}, clients={"anna": "100.00"}, panel=port
    )
    anna, staff = _asking(panel, "anna"), _asking(panel, "admin")
    anna("soft.order.param", pricelist="55227", period="1", skipbasket="on", sok="ok")
    number = _order(anna, domain="anna.example.com")["id"]["$"]
    assert ("start", True) == (hosting.users["user2"].preset, hosting.users["user2"].active)
    assert ["www-root", "user2"] == list(hosting.users)
    staff("vhost.suspend", elid=number)
    staff("soft.suspend", elid="1")
    assert not hosting.users["user2"].active
    kept = panel.snapshot()
    staff("vhost.delete", elid=number)
    assert ["www-root"] == list(hosting.users)
    panel.restore(kept)
    assert "suspended" == panel.services[int(number)].status


def test_accounts_of_staff_and_clients(billing):
    """Clients log in by name or address; root may act as all, staff as clients."""
    assert Who("anna", USER) == billing.check("anna@example.com", "prorata")
    assert billing.check("anna", "wrong") is None
    assert billing.account("nobody@example.com") is None
    root, staff, client = Who("admin", ROOT), Who("eve", ADMIN), Who("anna", USER)
    assert [True, True, False, False] == [
        billing.may(root, staff),
        billing.may(staff, client),
        billing.may(staff, root),
        billing.may(client, staff),
    ]
    billing.set_password("anna", "new")
    assert billing.check("anna", "new") is not None


def test_tariffs_have_one_number_each(clock):
    """A number or a name is given once, and a product type is a known one."""
    twice = {"a": {"id": 5, "prices": {"1 month": "1"}}, "b": {"id": 5, "prices": {"1 month": "1"}}}
    with pytest.raises(ValueError, match="number 5 is there already"):
        Billmanager(clock, catalogue=twice)
    with pytest.raises(ValueError, match="product type boat"):
        Billmanager(clock, catalogue={"a": {"itemtype": "boat", "prices": {"1 month": "1"}}})
    panel = Billmanager(clock, catalogue={"a": {"prices": {"1 month": "1"}}, "b": twice["b"]})
    numbers = [
        n for each in panel.listings.by_name.values() for n in (each.id, *each.addons.values())
    ]
    assert len(numbers) == len(set(numbers))


def test_importing_it_needs_no_http_client():
    """A billing without a hosting panel starts without httpx."""
    code = "import sys, prorata.fakes.billmanager; print('httpx' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "False\n" == done.stdout


def test_codes_of_periods():
    """Months are their number, a trial -100, a day -50; a lifetime is sold by nobody."""
    monthly, daily = Tariff("m"), Tariff.of("d", {"daily": {"price": "1"}})
    assert ["trial", None, "1 day", None, "2 years"] == [
        period_of("-100", monthly),
        period_of("-50", monthly),
        period_of("-50", daily),
        period_of("0", monthly),
        period_of("24", monthly),
    ]
    assert ("-50", "7 months") == (code_of(Length(days=1)), period_text("7"))


def test_amounts_in_texts():
    """Four decimals for items, a blank for thousands, a minus for what is owed."""
    assert ("10.8000", "-0.0500") == (four(Fraction(108, 10)), four(Fraction(-1, 20)))
    assert "-1\u00a0234.50 USD" == localised(Money.of("-1234.50", "USD"), "en")
    assert "1\u00a0500 JPY" == localised(Money.of("1500", "JPY"), "en")


def test_a_refusal_of_an_unknown_rule_is_a_value():
    """Whatever rule refuses, a client gets an error with its sentence and its id."""
    error = refused(Refusal("elsewhere.rule", "no"))
    assert ("value", "elid", "no") == (error.kind, error.about, error.why)


def test_the_panel_that_obliges():
    """It makes what it is asked to make, knows it again, and forgets it."""
    panel = Obliging()
    panel.create(Account("u", "p", "secret", mark="m"))
    assert [True, True, False] == [
        panel.exists("u"),
        panel.exists("u", "m"),
        panel.exists("u", "x"),
    ]
    panel.suspend("u")
    panel.resume("u")
    panel.change_preset("u", "q")
    panel.resources("u", {})
    panel.password("u", "new")
    panel.make_preset("p")
    panel.domain("create", "u", "d", by="client")
    panel.manage("create", "database", "u", "d")
    assert ((), (), None) == (panel.presets(), panel.listed("database", "u"), panel.capacity(9))
    assert {"username": "nobody"} == panel.connection()
    panel.delete("u")
    assert not panel.exists("u")
