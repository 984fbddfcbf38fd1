"""What public clients stumbled over: each of it works, or is refused with the way out."""

from __future__ import annotations

import ast
import json
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree as ET

import httpx
import pytest

import prorata.reference.billmanager
from prorata.fakes import transport
from prorata.fakes.billmanager import LICENCES, Billmanager
from prorata.fakes.billmanager.allowing import NOTHING, RULES, Subject, in_a_seed
from prorata.fakes.control import Panels
from prorata.reference.clock import Clock
from prorata.reference.vocabulary.settings import GROUP
from prorata.reference.vocabulary.tariff import TARIFF

_SHOP = {
    "tariffs": {
        "start": {"id": 10, "prices": {"1 month": "3.10"}},
        "large": {"id": 11, "prices": {"1 month": "6.20"}, "tariff_change": "forbidden"},
        "kvm": {
            "id": 700,
            "itemtype": "vds",
            "prices": {"1 month": "4.95"},
            "resources": {
                "IPv4 addresses": {"maximum": 8, "prices": {"1 month": "2.40"}},
                "IPv6 addresses": {"maximum": 8, "prices": {"1 month": "0.10"}},
                "memory": {"maximum": 8, "prices": {"1 month": "1.00"}},
            },
            "addon_ids": {"memory": 701},
        },
        "by day": {"id": 12, "daily": {"price": "0.10"}},
    },
    "clients": {"anna": {"balance": "100.00"}},
}


def _asking(panels, who="anna", out="json"):
    """Return a function that asks the BILLmanager of a set; it returns the document."""
    billing = getattr(panels, "billmanager", panels)
    http = httpx.Client(transport=transport(billing.app), base_url="http://billing")

    def ask(func, **params):
        sent = {
            "func": func,
            "out": out,
            "authinfo": who if ":" in who else f"{who}:prorata",
            **params,
        }
        content = http.post("/billmgr", data=sent).content
        return ET.fromstring(content) if out in {"xml", "devel"} else json.loads(content)["doc"]

    return ask


@pytest.fixture
def shop():
    """A shop with hosting and servers, and Anna, who has money."""
    return Panels("billmanager", seed=_SHOP)


@pytest.fixture
def anna(shop):
    """Ask as Anna."""
    return _asking(shop)


def _order(ask, itemtype="vhost", pricelist="10", period="1", **params):
    sent = {"pricelist": pricelist, "order_period": period, "skipbasket": "on", "sok": "ok"}
    return ask(f"v2.{itemtype}.order.param", **sent, **params)


def _licence(ask, pricelist="55227", period="1", **params):
    sent = {"pricelist": pricelist, "period": period, "skipbasket": "on", "sok": "ok", **params}
    return ask("soft.order.param", **sent)


def _texts(rows, *names):
    return [tuple(row[name].get("$", "") for name in names) for row in rows]


# Licences


@pytest.mark.parametrize("seed", [None, {}, {"clients": {"reseller": {"balance": "50.00"}}}])
def test_licence_clients_suspend_resume_and_delete_on_the_default_seed(seed):
    """Without tariffs licences are sold, to resellers: one is there, and may do all of it."""
    ask = _asking(Panels("billmanager", seed=seed), "reseller")
    number = _licence(ask, ip="192.0.2.7", licname="site")["id"]["$"]
    for verb, status in (("suspend", "3"), ("resume", "2"), ("delete", "4")):
        assert "ok" in ask(f"soft.{verb}", elid=number), verb
        assert status == ask("soft.edit", elid=number)["status"]["$"]


