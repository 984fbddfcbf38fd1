"""What staff set up: tariffs with every field, groups, modules, accounts, operations."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

import httpx
import pytest

from prorata.fakes import Ispmanager, transport
from prorata.fakes.billmanager import Billmanager
from prorata.fakes.billmanager.tariff_form import ELSEWHERE, ENTRIES, PARAMS
from prorata.reference.clock import Clock
from prorata.reference.panels import IspmanagerClient
from prorata.reference.vocabulary.tariff import TARIFF


@pytest.fixture
def clock():
    """Time stands at nine in the morning of 1 August 2025, UTC."""
    return Clock(datetime(2025, 8, 1, 9, tzinfo=UTC))


@pytest.fixture
def billing(clock):
    """A billing with one tariff and two clients."""
    return Billmanager(
        clock,
        catalogue={"start": {"prices": {"1 month": "3.10"}}},
        clients={"anna": "100.00", "ben": {"balance": "5.00"}},
    )


def _asking(panel, who):
    http = httpx.Client(transport=transport(panel.app), base_url="https://billing")

    def ask(func, **params):
        data = {"func": func, "out": "json", "authinfo": f"{who}:prorata", **params}
        return json.loads(http.post("/billmgr", data=data).content)["doc"]

    return ask


@pytest.fixture
def staff(billing):
    """Ask as staff."""
    return _asking(billing, "admin")


@pytest.fixture
def anna(billing):
    """Ask as a client."""
    return _asking(billing, "anna")


def _form(answer):
    known = {param.name for param in PARAMS}
    return {name: field.get("$", "") for name, field in answer.items() if name in known}


_EVERY = {
    "name": "full",
    "itemtype": "vhost",
    "provider": "1",
    "active": "on",
    "processingmodule": "ispmanager 6",
    "datacenter": "1",
    "template": "preset",
    "billdaily": "off",
    "billcalendar": "on",
    "prorata_day": "10",
    "quickorder": "off",
    "notice": "welcome",
    "license": "terms",
    "create_addons": "off",
    "username_template": "web@ID@",
    "domain_template": "@USERNAME@.web.example",
    "nameserver": "free",
    "price_1": "4.50",
    "price_3": "12",
    "disable_3": "on",
    "price_12": "40.00",
    "setup": "2.25",
    "renewal_special": "on",
    "renew_1": "5.00",
    "trial": "7",
    "allow_groups": "gold,silver",
    "forbid_groups": "bronze",
    "minperiod_type": "month",
    "minperiod_length": "1",
    "service_limit": "3",
    "multiple_order": "on",
    "multiple_order_max": "2",
    "late_policy": "percent",
    "late_fee": "50",
    "autodeletion": "30",
    "weekend": "nosuspend",
    "change_policy": "full",
    "renew_from": "expire",
    "addon_order_policy": "full",
    "addon_cancel_policy": "refund",
    "enddate": "2027-12-31",
    "note": "for staff",
    "orderpriority": "4",
    "description": "All of it",
    "site_info": "left column",
    "labels": "web\nphp",
}


def test_every_field_of_a_tariff_is_kept(staff):
    """What staff enter on the pages of a tariff is shown again, as it was entered."""
    made = staff("pricelist.edit", sok="ok", **_EVERY)
    shown = _form(staff("pricelist.edit", elid=made["id"]["$"]))
    expected = {**_EVERY, "price_1": "4.5", "price_12": "40", "setup": "2.25", "renew_1": "5"}
    assert expected == {name: shown[name] for name in _EVERY}


def test_the_form_has_every_field_of_the_vocabulary():
    """A field that a tariff can have is in its form once, or is named as one that is elsewhere."""
    shown = [entry.field for entry in ENTRIES]
    assert sorted(TARIFF.names) == sorted([*shown, *ELSEWHERE])


def test_an_addon_keeps_what_its_form_does_not_have(clock):
    """Staff who edit an addon lose neither its day price nor its table of rates."""
    rates = [{"up_to": 5, "prices": {"1 month": "2"}}, {"prices": {"1 month": "1.50"}}]
    resources = {"disk": {"daily": "0.02", "step": 2}, "traffic": {"rates": rates}}
    panel = Billmanager(clock, catalogue={"day": {"trial": {"days": 3}, "resources": resources}})
    before = panel.billing.book.catalogue["day"].own_resources
    ask = _asking(panel, "admin")
    numbers = {
        row["name"]["$"]: row["id"]["$"] for row in ask("pricelist.detail", plid="1")["elem"]
    }
    assert "ok" in ask(
        "pricelist.detail.edit", sok="ok", plid="1", elid=numbers["disk"], included="7"
    )
    after = panel.billing.book.catalogue["day"].own_resources
    assert replace(before["disk"], included=7) == after["disk"]
    assert before["traffic"] == after["traffic"]


def test_a_tariff_made_by_staff_is_sold_by_the_rules(staff, anna, billing):
    """The engine prices it at once: calendar charging, with a setup fee on the order."""
    made = staff(
        "pricelist.edit", sok="ok", name="calendar", price_1="31.00", setup="1.00",
        billcalendar="on", prorata_day="15",
    )  # fmt: skip
    number = made["id"]["$"]
    anna("vhost.order.param", pricelist=number, period="1", skipbasket="on", sok="ok")
    # August 1 to September 1 is the whole month: 31.00, and the fee of 1.00.
    assert ["31.00", "1.00"] == [str(line.amount) for line in billing.ledger]


def test_a_tariff_needs_a_price(staff, billing):
    """A tariff without any price is refused by the rule, and is not listed."""
    refused = staff("pricelist.edit", sok="ok", name="nothing")
    assert "billmanager.order.price" in [each.get("$") for each in refused["error"]["param"]]
    assert "nothing" not in billing.billing.book.catalogue
    assert ["start"] == [row["name"]["$"] for row in staff("pricelist")["elem"]]


def test_daily_and_calendar_charging_exclude_each_other(staff):
    """Calendar-based charges are not to be had together with charging by day."""
    refused = staff(
        "pricelist.edit", sok="ok", name="both", billdaily="on", dailycost="0.10", billcalendar="on"
    )
    assert "error" in refused


def test_parts_of_a_tariff_are_changed_one_by_one(staff, billing):
    """What a form does not send stays as it is."""
    elid = staff(
        "pricelist.edit", sok="ok", name="daily", billdaily="on", dailycost="0.10",
        price_1="3.00", late_policy="fixed", late_fee="2", multiple_order="on",
        multiple_order_max="5", renew_1="2.00", disable_1="on", change_policy="full",
    )["id"]["$"]  # fmt: skip
    for field in (
        {"daily_by_period": "on"}, {"late_fee": "3"}, {"renew_from": "expire"},
        {"disable_1": "off"}, {"multiple_order": "off"}, {"price_12": "30.5"},
        {"renewal_special": "off"},
        {"description": "New"}, {"change_policy": "period"}, {"forbid_groups": "bronze"},
    ):  # fmt: skip
        assert "ok" in staff("pricelist.edit", sok="ok", elid=elid, **field), field
    shown = _form(staff("pricelist.edit", elid=elid))
    expected = {
        "billdaily": "on", "dailycost": "0.1", "daily_by_period": "on", "late_policy": "fixed",
        "late_fee": "3", "disable_1": "off", "multiple_order": "off", "price_1": "3",
        "price_12": "30.5", "renew_1": "", "description": "New", "change_policy": "period",
        "forbid_groups": "bronze",
    }  # fmt: skip
    assert expected == {name: shown[name] for name in expected}


def test_a_tariff_keeps_name_and_type(staff):
    """Services are sold by the name of their tariff, and by its product type."""
    assert "name" == staff("pricelist.edit", sok="ok", elid="1", name="x")["error"]["$object"]
    changed = staff("pricelist.edit", sok="ok", elid="1", itemtype="soft")
    assert "itemtype" == changed["error"]["$object"]
    again = staff("pricelist.edit", sok="ok", name="start", price_1="1")
    assert "exists" == again["error"]["$type"]
    nowhere = staff("pricelist.edit", sok="ok", elid="1", datacenter="9")
    assert "datacenter" == nowhere["error"]["$object"]


def test_calendar_of_a_tariff_is_changed(staff):
    """The pro-rata day of a calendar tariff is a field of its own."""
    elid = staff("pricelist.edit", sok="ok", name="cal", price_1="3", billcalendar="on")["id"]["$"]
    staff("pricelist.edit", sok="ok", elid=elid, prorata_day="20")
    assert "20" == staff("pricelist.edit", elid=elid)["prorata_day"]["$"]


def test_disabled_tariffs_are_not_sold(staff, anna):
    """Disabled by staff, a tariff is neither offered nor ordered; enabled again it is."""
    assert "ok" in staff("pricelist.suspend", elid="1")
    assert "elem" not in anna("vhost.order.pricelist", period="1")["list"][0]
    refused = anna("vhost.order.param", pricelist="1", period="1", skipbasket="on", sok="ok")
    assert "pricelist" == refused["error"]["$object"]
    assert "ok" in staff("pricelist.resume", elid="1")
    assert "ok" in anna("vhost.order.param", pricelist="1", period="1", skipbasket="on", sok="ok")
    assert "elid" == staff("pricelist.delete", elid="1")["error"]["$object"]
    other = staff("pricelist.edit", sok="ok", name="other", price_1="1")["id"]["$"]
    assert "ok" in staff("pricelist.delete", elid=other)
    assert "missed" == staff("pricelist.edit", elid=other)["error"]["$type"]


def test_addons_get_amounts_and_prices(staff, anna, billing):
    """An addon with a price is sold above its included amount."""
    rows = {row["name"]["$"]: row["id"]["$"] for row in staff("pricelist.detail", plid="1")["elem"]}
    saved = staff(
        "pricelist.detail.edit", plid="1", elid=rows["databases"], sok="ok", included="1",
        maximum="5", price_1="0.50",
    )  # fmt: skip
    assert "ok" in saved
    shown = staff("pricelist.detail.edit", plid="1", elid=rows["databases"])
    assert ("1", "5", "0.5") == (
        shown["included"]["$"],
        shown["maximum"]["$"],
        shown["price_1"]["$"],
    )
    addon = {f"addon_{rows['databases']}": "3"}
    anna("vhost.order.param", pricelist="1", period="1", skipbasket="on", sok="ok", **addon)
    # 3.10, and two databases above the included one
    assert ["3.10", "1.00"] == [str(line.amount) for line in billing.ledger]
    assert "name" in staff("pricelist.detail.edit", plid="1")
    unknown = staff("pricelist.detail.edit", plid="1", elid="999", sok="ok")
    assert "missed" == unknown["error"]["$type"]
    wrong = staff("pricelist.detail.edit", plid="1", name="elephants", sok="ok")
    assert "name" == wrong["error"]["$object"]


def test_addons_of_other_types_are_named_by_staff(billing, staff):
    """A licence's tariff has the addons that staff make; each gets a number."""
    elid = staff("pricelist.edit", sok="ok", name="lic", itemtype="soft", price_1="9")["id"]["$"]
    assert "name" == staff("pricelist.detail.edit", plid=elid, sok="ok")["error"]["$object"]
    made = staff("pricelist.detail.edit", plid=elid, name="nodes", price_1="2", sok="ok")
    assert made["id"]["$"] == staff("pricelist.detail", plid=elid)["elem"][0]["id"]["$"]
    again = staff("pricelist.detail.edit", plid=elid, elid=made["id"]["$"], maximum="4", sok="ok")
    assert "ok" in again
    # the price stays
    assert "2" == staff("pricelist.detail", plid=elid)["elem"][0]["price_1"]["$"]


