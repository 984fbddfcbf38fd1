"""The records of DNS zones, whose key is the name, the type and, after two blanks, the value."""

from __future__ import annotations

from ipaddress import AddressValueError, IPv4Address, IPv6Address
from typing import TYPE_CHECKING

from prorata.fakes.ispmanager.owned import found
from prorata.fakes.ispmanager.state import Domain, IspmanagerState, ZoneRecord
from prorata.fakes.mgr5.errors import already_exists, bad_value, missed
from prorata.fakes.mgr5.functions import CallContext, Function, saved
from prorata.fakes.mgr5.params import ELID, ELIDS, Param
from prorata.fakes.mgr5.traffic import USER
from prorata.fakes.mgr5.tree import Node, fields

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from prorata.fakes.ispmanager.host import IspmanagerHost

__all__ = ["FUNCTIONS", "NAME_SERVERS", "point_to", "records_of"]

NAME_SERVERS = ("ns1.example.com.", "ns2.example.com.")
_TTL = 3600
_LONGEST_TTL = 2**31 - 1


def records_of(state: IspmanagerState, zone: Domain) -> Mapping[str, ZoneRecord]:
    """Return a zone's records by their keys: the usual ones, until one of them is changed."""
    known = state.records.get(zone.name)
    return _by_key(_usual(zone)) if known is None else known


def _by_key(records: Sequence[ZoneRecord]) -> dict[str, ZoneRecord]:
    return {record.key: record for record in records}


def _usual(zone: Domain) -> list[ZoneRecord]:
    name, kind = f"{zone.name}.", "AAAA" if ":" in zone.address else "A"
    servers = zone.about.get("ns", "").split() or NAME_SERVERS
    return [
        *(ZoneRecord(name, "NS", server) for server in servers),
        *(ZoneRecord(f"{at}{name}", kind, zone.address) for at in ("", "mail.", "www.")),
        ZoneRecord(name, "MX", f"10 mail.{name}"),
        ZoneRecord(name, "TXT", f"v=spf1 ip{4 if kind == 'A' else 6}:{zone.address} a mx ~all"),
    ]


def point_to(state: IspmanagerState, zone: Domain, address: str) -> None:
    """Give the records that point to a zone's address another one."""
    if zone.name not in state.records or address == zone.address:
        return
    kind = "AAAA" if ":" in address else "A"
    moved = [
        record._replace(rtype=kind, value=address) if record.value == zone.address else record
        for record in records_of(state, zone).values()
    ]
    state.records[zone.name] = _by_key(moved)


def _zone(context: CallContext[IspmanagerHost], key: str) -> Domain:
    return found(context, context.panel.state.zones, "domain", key)


def _named_zone(context: CallContext[IspmanagerHost]) -> Domain:
    """Return the zone of a record; it is needed to change one as much as to make one."""
    plid = context.args.get("plid", "")
    if not plid:
        raise bad_value("plid", "", _ZONE.hint)
    return _zone(context, plid)


def _list(context: CallContext[IspmanagerHost]) -> Sequence[Node]:
    """List a zone's records; the zone comes as `elid`, or as `plid` of some clients."""
    params = context.request.params
    key = params.get("elid") or params.get("plid", "")
    if not key:
        raise bad_value("elid", "", "the name of a zone")
    known = records_of(context.panel.state, _zone(context, key))
    return [Node("elem", children=fields(_row(record))) for record in known.values()]


def _row(record: ZoneRecord) -> Mapping[str, str]:
    return {
        "rkey": record.key,
        "name": record.name,
        "ttl": record.ttl,
        "rtype": record.rtype,
        "value": record.value,
        "info": f"priority= {record.value.partition(' ')[0]}" if record.rtype == "MX" else "",
    }


def _full(name: str, zone: str) -> str:
    """Return a name with its last dot: one that has none lies below the zone."""
    if name in {"", "@"}:
        return f"{zone}."
    return name.lower() if name.endswith(".") else f"{name.lower()}.{zone}."


def _ip(kind: type[IPv4Address | IPv6Address]) -> Callable[[Mapping[str, str], str], str]:
    def read(args: Mapping[str, str], _zone: str) -> str:
        text = _needed(args, "ip")
        try:
            return str(kind(text))
        except AddressValueError as error:
            raise bad_value("ip", text, str(error)) from error

    return read


def _host(args: Mapping[str, str], zone: str) -> str:
    return _full(_needed(args, "domain"), zone)


def _mx(args: Mapping[str, str], zone: str) -> str:
    said = _whole(args, "MX")
    return f"{said.get('priority') or '10'} {_host(said, zone)}"


def _srv(args: Mapping[str, str], zone: str) -> str:
    said = _whole(args, "SRV")
    numbers = (said.get(name) or "0" for name in _FIELDS["SRV"][:-1])
    return f"{' '.join(numbers)} {_host(said, zone)}"


def _whole(args: Mapping[str, str], rtype: str) -> Mapping[str, str]:
    """Return the fields of a record, also of one whose numbers stand in its `value`."""
    parts, names = args.get("value", "").split(), _FIELDS[rtype]
    if args.get("domain") or len(parts) != len(names):
        return args
    return {**args, **dict(zip(names, parts, strict=True))}


def _text(args: Mapping[str, str], _zone: str) -> str:
    return _needed(args, "value")


def _needed(args: Mapping[str, str], name: str) -> str:
    # Some clients send whatever it is as `value`.
    text = args.get(name) or args.get("value", "")
    if not text:
        raise bad_value(name, "", "It is required")
    return text


