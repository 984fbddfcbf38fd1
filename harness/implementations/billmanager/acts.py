"""Acts of a scenario as calls of BILLmanager's API, one entry for each.

Each names the functions that it calls; what of them no document of the vendor has is in `ability`.
"""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from prorata.harness.implementations.billing import Refused, Unsupported
from prorata.harness.implementations.billmanager.ability import NOT_SAID
from prorata.harness.implementations.billmanager.desk import Said, text_of
from prorata.harness.implementations.billmanager.observing import amounts_of
from prorata.harness.implementations.billmanager.setting_up import begin, read_addons, saved
from prorata.harness.implementations.billmanager.tariff_forms import code_of, tariff_form
from prorata.harness.implementations.billmanager.through_link import Guest
from prorata.harness.protocol import Done, ListedTariff

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from prorata.harness.implementations.billmanager.scene import PanelScene

__all__ = ["ACTS", "Deed", "perform"]

Params = dict[str, Any]


class Deed(NamedTuple):
    """How an act is done: the functions that are called, and what does it.

    `lacks` names what they cannot say.
    """

    functions: tuple[str, ...]
    do: Callable[[PanelScene, Params], Done]
    lacks: str = ""


def perform(scene: PanelScene, act: str, params: Mapping[str, Any]) -> Done:
    """Do an act; raise `Refused` or `Unsupported`."""
    if act not in ACTS:
        raise Unsupported(f"{act}: {NOT_SAID.get(act, 'the API has no function for it')}")
    return ACTS[act].do(scene, dict(params))


def _order(scene: PanelScene, params: Params) -> Done:
    sold = _tariff(scene, params["tariff"])
    account = scene.clients[params["client"]]
    period = params["period"]
    code = code_of(period, what="an order")
    told = {
        "pricelist": sold.id,
        "period": code,
        "autoprolong": code if params.get("auto_renewal") in {True, "yes"} else "null",
        "licence_agreement": "on" if params.get("consent") in {True, "yes"} else "off",
        "skipbasket": "on",
        "clicked_button": "finish",
    }
    if params.get("domain"):
        told["domain"] = params["domain"]
    if int(params.get("quantity", 1)) > 1:
        told["order_count"] = str(params["quantity"])
    for name, amount in (params.get("resources") or {}).items():
        told[f"addon_{_addon(scene, params['tariff'], name)}"] = str(amount)
    caller = account.desk
    if params.get("by") == "staff":
        caller, told["account"] = scene.staff, account.id
    try:
        answer = caller.act("vhost.order.param", **told)
    except Said as refused:
        if refused.kind == "notenough":
            raise Unsupported(f"an order that waits for its payment: {refused.reason}") from None
        raise
    ids = [saved(answer), *_more(answer)]
    scene.services |= {number: str(params["client"]) for number in ids}
    return Done(service=ids[0], services=ids) if len(ids) > 1 else Done(service=ids[0])


def _more(answer: Mapping[str, Any]) -> list[str]:
    """Return the numbers of the further services of an order."""
    return [each["$"] for each in _listed(answer, "item")]


def _tariff(scene: PanelScene, name: str) -> Any:
    if name not in scene.tariffs:
        raise Unsupported(f"there is no tariff {name}")
    return scene.tariffs[name]


def _addon(scene: PanelScene, tariff: str, name: str) -> str:
    addons = scene.tariffs[tariff].addons
    read_addons(scene, tariff, (name,))
    if name not in addons:
        raise Unsupported(f"{name}: a form has no field for what its tariff {tariff} does not sell")
    return addons[name]


def _pay(scene: PanelScene, params: Params) -> Done:
    client, amount = params["client"], params["amount"]
    begun = next((each for each in scene.payments if each[:2] == (client, amount)), None)
    if begun is not None:
        scene.payments.remove(begun)
    number = begun[2] if begun else begin(scene, client, amount)
    scene.staff.act("payment.setpaid", elid=number)
    return Done()


def _open_payment(scene: PanelScene, params: Params) -> Done:
    client, amount = params["client"], params["amount"]
    scene.payments.append((client, amount, begin(scene, client, amount)))
    return Done()


def _renew(scene: PanelScene, params: Params) -> Done:
    service = params["service"]
    code = code_of(params["period"], what="a renewal")
    scene.caller(service, params.get("by")).act("service.prolong", elid=service, period=code)
    return Done()


