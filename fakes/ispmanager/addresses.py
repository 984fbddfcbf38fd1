"""IP addresses: a pool from which they are assigned to users, one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prorata.fakes.ispmanager.owned import found, mine, owner_of
from prorata.fakes.ispmanager.state import Thing
from prorata.fakes.mgr5.errors import access_denied, over_limit
from prorata.fakes.mgr5.functions import Context, Function
from prorata.fakes.mgr5.params import ELID, ELIDS, Param
from prorata.fakes.mgr5.traffic import USER
from prorata.fakes.mgr5.tree import Node, fields

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from prorata.fakes.ispmanager.panel import Ispmanager

__all__ = ["FUNCTIONS"]

_TYPES = {True: "ipv6", False: "ipv4"}


def _check_access(context: Context[Ispmanager]) -> None:
    """Raise the `access` error for a user from whom addresses were taken away."""
    user = context.panel.users.get(context.who.name)
    if user is not None and "ipaddr" in user.denied:
        raise access_denied("ipaddr")


def _ipaddr(context: Context[Ispmanager]) -> Sequence[Node]:
    _check_access(context)
    return [_row(one) for one in mine(context, context.panel.state.addresses.values())]


def _row(address: Thing) -> Node:
    return Node("elem", children=fields(_known(address)))


def _known(address: Thing) -> Mapping[str, str]:
    role = "assigned" if address.owner else "shared"
    return {"name": address.name, "iprole": role, "owner": address.owner, **address.about}


def _save(context: Context[Ispmanager]) -> Sequence[Node]:
    """Assign the named address, or the first free one of the type; the answer tells which."""
    _check_access(context)
    args, pool = context.args, context.panel.state.addresses
    if "elid" in args:
        one = found(context, pool, "ipaddr", args["elid"])
        pool[one.name] = one._replace(about={**one.about, "note": args.get("note", "")})
        return [Node("ok")]
    owner, wanted, iptype = owner_of(context), args.get("name", ""), args.get("iptype", "ipv4")
    free = [
        one
        for one in pool.values()
        if not one.owner and wanted in {"", one.name} and one.about["iptype"] == iptype
    ]
    if not free:
        raise over_limit("ipaddr", "no address is free")
    about = {**free[0].about, "note": args.get("note", "")}
    pool[free[0].name] = Thing(free[0].name, owner, about)
    return [Node("ok"), Node("id", free[0].name)]


def _form(context: Context[Ispmanager]) -> Mapping[str, str]:
    _check_access(context)
    elid = context.args.get("elid")
    if elid is None:
        return {"name": "", "iprole": "assigned", "owner": "", "iptype": "ipv4"}
    return {"elid": elid, **_known(found(context, context.panel.state.addresses, "ipaddr", elid))}


def _delete(context: Context[Ispmanager]) -> Sequence[Node]:
    """Give addresses back to the pool."""
    _check_access(context)
    pool = context.panel.state.addresses
    for key in context.ids:
        found(context, pool, "ipaddr", key)
    for key in context.ids:
        pool[key] = Thing(key, "", {"iptype": pool[key].about["iptype"], "note": ""})
    return [Node("ok")]


FUNCTIONS: tuple[Function[Ispmanager], ...] = (
    Function("ipaddr", "list", "IP addresses: all, or a user's own", _ipaddr, level=USER),
    Function(
        "ipaddr.edit",
        "form",
        "Assign an IP address",
        _save,
        (
            ELID,
            Param("name", longest=45),
            Param("iprole"),
            Param("owner", longest=32),
            Param("iptype"),
            Param("note", longest=255),
        ),
        _form,
        level=USER,
    ),
    Function("ipaddr.delete", "group", "Give IP addresses back", _delete, (ELIDS,), level=USER),
)