def test_rates_of_traffic_survive_a_change(clock):
    """Steps of prices, which the form does not show, stay when another field is changed."""
    traffic = {"rates": [{"up_to": 10, "prices": {"1 month": "1"}}]}
    catalogue = {"t": {"prices": {"1 month": "3"}, "resources": {"traffic": traffic}}}
    panel = Billmanager(clock, catalogue=catalogue, clients={"anna": "1"})
    staff = _asking(panel, "admin")
    elid = next(
        row["id"]["$"] for row in staff("pricelist.detail", plid="1")["elem"]
        if row["name"]["$"] == "traffic"
    )  # fmt: skip
    staff("pricelist.detail.edit", plid="1", elid=elid, sok="ok", maximum="99")
    sold = panel.billing.book.catalogue["t"].resources["traffic"]
    assert (99, 1) == (sold.maximum, len(sold.rates))


def test_a_client_group_gives_rights(staff, anna, billing):
    """Clients of a group with the right suspend their services; taken away, they no longer do."""
    anna("vhost.order.param", pricelist="1", period="1", skipbasket="on", sok="ok")
    assert "access" == anna("vhost.suspend", elid="1")["error"]["$type"]
    group = staff("clientgroup.edit", sok="ok", name="gold", suspend="on")["id"]["$"]
    assert "ok" in staff("account.edit", sok="ok", elid="1", group="gold")
    assert "ok" in anna("vhost.suspend", elid="1")
    assert "ok" in anna("vhost.resume", elid="1")
    assert "on" == staff("clientgroup.edit", elid=group)["suspend"]["$"]
    staff("clientgroup.delete", elid=group)
    assert "access" == anna("vhost.suspend", elid="1")["error"]["$type"]
    assert "ok" in staff("account.edit", sok="ok", elid="1", group="null")
    assert "missed" == staff("account.edit", sok="ok", elid="1", group="none")["error"]["$type"]


