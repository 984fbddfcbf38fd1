"""Services of each product type: listed, switched off and on, deleted, and their forms."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from prorata.fakes.billmanager.acts import by, own_client, quote_all, service_of, services_of
from prorata.fakes.billmanager.catalogue import TYPES
from prorata.fakes.billmanager.editing import apply_changes, autoprolong_choices, planned
from prorata.fakes.billmanager.ordering import addons_of
from prorata.fakes.billmanager.rows import COLUMNS, elem, service_fields
from prorata.fakes.billmanager.soft import licence_fields
from prorata.fakes.mgr5.errors import bad_value
from prorata.fakes.mgr5.functions import CallContext, Function, saved
from prorata.fakes.mgr5.params import ELID, ELIDS, Param
from prorata.fakes.mgr5.rows import Rows
from prorata.fakes.mgr5.traffic import ADMIN, USER
from prorata.fakes.mgr5.tree import Node, fields
from prorata.reference.engine.operations import first_password

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from prorata.fakes.billmanager.host import BillmanagerHost
    from prorata.reference.engine.state import Service

__all__ = ["FUNCTIONS"]

_LICENCE = ("licname", "lickey")
#: What a form shows of a service and nobody changes there, with the engine's name of it.
_KEPT: Final = {"domain": "domain", "username": "user"}
_NAME_SERVERS = ("ns1.example.com", "ns2.example.com", "", "")


def _list(itemtype: str, context: CallContext[BillmanagerHost]) -> Rows[str]:
    panel = context.panel
    row = _licence if itemtype == "soft" else elem
    return Rows(panel.index.of(itemtype, own_client(context)), lambda key: row(panel, int(key)))


def _licence(panel: BillmanagerHost, number: int) -> Node:
    shown = licence_fields(panel, panel.billing.book.services[number])
    more = fields({name: shown[name] for name in _LICENCE})
    row = elem(panel, number)
    return row._replace(children=[*row.children, *more])


def _act_on_all(verb: str, itemtype: str, context: CallContext[BillmanagerHost]) -> Sequence[Node]:
    """Do an act to services; what would be refused for one of them is done to none."""
    panel, who = context.panel, by(context)
    numbers = [str(service.number) for service in services_of(context, itemtype)]
    plan = [(verb, {"service": number, "by": who}) for number in numbers]
    quote_all(panel, plan)
    apply_changes(panel, plan)
    return [Node("ok")]


def _open(itemtype: str, context: CallContext[BillmanagerHost]) -> Sequence[Node]:
    """Try again to make services that are still being made."""
    billing = context.panel.billing
    for service in services_of(context, itemtype):
        waiting = billing.book.running.get(service.number)
        if waiting:
            billing.start_operation(waiting[0])
    return [Node("ok")]


def _fields(panel: BillmanagerHost, service: Service) -> dict[str, str]:
    """Return what the form of a service on a server shows."""
    row = service_fields(panel, service)
    tariff = panel.billing.book.catalogue[service.tariff]
    listing = panel.listings.by_name[service.tariff]
    amounts = {**tariff.included_amounts, **service.resources}
    servers = {f"nameserver{n}": name for n, name in enumerate(_NAME_SERVERS, 1)}
    password = panel.state.passwords.get(service.number) or first_password(service)
    return {
        "elid": row["id"],
        "title_name": row["name"],
        **{name: text for name, text in row.items() if name != "id"},
        "pricelist": row["pricelist_id"],
        "pricelist_name": listing.name,
        "password": password if row["username"] else "",
        "stored_method": "0",
        **servers,
        "orderinfo": f"<b>{row['pricelist']}</b> <p>{row['cost']}</p>",
        **{f"addon_{number}": str(amounts[name]) for name, number in listing.addons.items()},
    }


def _view(itemtype: str, context: CallContext[BillmanagerHost]) -> Mapping[str, str]:
    service = service_of(context, context.args.get("elid", ""), itemtype)
    return {"id": str(service.number), **_fields(context.panel, service)}


def _check_kept(context: CallContext[BillmanagerHost], service: Service) -> None:
    """Refuse a new value of what a service keeps; forms send it back as it is."""
    for name in _KEPT:
        told, has = context.args.get(name, ""), str(getattr(service, _KEPT[name]))
        if told and told.lower() != has.lower():
            raise bad_value(name, told, f"It is {has or 'empty'} and cannot be changed")


def _save(itemtype: str, context: CallContext[BillmanagerHost]) -> Sequence[Node]:
    panel = context.panel
    service = service_of(context, context.args.get("elid", ""), itemtype)
    _check_kept(context, service)
    listing = panel.listings.by_name[service.tariff]
    amounts = addons_of(context.request.params, listing)
    apply_changes(panel, planned(context, service, amounts))
    shown = Node("doc", "", {}, fields(_fields(panel, service)))
    return saved(str(service.number), shown)


def _options(
    itemtype: str, context: CallContext[BillmanagerHost]
) -> Mapping[str, Sequence[tuple[str, str]]]:
    service = service_of(context, context.args.get("elid", ""), itemtype)
    return {
        "autoprolong": autoprolong_choices(context.panel, service),
        "stored_method": [("0", "From the account")],
    }


def _of(itemtype: str) -> Iterator[Function[BillmanagerHost]]:
    title = TYPES[itemtype]
    columns = (*COLUMNS, *_LICENCE) if itemtype == "soft" else COLUMNS
    yield Function(
        itemtype, "list", title, partial(_list, itemtype), level=USER, key="id", columns=columns
    )
    for verb, what in (("suspend", "Switch off"), ("resume", "Switch on"), ("delete", "Delete")):
        run = partial(_act_on_all, verb, itemtype)
        yield Function(f"{itemtype}.{verb}", "group", f"{what}: {title}", run, (ELIDS,), level=USER)
    again = partial(_open, itemtype)
    summary = f"Make again what was not made: {title}"
    yield Function(f"{itemtype}.open", "group", summary, again, (ELIDS,), level=ADMIN)
    if itemtype == "soft":
        return
    yield Function(
        f"{itemtype}.edit",
        "form",
        f"A service's form: {title}",
        partial(_save, itemtype),
        (
            ELID,
            Param("autoprolong", longest=15),
            *(Param(name, longest=255) for name in _KEPT),
            Param("stored_method", longest=15),
            Param("clicked_button", longest=32),
        ),
        partial(_view, itemtype),
        level=USER,
        options=partial(_options, itemtype),
    )


FUNCTIONS: tuple[Function[BillmanagerHost], ...] = tuple(
    function for itemtype in TYPES for function in _of(itemtype)
)
