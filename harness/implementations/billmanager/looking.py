"""Lists, and what a client has and does on the panel for hosting."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Any, Final

from prorata.harness.implementations.billing import Refused, Unsupported
from prorata.harness.implementations.billmanager.desk import listed, text_of
from prorata.harness.implementations.billmanager.through_link import Guest
from prorata.harness.protocol import Done, ListedTariff

if TYPE_CHECKING:
    from collections.abc import Callable

    from prorata.harness.implementations.billmanager.scene import PanelScene

__all__ = ["on_panel", "open_panel", "show", "tariffs", "tasks"]

Params = dict[str, Any]


def _link(scene: PanelScene, params: Params) -> str:
    service = params["service"]
    answer = scene.caller(service, params.get("by")).show("gotoserver", elid=service)
    return text_of(answer, "ok")


def open_panel(scene: PanelScene, params: Params) -> Done:
    """Answer a link into the panel for hosting."""
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


def on_panel(do: Callable[[Guest, str, str], None]) -> Callable[[PanelScene, Params], Done]:
    """Return what does something on the panel for hosting."""

    def done(scene: PanelScene, params: Params) -> Done:
        with closing(_guest(scene, params)) as guest:
            do(guest, params["what"], params["name"])
        return Done()

    return done


def show(scene: PanelScene, params: Params) -> Done:
    """Show what a service has there."""
    return Done(shown=_SHOWN.get(params["what"], _names)(scene, params))


def _usage(scene: PanelScene, params: Params) -> dict[str, str]:
    scene.needs("service.stat name, value")
    service = params["service"]
    rows = scene.caller(service, params.get("by")).rows("service.stat", elid=service)
    return {row["name"]: row["value"] for row in rows}


def _details(scene: PanelScene, params: Params) -> dict[str, str]:
    service = params["service"]
    form = scene.caller(service, params.get("by")).show("vhost.edit", elid=service)
    # A domain may be made of a name that is the scenario's own with something behind it.
    domain = text_of(form, "domain").replace(scene.mark, "")
    told = {"user": text_of(form, "username"), "domain": domain}
    return {name: text for name, text in told.items() if text}


def _names(scene: PanelScene, params: Params) -> dict[str, str]:
    with closing(_guest(scene, params)) as guest:
        return {name: str(params["what"]) for name in guest.names(params["what"])}


_SHOWN: Final = {"usage": _usage, "login details": _details}


def tariffs(scene: PanelScene, params: Params) -> Done:
    """List the tariffs for a client."""
    for name in ("language", "labels"):
        if params.get(name):
            raise Unsupported(f"tariffs_for with {name}: the page of an order has no such filter")
    if params.get("by") == "staff" and any(sold.has_notes for sold in scene.tariffs.values()):
        raise Unsupported("tariffs_for by staff: the page of an order shows no notes")
    account = scene.clients[params["client"]]
    caller, who = account.desk, {}
    if params.get("by") == "staff":
        caller, who = scene.staff, {"account": account.id}
    page = caller.show("v2.vhost.order.pricelist", **who)
    known = {sold.id: name for name, sold in scene.tariffs.items()}
    ids = [text_of(row, "id") for part in listed(page, "list") for row in listed(part, "elem")]
    names = [known[each] for each in ids if each in known]
    return Done(tariffs=[ListedTariff(tariff=name, name=name) for name in names])


def tasks(scene: PanelScene, params: Params) -> Done:
    """List the tasks of a department."""
    department = scene.own(params["department"])
    rows = scene.staff.rows("task")
    return Done(tasks=[row["item"] for row in rows if row["department"] == department])