@pytest.mark.parametrize(
    ("func", "params"),
    [
        ("datacenter", {"name": "Second", "orderpriority": "2"}),
        ("processing", {"name": "eu", "itemtype": "vhost", "url": "https://p:1500/ispmgr",
                        "username": "root", "password": "secret", "department": "1",
                        "address": "192.0.2.50"}),
        ("department", {"name": "Sales", "show": "on", "lang": "en"}),
        ("nameserver", {"name": "free", "free_zones": "example.com, example.org"}),
        ("ipmanager", {"name": "addresses", "url": "https://p:1500/ispmgr", "username": "u"}),
        ("paymethod", {"name": "Transfer", "minamount": "5.00"}),
    ],
)  # fmt: skip
def test_things_are_made_changed_and_deleted(staff, func, params):
    """A thing keeps its fields but for secrets, and goes when it is deleted."""
    number = staff(f"{func}.edit", sok="ok", **params)["id"]["$"]
    shown = staff(f"{func}.edit", elid=number)
    open_ones = {name: text for name, text in params.items() if name != "password"}
    assert open_ones == {name: shown[name]["$"] for name in open_ones}
    assert "password" not in shown
    assert "exists" == staff(f"{func}.edit", sok="ok", **params)["error"]["$type"]
    assert "ok" in staff(f"{func}.edit", sok="ok", elid=number, name="renamed")
    assert "renamed" in [row["name"]["$"] for row in staff(func)["elem"]]
    assert "ok" in staff(f"{func}.delete", elid=number)
    assert "missed" == staff(f"{func}.edit", elid=number)["error"]["$type"]
    assert "name" in staff(f"{func}.edit")


