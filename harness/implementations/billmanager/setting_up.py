"""Setting up a scenario on the panel: modules, groups, tariffs, clients and what they have paid."""

from __future__ import annotations

from contextlib import closing, suppress
from string import digits
from typing import TYPE_CHECKING, Any, Final

from prorata.harness.implementations.base import ImplementationFault
from prorata.harness.implementations.billing import Refused, Unsupported
from prorata.harness.implementations.billmanager.desk import Caller, PanelSaidNo, text_of
from prorata.harness.implementations.billmanager.scene import PanelClient, PanelScene, PanelTariff
from prorata.harness.implementations.billmanager.tariff_forms import prefix_of, tariff_form

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from prorata.harness.protocol import Open, PanelAccess

__all__ = [
    "PASSWORD",
    "addon_of",
    "begin",
    "end_services",
    "name_of_first",
    "read_addons",
    "saved",
    "set_up",
]

PASSWORD: Final = "prorata-client"  # noqa: S105  a client for tests, on a panel for tests
"""That of every client who is made."""

_MODULE: Final = "prorata ispmanager"


def set_up(scene: PanelScene, request: Open) -> None:
    """Make all that a scenario begins with; raise `Unsupported` for what the API cannot say."""
    try:
        _set_up(scene, request)
    except Refused as refused:
        raise Unsupported(f"setting up: {refused.reason}") from None


def _set_up(scene: PanelScene, request: Open) -> None:
    settings = dict(request.settings)
    modules = settings.pop("modules", {})
    for name, said in settings.items():
        _SETTINGS.get(name, _not_here(name))(scene, said)
    _modules(scene, {_MODULE: {}, **modules}, request.panels)
    for name, row in request.catalogue.items():
        _tariff(scene, name, row)
    for name, client in request.clients.items():
        _client(scene, name, client.group)
        _pay_in(scene, name, client.balance)


def end_services(scene: PanelScene) -> None:
    """Delete what a scenario ordered: the panel's time goes on, and would bill it for ever."""
    staff = scene.staff
    for service in scene.services:
        with suppress(Refused, ImplementationFault):
            staff.act("vhost.delete", elid=service)
    with suppress(Refused, ImplementationFault):
        left = [row for row in staff.rows("runningoperation") if row["item"] in scene.services]
        for row in left:
            staff.act("runningoperation.delete", elid=row["id"])


def saved(answer: Mapping[str, Any]) -> str:
    """Return the number of what was saved."""
    return text_of(answer, "id") or text_of(answer, "item.id")


def _not_here(name: str) -> Callable[[PanelScene, Any], None]:
    def refuse(_scene: PanelScene, _said: Any) -> None:
        raise Unsupported(f"{name}: the API has no function for it")

    return refuse


def _groups(scene: PanelScene, groups: Mapping[str, Mapping[str, object]]) -> None:
    scene.needs("clientgroup.edit")
    for name, rights in groups.items():
        told = {
            right: "on" if granted in {True, "yes"} else "off" for right, granted in rights.items()
        }
        scene.staff.act("clientgroup.edit", name=scene.own(name), **told)


def _provider(scene: PanelScene, said: Mapping[str, str]) -> None:
    scene.alone("addresses of the provider")
    named = {"notifications": "email", "support": "support_email"}
    told = {named[key]: text for key, text in said.items() if text}
    scene.staff.act("provider.edit", elid="1", name=name_of_first(scene, "provider"), **told)


def name_of_first(scene: PanelScene, func: str) -> str:
    """Return the name of the first thing of a kind: a form is saved with its name."""
    rows = scene.staff.rows(func)
    return next((row["name"] for row in rows if row["id"] == "1"), "")


def _product_type(scene: PanelScene, said: Mapping[str, Any]) -> None:
    scene.alone("a product type")
    rows = scene.staff.rows("itemtype")
    found = next((row for row in rows if row["intname"] == "vhost"), None)
    if found is None:
        raise Unsupported("product_type: the panel has none of shared hosting")
    told = {"name": found["name"], "intname": "vhost"}
    if said.get("auto_deletion") is not None:
        told["autodeletion"] = str(said["auto_deletion"])
    if "weekend" in said:
        told["nostopholidays"] = "on" if said["weekend"] == "do not suspend" else "off"
    scene.staff.act("itemtype.edit", elid=found["id"], **told)


def _name_servers(scene: PanelScene, servers: Mapping[str, Mapping[str, Any]]) -> None:
    scene.needs("nameserver.edit")
    for name, said in servers.items():
        zones = ",".join(said.get("free_zones", ()))
        scene.staff.act("nameserver.edit", name=scene.own(name), free_zones=zones)


def _given_by_the_reset(_scene: PanelScene, _said: Any) -> None:
    """It is of the whole installation: what the panel was reset to has it."""


_SETTINGS: Final[Mapping[str, Callable[[PanelScene, Any], None]]] = {
    "groups": _groups,
    "provider": _provider,
    "product_type": _product_type,
    "name_servers": _name_servers,
    "tax": _given_by_the_reset,
}


