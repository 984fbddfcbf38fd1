"""What is changed of a service, of a tariff, and of the installation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from prorata.harness.implementations.billing import Unsupported
from prorata.harness.implementations.billmanager.desk import text_of
from prorata.harness.implementations.billmanager.observing import amounts_of
from prorata.harness.implementations.billmanager.setting_up import (
    addon_of,
    name_of_first,
    read_addons,
)
from prorata.harness.implementations.billmanager.tariff_forms import code_of, prefix_of, tariff_form
from prorata.harness.protocol import Done

if TYPE_CHECKING:
    from collections.abc import Callable

    from prorata.harness.implementations.billmanager.scene import PanelScene

__all__ = [
    "auto_renewal",
    "on_service",
    "recover_password",
    "resource",
    "set_currency",
    "set_password",
    "set_tariff",
]

Params = dict[str, Any]


def _tariff_of(scene: PanelScene, service: str) -> str:
    form = scene.account(service).desk.show("vhost.edit", elid=service)
    number = text_of(form, "pricelist")
    return next((name for name, sold in scene.tariffs.items() if sold.id == number), number)


def _included(scene: PanelScene, tariff: str, name: str) -> int:
    form = scene.staff.show("pricelist.edit", elid=scene.tariff(tariff).id)
    return int(text_of(form, f"{prefix_of(name)}included"))


def resource(
    amount: Callable[[int, Params], int | None],
) -> Callable[[PanelScene, Params], Done]:
    """Return what sets an addon to an amount that follows from what there is.

    None is as much as the tariff includes.
    """

    def do(scene: PanelScene, params: Params) -> Done:
        service, name = params["service"], params["resource"]
        tariff = _tariff_of(scene, service)
        number = addon_of(scene, tariff, name)
        has = amounts_of(scene, service, tariff)[name]
        wanted = amount(has, params)
        if wanted is None:
            wanted = _included(scene, tariff, name)
        if wanted == has:
            raise Unsupported(f"{name} as it is: a form that repeats what there is asks nothing")
        caller = scene.caller(service, params.get("by"))
        caller.act("vhost.edit", elid=service, **{f"addon_{number}": str(wanted)})
        return Done()

    return do


def on_service(verb: str) -> Callable[[PanelScene, Params], Done]:
    """Return what switches a service off or on, or deletes it."""

    def do(scene: PanelScene, params: Params) -> Done:
        service = params["service"]
        scene.caller(service, params.get("by")).act(f"vhost.{verb}", elid=service)
        return Done()

    return do


def auto_renewal(scene: PanelScene, params: Params) -> Done:
    """Have a service renew itself, or no longer."""
    service, period = params["service"], params["period"]
    off = period in {"no", False}
    code = "null" if off else code_of(period, what="a renewal by itself")
    caller = scene.caller(service, params.get("by"))
    caller.act("vhost.edit", elid=service, autoprolong=code)
    return Done()


def set_tariff(scene: PanelScene, params: Params) -> Done:
    """Give fields of a tariff new values; raise `Unsupported` for what the form takes away."""
    name = params.pop("tariff")
    if params.pop("by", "staff") == "client":
        raise Unsupported("set_tariff by a client: the form is the staff's")
    sold = scene.tariff(name)
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


def set_currency(scene: PanelScene, params: Params) -> Done:
    """Change the currency of accounts."""
    if params.get("by", "staff") == "client":
        raise Unsupported("set_currency by a client: the form is the staff's")
    scene.alone("another currency")
    scene.needs("provider.edit currency")
    name = name_of_first(scene, "provider")
    scene.staff.act("provider.edit", elid="1", name=name, currency=params["currency"])
    scene.currency = params["currency"]
    return Done()


def recover_password(scene: PanelScene, params: Params) -> Done:
    """Ask for another password."""
    client = scene.clients[params["client"]]
    client.desk.act("recovery", email=client.login)
    return Done()


def set_password(scene: PanelScene, params: Params) -> Done:
    """Change the password of a service's user."""
    if not params.get("password"):
        raise Unsupported("set_password without a password: the form asks for one")
    service, new = params["service"], params["password"]
    caller = scene.caller(service, params.get("by"))
    caller.act("service.changepassword", elid=service, passwd=new, confirm=new)
    return Done()
