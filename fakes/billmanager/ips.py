"""The addresses of a service: its own, and those that were ordered with it or later."""

from __future__ import annotations

from ipaddress import IPv4Network, IPv6Network
from itertools import count, islice
from typing import TYPE_CHECKING, NamedTuple

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


class _Kind(NamedTuple):
    """A type of address: its resource, its words, where its numbers and its network begin."""

    resource: str
    title: str
    first: int
    network: IPv4Network | IPv6Network
    size: int


#: The networks are those of documentation and of benchmarks: nothing is behind them.
_KINDS: Mapping[str, _Kind] = {
    "ipv4": _Kind("IPv4 addresses", "Public IPv4-address", 1, IPv4Network("198.18.0.0/15"), 2**8),
    "ipv6": _Kind(
        "IPv6 addresses", "Public IPv6-address", 50_001, IPv6Network("2001:db8::/32"), 2**64
    ),
}
#: Addresses of one service have numbers from this many times its own on: the main one's is first.
_NUMBERS = 100_000
_MOST = 250
_MAIN = {"is_main": "on", "no_delete": "on", "ip_status": "Active"}
_MORE = {"is_main": "off", "no_delete": "off", "ip_status": "Active"}


def _has(panel: BillmanagerHost, service: Service, kind: _Kind) -> int:
    sold = panel.billing.book.catalogue[service.tariff].has(kind.resource)
    return service.resources.get(kind.resource, sold.included if sold else 0)


def _addresses(panel: BillmanagerHost, service: Service) -> Iterator[dict[str, str]]:
    """Yield the addresses; what was given back does not come again."""
    row, first = service_fields(panel, service), service.number * _NUMBERS
    told = {"domain": row["domain"] or row["name"], "type": _KINDS["ipv4"].title}
    yield {"id": str(first), "name": row["ip"], **told, **_MAIN}
    gone = panel.state.given_back.get(service.number, ())
    for kind in _KINDS.values():
        numbers = (n for n in count(first + kind.first) if n not in gone)
        for number in islice(numbers, min(_has(panel, service, kind), _MOST)):
            address = kind.network[_place(service, kind, number - first - kind.first)]
            shown = {"id": str(number), "name": str(address), **told, "type": kind.title}
            yield {**shown, **_MORE}


def _place(service: Service, kind: _Kind, at: int) -> int:
    """Return which address of the network it is: each service has a stretch of its own."""
    return (service.number * kind.size + at + 1) % kind.network.num_addresses


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
    sold = {name: (kind, tariff.has(kind.resource)) for name, kind in _KINDS.items()}
    return {
        "type": [
            (name, kind.title)
            for name, (kind, each) in sold.items()
            if each and each.sells(service.period)
        ]
    }


def _save(context: CallContext[BillmanagerHost]) -> Sequence[Node]:
    panel, args, service = context.panel, context.args, _service(context, "plid")
    if args.get("elid"):
        _found(panel, service, args["elid"])
        return saved(args["elid"])
    kind = _KINDS[args.get("type", "ipv4")]
    amount = int(args.get("count", "1"))
    order = {"resource": kind.resource, "amount": amount, "by": by(context)}
    act(panel, "order_resource", service=str(service.number), **order)
    last = [row for row in _addresses(panel, service) if row["type"] == kind.title][-1]
    return saved(last["id"])


def _found(panel: BillmanagerHost, service: Service, elid: str) -> dict[str, str]:
    found = next((row for row in _addresses(panel, service) if row["id"] == elid), None)
    if found is None:
        raise missed("ip", elid)
    return found


def _delete(context: CallContext[BillmanagerHost]) -> Sequence[Node]:
    """Give addresses back: those that are named, and for each one less is charged."""
    panel, service = context.panel, _service(context, "plid")
    rows = [_found(panel, service, elid) for elid in context.ids]
    for row in rows:
        if row["no_delete"] == "on":
            raise bad_value("elid", row["id"], "The main address stays")
    kinds = {kind.title: kind for kind in _KINDS.values()}
    for row in rows:
        kind = kinds[row["type"]]
        give = {"resource": kind.resource, "amount": _has(panel, service, kind) - 1}
        act(panel, "set_resource", service=str(service.number), **give, by=by(context))
        gone = panel.state.given_back.get(service.number, ())
        panel.state.given_back[service.number] = (*gone, int(row["id"]))
    return [Node("ok")]


_PLID = Param("plid", required=True, longest=15, hint="the number of a service")
_COLUMNS = ("id", "name", "type", "domain", "is_main", "no_delete", "ip_status")

FUNCTIONS: tuple[Function[BillmanagerHost], ...] = (
    Function(
        "service.ip", "list", "The addresses of a service", _list,
        (ELID._replace(required=True),), level=USER, key="id", columns=_COLUMNS,
    ),
    Function(
        "service.ip.edit", "form", "Order an address", _save,
        (
            ELID, _PLID,
            Param("type", "choice", choices=tuple(_KINDS)),
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