def test_a_client_of_the_licences_is_no_reseller_where_the_seed_says_so():
    """A client may be of another group, or of none; the group of resellers can be changed."""
    seed = {
        "clients": {
            "anna": {"balance": "50.00", "group": "guests"},
            "ben": {"balance": "50.00", "group": ""},
            "eve": {"balance": "50.00"},
        },
        "groups": {"guests": {"suspend": True}, "resellers": {"delete": True}},
    }
    panels = Panels("billmanager", seed=seed)
    may = {}
    for name in seed["clients"]:
        ask = _asking(panels, name)
        number = _licence(ask)["id"]["$"]
        may[name] = ["ok" in ask(f"soft.{verb}", elid=number) for verb in ("suspend", "delete")]
    assert {"anna": [True, False], "ben": [False, False], "eve": [False, True]} == may


@pytest.mark.parametrize(("period", "price"), [("1", 5), ("3", 14), ("6", 27), ("12", 50)])
def test_licences_are_sold_for_three_and_six_months_too(period, price):
    """Each is ordered, renewed and changed for a month, three, six, or a year."""
    panels = Panels("billmanager")
    ask = _asking(panels, "reseller")
    assert "ok" in _licence(ask, period=period)
    assert f"{1000 - price}.00" == panels.billmanager.balance("reseller")
    assert "error" not in ask("service.prolong", elid="1", period=period, sok="ok")
    changed = ask("service.changepricelist", elid="1", pricelist="55228", period=period, sok="ok")
    assert "error" not in changed


def test_both_documented_sets_of_numbers_are_sold():
    """Version 6 has two sets of numbers in documents and clients; addons are told by the form."""
    ask = _asking(Panels("billmanager"), "reseller")
    for number in ("55227", "55228", "55229", "55230", "55231", "55232", "55233", "55234"):
        checked = ask("soft.checkip", pricelist=number, period="1", ip="192.0.2.9", sok="yes")
        assert "ok" in checked, number
    for number in ("55235", "55239", "55240"):
        assert "ok" in _licence(ask, number, "-100"), number


def test_the_address_of_a_licence_is_counted_from_its_last_change():
    """The order is no change; after one, another has to wait for more than 31 days."""
    clock = Clock(datetime(2025, 8, 1, 9, tzinfo=UTC))
    ask = _asking(Billmanager(clock), "reseller")
    _licence(ask, ip="192.0.2.1")
    assert "2025-08-01" == ask("soft.edit", elid="1")["ip_change_date"]["$"]
    clock.advance(days=1)
    assert "ok" in ask("soft.edit", elid="1", ip="192.0.2.2", sok="ok")
    assert "2025-08-02" == ask("soft.edit", elid="1")["ip_change_date"]["$"]
    clock.advance(days=31)
    early = ask("soft.edit", elid="1", ip="192.0.2.3", sok="ok")["error"]
    assert ("value", "ip") == (early["$type"], early["$object"])
    assert "after 2025-09-02 09:00:00 UTC" in early["msg"]["$"]
    assert "ok" in ask("soft.edit", elid="1", ip="192.0.2.2", licname="same", sok="ok")
    clock.advance(seconds=1)
    assert "ok" in ask("soft.edit", elid="1", ip="192.0.2.3", sok="ok")


def test_a_partner_opens_their_own_session_by_a_key():
    """A client asks for a key to itself, and to nobody else."""
    panels = Panels("billmanager", seed={"clients": {"anna": {}, "ben": {}}})
    ask = _asking(panels)
    assert "ok" in ask("session.newkey", username="anna", key="k" * 64)
    opened = ask("auth", username="anna", key="k" * 64, checkcookie="no", authinfo="")
    assert "16" == opened["auth"]["$level"]
    assert "access" == ask("session.newkey", username="ben", key="k" * 64)["error"]["$type"]
    assert "access" == ask("session.newkey", username="admin", key="k" * 64)["error"]["$type"]


# Refusals


def _said(answer):
    """Return the paths that a refusal names, in its sentence and in a param, "" for none."""
    error = answer["error"]
    seed = "".join(each["$"] for each in error["param"] if each["$name"] == "seed")
    assert error["msg"]["$"].endswith(f" (a seed allows it: {seed})" if seed else "")
    return seed