def _modules(
    scene: PanelScene, modules: Mapping[str, Mapping[str, Any]], panels: Mapping[str, PanelAccess]
) -> None:
    """Make processing modules that reach the harness's own ispmanager."""
    server = panels["ispmanager"]
    if scene.as_it_is and _strangers(server):
        raise Unsupported("users on the panel already: their names have numbers that services get")
    if server.maximum_accounts is not None:
        raise Unsupported(
            "how many accounts a server takes: the form of a module has no such field"
        )
    reached = {"url": server.url, "username": server.login, "password": server.password}
    if "ipmanager" in panels:
        scene.needs("ipmanager.edit")
        giver = panels["ipmanager"]
        made = scene.staff.act(
            "ipmanager.edit", name=scene.own("prorata ipmanager"), url=giver.url,
            username=giver.login, password=giver.password,
        )  # fmt: skip
        reached["ipmanager"] = saved(made)
    for name, said in modules.items():
        more = {"address": said["address"]} if said.get("address") else {}
        if said.get("department"):
            more["department"] = _department(scene, said["department"])
        scene.staff.act(
            "processing.edit", name=scene.own(name), itemtype="vhost", module="pmispmanager6",
            **reached, **more,
        )  # fmt: skip


def _strangers(server: PanelAccess) -> bool:
    """Tell whether a user with a number is on the harness's panel before the billing makes any."""
    with closing(Caller.at(server.url, server.login, server.password)) as root:
        return any(set(digits) & set(row["name"]) for row in root.rows("user"))


def _department(scene: PanelScene, name: str) -> str:
    """Return the number of a department, which is made where there is none of the name."""
    own = scene.own(name)
    found = (row["id"] for row in scene.staff.rows("department") if row["name"] == own)
    return next(found, "") or saved(scene.staff.act("department.edit", name=own))


def _tariff(scene: PanelScene, name: str, row: Mapping[str, Any]) -> None:
    if row.get("username_template"):
        scene.alone("a user template, which the numbers of services make longer")
    form = tariff_form(_renamed(scene, {"module": _MODULE, **row}), template=name)
    made = scene.staff.act("pricelist.edit", name=scene.own(name), itemtype="vhost", **form)
    scene.tariffs[name] = PanelTariff(saved(made), row)
    read_addons(scene, name, row.get("resources") or {})


def _renamed(scene: PanelScene, row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a tariff with what it refers to under the names that this has on the panel."""
    told = dict(row)
    for key in ("module", "name_server"):
        if told.get(key):
            told[key] = scene.own(told[key])
    if told.get("groups"):
        told["groups"] = {
            which: [scene.own(name) for name in names] for which, names in told["groups"].items()
        }
    return told


def read_addons(scene: PanelScene, tariff: str, resources: Iterable[str]) -> None:
    """Learn by which numbers the addons of a tariff are named."""
    sold = scene.tariffs[tariff]
    unknown = [name for name in resources if name not in sold.addons]
    if unknown:
        form = scene.staff.show("pricelist.edit", elid=sold.id)
        found = {name: text_of(form, f"{prefix_of(name)}addon") for name in unknown}
        sold.addons |= {name: number for name, number in found.items() if number}


def addon_of(scene: PanelScene, tariff: str, name: str) -> str:
    """Return the number of an addon; raise `Unsupported` where its tariff has none such."""
    addons = scene.tariffs[tariff].addons
    read_addons(scene, tariff, (name,))
    if name not in addons:
        raise Unsupported(f"{name}: a form has no field for what its tariff {tariff} does not sell")
    return addons[name]


def _client(scene: PanelScene, name: str, group: str | None) -> None:
    told = {"realname": name, "passwd": PASSWORD, "confirm": PASSWORD}
    if group:
        scene.needs("account.edit group")
        told["group"] = scene.own(group)
    login, number = _enrolled(scene, scene.own(name), told)
    account = scene.clients[name] = PanelClient(number, login, scene.desk.login(login, PASSWORD))
    if scene.as_it_is:
        held = {row["currency"] for row in account.desk.rows("subaccount")}
        if scene.currency not in held:
            raise Unsupported(f"a billing in {scene.currency}: accounts are in {', '.join(held)}")


def _enrolled(scene: PanelScene, name: str, told: Mapping[str, str]) -> tuple[str, str]:
    """Make a client; return the login, an address where it must be one, and the number."""
    try:
        return name, saved(scene.staff.act("account.edit", email=name, **told))
    except PanelSaidNo as refused:
        if refused.kind == "exists":
            raise
    login = f"{name}@example.com"
    return login, saved(scene.staff.act("account.edit", email=login, **told))


def _pay_in(scene: PanelScene, client: str, balance: str) -> None:
    """Pay what a client has at the beginning."""
    if _digits(balance) == "0":
        return
    if balance.startswith("-"):
        raise Unsupported("a balance below zero: nothing but charges makes one")
    scene.staff.act("payment.setpaid", elid=begin(scene, client, balance))


def _digits(amount: str) -> str:
    return amount.replace(".", "").strip("0") or "0"


def begin(scene: PanelScene, client: str, amount: str) -> str:
    """Begin a payment of a client; return its number."""
    answer = scene.clients[client].desk.act("payment.add", amount=amount, paymethod="1")
    return saved(answer) or text_of(answer, "payment_id")
