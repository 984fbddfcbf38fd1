"""DNS zones: listed, made, changed and deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prorata.fakes.ispmanager.domains import (
    DOMAIN_NAME,
    Parts,
    check_free,
    drop_mail_domain,
    drop_zone,
    make_domains,
)
from prorata.fakes.ispmanager.owned import all_found, check_fixed, check_room, found, owner_of, rows
from prorata.fakes.ispmanager.records import NAME_SERVERS, point_to
from prorata.fakes.ispmanager.state import ADDRESS, Domain
from prorata.fakes.mgr5.functions import CallContext, Function, saved
from prorata.fakes.mgr5.params import ELID, ELIDS, Param
from prorata.fakes.mgr5.traffic import USER
from prorata.fakes.mgr5.tree import Node, fields

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from prorata.fakes.ispmanager.book import Register
    from prorata.fakes.ispmanager.host import IspmanagerHost
    from prorata.fakes.mgr5.rows import Rows

__all__ = ["FUNCTIONS"]

_FUNC = "domain"
_KEPT: Mapping[str, str] = {
    "dtype": "master",
    "ns": " ".join(NAME_SERVERS),
    "mx": "",
    "dnssec": "off",
    "reversezone": "off",
}


def _domain(context: CallContext[IspmanagerHost]) -> Rows[str]:
    return rows(context, context.panel.state.zones, _row)


def _row(zone: Domain) -> Sequence[Node]:
    return fields({"name": zone.name, "displayname": zone.name, "user": zone.owner})


def _save(context: CallContext[IspmanagerHost]) -> Sequence[Node]:
    """Make a zone; the name servers and the address of one that exists can be changed."""
    args, state = context.args, context.panel.state
    if "elid" in args:
        return _change(context)
    name, owner = args["name"].lower(), owner_of(context)
    check_free(state, name)
    check_room(context, owner, "limit_domains", state.zones.count(owner))
    address = args.get("ip", ADDRESS)
    make_domains(state, name, owner, Parts(site=False, mail=False, address=address))
    about = {key: args.get(key, usual) for key, usual in _KEPT.items()}
    state.zones[name] = state.zones[name]._replace(about=about)
    return saved(name)


def _change(context: CallContext[IspmanagerHost]) -> Sequence[Node]:
    args, state = context.args, context.panel.state
    zone = found(context, state.zones, _FUNC, args["elid"])
    check_fixed("name", zone.name, {**args, "name": args.get("name", zone.name).lower()})
    check_fixed("owner", zone.owner, args)
    address = args.get("ip", zone.address)
    point_to(state, zone, address)
    about = {key: args.get(key, value) for key, value in {**_KEPT, **zone.about}.items()}
    state.zones[zone.name] = zone._replace(address=address, about=about)
    return saved(zone.name)


def _form(context: CallContext[IspmanagerHost]) -> Mapping[str, str]:
    values = {"name": "", "owner": "", "ip": ADDRESS, **_KEPT}
    if "elid" not in context.args:
        return values
    zone = found(context, context.panel.state.zones, _FUNC, context.args["elid"])
    own = {"name": zone.name, "owner": zone.owner, "ip": zone.address}
    return {"elid": zone.name, **values, **own, **zone.about}


def _delete(context: CallContext[IspmanagerHost]) -> Sequence[Node]:
    """Delete zones and, where asked, the owner's site and mail domain of the same name."""
    args, state = context.args, context.panel.state
    for zone in all_found(context, state.zones, _FUNC):
        drop_zone(state, zone.name)
        if args.get("webdomain") == "on" and _has(state.sites, zone):
            del state.sites[zone.name]
        if args.get("maildomain") == "on" and _has(state.mail_domains, zone):
            drop_mail_domain(state, zone.name)
    return saved()


def _has(domains: Register[Domain], zone: Domain) -> bool:
    return zone.name in domains and domains[zone.name].owner == zone.owner


_SWITCHES = (Param("webdomain", "switch"), Param("maildomain", "switch"))

FUNCTIONS: tuple[Function[IspmanagerHost], ...] = (
    Function(
        _FUNC,
        "list",
        "DNS zones: all, or a user's own",
        _domain,
        level=USER,
        columns=("name", "displayname", "user"),
    ),
    Function(
        "domain.edit",
        "form",
        "A DNS zone",
        _save,
        (
            ELID,
            DOMAIN_NAME,
            Param("owner", longest=32),
            Param("dtype", "choice", choices=("master", "slave")),
            Param("ip", longest=45),
            # Where the address comes from; it changes nothing, since `ip` says it.
            Param("ipsrc"),
            Param("ns", longest=4096),
            Param("mx", longest=4096),
            Param("dnssec", "switch"),
            Param("reversezone", "switch"),
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