def test_a_refusal_names_the_right_of_the_group(shop, anna):
    """Who is in no group is told of the right and of how to join; who is in one, of the right."""
    _order(anna)
    for verb in ("suspend", "delete"):
        refused = anna(f"vhost.{verb}", elid="1")
        assert f"groups.NAME.{verb}, clients.anna.group" == _said(refused)
    shop.reset({**_SHOP, "groups": {"g": {}}, "clients": {"anna": {"balance": "9", "group": "g"}}})
    _order(anna)
    assert "groups.g.suspend" == _said(anna("vhost.suspend", elid="1"))


_DAILY = {"price": "0.10", "clients_may_suspend": True}


@pytest.mark.parametrize(
    ("call", "path", "value"),
    [
        (("v2.vhost.order.param", {"order_period": "3"}), "tariffs.start.prices",
         {"1 month": "3.10", "3 months": "9.00"}),
        (("v2.vhost.order.param", {"order_period": "-50"}), "tariffs.start.prices",
         {"1 day": "0.10"}),
        (("v2.vhost.order.param", {"order_period": "-100"}), "tariffs.start.trial", {"days": 7}),
        (("v2.vhost.order.param", {"order_count": "2"}), "tariffs.start.maximum_quantity", 2),
        (("v2.vhost.order.param", {"autoprolong": "3"}), "tariffs.start.prices",
         {"1 month": "3.10", "3 months": "9.00"}),
        (("service.prolong", {"elid": "1", "period": "12"}), "tariffs.start.prices",
         {"1 month": "3.10", "1 year": "31.00"}),
        (("service.changepricelist", {"elid": "2", "pricelist": "10"}),
         "tariffs.large.tariff_change", "add funds"),
        (("vds.edit", {"elid": "3", "addon_701": "9"}), "tariffs.kvm.resources",
         {"memory": {"maximum": 9, "prices": {"1 month": "1.00"}}}),
        (("vhost.suspend", {"elid": "4"}), "tariffs.by day.daily.clients_may_suspend", _DAILY),
    ],
)  # fmt: skip
def test_what_a_refusal_names_allows_it(shop, anna, call, path, value):
    """Each refusal names a field of the tariff; with another value there nothing is refused."""
    func, params = call
    sent = {"pricelist": "10", "order_period": "1", "skipbasket": "on", "sok": "ok", **params}

    def refused():
        for itemtype, number, period in (
            ("vhost", "10", "1"), ("vhost", "11", "1"), ("vds", "700", "1"), ("vhost", "12", "-50"),
        ):  # fmt: skip
            _order(anna, itemtype, number, period)
        return anna(func, **sent)

    assert path in _said(refused()).split(", ")
    _, tariff, field, *_ = path.split(".")
    changed = {**_SHOP["tariffs"][tariff], field: value}
    shop.reset({**_SHOP, "tariffs": {**_SHOP["tariffs"], tariff: changed}})
    assert "error" not in refused()


def test_a_refusal_for_want_of_money_names_the_balance(shop):
    """The same for an order, a basket and a renewal."""
    shop.reset({**_SHOP, "clients": {"anna": {"balance": "3.10"}}})
    ask = _asking(shop)
    assert "clients.anna.balance" == _said(_order(ask, pricelist="11"))
    _order(ask)
    assert "clients.anna.balance" == _said(ask("service.prolong", elid="1", period="1", sok="ok"))
    ask("vhost.order.param", pricelist="10", period="1", sok="ok")
    assert "clients.anna.balance" == _said(ask("basket", clicked_button="finish", sok="ok"))


def test_what_is_not_there_names_where_the_seed_has_such(anna):
    """A tariff is missed by its number, an addon of a service by the tariff's addons."""
    _order(anna)

    assert "tariffs.NAME.id" == _said(_order(anna, pricelist="99"))
    missed = anna("vhost.edit", elid="1", addon_9="1", sok="ok")
    assert "tariffs.start.addon_ids" == _said(missed)


