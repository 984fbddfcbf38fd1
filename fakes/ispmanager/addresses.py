"""IP addresses: a pool from which they are assigned to users, and those that all users share.

The Lite edition calls the list `ipaddrlist`, Business `ipaddr`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from prorata.fakes.ispmanager.owned import SEEDS, all_found, found, limit_in_seed, listed, owner_of
from prorata.fakes.ispmanager.state import IspmanagerState, Thing, User, is_shared
from prorata.fakes.mgr5.errors import access_denied, over_limit
from prorata.fakes.mgr5.functions import CallContext, Function, saved
from prorata.fakes.mgr5.params import ELID, ELIDS, Param
from prorata.fakes.mgr5.traffic import RESELLER, USER
from prorata.fakes.mgr5.tree import Node, fields

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from prorata.fakes.ispmanager.host import IspmanagerHost

__all__ = ["FUNCTIONS", "assign", "new_address", "release"]

_COLUMNS = ("name", "iprole", "owner", "iptype", "note")


def new_address(name: str, iptype: str, *, shared: bool) -> Thing:
    """Return an address that is free, or one that all users share and nobody can have alone."""
    return Thing(name, "", {"iptype": iptype, "note": "", **({"shared": "on"} if shared else {})})


def assign(state: IspmanagerState, user: User, iptype: str, name: str = "") -> Thing:
    """Assign the named address, or the first free one of the type; raise `limit` if there is none.

    A reseller's users have no more addresses together than the reseller may give out.
    """
    _check_reseller(state, user, iptype)
    for key, one in state.addresses.items():
        fits = name in {"", key} and one.about["iptype"] == iptype
        if fits and is_free(one):
            state.addresses[key] = one._replace(owner=user.name)
            return state.addresses[key]
    raise over_limit("ipaddr", "no address is free", seed=SEEDS["ipaddr"])


def _check_reseller(state: IspmanagerState, user: User, iptype: str) -> None:
    reseller = state.resellers.get(user.owner)
    limit = f"limit_{iptype}addrs"
    most = reseller.limits.get(limit, "") if reseller else ""
    if not most:
        return
    given = [
        key
        for name in state.users.listed(reseller.name)
        for key in state.addresses.listed(name)
        if state.addresses[key].about["iptype"] == iptype
    ]
    if len(given) >= int(most):
        where = limit_in_seed(reseller.name, limit, "resellers")
        raise over_limit(limit, most, seed=where)


def is_free(address: Thing) -> bool:
    """Tell whether an address can be assigned to a user."""
    return not address.owner and not is_shared(address)


def release(state: IspmanagerState, keys: Sequence[str]) -> None:
    """Give addresses back to the pool."""
    for key in keys:
        iptype = state.addresses[key].about["iptype"]
        state.addresses[key] = new_address(key, iptype, shared=False)


def _check_access(context: CallContext[IspmanagerHost]) -> None:
    """Raise the `access` error for a user from whom addresses were taken away."""
    user = context.panel.state.users.get(context.who.name)
    if user is not None and "ipaddr" in user.denied:
        raise access_denied("ipaddr")


def _ipaddr(context: CallContext[IspmanagerHost]) -> Sequence[Node]:
    """List a caller's addresses; a user's own come first, those that all share follow."""
    _check_access(context)
    pool = context.panel.state.addresses
    keys = [*listed(context, pool)]
    if context.who.level <= RESELLER:
        keys += [key for key in pool.listed("") if is_shared(pool[key])]
    return [_row(context, pool[key]) for key in keys]


def _row(context: CallContext[IspmanagerHost], address: Thing) -> Node:
    known = _known(address)
    if not context.panel.edition.owner:
        known.pop("owner")
    return Node("elem", children=fields(known))


def _known(address: Thing) -> dict[str, str]:
    return {
        "name": address.name,
        "iprole": "shared" if is_shared(address) else "assigned",
        "owner": address.owner,
        "iptype": address.about["iptype"],
        "note": address.about["note"],
    }


def _save(context: CallContext[IspmanagerHost]) -> Sequence[Node]:
    """Assign the named address, or the first free one of the type; the answer tells which."""
    _check_access(context)
    args, state = context.args, context.panel.state
    if "elid" in args:
        one = found(context, state.addresses, "ipaddr", args["elid"])
        about = {**one.about, "note": args.get("note", one.about["note"])}
        state.addresses[one.name] = one._replace(about=about)
        return saved(one.name)
    user = state.users[owner_of(context)]
    one = assign(state, user, args.get("iptype", "ipv4"), args.get("name", ""))
    state.addresses[one.name] = one._replace(about={**one.about, "note": args.get("note", "")})
    return saved(one.name)


def _form(context: CallContext[IspmanagerHost]) -> Mapping[str, str]:
    _check_access(context)
    elid = context.args.get("elid")
    if elid is None:
        return {"name": "", "iprole": "assigned", "owner": "", "iptype": "ipv4"}
    return {"elid": elid, **_known(found(context, context.panel.state.addresses, "ipaddr", elid))}


def _delete(context: CallContext[IspmanagerHost]) -> Sequence[Node]:
    """Give assigned addresses back to the pool; those that all share stay as they are."""
    _check_access(context)
    state = context.panel.state
    named = all_found(context, state.addresses, "ipaddr")
    release(state, [one.name for one in named if not is_shared(one)])
    return saved()


def _free(context: CallContext[IspmanagerHost]) -> Sequence[Node]:
    """Give back the addresses that are named, as clients do; without one list what is free.

    The documents have the name of the function and no more.
    """
    if context.ids:
        context.panel.changed += 1
        return _delete(context)
    _check_access(context)
    pool = context.panel.state.addresses
    return [_row(context, pool[key]) for key in pool.listed("") if is_free(pool[key])]


FUNCTIONS: tuple[Function[IspmanagerHost], ...] = (
    *(
        Function(
            name,
            "list",
            "IP addresses: all, or a user's own",
            _ipaddr,
            level=USER,
            columns=_COLUMNS,
        )
        for name in ("ipaddr", "ipaddrlist")
    ),
    Function(
        "ipaddr.edit",
        "form",
        "Assign an IP address",
        _save,
        (
            ELID,
            Param("name", longest=45),
            Param("iprole", "choice", choices=("assigned", "shared")),
            Param("owner", longest=32),
            Param("iptype", "choice", choices=("ipv4", "ipv6")),
            Param("note", longest=255, blank=True),
        ),
        _form,
        level=USER,
        element=_form,
    ),
    Function("ipaddr.delete", "group", "Give IP addresses back", _delete, (ELIDS,), level=USER),
    Function(
        "ipaddr.free",
        "list",
        "Give IP addresses back; without one: those that nobody has",
        _free,
        (ELIDS._replace(required=False),),
        level=USER,
        columns=_COLUMNS,
        invented=True,
    ),
)
