"""Users: made from a preset, changed, suspended, resumed and deleted."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from prorata.fakes.ispmanager.accounts import (
    ACCOUNT,
    changed,
    described,
    drop_user,
    form_of,
    made,
    noted,
    with_active,
)
from prorata.fakes.ispmanager.addresses import assign
from prorata.fakes.ispmanager.domains import DOMAIN_NAME, Parts, check_free, make_domains
from prorata.fakes.ispmanager.ftp import new_ftp_user
from prorata.fakes.ispmanager.limits import LIMITS
from prorata.fakes.ispmanager.owned import SEEDS, all_found, found, limit_in_seed, switch
from prorata.fakes.ispmanager.state import CUSTOM, Usage, User
from prorata.fakes.mgr5.errors import already_exists, missed, over_limit
from prorata.fakes.mgr5.functions import CallContext, Function, saved
from prorata.fakes.mgr5.params import ELID, ELIDS, Param
from prorata.fakes.mgr5.rows import Rows
from prorata.fakes.mgr5.traffic import ADMIN, RESELLER, USER
from prorata.fakes.mgr5.tree import Node, fields

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from prorata.fakes.ispmanager.host import IspmanagerHost
    from prorata.fakes.ispmanager.state import IspmanagerState

__all__ = ["FUNCTIONS"]

_FUNC = "user"
_NOTHING = Usage()
_NAMED = DOMAIN_NAME._replace(required=False)
_WITH_DOMAIN = (
    *ACCOUNT,
    _NAMED._replace(name="domain"),
    # What the site and the mail domain are called, where it is not the domain's name.
    _NAMED._replace(name="webdomain_name"),
    _NAMED._replace(name="emaildomain_name"),
    Param("webdomain", "switch"),
    Param("emaildomain", "switch"),
    Param("ftp_user_name", longest=32, pattern=r"[!-+\-.0-9;-~]+", hint="a login"),
    Param("ip", longest=45),
    Param("ipsrc", "choice", choices=("auto", "do_not_assign")),
    Param("iptype", "choice", choices=("ipv4", "ipv6")),
)


def _owner(context: CallContext[IspmanagerHost]) -> str:
    """Return whose a new user is: a reseller's own, else the administrator's or who is named."""
    who, state = context.who, context.panel.state
    if who.level < ADMIN:
        _check_users(state, who.name)
        return who.name
    owner = context.args.get("owner", who.name)
    if owner in state.resellers:
        _check_users(state, owner)
    elif owner not in {who.name, context.panel.login}:
        raise missed("owner", owner, seed=SEEDS["reseller"])
    return owner


def _check_users(state: IspmanagerState, reseller: str) -> None:
    most = state.resellers[reseller].limits.get("limit_users", "")
    if most and state.users.count(reseller) >= int(most):
        where = limit_in_seed(reseller, "limit_users", "resellers")
        raise over_limit("limit_users", most, seed=where)


def _create(context: CallContext[IspmanagerHost]) -> Sequence[Node]:
    """Make the user and, with a domain, its zone, site and mail domain: all of it or nothing."""
    args, state = context.args, context.panel.state
    user = made(context, _owner(context), USER)
    domains = _domains(args, user)
    for name in domains:
        check_free(state, name)
    ftp_user = args.get("ftp_user_name", "")
    if ftp_user in state.ftp_users:
        raise already_exists("ftp_user_name", ftp_user)
    # The last thing that can fail is that no address is free.
    address = _address(context, user)
    state.users[user.name] = user
    for name, parts in domains.items():
        make_domains(state, name, user.name, parts._replace(address=address))
    if ftp_user and user.limits.get("limit_ftp_users") != "0":
        state.ftp_users[ftp_user] = new_ftp_user(ftp_user, user.name)
    noted(context, user.name)
    return saved(user.name)


def _address(context: CallContext[IspmanagerHost], user: User) -> str:
    """Return where the user's domain points: `auto` takes an address of the user's own."""
    args = context.args
    if args.get("ipsrc") == "auto" and "ip" not in args:
        return assign(context.panel.state, user, args.get("iptype", "ipv4")).name
    return args.get("ip", context.panel.state.address)


def _domains(args: Mapping[str, str], user: User) -> Mapping[str, Parts]:
    """Return the domains to make. What the user's limits leave no room for is left out.

    Without room for a site, the zone and the mail domain are made all the same.
    """
    domain = args.get("domain", "").lower()
    site = args.get("webdomain_name", domain).lower() if args.get("webdomain") != "off" else ""
    mail = args.get("emaildomain_name", domain).lower() if args.get("emaildomain") != "off" else ""
    limits = user.limits
    return {
        name: Parts(
            site=name == site and limits.get("limit_webdomains") != "0",
            mail=name == mail and limits.get("limit_emaildomains") != "0",
            zone=limits.get("limit_domains") != "0",
        )
        for name in (domain, site, mail)
        if name
    }


def _save(context: CallContext[IspmanagerHost]) -> Sequence[Node]:
    if "elid" not in context.args:
        return _create(context)
    state = context.panel.state
    user = found(context, state.users, _FUNC, context.args["elid"])
    state.users[user.name] = changed(context, user)
    noted(context, user.name)
    return saved(user.name)


def _form(context: CallContext[IspmanagerHost]) -> Mapping[str, str]:
    elid = context.args.get("elid")
    if elid is None:
        return form_of(context, None)
    return form_of(context, found(context, context.panel.state.users, _FUNC, elid))


def _options(context: CallContext[IspmanagerHost]) -> Mapping[str, Sequence[tuple[str, str]]]:
    state, login = context.panel.state, context.panel.login
    owners = (login, *state.resellers) if context.who.level >= ADMIN else (context.who.name,)
    presets = [(CUSTOM, "No template"), *((name, name) for name in state.presets)]
    return {"preset": presets, "owner": [(name, name) for name in owners]}


def _user(context: CallContext[IspmanagerHost]) -> Rows[str]:
    panel, now = context.panel, context.now
    users, usage, has_owner = panel.state.users, panel.state.usage, panel.edition.owner

    def of(name: str) -> tuple[User, Usage]:
        return users[name], usage.get(name, _NOTHING).at(now)

    def row(name: str) -> Node:
        return _row(*of(name), has_owner=has_owner)

    # Where nothing is used, a row is made from its user alone.
    return Rows(_listed_users(context), row, of if usage else users.finder)


def _listed_users(context: CallContext[IspmanagerHost]) -> Sequence[str]:
    """Return the names of the users that the caller sees: a reseller their own."""
    if context.who.level >= ADMIN:
        return context.panel.state.users.listed()
    return context.panel.state.users.listed(context.who.name)


def _row(user: User, used: Usage, *, has_owner: bool) -> Node:
    limits = user.limits
    known = {
        **described(user),
        "level": str(user.level),
        "active": switch(on=user.active),
        "quota_used": str(used.disk),
        "quota_total": limits.get("limit_quota", ""),
        "traff_used": str(used.traffic),
        "traff_total": limits.get("limit_traff", ""),
        **{param.name: limits.get(param.name, "") for param in LIMITS},
    }
    if not has_owner:
        del known["owner"]
    return Node("elem", children=fields(known))


def _set_active(context: CallContext[IspmanagerHost], *, active: bool) -> Sequence[Node]:
    state = context.panel.state
    for user in all_found(context, state.users, _FUNC):
        state.users[user.name] = with_active(state, user, active=active)
        noted(context, user.name)
    return saved()


def _delete(context: CallContext[IspmanagerHost]) -> Sequence[Node]:
    state = context.panel.state
    for user in all_found(context, state.users, _FUNC):
        drop_user(state, user.name)
    return saved()


_COLUMNS = (
    "name", "owner", "preset", "fullname", "email", "comment", "backup", "level", "active",
    "quota_used", "quota_total", "traff_used", "traff_total", *(param.name for param in LIMITS),
)  # fmt: skip
_GROUP = ((ELIDS,), None, RESELLER)

FUNCTIONS: tuple[Function[IspmanagerHost], ...] = (
    Function(_FUNC, "list", "Users", _user, level=RESELLER, columns=_COLUMNS),
    *(
        Function(
            name,
            "form",
            summary,
            run,
            params,
            _form,
            level=RESELLER,
            options=_options,
            element=_form,
        )
        for name, summary, run, params in (
            ("user.edit", "A user's form", _save, (ELID, *ACCOUNT)),
            ("user.add", "A new user, with a domain", _create, _WITH_DOMAIN),
            ("user.add.finish", "The last page of it", _create, _WITH_DOMAIN),
        )
    ),
    Function(
        "user.suspend", "group", "Switch users off", partial(_set_active, active=False), *_GROUP
    ),
    Function("user.resume", "group", "Switch users on", partial(_set_active, active=True), *_GROUP),
    Function("user.delete", "group", "Delete users and what is theirs", _delete, *_GROUP),
)
