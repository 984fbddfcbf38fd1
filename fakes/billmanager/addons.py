"""The addons of a tariff: how much of a resource it includes and sells, and for what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prorata.fakes.billmanager.acts import act, tariff_of
from prorata.fakes.billmanager.tariff_addons import addon_params, addon_row, addon_shown
from prorata.fakes.billmanager.written import resource_row
from prorata.fakes.mgr5.errors import bad_value, missed
from prorata.fakes.mgr5.functions import CallContext, Function, saved
from prorata.fakes.mgr5.params import ELID, Param
from prorata.fakes.mgr5.traffic import ADMIN
from prorata.fakes.mgr5.tree import Node, fields
from prorata.reference.billmanager.tariff import TYPES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from prorata.fakes.billmanager.catalogue import Listing
    from prorata.fakes.billmanager.host import BillmanagerHost
    from prorata.reference.engine.billmanager.catalogue import Resource, Tariff

__all__ = ["FUNCTIONS"]

_COLUMNS = ("id", "name", *(param.name for param in addon_params()))


def _tariff(context: CallContext[BillmanagerHost]) -> tuple[Listing, Tariff]:
    return tariff_of(context.panel, context.args.get("plid", ""))


def _list(context: CallContext[BillmanagerHost]) -> Sequence[Node]:
    listing, tariff = _tariff(context)
    return [
        Node("elem", "", {}, fields(_row(number, name, tariff.resources[name])))
        for name, number in listing.addons.items()
    ]


def _row(number: int, name: str, resource: Resource) -> dict[str, str]:
    return {"id": str(number), "name": name, **addon_shown(resource)}


def _named(context: CallContext[BillmanagerHost], listing: Listing) -> str:
    elid = context.args["elid"]
    name = next((name for name, number in listing.addons.items() if str(number) == elid), None)
    if name is None:
        raise missed("addon", elid)
    return name


def _form(context: CallContext[BillmanagerHost]) -> Mapping[str, str]:
    listing, tariff = _tariff(context)
    if not context.args.get("elid"):
        return {"plid": str(listing.id), **dict.fromkeys(_COLUMNS[1:], "")}
    name = _named(context, listing)
    row = _row(listing.addons[name], name, tariff.resources[name])
    return {"elid": row.pop("id"), "plid": str(listing.id), **row}


def _save(context: CallContext[BillmanagerHost]) -> Sequence[Node]:
    """Give a resource other amounts and prices, or add one of the known types to the tariff."""
    panel, args = context.panel, context.args
    listing, tariff = _tariff(context)
    name = _named(context, listing) if args.get("elid") else args.get("name", "")
    if listing.itemtype == "vhost" and name not in TYPES:
        raise bad_value("name", name, f"Expected one of {', '.join(sorted(TYPES))}")
    if not name:
        raise bad_value("name", "", "It is required")
    kept = {each: resource_row(resource) for each, resource in tariff.own_resources.items()}
    row = addon_row(args, tariff.own_resources.get(name))
    act(panel, "set_tariff", tariff=listing.name, by="staff", resources={**kept, name: row})
    return saved(str(panel.listings.with_addons(listing.name, (name,)).addons[name]))


FUNCTIONS: tuple[Function[BillmanagerHost], ...] = (
    Function(
        "pricelist.detail", "list", "The addons of a tariff", _list,
        (Param("plid", required=True, longest=15),), level=ADMIN, key="id", columns=_COLUMNS,
        invented=True,
    ),
    Function(
        "pricelist.detail.edit", "form", "An addon of a tariff", _save,
        (
            ELID, Param("plid", required=True, longest=15), Param("name", longest=255),
            *addon_params(),
        ),
        _form, level=ADMIN, invented=True,
    ),
)  # fmt: skip
