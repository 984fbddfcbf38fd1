"""DNS zones: listed, made and deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prorata.fakes.ispmanager.owned import check_room, delete, found, mine, owner_of
from prorata.fakes.ispmanager.state import ADDRESS
from prorata.fakes.ispmanager.webdomains import DOMAIN_NAME, Parts, check_free, make_domains
from prorata.fakes.mgr5.functions import Context, Function
from prorata.fakes.mgr5.params import ELID, ELIDS, Param
from prorata.fakes.mgr5.traffic import USER
from prorata.fakes.mgr5.tree import Node, fields

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from prorata.fakes.ispmanager.panel import Ispmanager

__all__ = ["FUNCTIONS"]

_NS = "ns1.example.com. ns2.example.com."


def _domain(context: Context[Ispmanager]) -> Sequence[Node]:
    zones = mine(context, context.panel.state.zones.values())
    rows = ({"name": zone.name, "displayname": zone.name, "user": zone.owner} for zone in zones)
    return [Node("elem", children=fields(row)) for row in rows]


def _save(context: Context[Ispmanager]) -> Sequence[Node]:
    """Make a zone; the name servers and the address of one that exists can be changed."""
    args, state = context.args, context.panel.state
    address = args.get("ip", "")
    if "elid" in args:
        zone = found(context, state.zones, "domain", args["elid"])
        state.zones[zone.name] = zone._replace(address=address or zone.address)
        return [Node("ok")]
    name, owner = args["name"].lower(), owner_of(context)
    check_free(state, name)
    has = sum(zone.owner == owner for zone in state.zones.values())
    check_room(context, owner, "limit_domains", has)
    make_domains(state, name, owner, Parts(site=False, mail=False, address=address or ADDRESS))
    return [Node("ok"), Node("id", name)]


def _form(context: Context[Ispmanager]) -> Mapping[str, str]:
    values = {"name": "", "owner": "", "dtype": "master", "ip": ADDRESS, "ns": _NS}
    if "elid" not in context.args:
        return values
    zone = found(context, context.panel.state.zones, "domain", context.args["elid"])
    own = {"name": zone.name, "owner": zone.owner, "ip": zone.address}
    return {"elid": zone.name, **values, **own}


def _delete(context: Context[Ispmanager]) -> Sequence[Node]:
    """Delete zones and, where asked, the sites and mail domains of the same names."""
    state = context.panel.state
    done = delete(context, state.zones, "domain")
    for switch, domains in (("webdomain", state.sites), ("maildomain", state.mail_domains)):
        if context.args.get(switch) == "on":
            for name in context.ids:
                domains.pop(name, None)
    return done


_SWITCHES = (Param("webdomain", "switch"), Param("maildomain", "switch"))

FUNCTIONS: tuple[Function[Ispmanager], ...] = (
    Function("domain", "list", "DNS zones: all, or a user's own", _domain, level=USER),
    Function(
        "domain.edit",
        "form",
        "A DNS zone",
        _save,
        (
            ELID,
            DOMAIN_NAME,
            Param("owner", longest=32),
            Param("dtype"),
            Param("ip", longest=45),
            Param("ns"),
        ),
        _form,
        level=USER,
    ),
    Function(
        "domain.delete",
        "group",
        "Delete DNS zones",
        _delete,
        (ELIDS, *_SWITCHES),
        level=USER,
    ),
)
