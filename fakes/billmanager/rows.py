"""A service as a row of a list, and as a form shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prorata.fakes.billmanager.codes import (
    STATUS,
    auto_renewal,
    code_of,
    real_status,
    renewal_text,
    status_code,
)
from prorata.fakes.billmanager.costs import cost_text
from prorata.fakes.billmanager.texts import day
from prorata.fakes.mgr5.tree import Node, fields

if TYPE_CHECKING:
    from prorata.fakes.billmanager.host import BillmanagerHost
    from prorata.fakes.billmanager.state import Item
    from prorata.reference.engine.state import Service

__all__ = ["COLUMNS", "elem", "service_fields", "zoned"]

COLUMNS = (
    "id", "name", "domain", "ip", "username", "pricelist", "pricelist_id", "account", "account_id",
    "project", "datacentername", "processingmodule", "createdate", "expiredate", "real_expiredate",
    "autoprolong", "period", "item_status", "item_real_status", "status", "cost", "item_cost",
    "currency_str", "billdaily", "intname", "remoteid", "scheduledclose", "transition",
)  # fmt: skip

_COLOURS = {
    "ordered": "yellow",
    "active": "green",
    "suspended": "red",
    "deleted": "gray",
    "processing": "blue",
}
#: The address of every service on a panel without addresses of its own.
_ADDRESS = "192.0.2.1"
#: What stands for the date of a service that is charged by day and so has none.
_DAILY = "Daily charges"
#: What an operation of the engine is called in composite status codes.
_OPERATIONS = {"create": "open", "delete": "close", "resources": "setparam"}


def zoned(panel: BillmanagerHost, item: Item | None) -> str:
    """Return the civil date on which a service was ordered, as far as the wire knows it."""
    return day(item.created.astimezone(panel.billing.book.zone)) if item else ""


def service_fields(panel: BillmanagerHost, service: Service) -> dict[str, str]:
    """Return the columns of a service, all but the status with its two faces."""
    book, state = panel.billing.book, panel.state
    listing = state.listings.by_name[service.tariff]
    tariff, item = book.catalogue[service.tariff], state.items.get(service.number)
    by_day, expires = tariff.daily is not None, day(service.expires)
    cost, item_cost = cost_text(panel, service)
    hosting = listing.itemtype == "vhost"
    name = (item and item.licname) or (service.domain if hosting else service.user)
    datacenters = state.things["datacenter"]
    centre = datacenters.get(int(listing.about.get("datacenter", "1")), {})
    return {
        "id": str(service.number),
        "name": name or service.user,
        "domain": service.domain if listing.itemtype != "soft" else "",
        "ip": (item and item.ip) or (_ADDRESS if listing.itemtype != "soft" else ""),
        "username": service.user if hosting else "",
        "pricelist": listing.name,
        "pricelist_id": str(listing.id),
        "account": service.client,
        "account_id": str(book.clients[service.client].number),
        "project": item.project if item else "1",
        "datacentername": centre.get("name", ""),
        "processingmodule": tariff.module or state.things["processing"][1]["name"],
        "createdate": zoned(panel, item) or day(service.starts),
        "expiredate": _DAILY if by_day and expires else expires,
        "real_expiredate": expires,
        "autoprolong": auto_renewal(service),
        "period": code_of(service.period, trial=service.trial),
        "status": status_code(service),
        "item_real_status": real_status(service, _running(panel, service)),
        "cost": cost,
        "item_cost": item_cost,
        "currency_str": book.currency,
        "billdaily": "on" if by_day else "off",
        "intname": listing.name,
        "remoteid": item.remoteid if item else "",
        "scheduledclose": "off",
        "transition": "off",
    }


def _running(panel: BillmanagerHost, service: Service) -> str | None:
    book = panel.billing.book
    waiting = book.running.get(service.number)
    if not waiting:
        return None
    action = book.operations[waiting[0]].action
    return _OPERATIONS.get(action, action)


def elem(panel: BillmanagerHost, number: int) -> Node:
    """Return a service as a list's row: periods of renewal by their words, where forms have codes.

    Only the status has its number beside its text.

    A client that takes every field for its text alone would lose a field with two faces, and reads
    all but this one.
    """
    service = panel.billing.book.services[number]
    columns = service_fields(panel, service)
    said = {"color": _COLOURS[service.status], "orig": columns["status"]}
    status = Node("item_status", STATUS[service.status], said)
    renewal = {"autoprolong": renewal_text(service)}
    return Node("elem", "", {}, [*fields({**columns, **renewal}), status])