#: The fields of a form that the value of a record is made of, where it is not one text.
_FIELDS: Mapping[str, tuple[str, ...]] = {
    "A": ("ip",),
    "AAAA": ("ip",),
    "CNAME": ("domain",),
    "NS": ("domain",),
    "MX": ("priority", "domain"),
    "SRV": ("priority", "weight", "port", "domain"),
}


def _shown(record: ZoneRecord) -> Mapping[str, str]:
    """Return the value of a record in the fields in which it is said."""
    names = _FIELDS.get(record.rtype, ("value",))
    return dict(zip(names, record.value.split(" ", len(names) - 1), strict=True))


_VALUES: Mapping[str, Callable[[Mapping[str, str], str], str]] = {
    "a": _ip(IPv4Address),
    "aaaa": _ip(IPv6Address),
    "cname": _host,
    "mx": _mx,
    "txt": _text,
    "ns": _host,
    "srv": _srv,
    "caa": _text,
}


def _save(context: CallContext[IspmanagerHost]) -> Sequence[Node]:
    """Make a record, or put another one in the place of one that exists."""
    args, state = context.args, context.panel.state
    zone = _named_zone(context)
    known = dict(records_of(state, zone))
    old = _old(known, args.get("elid", ""))
    made = _made(args, zone.name, old)
    if made.key in known and (old is None or made.key != old.key):
        # The documents say that it exists, and not what: a record is the only thing it could be.
        raise already_exists("record", made.key)
    if old is None:
        known[made.key] = made
    else:
        known = _by_key([made if one.key == old.key else one for one in known.values()])
    state.records[zone.name] = known
    return saved(made.key)


def _old(known: Mapping[str, ZoneRecord], elid: str) -> ZoneRecord | None:
    if elid and elid not in known:
        raise missed("record", elid)
    return known.get(elid)


def _made(args: Mapping[str, str], zone: str, old: ZoneRecord | None) -> ZoneRecord:
    rtype = args.get("rtype") or (old.rtype.lower() if old else "")
    if rtype.lower() not in _VALUES:
        raise bad_value("rtype", rtype, f"Expected one of {', '.join(_VALUES)}")
    name = _full(args.get("name", old.name if old else ""), zone)
    if name != f"{zone}." and not name.endswith(f".{zone}."):
        raise bad_value("name", args["name"], f"It does not lie in the zone {zone}")
    value = _VALUES[rtype.lower()](_with_old(args, rtype.upper(), old), zone)
    return ZoneRecord(name, rtype.upper(), value, args.get("ttl", old.ttl if old else str(_TTL)))


def _with_old(args: Mapping[str, str], rtype: str, old: ZoneRecord | None) -> Mapping[str, str]:
    """Return what is said of a record; what is not said stays, unless it is of another type now."""
    if old is None or rtype != old.rtype:
        return args
    kept = dict(_shown(old))
    if args.get("value"):
        # It stands for an address or a host as well.
        for name in ("ip", "domain"):
            kept.pop(name, None)
    return {**kept, **{name: text for name, text in args.items() if text}}


def _form(context: CallContext[IspmanagerHost]) -> Mapping[str, str]:
    zone = _named_zone(context)
    old = _old(records_of(context.panel.state, zone), context.args.get("elid", ""))
    if old is None:
        return {"plid": zone.name, "name": "", "rtype": "a", "ttl": str(_TTL), **_EMPTY}
    shown = {"name": old.name, "rtype": old.rtype.lower(), "ttl": old.ttl}
    return {"elid": old.key, "plid": zone.name, **shown, **_EMPTY, **_shown(old)}


def _delete(context: CallContext[IspmanagerHost]) -> Sequence[Node]:
    args, state = context.args, context.panel.state
    zone = _zone(context, args["plid"])
    known = dict(records_of(state, zone))
    # A value may hold a comma itself, which otherwise parts one element from the next.
    whole = args["elid"]
    keys = [whole] if whole in known else context.ids
    for key in keys:
        _old(known, key)
    # A zone without any record is not one of those that have the usual.
    state.records[zone.name] = {key: one for key, one in known.items() if key not in keys}
    return saved()


_ZONE = Param("plid", required=True, longest=253, hint="the name of a zone")
_KEY = ELID._replace(longest=65535)
_EMPTY = dict.fromkeys(("ip", "domain", "value", "priority", "weight", "port"), "")
_PRIORITY = tuple(Param(name, "integer", most=65535) for name in ("priority", "weight", "port"))

FUNCTIONS: tuple[Function[IspmanagerHost], ...] = (
    Function(
        "domain.record",
        "list",
        "Records of a zone",
        _list,
        level=USER,
        key="rkey",
        columns=("rkey", "name", "ttl", "rtype", "value", "info"),
    ),
    Function(
        "domain.record.edit",
        "form",
        "A record of a zone",
        _save,
        (
            _KEY,
            _ZONE,
            Param("name", longest=255),
            Param("rtype", longest=8),
            Param("ttl", "integer", most=_LONGEST_TTL),
            Param("ip", longest=45),
            Param("domain", longest=255),
            Param("value", longest=4096),
            *_PRIORITY,
        ),
        _form,
        level=USER,
        element=_form,
    ),
    Function(
        "domain.record.delete",
        "group",
        "Delete records of a zone",
        _delete,
        (ELIDS, _ZONE),
        level=USER,
    ),
)
