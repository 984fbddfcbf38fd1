"""Price lists: every field that staff enter of a tariff, and its switch."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from prorata.fakes.billmanager.acts import act, tariff_of
from prorata.fakes.billmanager.catalogue import TYPES, engine_row
from prorata.fakes.billmanager.orders import period_choices
from prorata.fakes.billmanager.refusals import refused
from prorata.fakes.billmanager.tariff_form import ABOUT, PARAMS, row_of, shown
from prorata.fakes.mgr5.errors import already_exists, bad_value
from prorata.fakes.mgr5.functions import CallContext, Function, saved
from prorata.fakes.mgr5.params import ELID, ELIDS
from prorata.fakes.mgr5.traffic import ADMIN
from prorata.fakes.mgr5.tree import Node, fields
from prorata.reference.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from prorata.fakes.billmanager.catalogue import Listing
    from prorata.fakes.billmanager.host import BillmanagerHost

__all__ = ["FUNCTIONS"]

_COLUMNS = (
    "id", "name", "itemtype", "itemtype_name", "project", "processingmodules", "pricelist_cost",
    "orderpriority", "status", "active",
)  # fmt: skip


def _list(context: CallContext[BillmanagerHost]) -> Sequence[Node]:
    panel = context.panel
    listings = [panel.listings.by_name[name] for name in panel.listings.by_id.values()]
    return [Node("elem", "", {}, fields(_row(panel, each))) for each in listings]


def _row(panel: BillmanagerHost, listing: Listing) -> dict[str, str]:
    tariff = panel.billing.book.catalogue[listing.name]
    prices = (text for _, text in period_choices(panel, tariff))
    return {
        "id": str(listing.id),
        "name": listing.name,
        "itemtype": listing.itemtype,
        "itemtype_name": TYPES[listing.itemtype],
        "project": "1",
        "processingmodules": tariff.module or panel.state.things["processing"][1]["name"],
        "pricelist_cost": ", ".join(prices),
        "orderpriority": str(tariff.sort or ""),
        "status": "1" if tariff.enabled else "0",
        "active": "on" if tariff.enabled else "off",
    }


def _form(context: CallContext[BillmanagerHost]) -> Mapping[str, str]:
    elid, panel = context.args.get("elid", ""), context.panel
    if not elid:
        return {param.name: param.default for param in PARAMS}
    listing, tariff = tariff_of(panel, elid)
    return {"elid": elid, **shown(panel, listing, tariff)}


def _save(context: CallContext[BillmanagerHost]) -> Sequence[Node]:
    if context.args.get("elid"):
        return _change(context)
    panel, args = context.panel, context.args
    name = args["name"]
    if name in panel.listings.by_name:
        raise already_exists("pricelist", name)
    row = row_of(
        panel, {**{param.name: param.default for param in PARAMS if param.default}, **args}
    )
    itemtype = {"itemtype": args.get("itemtype", "vhost")}
    _sell(panel, name, engine_row({**row, **itemtype}))
    about = {key: args[key] for key in ABOUT if key in args}
    return saved(str(panel.list_tariff(name, {**itemtype, "about": about})))


def _sell(panel: BillmanagerHost, name: str, row: Mapping[str, Any]) -> None:
    """Take a tariff into the engine's catalogue, unless its own rules refuse it as it is."""
    before = panel.billing.book.catalogue
    panel.billing.sell(name, row)
    refusal = panel.billing.act("set_tariff", tariff=name, by="staff")
    if isinstance(refusal, Refusal):
        panel.billing.book.catalogue = before
        raise refused(refusal)


def _change(context: CallContext[BillmanagerHost]) -> Sequence[Node]:
    panel, args = context.panel, context.args
    listing, _ = tariff_of(panel, args["elid"])
    if args.get("name", listing.name) != listing.name:
        raise bad_value(
            "name", args["name"], "A tariff keeps its name: its services are sold by it"
        )
    if args.get("itemtype", listing.itemtype) != listing.itemtype:
        raise bad_value("itemtype", args["itemtype"], "A tariff keeps its product type")
    row = row_of(panel, args, panel.billing.book.catalogue[listing.name])
    act(panel, "set_tariff", tariff=listing.name, by="staff", **row)
    listing = panel.listings.with_addons(listing.name, row.get("resources", ()))
    about = {**listing.about, **{key: args[key] for key in ABOUT if key in args}}
    panel.listings.by_name[listing.name] = replace(listing, about=about)
    return saved(args["elid"])


def _switched(context: CallContext[BillmanagerHost], *, enabled: bool) -> Sequence[Node]:
    panel = context.panel
    names = [tariff_of(panel, elid)[0].name for elid in context.ids]
    for name in names:
        act(panel, "set_tariff", tariff=name, enabled=enabled, by="staff")
    return [Node("ok")]


def _delete(context: CallContext[BillmanagerHost]) -> Sequence[Node]:
    """Take tariffs off the list; one with services, past ones too, stays: they are sold by it."""
    panel = context.panel
    listings = [tariff_of(panel, elid)[0] for elid in context.ids]
    services = panel.billing.book.services.values()
    for listing in listings:
        if any(service.tariff == listing.name for service in services):
            raise bad_value("elid", str(listing.id), f"Tariff {listing.name} has services")
    for listing in listings:
        catalogue = panel.billing.book.catalogue
        panel.billing.book.catalogue = {n: t for n, t in catalogue.items() if n != listing.name}
        del panel.listings.by_name[listing.name], panel.listings.by_id[listing.id]
    return [Node("ok")]


def _options(context: CallContext[BillmanagerHost]) -> Mapping[str, Sequence[tuple[str, str]]]:
    things = context.panel.state.things
    return {
        "processingmodule": [
            (each["name"], each["name"]) for each in things["processing"].values()
        ],
        "provider": [(str(number), each["name"]) for number, each in things["provider"].items()],
    }


FUNCTIONS: tuple[Function[BillmanagerHost], ...] = (
    Function("pricelist", "list", "Tariffs", _list, level=ADMIN, key="id", columns=_COLUMNS),
    Function(
        "pricelist.edit", "form", "A tariff", _save, (ELID, *PARAMS), _form, level=ADMIN,
        options=_options,
    ),
    Function(
        "pricelist.resume", "group", "Enable tariffs",
        lambda context: _switched(context, enabled=True), (ELIDS,), level=ADMIN,
    ),
    Function(
        "pricelist.suspend", "group", "Disable tariffs",
        lambda context: _switched(context, enabled=False), (ELIDS,), level=ADMIN,
    ),
    Function("pricelist.delete", "group", "Delete tariffs", _delete, (ELIDS,), level=ADMIN),
)  # fmt: skip