def test_what_others_refer_to_stays(staff):
    """The first data centre is that of all tariffs which name none."""
    assert "elid" == staff("datacenter.delete", elid="1")["error"]["$object"]


def test_a_module_gives_its_services_department_and_address(staff, billing):
    """The engine is told of a processing module that staff make."""
    staff("processing.edit", sok="ok", name="eu", department="1", address="192.0.2.50")
    module = billing.billing.book.settings.modules["eu"]
    assert ("Support", "192.0.2.50") == (module.department, module.address)
    staff("nameserver.edit", sok="ok", name="free", free_zones="example.com")
    assert frozenset({"example.com"}) == billing.billing.book.settings.name_servers["free"]


def test_the_type_of_products_says_what_tariffs_leave_open(staff, billing):
    """Auto-deletion and weekends are set for shared hosting; other types have no such rules."""
    hosting = next(row for row in staff("itemtype")["elem"] if row["intname"]["$"] == "vhost")
    staff("itemtype.edit", sok="ok", elid=hosting["id"]["$"], autodeletion="9", nostopholidays="on")
    product_type = billing.billing.book.settings.product_type
    assert (9, "do not suspend") == (product_type.auto_deletion, product_type.weekend)
    staff("itemtype.edit", sok="ok", elid="2", autodeletion="3")
    assert 9 == billing.billing.book.settings.product_type.auto_deletion


def test_the_provider_sends_notices_and_has_a_currency(staff, anna, billing):
    """Notices come from the provider's address; the currency changes while nothing is open."""
    staff(
        "provider.edit", sok="ok", elid="1", email="b@host.example", support_email="s@host.example"
    )
    provider = billing.billing.book.settings.provider
    assert ("b@host.example", "s@host.example") == (provider.notifications, provider.support)
    assert (
        "currency" == staff("provider.edit", sok="ok", elid="1", currency="??")["error"]["$object"]
    )
    anna("payment.add", amount="5.00", sok="ok")
    refused = staff("provider.edit", sok="ok", elid="1", currency="EUR")
    assert "billmanager.currency.change" in [each.get("$") for each in refused["error"]["param"]]
    assert "ok" in anna("payment.delete", elid="1")
    assert "ok" in staff("provider.edit", sok="ok", elid="1", currency="EUR")
    rows = [row for row in staff("subaccount")["elem"] if row["account"]["$"] == "anna"]
    assert [("1", "EUR", "0.00 EUR"), ("1000001", "USD", "100.00 USD")] == [
        tuple(row[name]["$"] for name in ("id", "currency", "balance")) for row in rows
    ]


