"""Services are made where their processing module says: on the ispmanager that staff entered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx
import pytest

from prorata.fakes import Ispmanager, listen, transport
from prorata.fakes.billmanager import Billmanager

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from prorata.reference.clock import Clock

PRESETS = {"small": {"limit_quota": "1024"}}


@pytest.fixture
def server(clock: Clock) -> Ispmanager:
    """An ispmanager somewhere else."""
    panel = Ispmanager(clock, presets=PRESETS)
    panel.add_user("giver", password="given")
    panel.add_address("192.0.2.77")
    return panel


@pytest.fixture
def url(server: Ispmanager) -> Iterator[str]:
    """Its address."""
    with listen(server.app) as served:
        yield f"{served.url}{server.path}"


@pytest.fixture
def billing(clock: Clock) -> Billmanager:
    """A billing with a client who can pay."""
    return Billmanager(clock, catalogue={}, clients={"anna": "100.00"})


@pytest.fixture
def ask(billing: Billmanager) -> Callable[..., Any]:
    """Call a function as staff, and return the answer's `doc`."""
    client = httpx.Client(transport=transport(billing.app), base_url="http://billing")

    def call(func: str, who: str = "admin", **params: str) -> Any:
        form = {"func": func, "out": "json", "authinfo": f"{who}:prorata", **params}
        return client.post("/billmgr", data=form).json()["doc"]

    return call


def _sold(ask: Callable[..., Any], name: str, **module: str) -> str:
    """Sell a tariff that is made by a module of its own; return its number."""
    login = {"username": "root", "password": "prorata"} if module.get("url") else {}
    ask("processing.edit", name=f"{name} there", itemtype="vhost", sok="ok", **login, **module)
    made = ask(
        "pricelist.edit", name=name, template="small", price_1="3.10", sok="ok",
        processingmodule=f"{name} there",
    )  # fmt: skip
    return str(made["id"]["$"])


def _order(ask: Callable[..., Any], tariff: str) -> str:
    done = ask("vhost.order.param", "anna", pricelist=tariff, period="1", skipbasket="on", sok="ok")
    return str(done["id"]["$"])


def test_a_service_is_made_on_the_server_of_its_module(
    ask: Callable[..., Any], server: Ispmanager, url: str
) -> None:
    """It is suspended, resumed and deleted there too, and the link leads there."""
    service = _order(ask, _sold(ask, "eu", url=url))
    user = f"user{service}"
    assert server.users[user].preset == "small"
    ask("vhost.suspend", elid=service)
    assert not server.users[user].active
    ask("vhost.resume", elid=service)
    assert server.users[user].active
    assert ask("gotoserver", "anna", elid=service)["ok"]["$"].startswith(f"{url}?")
    ask("vhost.delete", elid=service)
    assert user not in server.users


def test_a_module_without_an_address_makes_nothing_elsewhere(
    ask: Callable[..., Any], server: Ispmanager, url: str
) -> None:
    """One tariff is made there, the other where the billing itself makes what it sells."""
    first, second = _order(ask, _sold(ask, "eu", url=url)), _order(ask, _sold(ask, "us"))
    assert f"user{first}" in server.users
    assert f"user{second}" not in server.users


def test_a_server_that_does_not_answer_is_tried_again(ask: Callable[..., Any]) -> None:
    """The operation waits, with what went wrong."""
    service = _order(ask, _sold(ask, "eu", url="http://127.0.0.1:9/ispmgr"))
    (row,) = ask("runningoperation")["elem"]
    assert (row["item"]["$"], row["status"]["$"]) == (service, "error")


def test_addresses_come_from_the_ipmanager_of_the_module(
    ask: Callable[..., Any], server: Ispmanager, url: str
) -> None:
    """Who gives addresses is entered with a login of its own."""
    giver = ask(
        "ipmanager.edit", name="addresses", url=url, username="giver", password="given", sok="ok"
    )
    service = _order(ask, _sold(ask, "eu", url=url, ipmanager=giver["id"]["$"]))
    has = server.belongings(f"user{service}")
    assert has is not None
    assert has.domain_addresses == ("192.0.2.77",)


def test_a_snapshot_goes_back_with_the_servers_as_they_are(
    ask: Callable[..., Any], billing: Billmanager, server: Ispmanager, url: str
) -> None:
    """What is on another machine is no part of it; later services are made there as ever."""
    tariff = _sold(ask, "eu", url=url)
    state = billing.snapshot()
    first = _order(ask, tariff)
    billing.restore(state)
    assert f"user{first}" in server.users
    assert _order(ask, tariff) == first


def test_addons_are_entered_in_the_form_of_their_tariff(ask: Callable[..., Any]) -> None:
    """Each has its fields there, and the number by which orders name it."""
    made = ask(
        "pricelist.edit", name="big", price_1="10", sok="ok",
        databases_included="1", databases_maximum="5", databases_price_1="0.50",
        web_domains_step="2",
    )  # fmt: skip
    elid = made["id"]["$"]
    shown = {key: value.get("$", "") for key, value in ask("pricelist.edit", elid=elid).items()
             if isinstance(value, dict)}  # fmt: skip
    told = ("databases_included", "databases_maximum", "databases_price_1", "web_domains_step")
    assert [shown[name] for name in told] == ["1", "5", "0.5", "2"]
    rows = {row["name"]["$"]: row["id"]["$"] for row in ask("pricelist.detail", plid=elid)["elem"]}
    assert shown["databases_addon"] == rows["databases"]
    assert "ok" in ask("pricelist.edit", elid=elid, databases_price_12="4", sok="ok")
    again = ask("pricelist.edit", elid=elid)
    assert (again["databases_price_1"]["$"], again["databases_price_12"]["$"]) == ("0.5", "4")


def test_an_addon_that_nobody_touched_begins_with_nothing(ask: Callable[..., Any]) -> None:
    """The bounds of an addon that came with its tariff are no bounds of what staff make of it."""
    made = ask("pricelist.edit", name="big", price_1="10", databases_price_1="1", sok="ok")
    shown = ask("pricelist.edit", elid=made["id"]["$"])
    assert shown["databases_maximum"] == {}
    assert shown["mailboxes_maximum"]["$"] == "0"


def test_an_expense_tells_what_time_it_pays_for(ask: Callable[..., Any]) -> None:
    """From its first instant to its end; what pays for no time has neither."""
    tariff = ask("pricelist.edit", name="plain", price_1="3.10", setup="2", sok="ok")["id"]["$"]
    _order(ask, tariff)
    period, setup = ask("expense", "anna")["elem"]
    assert period["paidfrom"]["$"].startswith("2025-08-01T00:00")
    assert period["paidto"]["$"].startswith("2025-09-01T00:00")
    assert "paidto" not in setup or not setup["paidto"]


def test_a_domain_is_kept_as_it_was_written(ask: Callable[..., Any]) -> None:
    """With capitals, and with underscores; a form may send it back in other letters."""
    tariff = ask("pricelist.edit", name="plain", price_1="3.10", sok="ok")["id"]["$"]
    for name in ("Shop.Example.ORG", "my_shop.example.org"):
        done = ask(
            "vhost.order.param", "anna", pricelist=tariff, period="1", skipbasket="on",
            domain=name, sok="ok",
        )  # fmt: skip
        elid = done["id"]["$"]
        assert ask("vhost.edit", "anna", elid=elid)["domain"]["$"] == name
        assert "ok" in ask("vhost.edit", "anna", elid=elid, domain=name.lower(), sok="ok")
