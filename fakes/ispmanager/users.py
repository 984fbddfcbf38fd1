"""Users: made from a preset, changed, suspended, resumed and deleted."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from prorata.fakes.ispmanager.limits import LIMITS, chosen
from prorata.fakes.ispmanager.state import ADDRESS, CUSTOM, State, Usage, User
from prorata.fakes.ispmanager.webdomains import DOMAIN_NAME, Parts, check_free, make_domains
from prorata.fakes.mgr5.errors import already_exists, bad_value, missed
from prorata.fakes.mgr5.functions import Context, Function
from prorata.fakes.mgr5.params import ELID, ELIDS, Param
from prorata.fakes.mgr5.traffic import USER
from prorata.fakes.mgr5.tree import Node, fields

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from prorata.fakes.ispmanager.panel import Ispmanager

__all__ = ["FUNCTIONS"]

_NAME = Param(
    "name",
    required=True,
    longest=32,
    # A colon would end the login in authinfo, a comma a list of elements, a slash a home folder.
    pattern=r"[!-+\-.0-9;-~]+",
    hint="a login of up to 32 ASCII characters without blanks, ':', ',' and '/'",
)
_PASSWORD = Param(
    "passwd",
    required=True,
    secret=True,
    longest=128,
    pattern=r"[ -~]+",
    hint="a password of up to 128 ASCII characters",
)
_DOMAIN = DOMAIN_NAME._replace(name="domain", required=False)
_PARAMS = (
    _NAME,
    _PASSWORD,
    # Clients leave the confirmation out; one that is there has to agree.
    Param("confirm", secret=True, longest=128),
    Param("preset", longest=255),
    Param("owner", longest=32),
    Param("fullname", longest=255),
    Param("email", longest=255),
    Param("comment", longest=4096),
    Param("backup", "switch"),
    *LIMITS,
)
_WITH_DOMAIN = (
    *_PARAMS,
    _DOMAIN,
    Param("webdomain", "switch"),
    Param("emaildomain", "switch"),
    Param("ip", longest=45),
)


def _found(state: State, name: str) -> User:
    user = state.users.get(name)
    if user is None:
        raise missed("user", name)
    return user


def _limits_of(state: State, preset: str) -> Mapping[str, str]:
    if preset == CUSTOM:
        return {}
    if preset not in state.presets:
        raise missed("preset", preset)
    return state.presets[preset]


def _check_confirm(args: Mapping[str, str]) -> None:
    if "confirm" in args and args["confirm"] != args.get("passwd"):
        raise bad_value("confirm", "", "The passwords differ")


def _create(context: Context[Ispmanager]) -> Sequence[Node]:
    """Make the user and, with a domain, its zone, site and mail domain: all of it or nothing."""
    args, state = context.args, context.panel.state
    name, domain = args["name"], args.get("domain", "").lower()
    _check_confirm(args)
    if name in state.users or name == context.panel.login:
        raise already_exists("user", name)
    preset = args.get("preset", CUSTOM)
    limits = {**_limits_of(state, preset), **chosen(args)}
    if domain:
        check_free(state, domain)
        # Without room for a site, the zone and the mail domain are made all the same.
        site = args.get("webdomain") != "off" and limits.get("limit_webdomains") != "0"
        mail = args.get("emaildomain") != "off"
        parts = Parts(site=site, mail=mail, address=args.get("ip", ADDRESS))
        make_domains(state, domain, name, parts)
    state.users[name] = User(
        name=name,
        preset=preset,
        active=True,
        limits=limits,
        created=context.now,
        password=args["passwd"],
        owner=args.get("owner", context.panel.login),
        fullname=args.get("fullname", ""),
        email=args.get("email", ""),
        comment=args.get("comment", ""),
        backup=args.get("backup") == "on",
    )
    return [Node("ok"), Node("id", name)]


def _save(context: Context[Ispmanager]) -> Sequence[Node]:
    return _change(context) if "elid" in context.args else _create(context)


def _change(context: Context[Ispmanager]) -> Sequence[Node]:
    args, state = context.args, context.panel.state
    user = _found(state, args["elid"])
    _check_confirm(args)
    _check_fixed("name", user.name, args)
    _check_fixed("owner", user.owner, args)
    preset = args.get("preset", user.preset)
    # Another preset fills the limits anew; what is not sent stays as it is.
    filled = _limits_of(state, preset) if preset not in {user.preset, CUSTOM} else user.limits
    state.users[user.name] = replace(
        user,
        preset=preset,
        limits={**filled, **chosen(args)},
        password=args.get("passwd", user.password),
        fullname=args.get("fullname", user.fullname),
        email=args.get("email", user.email),
        comment=args.get("comment", user.comment),
        backup=args.get("backup", _switch(on=user.backup)) == "on",
    )
    return [Node("ok")]


def _switch(*, on: bool) -> str:
    return "on" if on else "off"


def _check_fixed(name: str, current: str, args: Mapping[str, str]) -> None:
    if args.get(name, current) != current:
        raise bad_value(name, args[name], "It cannot be changed")


def _form(context: Context[Ispmanager]) -> Mapping[str, str]:
    """Return the form's values: a user's, or those that a new one starts with."""
    elid = context.args.get("elid")
    empty = {param.name: "" for param in _PARAMS if not param.secret}
    if elid is None:
        return empty | {"preset": CUSTOM, "owner": context.panel.login}
    user = _found(context.panel.state, elid)
    return {"elid": elid, **empty, **_described(user), **user.limits}


def _described(user: User) -> dict[str, str]:
    return {
        "name": user.name,
        "owner": user.owner,
        "preset": user.preset,
        "fullname": user.fullname,
        "email": user.email,
        "comment": user.comment,
        "backup": _switch(on=user.backup),
    }


def _user(context: Context[Ispmanager]) -> Sequence[Node]:
    usage = context.panel.state.usage
    rows = (_row(user, usage.get(name, Usage())) for name, user in context.panel.users.items())
    return [Node("elem", children=fields(row)) for row in rows]


def _row(user: User, used: Usage) -> dict[str, str]:
    listed = {param.name: user.limits.get(param.name, "") for param in LIMITS}
    return {
        **_described(user),
        "level": str(USER),
        "active": _switch(on=user.active),
        "quota_used": str(used.disk),
        "quota_total": user.limits.get("limit_quota", ""),
        **listed,
    }


def _all_found(context: Context[Ispmanager]) -> list[User]:
    # All are looked up before anything happens, so that a missing one leaves the others untouched.
    return [_found(context.panel.state, name) for name in context.ids]


def _set_active(context: Context[Ispmanager], *, active: bool) -> Sequence[Node]:
    state = context.panel.state
    for user in _all_found(context):
        state.users[user.name] = replace(user, active=active)
        if not active:
            state.traffic.close_all(user.name)
    return [Node("ok")]


def _suspend(context: Context[Ispmanager]) -> Sequence[Node]:
    return _set_active(context, active=False)


def _resume(context: Context[Ispmanager]) -> Sequence[Node]:
    return _set_active(context, active=True)


def _delete(context: Context[Ispmanager]) -> Sequence[Node]:
    state = context.panel.state
    names = {user.name for user in _all_found(context)}
    for things in state.owned:
        for key in [key for key, thing in things.items() if thing.owner in names]:
            del things[key]
    for ip in [ip for ip, thing in state.addresses.items() if thing.owner in names]:
        state.addresses[ip] = state.addresses[ip]._replace(owner="")
    for name in names:
        del state.users[name]
        state.usage.pop(name, None)
        state.traffic.close_all(name)
    return [Node("ok")]


FUNCTIONS: tuple[Function[Ispmanager], ...] = (
    Function("user", "list", "Users", _user),
    Function("user.edit", "form", "A user's form", _save, (ELID, *_PARAMS), _form),
    Function("user.add", "form", "A new user, with a domain", _create, _WITH_DOMAIN, _form),
    Function("user.add.finish", "form", "The last page of it", _create, _WITH_DOMAIN, _form),
    Function("user.suspend", "group", "Switch users off", _suspend, (ELIDS,)),
    Function("user.resume", "group", "Switch users on", _resume, (ELIDS,)),
    Function("user.delete", "group", "Delete users and what is theirs", _delete, (ELIDS,)),
)