def _change_tariff(scene: PanelScene, params: Params) -> Done:
    service = params["service"]
    told = {"pricelist": _tariff(scene, params["tariff"]).id}
    if params.get("period"):
        told["period"] = code_of(params["period"], what="a change of tariff")
    caller = scene.caller(service, params.get("by"))
    caller.act("service.changepricelist", elid=service, **told)
    return Done()


def _tariff_of(scene: PanelScene, service: str) -> str:
    form = scene.account(service).desk.show("vhost.edit", elid=service)
    number = text_of(form, "pricelist")
    return next(name for name, sold in scene.tariffs.items() if sold.id == number)


def _resource(amount: Callable[[int, Params, Mapping[str, Any]], int]) -> Any:
    """Return what sets an addon to an amount, which follows from what there is."""

    def do(scene: PanelScene, params: Params) -> Done:
        service, name = params["service"], params["resource"]
        tariff = _tariff_of(scene, service)
        number = _addon(scene, tariff, name)
        has = amounts_of(scene, service, tariff)[name]
        wanted = amount(has, params, scene.tariffs[tariff].row["resources"][name])
        if wanted == has:
            raise Unsupported(f"{name} as it is: a form that repeats what there is asks nothing")
        caller = scene.caller(service, params.get("by"))
        caller.act("vhost.edit", elid=service, **{f"addon_{number}": str(wanted)})
        return Done()

    return do


def _group(verb: str) -> Callable[[PanelScene, Params], Done]:
    def do(scene: PanelScene, params: Params) -> Done:
        service = params["service"]
        scene.caller(service, params.get("by")).act(f"vhost.{verb}", elid=service)
        return Done()

    return do


def _auto_renewal(scene: PanelScene, params: Params) -> Done:
    service, period = params["service"], params["period"]
    off = period in {"no", False}
    code = "null" if off else code_of(period, what="a renewal by itself")
    caller = scene.caller(service, params.get("by"))
    caller.act("vhost.edit", elid=service, autoprolong=code)
    return Done()


def _set_tariff(scene: PanelScene, params: Params) -> Done:
    name = params.pop("tariff")
    if params.pop("by", "staff") == "client":
        raise Unsupported("set_tariff by a client: the form is the staff's")
    sold = _tariff(scene, name)
    for field in ("prices", "renewal_prices", "disabled_periods", "resources"):
        gone = set(sold.row.get(field) or ()) - set(params.get(field, sold.row.get(field)) or ())
        if gone:
            raise Unsupported(f"{field} without {min(gone)}: the form takes nothing away")
    form = tariff_form(params)
    if form:
        scene.staff.act("pricelist.edit", elid=sold.id, name=scene.own(name), **form)
    read_addons(scene, name, params.get("resources") or {})
    sold.row = {**sold.row, **params}
    return Done()


def _currency(scene: PanelScene, params: Params) -> Done:
    if params.get("by", "staff") == "client":
        raise Unsupported("set_currency by a client: the form is the staff's")
    scene.alone("another currency")
    scene.needs("provider.edit currency")
    first = next(row for row in scene.staff.rows("provider") if row["id"] == "1")
    scene.staff.act("provider.edit", elid="1", name=first["name"], currency=params["currency"])
    scene.currency = params["currency"]
    return Done()


def _recover(scene: PanelScene, params: Params) -> Done:
    scene.clients[params["client"]].desk.act(
        "recovery", email=scene.clients[params["client"]].login
    )
    return Done()


def _password(scene: PanelScene, params: Params) -> Done:
    if not params.get("password"):
        raise Unsupported("set_password without a password: the form asks for one")
    service, new = params["service"], params["password"]
    caller = scene.caller(service, params.get("by"))
    caller.act("service.changepassword", elid=service, passwd=new, confirm=new)
    return Done()


def _link(scene: PanelScene, params: Params) -> str:
    service = params["service"]
    answer = scene.caller(service, params.get("by")).show("gotoserver", elid=service)
    return text_of(answer, "ok")


def _open_panel(scene: PanelScene, params: Params) -> Done:
    return Done(url=_link(scene, params))


def _guest(scene: PanelScene, params: Params) -> Guest:
    """Go to the panel for hosting by the link.

    A link that is refused once and then given was lost on its way: what a call that fails there
    leaves behind is not seen by who comes by another one.
    """
    try:
        link = _link(scene, params)
    except Refused:
        _link(scene, params)
        raise Unsupported("a call that fails on the panel: here that is the link's own") from None
    return Guest(link)


