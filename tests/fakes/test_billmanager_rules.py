"""What the rules decide is seen over the wire: amounts, refusals, services and operations."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import httpx
import pytest

from prorata.fakes import Ispmanager, transport
from prorata.fakes.billmanager import Billmanager
from prorata.reference.clock import Clock
from prorata.reference.panels import IspmanagerClient


@pytest.fixture
def clock():
    """Time stands at nine in the morning of 1 August 2025, UTC."""
    return Clock(datetime(2025, 8, 1, 9, tzinfo=UTC))


@pytest.fixture
def opened(clock):
    """Open a billing with tariffs for a client with 100.00; return it and ways to ask it."""

    def opened(catalogue, *, balance="100.00", **more):
        panel = Billmanager(clock, catalogue=catalogue, clients={"anna": balance}, **more)
        return panel, _asking(panel, "anna"), _asking(panel, "admin")

    return opened


def _asking(panel, who):
    http = httpx.Client(transport=transport(panel.app), base_url="https://billing")

    def ask(func, **params):
        data = {"func": func, "out": "json", "authinfo": f"{who}:prorata", **params}
        return json.loads(http.post("/billmgr", data=data).content)["doc"]

    return ask


def _order(ask, pricelist="1", period="1", **params):
    sent = {"pricelist": pricelist, "order_period": period, "skipbasket": "on", "sok": "ok"}
    return ask("v2.vhost.order.param", **sent, **params)


def _refusal(answer):
    """Return the type and object of an error, and the rule that decided."""
    error = answer["error"]
    params = {each["$name"]: each.get("$", "") for each in error["param"]}
    return error["$type"], error.get("$object", ""), params.get("rule", "")


def _texts(rows, *columns):
    return [tuple(row[name].get("$", "") for name in columns) for row in rows]


def _keys(answer, name):
    """Return the values of a select list."""
    return [each["$key"] for each in _select(answer, name)]


def _select(answer, name):
    return next(each for each in answer["slist"] if each["$name"] == name)["val"]


# Amounts


def test_the_tax_of_a_refund_is_given_back_by_its_own_name(opened, clock):
    """A cheaper tariff gives money back, and the tax on it as a line of its own kind."""
    tariffs = {"large": {"prices": {"1 month": "31.00"}}, "small": {"prices": {"1 month": "15.50"}}}
    panel, anna, _ = opened(tariffs, settings={"tax": {"rate": "20"}})
    elid = _order(anna)["id"]["$"]
    clock.advance(days=15)
    anna("service.changepricelist", elid=elid, pricelist="2", sok="ok")
    # 16 of 31 days are left: 16/31 × (15.50 − 31.00) = −8.00, and 20 % of that
    assert [
        ("period", "31.00 USD", "6.20"),
        ("tax", "6.20 USD", "0.00"),
        ("refund", "-8.00 USD", "-1.60"),
        ("tax refund", "-1.60 USD", "0.00"),
    ] == _texts(anna("expense")["elem"], "kind", "amount", "taxamount")
    assert "Tax refund: small # 1" == anna("expense")["elem"][3]["locale_name"]["$"]
    # 100.00 − 31.00 − 6.20 + 8.00 + 1.60
    assert "72.40" == panel.balance("anna")


def test_the_tax_inside_a_refund_is_told_with_it(opened):
    """A tax that prices include is no row of its own; its part of each line is told there."""
    tariffs = {"large": {"prices": {"1 month": "12.00"}}, "small": {"prices": {"1 month": "6.00"}}}
    _, anna, _ = opened(tariffs, settings={"tax": {"rate": "20", "included": True}})
    elid = _order(anna)["id"]["$"]
    anna("service.changepricelist", elid=elid, pricelist="2", sok="ok")
    # 12 − 12/1.2 = 2.00; the whole month is left: −6.00, of which 1.00
    assert [("12.00 USD", "2.00"), ("-6.00 USD", "-1.00")] == _texts(
        anna("expense")["elem"], "amount", "taxamount"
    )


_BY_DAY = {
    "day": {
        "daily": {"price": "0.10"},
        "resources": {
            "databases": {"included": 1, "maximum": 9, "prices": {"1 month": "6.20"}},
            "mailboxes": {"maximum": 9},
        },
    },
}


def test_resources_are_charged_by_the_day(opened, clock):
    """Each day has a line for the service and for each resource; lists and forms show the sum."""
    panel, anna, staff = opened(_BY_DAY)
    addons = panel.listings.by_name["day"].addons
    numbers = {name: f"addon_{addons[name]}" for name in ("databases", "mailboxes")}
    wanted = {numbers["databases"]: "2", numbers["mailboxes"]: "3"}
    # a mailbox has no price yet
    assert ("value", "addon", "billmanager.order.resources") == _refusal(
        _order(anna, period="-50", **wanted)
    )
    mailboxes = {"plid": "1", "elid": str(addons["mailboxes"])}
    staff("pricelist.detail.edit", **mailboxes, dailycost="0.05", sok="ok")
    assert "0.05" == staff("pricelist.detail.edit", **mailboxes)["dailycost"]["$"]
    row = next(
        row
        for row in staff("pricelist.detail", plid="1")["elem"]
        if row["name"]["$"] == "mailboxes"
    )
    assert "0.05" == row["dailycost"]["$"]
    # a database above the included one is 6.20/31 = 0.20 in August, three mailboxes 3 × 0.05
    form = anna("v2.vhost.order.param", pricelist="1", order_period="-50", **wanted)
    assert "Total amount: 0.45 USD" in form["orderinfo"]["$"]
    _order(anna, period="-50", **wanted)
    lines = [("daily", "0.10 USD"), ("daily", "0.20 USD"), ("daily", "0.15 USD")]
    assert lines == _texts(anna("expense")["elem"], "kind", "amount")
    assert [("0.45 USD / Day", "0.4500")] == _texts(anna("vhost")["elem"], "cost", "item_cost")
    clock.advance(days=1)
    assert lines * 2 == _texts(anna("expense")["elem"], "kind", "amount")
    clock.advance(days=31)
    # 6.20/30 = 0.2067 in September
    assert [("0.4567 USD / Day",)] == _texts(anna("vhost")["elem"], "cost")
    # 100.00 − 31 × 0.45 − 2 × 0.4567: August, and September 1 and 2
    assert "85.1366" == panel.balance("anna")


def test_a_day_costs_its_part_of_the_order_period(opened, clock):
    """Where the order period decides, its sum is spread over the civil days of it."""
    daily = {"price": "0.20", "by_order_period": True}
    resources = {"mailboxes": {"maximum": 9, "daily": "0.028"}}
    tariffs = {
        "period": {"daily": daily, "resources": resources},
        "large": {"daily": {"price": "0.30"}},
    }
    clock.advance_to(datetime(2026, 2, 1, 9, tzinfo=UTC))
    panel, anna, _ = opened(tariffs)
    addon = f"addon_{panel.listings.by_name['period'].addons['mailboxes']}"
    elid = _order(anna, **{addon: "1"})["id"]["$"]
    # 30 × 0.20 / 28 = 0.2143 and 30 × 0.028 / 28 = 0.03
    assert [("0.2443 USD / Day",)] == _texts(anna("vhost")["elem"], "cost")
    terms = anna("service.changepricelist.pricelist", elid=elid, pricelist="2")
    prices = terms["oldprice"]["$"], terms["newprice"]["$"]
    assert ("0.2443 USD / Day", "0.30 USD / Day") == prices


def test_a_payment_for_a_day_is_rounded_up(opened, clock):
    """A day may cost parts of a cent; the least payment that pays it has none."""
    tariffs = {"period": {"daily": {"price": "0.20", "by_order_period": True}}}
    clock.advance_to(datetime(2026, 2, 1, 9, tzinfo=UTC))
    panel, anna, staff = opened(tariffs, balance="0")
    order = anna("vhost.order.param", pricelist="1", period="1", sok="ok")["billorder"]["$"]
    # 30 × 0.20 / 28 = 0.2143
    assert "0.2143" == anna("basket")["total_sum"]["$"]
    assert "0.22" == anna("payment.add", billorder=order)["amount"]["$"]
    begun = anna("payment.add", billorder=order, sok="ok")["id"]["$"]
    staff("payment.setpaid", elid=begun)
    assert "2" == anna("vhost")["elem"][0]["status"]["$"]
    # 0.22 − 0.2143
    assert "0.0057" == panel.balance("anna")


def test_several_days_have_no_code(opened):
    """A tariff that sells a day sells it for -50; ten days are on no list."""
    panel, anna, staff = opened({"days": {"prices": {"1 day": "0.15", "10 days": "1.10"}}})
    assert ["-50"] == _keys(anna("v2.vhost.order.param", pricelist="1"), "order_period")
    assert "0.15 USD / Day" == staff("pricelist")["elem"][0]["pricelist_cost"]["$"]
    _order(anna, period="-50", autoprolong="-50")
    assert ("1 day", "99.85") == (str(panel.services[1].period), panel.balance("anna"))
    assert [("0.15 USD / Day", "Day")] == _texts(anna("vhost")["elem"], "cost", "autoprolong")


# What is refused


_PAY = "billmanager.pay"


@pytest.mark.parametrize("func", ["payment.add", "payment.add.method", "payment.add.pay"])
@pytest.mark.parametrize("way", [{}, {"paymethod": "1"}, {"paymethod": "0"}])
@pytest.mark.parametrize(
    ("currency", "amount"), [("USD", "0"), ("USD", "1.005"), ("KWD", "1.0005"), ("JPY", "1.5")]
)
def test_no_way_to_pay_takes_what_is_no_payment(opened, func, way, currency, amount):
    """A payment is above zero and has the digits of its currency, however it is paid."""
    tariffs = {"start": {"prices": {"1 month": "1000"}}}
    panel, anna, _ = opened(tariffs, balance="0", currency=currency)
    order = anna("vhost.order.param", pricelist="1", period="1", sok="ok")["billorder"]["$"]
    for what in ({}, {"billorder": order}):
        refused = anna(func, amount=amount, sok="ok", **way, **what)
        assert ("value", "amount", _PAY) == _refusal(refused)
    assert "elem" not in anna("payment")
    assert {} == dict(panel.services)


def test_a_payment_is_paid_once(opened):
    """Named twice in one call it is paid once; taken again, nothing of the call is done."""
    panel, anna, staff = opened({"start": {"prices": {"1 month": "3.10"}}})
    begun = [anna("payment.add", amount="5.00", sok="ok")["id"]["$"] for _ in range(3)]
    assert "ok" in staff("payment.setpaid", elid=f"{begun[0]}, {begun[0]}")
    assert "105.00" == panel.balance("anna")
    assert ("value", "elid", _PAY) == _refusal(staff("payment.setpaid", elid=begun[0]))
    both = staff("payment.setpaid", elid=f"{begun[1]}, {begun[0]}")
    assert ("value", "elid", _PAY) == _refusal(both)
    assert "ok" in anna("payment.delete", elid=begun[2])
    assert ("value", "elid", _PAY) == _refusal(staff("payment.setpaid", elid=begun[2]))
    assert ("value", "elid", _PAY) == _refusal(anna("payment.add.pay", elid=begun[0], sok="ok"))
    assert "105.00" == panel.balance("anna")
    assert [("4",), ("1",), ("9",)] == _texts(anna("payment")["elem"], "status")


def test_too_little_money_is_told_from_every_other_refusal(opened):
    """Whatever the balance does not pay is one error, with the rule that asks for the money."""
    tariffs = {
        "small": {
            "prices": {"1 month": "3.00"},
            "resources": {"databases": {"maximum": 9, "prices": {"1 month": "2.00"}}},
        },
        "large": {"prices": {"1 month": "9.00"}},
    }
    panel, anna, _ = opened(tariffs, balance="3.50")
    elid = _order(anna)["id"]["$"]
    addon = f"addon_{panel.listings.by_name['small'].addons['databases']}"
    short = {
        "billmanager.order.price": _order(anna),
        "billmanager.renew.plain": anna("service.prolong", elid=elid, period="1", sok="ok"),
        "billmanager.change.funds": anna(
            "service.changepricelist", elid=elid, pricelist="2", sok="ok"
        ),
        "billmanager.order.resources": anna("vhost.edit", elid=elid, sok="ok", **{addon: "1"}),
    }
    for rule, answer in short.items():
        assert ("not_enough_money", "", rule) == _refusal(answer)
    # what is no question of money stays what it is
    unsold = anna("vhost.edit", elid=elid, sok="ok", **{addon: "10"})
    assert ("value", "addon", "billmanager.order.resources") == _refusal(unsold)
    assert "0.50" == panel.balance("anna")


def test_no_renewal_is_set_for_a_period_that_is_not_sold(opened):
    """A service cannot choose a period without a price, for the tariff or for what it has."""
    databases = {"maximum": 9, "prices": {"1 month": "2.00", "1 year": "20.00"}}
    tariffs = {
        "start": {
            "prices": {"1 month": "3.00", "3 months": "8.00", "1 year": "30.00"},
            "disabled_periods": ["1 year"],
            "resources": {"databases": databases},
        }
    }
    panel, anna, _ = opened(tariffs)
    addon = f"addon_{panel.listings.by_name['start'].addons['databases']}"
    refused = "value", "autoprolong", "billmanager.order.resources"
    assert refused == _refusal(_order(anna, autoprolong="3", **{addon: "1"}))
    basket = anna("vhost.order.param", pricelist="1", period="1", autoprolong="3", sok="ok",
                  **{addon: "1"})  # fmt: skip
    assert refused == _refusal(basket)
    # nothing was ordered, and nothing lies in the basket
    assert ({}, "100.00") == (dict(panel.services), panel.balance("anna"))
    assert "elem" not in anna("cart")
    elid = _order(anna, autoprolong="1", **{addon: "1"})["id"]["$"]
    assert refused == _refusal(anna("vhost.edit", elid=elid, autoprolong="3", sok="ok"))
    unpriced = anna("vhost.edit", elid=elid, autoprolong="6", sok="ok")
    assert ("value", "autoprolong", "billmanager.order.price") == _refusal(unpriced)
    assert "Month" == anna("vhost")["elem"][0]["autoprolong"]["$"]
    # a year is ordered no more, but renewed: 30.00 + 20.00
    assert ["null", "1", "12"] == _keys(anna("vhost.edit", elid=elid), "autoprolong")
    renewals = _select(anna("service.prolong", elid=elid), "period")
    assert [("1", "5.00 USD / Month"), ("12", "50.00 USD / Year")] == [
        (each["$key"], each["$"]) for each in renewals
    ]
    assert "ok" in anna("vhost.edit", elid=elid, autoprolong="12", sok="ok")
    assert "ok" in anna("vhost.edit", elid=elid, autoprolong="3", sok="ok", **{addon: "0"})


def test_what_is_refused_while_a_weekend_runs_unpaid(opened, clock):
    """From Saturday to Monday it can be renewed, its renewal set, and nothing else be bought."""
    tariffs = {
        "start": {
            "prices": {"1 month": "3.10"},
            "weekend": "do not suspend",
            "late_renewal_fee": {"percent": "50"},
            "resources": {"databases": {"maximum": 9, "prices": {"1 month": "2.00"}}},
        },
        "large": {"prices": {"1 month": "6.20"}},
    }
    # September 6, 2025 is a Saturday; a month from August 6
    clock.advance_to(datetime(2025, 8, 6, 9, tzinfo=UTC))
    panel, anna, _ = opened(tariffs)
    addon = f"addon_{panel.listings.by_name['start'].addons['databases']}"
    elid = _order(anna, **{addon: "1"})["id"]["$"]
    clock.advance_to(datetime(2025, 9, 7, 12, tzinfo=UTC))
    unpaid = "value", "elid", "billmanager.lifecycle.status"
    changed = anna("service.changepricelist", elid=elid, pricelist="2", sok="ok")
    assert unpaid == _refusal(changed)
    for amount in ("2", "0"):
        assert unpaid == _refusal(anna("vhost.edit", elid=elid, sok="ok", **{addon: amount}))
    assert "ok" in anna("vhost.edit", elid=elid, autoprolong="1", sok="ok")
    # 100.00 − 3.10 − 2.00
    assert ("2", "94.90") == (anna("vhost")["elem"][0]["status"]["$"], panel.balance("anna"))
    renewed = anna("service.prolong", elid=elid, period="1", sok="ok")
    assert "2025-10-07" == renewed["doc"]["newexpiredate"]["$"]
    # September 6 is an extra day at the price that expired, 5.10/31 = 0.1645; no fee: it is Sunday
    rows = _texts(anna("expense")["elem"][2:], "amount", "cdate")
    assert {
        ("0.16 USD", "2025-09-06"),
        ("3.10 USD", "2025-09-07"),
        ("2.00 USD", "2025-09-07"),
    } == set(rows)


# Services and operations


class _Cut(httpx.BaseTransport):
    """The way to a panel, which can be cut."""

    def __init__(self, panel):
        self.cut = True
        self._inner = transport(panel.app)

    def handle_request(self, request):
        if self.cut:
            message = "no route"
            raise httpx.ConnectError(message, request=request)
        return self._inner.handle_request(request)


@pytest.fixture
def hosting(clock):
    """An ispmanager with one preset."""
    return Ispmanager(clock, presets={"start": {}})


@pytest.fixture
def wire(hosting):
    """A way to it that is cut."""
    return _Cut(hosting)


def _port(wire):
    return IspmanagerClient("http://panel/ispmgr", "root", "prorata", transport=wire)


_START = {"start": {"prices": {"1 month": "3.10"}}}


def test_what_is_not_answered_is_tried_for_ever(opened, clock, wire):
    """5, 10, 20, 40, then 60 minutes after each try, and never left to staff."""
    _, anna, staff = opened(_START, panel=_port(wire))
    _order(anna)
    seen = []
    # to 9:05, 9:15, 9:35, 10:15, 11:15 and 12:15
    for minutes in (5, 10, 20, 40, 60, 60):
        clock.advance(minutes=minutes - 1)
        before = staff("runningoperation")["elem"][0]["trycount"]["$"]
        clock.advance(minutes=1)
        seen.append((before, staff("runningoperation")["elem"][0]["trycount"]["$"]))
    assert [("1", "2"), ("2", "3"), ("3", "4"), ("4", "5"), ("5", "6"), ("6", "7")] == seen
    clock.advance(days=2)
    # 48 more
    (row,) = staff("runningoperation")["elem"]
    assert ("error", "55") == (row["status"]["$"], row["trycount"]["$"])
    assert [("open", "error")] == _texts(staff("task")["elem"], "type", "status")
    wire.cut = False
    clock.advance(minutes=59)
    assert "5" == anna("vhost")["elem"][0]["status"]["$"]
    clock.advance(minutes=1)
    assert "2" == anna("vhost")["elem"][0]["status"]["$"]
    assert "elem" not in staff("runningoperation")


def test_what_is_refused_is_tried_five_times(opened, clock, hosting, wire):
    """Every five minutes, five times; then it waits for staff with its task."""
    wire.cut, hosting.password = False, "changed"
    _, anna, staff = opened(_START, panel=_port(wire))
    _order(anna)
    seen = []
    for _ in range(5):
        seen += _texts(staff("runningoperation")["elem"], "trycount", "status")
        clock.advance(minutes=5)
    assert [(str(n), "error" if n < 5 else "manual") for n in range(1, 6)] == seen
    clock.advance(days=7)
    assert [("5", "manual", "1")] == _texts(
        staff("runningoperation")["elem"], "trycount", "status", "task"
    )
    hosting.password = "prorata"
    staff("runningoperation.start", elid="1")
    assert "2" == anna("vhost")["elem"][0]["status"]["$"]


@pytest.mark.parametrize(
    ("renewal", "made"),
    # 100.00 − 3.10, and a month more at once where it renews itself
    [("null", ("3", "2025-09-01", "96.90")), ("1", ("2", "2025-10-01", "93.80"))],
)
def test_what_was_never_made_is_charged_its_order_alone(opened, clock, wire, renewal, made):
    """It is neither renewed nor suspended until it is there; then its dates are as they were."""
    panel, anna, staff = opened(_START, panel=_port(wire))
    elid = _order(anna, autoprolong=renewal)["id"]["$"]
    early = anna("service.prolong", elid=elid, period="1", sok="ok")
    assert ("value", "elid", "billmanager.lifecycle.status") == _refusal(early)
    clock.advance_to(datetime(2025, 9, 10, 9, tzinfo=UTC))
    columns = "status", "item_real_status", "real_expiredate"
    assert [("5", "5_open", "2025-09-01")] == _texts(anna("vhost")["elem"], *columns)
    assert "96.90" == panel.balance("anna")
    wire.cut = False
    staff("runningoperation.start", elid="1")
    ((status, expires),) = _texts(anna("vhost")["elem"], "status", "real_expiredate")
    assert made == (status, expires, panel.balance("anna"))


def test_a_service_by_the_day_that_was_never_made_is_charged_its_order_alone(opened, clock, wire):
    """Days on which it is not there are not charged."""
    panel, anna, staff = opened({"day": {"daily": {"price": "0.10"}}}, panel=_port(wire))
    _order(anna, period="-50")
    clock.advance(days=3)
    assert "99.90" == panel.balance("anna")
    wire.cut = False
    staff("runningoperation.start", elid="1")
    # August 1 and, made on the 4th, that day
    assert ("2", "99.80") == (anna("vhost")["elem"][0]["status"]["$"], panel.balance("anna"))
