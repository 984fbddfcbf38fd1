"""Licences, and what else is sold on: their form, and whether one can be ordered for an address."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any

from prorata.fakes.billmanager.acts import quote, service_of, tariff_of
from prorata.fakes.billmanager.catalogue import RESOLD, TYPES
from prorata.fakes.billmanager.editing import apply_changes, autoprolong_choices, planned
from prorata.fakes.billmanager.events import tell
from prorata.fakes.billmanager.licences import check_address, key_of, moved, polled
from prorata.fakes.billmanager.ordering import addons_of, order_act
from prorata.fakes.billmanager.refusals import refused
from prorata.fakes.billmanager.rows import service_fields
from prorata.fakes.billmanager.state import Item
from prorata.fakes.billmanager.texts import day
from prorata.fakes.mgr5.functions import CallContext, Function, saved
from prorata.fakes.mgr5.params import ELID, Param
from prorata.fakes.mgr5.traffic import USER
from prorata.fakes.mgr5.tree import Node, fields
from prorata.reference.billmanager.lifecycle import status
from prorata.reference.resell.ispmanager5 import NUMBERS_OF_5

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from prorata.fakes.billmanager.host import BillmanagerHost
    from prorata.reference.engine.billmanager.catalogue import Tariff
    from prorata.reference.engine.state import Service

__all__ = ["FUNCTIONS", "licence_fields"]

#: From this day on ISPmanager 5 has no updates (billmanager-reselling-2021).
_NO_UPDATES = date(2022, 1, 1)
_LIVES = ("ordered", "processing", "active", "suspended")


def licence_fields(panel: BillmanagerHost, service: Service) -> dict[str, str]:
    """Return what a licence's form shows."""
    row = service_fields(panel, service)
    item = panel.state.items.get(service.number) or Item(service.starts or panel.clock.now())
    listing, tariff = tariff_of(panel, row["pricelist_id"])
    amounts = {**tariff.included_amounts, **service.resources}
    zone = panel.billing.book.zone
    return {
        "elid": row["id"],
        "title_name": row["name"],
        "name": row["name"],
        "licname": item.licname,
        "ip": item.ip,
        "remoteip": item.remoteip,
        "remoteid": item.remoteid,
        "lickey": key_of(service, item),
        "pricelist": row["pricelist_id"],
        "pricelist_name": listing.name,
        "period": row["period"],
        "status": row["status"],
        # No document has it: a buyer tells by it what it did itself from what the seller did.
        "suspendedby": " ".join(sorted(service.suspended_by)),
        "autoprolong": row["autoprolong"],
        "createdate": row["createdate"],
        "expiredate": row["expiredate"],
        "billdaily": row["billdaily"],
        "webdomains": "0",
        "ip_change_date": day((item.ip_changed or item.created).astimezone(zone)),
        "lickey_change_date": day((item.key_changed or item.created).astimezone(zone)),
        "update_expiredate": _updates_until(tariff, service),
        "cost": row["cost"],
        **{f"addon_{number}": str(amounts[name]) for name, number in listing.addons.items()},
    }


def _updates_until(tariff: Tariff, service: Service) -> str:
    expires = service.expires
    if expires is None:
        return ""
    until = expires.date()
    if tariff.number in NUMBERS_OF_5:
        until = min(until, _NO_UPDATES)
    return until.isoformat()


def _view(itemtype: str, context: CallContext[BillmanagerHost]) -> Mapping[str, str]:
    panel, service = context.panel, service_of(context, context.args.get("elid", ""), itemtype)
    shown = {"id": str(service.number), **licence_fields(panel, service)}
    if service.number in panel.state.items:
        polled(panel, service.number)
    return shown


def _save(itemtype: str, context: CallContext[BillmanagerHost]) -> Sequence[Node]:
    """Give a licence a new key, or change its name, address, addons and renewal: all or nothing."""
    args, panel = context.args, context.panel
    service = service_of(context, args.get("elid", ""), itemtype)
    refusal = status(has=service.status, needs=_LIVES)
    if refusal:
        raise refused(refusal)
    item = panel.state.items.get(service.number) or Item(service.starts or context.now)
    if args.get("clicked_button") == "newkey":
        item = replace(item, keys=item.keys + 1, key_changed=context.now)
    listing = panel.listings.by_name[service.tariff]
    if "ip" in args:
        item = moved(item, args["ip"], context.now)
        check_address(panel, listing, args["ip"], service.number)
    told: dict[str, Any] = {
        name: args[name] for name in ("licname", "remoteip", "remoteid") if name in args
    }
    plan = planned(context, service, addons_of(context.request.params, listing))
    apply_changes(panel, plan)
    item = replace(item, **told)
    if item != panel.state.items.get(service.number):
        panel.state.items[service.number] = item
        tell(panel, service, "setparam")
    # Some clients read the answer itself, others the form within it.
    shown = fields(licence_fields(panel, service))
    return saved(str(service.number), *shown, Node("doc", "", {}, shown))


def _options(
    itemtype: str, context: CallContext[BillmanagerHost]
) -> Mapping[str, Sequence[tuple[str, str]]]:
    service = service_of(context, context.args.get("elid", ""), itemtype)
    return {"autoprolong": autoprolong_choices(context.panel, service)}


def _checkip(context: CallContext[BillmanagerHost]) -> Sequence[Node]:
    """Say nothing but ok where a licence can be ordered for an address."""
    listing, parameters = order_act(context, "soft", context.args["period"])
    check_address(context.panel, listing, context.args["ip"])
    quote(context.panel, "order", **parameters)
    return [Node("ok")]


def _form(itemtype: str) -> Function[BillmanagerHost]:
    """Return the form of what others buy."""
    return Function(
        f"{itemtype}.edit",
        "form",
        f"The form of what is bought to be sold on: {TYPES[itemtype]}",
        partial(_save, itemtype),
        (
            ELID,
            Param("licname", longest=255),
            Param("ip", longest=45),
            Param("remoteid", longest=255),
            Param("remoteip", longest=45),
            Param("autoprolong", longest=15),
            Param("clicked_button", longest=32),
        ),
        partial(_view, itemtype),
        level=USER,
        options=partial(_options, itemtype),
    )


FUNCTIONS: tuple[Function[BillmanagerHost], ...] = (
    *(_form(itemtype) for itemtype in TYPES if itemtype in RESOLD),
    Function(
        "soft.checkip",
        "report",
        "Whether a licence can be ordered for an address",
        _checkip,
        (
            Param("pricelist", required=True, longest=15),
            Param("period", required=True, longest=15),
            Param("ip", required=True, longest=45),
            Param("account", longest=15),
        ),
        level=USER,
    ),
)
