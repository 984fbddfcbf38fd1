"""The addresses of a service: its own, and those that were ordered with it or later."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prorata.fakes.billmanager.acts import act, by, service_of
from prorata.fakes.billmanager.rows import service_fields
from prorata.fakes.mgr5.errors import bad_value, missed
from prorata.fakes.mgr5.functions import CallContext, Function, saved
from prorata.fakes.mgr5.params import ELID, Param
from prorata.fakes.mgr5.traffic import USER
from prorata.fakes.mgr5.tree import Node, fields

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from prorata.fakes.billmanager.host import BillmanagerHost
    from prorata.reference.engine.state import Service

__all__ = ["FUNCTIONS"]

#: The resource of each type of address.
_RESOURCES: Mapping[str, str] = {"ipv4": "IPv4 addresses", "ipv6": "IPv6 addresses"}
_MOST = 250


def _has(panel: BillmanagerHost, service: Service, kind: str) -> int:
    sold = panel.billing.book.catalogue[service.tariff].has(_RESOURCES[kind])
    return service.resources.get(_RESOURCES[kind], sold.included if sold else 0)


def _addresses(panel: BillmanagerHost, service: Service) -> Iterator[dict[str, str]]:
    """Yield the addresses: documentation's own, since no network is behind them."""
    row = service_fields(panel, service)
    domain = row["domain"] or row["name"]
    own = {"id": f"{service.number}-0", "name": row["ip"], "type": "ipv4", "domain": domain}
    yield {**own, "is_main": "on", "no_delete": "on"}
    for kind in _RESOURCES:
        for at in range(1, min(_has(panel, service, kind), _MOST) + 1):
            text = f"198.51.100.{at}" if kind == "ipv4" else f"2001:db8:{service.number:x}::{at:x}"
            told = {"id": f"{service.number}-{kind}-{at}", "name": text, "type": kind}
            yield {**told, "domain": domain, "is_main": "off", "no_delete": "off"}


def _service(context: CallContext[BillmanagerHost], name: str) -> Service:
    return service_of(context, context.args.get(name, ""))


def _list(context: CallContext[BillmanagerHost]) -> Sequence[Node]:
    service = _service(context, "elid")
    return [Node("elem", "", {}, fields(row)) for row in _addresses(context.panel, service)]


def _form(context: CallContext[BillmanagerHost]) -> Mapping[str, str]:
    service = _service(context, "plid")
    row = service_fields(context.panel, service)
    return {"plid": row["id"], "type": "", "domain": row["domain"], "count": "1"}


def _types(context: CallContext[BillmanagerHost]) -> Mapping[str, Sequence[tuple[str, str]]]:
    service = _service(context, "plid")
    tariff = context.panel.billing.book.catalogue[service.tariff]
    sold = {kind: tariff.has(name) for kind, name in _RESOURCES.items()}
    return {
        "type": [
            (kind, _RESOURCES[kind])
            for kind, each in sold.items()
            if each and each.sells(service.period)
        ]
    }


def _save(context: CallContext[BillmanagerHost]) -> Sequence[Node]:
    panel, args, service = context.panel, context.args, _service(context, "plid")
    if args.get("elid"):
        _found(panel, service, args["elid"])
        return saved(args["elid"])
    kind = args.get("type", "ipv4")
    count = int(args.get("count", "1"))
    order = {"resource": _RESOURCES[kind], "amount": count, "by": by(context)}
    act(panel, "order_resource", service=str(service.number), **order)
    return saved(f"{service.number}-{kind}-{_has(panel, service, kind)}")


def _found(panel: BillmanagerHost, service: Service, elid: str) -> dict[str, str]:
    found = next((row for row in _addresses(panel, service) if row["id"] == elid), None)
    if found is None:
        raise missed("ip", elid)
    return found


def _delete(context: CallContext[BillmanagerHost]) -> Sequence[Node]:
    """Give addresses back; whatever their number, the last one of their type goes."""
    panel, service = context.panel, _service(context, "plid")
    rows = [_found(panel, service, elid) for elid in context.ids]
    for row in rows:
        if row["no_delete"] == "on":
            raise bad_value("elid", row["id"], "The main address stays")
    for row in rows:
        left = _has(panel, service, row["type"]) - 1
        give = {"resource": _RESOURCES[row["type"]], "amount": left, "by": by(context)}
        act(panel, "set_resource", service=str(service.number), **give)
    return [Node("ok")]


_PLID = Param("plid", required=True, longest=15, hint="the number of a service")
_COLUMNS = ("id", "name", "type", "domain", "is_main", "no_delete")

FUNCTIONS: tuple[Function[BillmanagerHost], ...] = (
    Function(
        "service.ip", "list", "The addresses of a service", _list,
        (ELID._replace(required=True),), level=USER, key="id", columns=_COLUMNS,
    ),
    Function(
        "service.ip.edit", "form", "Order an address", _save,
        (
            ELID, _PLID,
            Param("type", "choice", choices=("ipv4", "ipv6")),
            Param("domain", longest=253),
            Param("count", "integer", least=1, most=_MOST),
        ),
        _form, level=USER, options=_types,
    ),
    Function(
        "service.ip.delete", "group", "Give addresses back", _delete,
        (ELID._replace(required=True), _PLID), level=USER,
    ),
)  # fmt: skip