def test_clients_are_made_and_kept_out(staff, billing):
    """A new client logs in by the address; a suspended one does not."""
    made = staff(
        "account.edit", sok="ok", email="new@example.org", passwd="prorata", realname="New"
    )
    new = _asking(billing, "new@example.org")
    assert "0.00 USD" == new("subaccount")["elem"][0]["balance"]["$"]
    assert "ok" in staff("account.suspend", elid=made["id"]["$"])
    assert "auth" == new("subaccount")["error"]["$type"]
    assert "ok" in staff("account.resume", elid=made["id"]["$"])
    assert "elem" in new("subaccount")
    shown = staff("account.edit", elid=made["id"]["$"])
    assert ("New", "new@example.org") == (shown["realname"]["$"], shown["email"]["$"])
    taken = staff("account.edit", sok="ok", email="new@example.org", passwd="x")
    assert "exists" == taken["error"]["$type"]
    assert "passwd" == staff("account.edit", sok="ok", email="x@y")["error"]["$object"]
    assert "email" == staff("account.edit", sok="ok", passwd="x")["error"]["$object"]
    assert "missed" == staff("account.edit", elid="99")["error"]["$type"]
    assert "email" in staff("account.edit")


def test_a_client_registers_and_recovers_a_password(billing):
    """Notices go out for a registration and a lost password; strangers get the same answer."""
    http = httpx.Client(transport=transport(billing.app), base_url="https://billing")

    def ask(func, **params):
        data = {"func": func, "out": "json", "authinfo": "anna:prorata", **params}
        return json.loads(http.post("/billmgr", data=data).content)["doc"]

    made = ask(
        "register", sok="ok", email="me@example.org", passwd="prorata", confirm="prorata",
        realname="Me", country="de",
    )  # fmt: skip
    assert "ok" in made
    assert "ok" in ask("recovery", email="me@example.org")
    assert "ok" in ask("recovery", email="nobody@example.org")
    kinds = [each.kind for each in billing.billing.book.notifications]
    assert ["user activation", "password recovery"] == kinds


def test_a_client_changes_their_own_user_only(anna, staff):
    """user.edit is for the user's own data; staff see everybody's."""
    assert ["2"] == [row["id"]["$"] for row in anna("user")["elem"]]
    assert [("1", "admin"), ("2", "anna"), ("3", "ben")] == [
        (row["id"]["$"], row["name"]["$"]) for row in staff("user")["elem"]
    ]
    assert "ok" in anna("user.edit", sok="ok", elid="2", phone="+1")
    assert "+1" == anna("user.edit", elid="2")["phone"]["$"]
    assert "missed" == anna("user.edit", elid="3")["error"]["$type"]
    differs = anna("user.edit", sok="ok", elid="2", passwd="a", confirm="b")
    assert "confirm" == differs["error"]["$object"]


def test_payers_belong_to_their_client(anna, staff, billing):
    """A payer is made on the page of a payment, changed, and seen by nobody else."""
    number = anna("profile.add.profiledata", sok="ok", name="Anna", country="de")["id"]["$"]
    assert "ok" in anna("profile.edit", sok="ok", elid=number, email="a@example.com")
    shown = anna("profile.edit", elid=number)
    assert ("Anna", "a@example.com") == (shown["name"]["$"], shown["email"]["$"])
    assert "elem" not in _asking(billing, "ben")("profile")
    assert "missed" == _asking(billing, "ben")("profile.edit", elid=number)["error"]["$type"]
    assert 1 == len(staff("profile")["elem"])
    assert "name" in anna("profile.edit")
    assert "0" == anna("account.discountinfo")["p_elems"]["$"]