def _on_panel(do: Callable[[Guest, str, str], None]) -> Callable[[PanelScene, Params], Done]:
    def done(scene: PanelScene, params: Params) -> Done:
        with closing(_guest(scene, params)) as guest:
            do(guest, params["what"], params["name"])
        return Done()

    return done


def _show(scene: PanelScene, params: Params) -> Done:
    return Done(shown=_SHOWN.get(params["what"], _names)(scene, params))


def _usage(scene: PanelScene, params: Params) -> dict[str, str]:
    scene.needs("service.stat name, value")
    service = params["service"]
    rows = scene.caller(service, params.get("by")).rows("service.stat", elid=service)
    return {row["name"]: row["value"] for row in rows}


def _details(scene: PanelScene, params: Params) -> dict[str, str]:
    service = params["service"]
    form = scene.caller(service, params.get("by")).show("vhost.edit", elid=service)
    told = {"user": text_of(form, "username"), "domain": text_of(form, "domain")}
    return {name: text for name, text in told.items() if text}


def _names(scene: PanelScene, params: Params) -> dict[str, str]:
    with closing(_guest(scene, params)) as guest:
        return {name: str(params["what"]) for name in guest.names(params["what"])}


_SHOWN: Final = {"usage": _usage, "login details": _details}


def _tariffs(scene: PanelScene, params: Params) -> Done:
    for name in ("language", "labels"):
        if params.get(name):
            raise Unsupported(f"tariffs_for with {name}: the page of an order has no such filter")
    account = scene.clients[params["client"]]
    caller, who = account.desk, {}
    if params.get("by") == "staff":
        caller, who = scene.staff, {"account": account.id}
    page = caller.show("v2.vhost.order.pricelist", **who)
    known = {sold.id: name for name, sold in scene.tariffs.items()}
    ids = [text_of(row, "id") for part in _listed(page, "list") for row in _listed(part, "elem")]
    return Done(tariffs=[ListedTariff(tariff=known[each]) for each in ids if each in known])


def _listed(doc: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    found = doc.get(name, [])
    return found if isinstance(found, list) else [found]


def _tasks(scene: PanelScene, params: Params) -> Done:
    department = scene.own(params["department"])
    rows = scene.staff.rows("task")
    return Done(tasks=[row["item"] for row in rows if row["department"] == department])


_CODES: Final = "periods without a number on the wire"
_SAME: Final = "an amount that there is already"
_FAILED: Final = "a call that fails on the panel for hosting"

ACTS: Final[Mapping[str, Deed]] = {
    "order": Deed(("vhost.order.param",), _order, f"{_CODES}; orders that wait for their payment"),
    "pay": Deed(("payment.add", "payment.setpaid"), _pay),
    "open_payment": Deed(("payment.add",), _open_payment),
    "renew": Deed(("service.prolong",), _renew, _CODES),
    "change_tariff": Deed(("service.changepricelist",), _change_tariff, _CODES),
    "order_resource": Deed(
        ("vhost.edit",), _resource(lambda has, params, _row: has + int(params["amount"])), _SAME
    ),
    "set_resource": Deed(
        ("vhost.edit",), _resource(lambda _has, params, _row: int(params["amount"])), _SAME
    ),
    "cancel_resource": Deed(
        ("vhost.edit",), _resource(lambda _has, _params, row: int(row.get("included") or 0)), _SAME
    ),
    "set_auto_renewal": Deed(("vhost.edit",), _auto_renewal, _CODES),
    "suspend": Deed(("vhost.suspend",), _group("suspend")),
    "resume": Deed(("vhost.resume",), _group("resume")),
    "delete": Deed(("vhost.delete",), _group("delete")),
    "set_tariff": Deed(
        ("pricelist.edit",), _set_tariff, "prices and addons that are taken away; clients who try"
    ),
    "set_currency": Deed(("provider.edit currency",), _currency, "clients who try"),
    "recover_password": Deed(("recovery",), _recover),
    "set_password": Deed(("service.changepassword",), _password, "a password that is made up"),
    "open_panel": Deed(("gotoserver",), _open_panel),
    "create_on_panel": Deed(("gotoserver",), _on_panel(Guest.create), _FAILED),
    "delete_on_panel": Deed(("gotoserver",), _on_panel(Guest.delete), _FAILED),
    "show_on_panel": Deed(("gotoserver", "service.stat name, value", "vhost.edit"), _show, _FAILED),
    "tasks_for": Deed(("task",), _tasks),
    "tariffs_for": Deed(
        ("v2.vhost.order.pricelist",), _tariffs, "languages and labels; notes for staff"
    ),
}