def test_a_tariff_is_not_changed_to_itself_by_any_seed(anna):
    """Where no seed helps, none is named."""
    _order(anna)
    same = anna("service.changepricelist", elid="1", pricelist="10", sok="ok")["error"]["msg"]["$"]
    assert same.endswith("It is the tariff that the service has")


def _rules_that_refuse():
    """Return the rules of BILLmanager that refuse something, as their modules name them."""
    found = set()
    for file in Path(prorata.reference.billmanager.__file__).parent.glob("*.py"):
        tree = ast.parse(file.read_text("utf-8"))
        texts = {
            target.id: node.value.value
            for node in ast.walk(tree)
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Refusal":
                rule = node.args[0]
                found.add(texts[rule.id] if isinstance(rule, ast.Name) else rule.value)
    return found


def test_every_rule_that_refuses_has_its_place_in_a_seed():
    """Of each it is known what decides it, or that no seed does."""
    rules = _rules_that_refuse()
    assert len(rules) > 20
    assert set() == rules - RULES
    subject = Subject("a", "b", "anna", "")
    for rule in rules - NOTHING:
        paths = in_a_seed(rule, ("value", "elid"), subject)
        assert paths, rule
        for path in paths.split(", "):
            head, _, rest = path.partition(".")
            assert head in {"tariffs", "groups", "clients", "currency"}, path
            field = rest.partition(".")[2].partition(".")[0]
            assert head != "tariffs" or field in TARIFF.names, path
            assert head != "groups" or field in GROUP.names, path
    assert "ispmanager" == in_a_seed("provision.ispmanager.login", ("", ""), subject)
    assert not any(in_a_seed(rule, ("value", "elid"), subject) for rule in NOTHING)


# Lists and forms


@pytest.mark.parametrize("out", ["json", "sjson", "xjson"])
def test_discounts_are_a_list_named_promotion(shop, out):
    """There are none, and the list says so: with its name, its columns and the count of rows."""
    told = _asking(shop, out=out)("account.discountinfo")
    (promotion,) = told["list"]
    assert ("promotion", False) == (promotion["$name"], "elem" in promotion)
    assert "0" == told["p_elems"]["$"]


def test_users_have_numbers_for_ids(shop, anna):
    """The list has numbers, the form id and level, and a user is named by the number."""
    staff = _asking(shop, "admin")
    assert [("1", "admin", "30"), ("2", "anna", "16")] == _texts(
        staff("user")["elem"], "id", "name", "level"
    )
    form = anna("user.edit", elid="2")
    assert [("2", "2", "16", "anna")] == _texts([form], "elid", "id", "level", "name")
    assert "2" == anna("user.edit", elid="2", realname="Anna", sok="ok")["id"]["$"]
    assert "2" == anna("whoami")["user"]["$id"]
    assert "missed" == anna("user.edit", elid="anna")["error"]["$type"]


def test_autoprolong_is_a_word_in_every_list(shop, anna):
    """Lists show the period's name for people, forms the number that they take back."""
    _order(anna, autoprolong="1")
    _order(anna, "vds", "700", autoprolong="1")
    _order(anna, pricelist="12", period="-50", autoprolong="-50")
    assert [("Month",), ("Day",)] == _texts(anna("vhost")["elem"], "autoprolong")
    assert [("Month",)] == _texts(anna("vds")["elem"], "autoprolong")
    assert "1" == anna("vds.edit", elid="2")["autoprolong"]["$"]
    licences = _asking(Panels("billmanager"), "reseller")
    _licence(licences, autoprolong="6")
    _licence(licences, autoprolong="null")
    assert [("Six months",), ("null",)] == _texts(licences("soft")["elem"], "autoprolong")
    assert "6" == licences("soft.edit", elid="1")["autoprolong"]["$"]


def test_an_expense_is_named_by_what_was_paid_for(shop, anna):
    """Field intname is the product type, ip for an address, or the name of another resource."""
    _order(anna)
    _order(anna, "vds", "700", addon_701="2")
    anna("service.ip.edit", plid="2", type="ipv4", count="1", sok="ok")
    _order(anna, pricelist="12", period="-50")
    assert [
        ("vhost", "3.10 USD", "period"),
        ("vds", "4.95 USD", "period"),
        ("memory", "2.00 USD", "resource"),
        ("ip", "2.40 USD", "resource"),
        ("vhost", "0.10 USD", "daily"),
    ] == _texts(anna("expense")["elem"], "intname", "amount", "kind")


def test_a_balance_has_its_currency(anna):
    """Clients take the number off its beginning, or the currency off its end."""
    for func in ("subaccount", "account"):
        (row,) = anna(func)["elem"]
        assert ("100.00 USD", "USD") == (row["balance"]["$"], row["currency"]["$"]), func


def test_addresses_have_numbers_for_ids_and_the_one_that_is_named_goes(anna):
    """An address that is given back is gone, the others stay, and the next one is another."""
    for _ in range(2):
        _order(anna, "vds", "700")

    def addresses(number="1"):
        rows = _texts(anna("service.ip", elid=number)["elem"], "id", "name", "is_main")
        assert all(each[0].isdecimal() for each in rows)
        return rows

    (main,) = addresses()
    made = anna("service.ip.edit", plid="1", type="ipv4", count="2", sok="ok")["id"]["$"]
    _, first, second = addresses()
    assert made == second[0]
    assert "ok" in anna("service.ip.delete", plid="1", elid=first[0], sok="ok")
    assert [main, second] == addresses()
    assert "missed" == anna("service.ip.delete", plid="1", elid=first[0])["error"]["$type"]
    anna("service.ip.edit", plid="1", type="ipv4", count="1", sok="ok")
    third = addresses()[2]
    assert {first, second}.isdisjoint({third})
    anna("service.ip.edit", plid="1", type="ipv6", count="1", sok="ok")
    assert ":" in addresses()[3][1]
    anna("service.ip.edit", plid="2", type="ipv4", count="1", sok="ok")
    everything = addresses() + addresses("2")
    assert 6 == len({number for number, _, _ in everything})
    # The main address is everybody's: there is no network behind it.
    assert 5 == len({name for _, name, _ in everything})


@pytest.mark.parametrize("func", ["service.reboot", "service.hardreboot"])
def test_a_server_is_started_again_while_it_runs(shop, anna, func):
    """It is active before and after; what is no server, or is suspended, is not started."""
    _order(anna)
    _order(anna, "vds", "700")
    assert "ok" in anna(func, elid="2")
    assert "2" == anna("vds")["elem"][0]["status"]["$"]
    assert "missed" == anna(func, elid="1")["error"]["$type"]
    _asking(shop, "admin")("vds.suspend", elid="2")
    assert "elid" == anna(func, elid="2")["error"]["$object"]


@pytest.mark.parametrize("func", ["ticket", "clientticket"])
def test_there_are_no_tickets_and_the_list_has_its_columns(shop, func):
    """A client and staff read an empty list; out=devel tells its columns."""
    assert ["0", "0"] == [_asking(shop, who)(func)["p_elems"]["$"] for who in ("anna", "admin")]
    columns = [each.get("name") for each in _asking(shop, out="devel")(func).iter("col")]
    assert {"id", "ticket", "name", "client", "date_start", "responsible", "queue"} <= set(columns)


def test_the_licences_are_all_there_is_to_sell_by_default():
    """The built-in catalogue is the one that tests import."""
    assert [*LICENCES] == [*Billmanager(Clock(datetime(2025, 1, 1, tzinfo=UTC))).listings.by_name]