def test_a_failed_operation_makes_a_task_that_staff_start_again(clock):
    """The panel lacks nothing after staff have helped it: the operation is done, its task gone."""
    hosting = Ispmanager(clock, presets={"start": {}})
    port = IspmanagerClient(
        "http://panel/ispmgr", "root", "wrong", transport=transport(hosting.app)
    )
    billing = Billmanager(
        clock, catalogue={"start": {"prices": {"1 month": "3.10"}}}, clients={"anna": "10.00"},
        panel=port,
    )  # fmt: skip
    staff, anna = _asking(billing, "admin"), _asking(billing, "anna")
    anna("v2.vhost.order.param", pricelist="1", order_period="1", skipbasket="on", sok="ok")
    (row,) = anna("vhost")["elem"]
    assert ("5", "5_open", "Activation in progress") == (
        row["status"]["$"],
        row["item_real_status"]["$"],
        row["item_status"]["$"],
    )
    (operation,) = staff("runningoperation")["elem"]
    assert ("open", "1", "error", "1") == (
        operation["intname"]["$"],
        operation["item"]["$"],
        operation["status"]["$"],
        operation["trycount"]["$"],
    )
    (task,) = staff("task")["elem"]
    assert ("Support", "1") == (task["department"]["$"], task["runningoperation"]["$"])
    number = operation["id"]["$"]
    assert "badpassword" in staff("runningoperation.edit", elid=number)["errorxml"]["$"]
    assert 1 == len(staff("runningoperation.errorhistory", elid=number)["elem"])
    assert "ok" in staff("runningoperation.setmanual", elid=number)
    clock.advance(minutes=20)
    assert "manual" == staff("runningoperation")["elem"][0]["status"]["$"]
    assert "1" == staff("runningoperation")["elem"][0]["trycount"]["$"]
    hosting.password = "wrong"
    assert "ok" in staff("task.start", elid=task["id"]["$"])
    assert "elem" not in staff("runningoperation")
    assert "2" == anna("vhost")["elem"][0]["status"]["$"]
    assert ["www-root", "user1"] == list(hosting.users)


def test_operations_are_forgotten_and_told_of_errors(clock):
    """Deleted, an operation is not done; a module's error is kept with the operation."""
    hosting = Ispmanager(clock, presets={"start": {}})
    port = IspmanagerClient("http://panel/ispmgr", "root", "no", transport=transport(hosting.app))
    billing = Billmanager(
        clock, catalogue={"start": {"prices": {"1 month": "1"}}}, clients={"anna": "9"}, panel=port
    )
    staff, anna = _asking(billing, "admin"), _asking(billing, "anna")
    anna("v2.vhost.order.param", pricelist="1", order_period="1", skipbasket="on", sok="ok")
    assert "ok" in staff("runningoperation.edit", elid="1", sok="ok", errorxml="<e/>")
    assert "<e/>" == staff("runningoperation.edit", elid="1")["errorxml"]["$"]
    assert "1" == staff("task.edit", elid="1")["item"]["$"]
    assert "ok" in staff("task.edit", elid="1", sok="ok", item="1", type="open")
    assert "open" == staff("task.gettype", operation="open")["task_type"]["$"]
    assert "ok" in staff("vhost.open", elid="1")
    assert "ok" in staff("runningoperation.delete", elid="1")
    assert "missed" == staff("runningoperation.edit", elid="1")["error"]["$type"]
    assert "missed" == staff("task.delete", elid="1")["error"]["$type"]
    assert "ok" in staff("vhost.open", elid="1")
    assert ["www-root"] == list(hosting.users)


def test_staff_act_for_clients(staff, billing):
    """Staff order for an account by `account`, or act as its client by `su`."""
    sent = {"pricelist": "1", "period": "1", "skipbasket": "on", "sok": "ok"}
    assert "account" == staff("vhost.order.param", **sent)["error"]["$object"]
    assert "missed" == staff("vhost.order.param", account="9", **sent)["error"]["$type"]
    assert "ok" in staff("vhost.order.param", account="2", **sent)
    assert "ben" == billing.services[1].client
    assert "ok" in staff("vhost.order.param", su="anna", **sent)
    assert "anna" == billing.services[2].client
    assert ["1", "2"] == [row["id"]["$"] for row in staff("vhost")["elem"]]
    form = staff("vhost.order.param", pricelist="1")
    assert "$" not in form["orderinfo"]
    assert 1 == len(staff("vhost.order.pricelist", account="1")["list"][0]["elem"])


def test_the_menu_of_staff_has_their_lists(staff, billing):
    """Every function that the menu names is there."""
    sections = staff("menu")["mainmenu"]["node"]
    named = {each["$name"] for section in sections for each in section["node"]}
    assert named <= set(billing.functions)
    assert {"pricelist", "runningoperation", "clientgroup"} <= named
