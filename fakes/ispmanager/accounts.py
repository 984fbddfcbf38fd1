"""What users and resellers have in common: how one is made, changed, switched and described."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from prorata.fakes.ispmanager.addresses import release
from prorata.fakes.ispmanager.domains import drop_zone
from prorata.fakes.ispmanager.limits import LIMITS, chosen
from prorata.fakes.ispmanager.owned import (
    CONFIRM,
    PASSWORD,
    SEEDS,
    check_confirm,
    check_fixed,
    switch,
)
from prorata.fakes.ispmanager.state import CUSTOM, Event, IspmanagerState, User
from prorata.fakes.mgr5.errors import already_exists, missed
from prorata.fakes.mgr5.params import Param

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prorata.fakes.ispmanager.host import IspmanagerHost
    from prorata.fakes.mgr5.functions import CallContext

__all__ = [
    "ACCOUNT",
    "LOGIN",
    "changed",
    "described",
    "drop_user",
    "form_of",
    "made",
    "noted",
    "with_active",
]

LOGIN = Param(
    "name",
    required=True,
    longest=32,
    # A colon would end the login in authinfo, a comma a list of elements, a slash a home folder.
    pattern=r"[!-+\-.0-9;-~]+",
    hint="a login of up to 32 ASCII characters without blanks, ':', ',' and '/'",
)
ACCOUNT: tuple[Param, ...] = (
    LOGIN,
    PASSWORD._replace(required=True, hint="a password of up to 128 ASCII characters"),
    CONFIRM,
    Param("preset", longest=255),
    Param("owner", longest=32),
    Param("fullname", longest=255, blank=True),
    Param("email", longest=255, blank=True),
    Param("comment", longest=4096, blank=True),
    Param("backup", "switch"),
    *LIMITS,
)
#: How much of what was done to a user is kept.
_HISTORY = 100


def _limits_of(state: IspmanagerState, preset: str) -> Mapping[str, str]:
    if preset == CUSTOM:
        return {}
    if preset not in state.presets:
        raise missed("preset", preset, seed=SEEDS["preset"])
    return state.presets[preset]


def made(context: CallContext[IspmanagerHost], owner: str, level: int) -> User:
    """Return a new account: a preset fills its limits, and what is sent stands over them."""
    args, state, name = context.args, context.panel.state, context.args["name"]
    check_confirm(args)
    if state.account(name) is not None or name == context.panel.login:
        raise already_exists("user", name)
    preset = args.get("preset", CUSTOM)
    return User(
        name=name,
        preset=preset,
        active=True,
        limits={**_limits_of(state, preset), **chosen(args)},
        created=context.now,
        password=args["passwd"],
        owner=owner,
        fullname=args.get("fullname", ""),
        email=args.get("email", ""),
        comment=args.get("comment", ""),
        backup=args.get("backup") == "on",
        level=level,
    )


def changed(context: CallContext[IspmanagerHost], user: User) -> User:
    """Return an account with what was sent; neither its name nor its owner can be another."""
    args, state = context.args, context.panel.state
    check_confirm(args)
    check_fixed("name", user.name, args)
    check_fixed("owner", user.owner, args)
    preset = args.get("preset", user.preset)
    # Another preset fills the limits anew; what is not sent stays as it is.
    filled = _limits_of(state, preset) if preset not in {user.preset, CUSTOM} else user.limits
    return replace(
        user,
        preset=preset,
        limits={**filled, **chosen(args)},
        password=args.get("passwd", user.password),
        fullname=args.get("fullname", user.fullname),
        email=args.get("email", user.email),
        comment=args.get("comment", user.comment),
        backup=args.get("backup", switch(on=user.backup)) == "on",
    )


def described(user: User) -> dict[str, str]:
    """Return the fields of an account, less its limits."""
    return {
        "name": user.name,
        "owner": user.owner,
        "preset": user.preset,
        "fullname": user.fullname,
        "email": user.email,
        "comment": user.comment,
        "backup": switch(on=user.backup),
    }


def form_of(context: CallContext[IspmanagerHost], user: User | None) -> dict[str, str]:
    """Return the values of an account's form, or those that a new one starts with."""
    known = {param.name: "" for param in ACCOUNT if not param.secret}
    if user is None:
        known |= {"preset": CUSTOM, "owner": context.who.name}
    else:
        known = {"elid": user.name, **known, **described(user), **user.limits}
    if not context.panel.edition.owner:
        del known["owner"]
    return known


def with_active(state: IspmanagerState, user: User, *, active: bool) -> User:
    """Return an account switched on or off; one that is off has no session any more."""
    if not active:
        state.traffic.close_all(user.name)
    return replace(user, active=active)


def noted(context: CallContext[IspmanagerHost], name: str) -> None:
    """Keep for the history of a user what is being done."""
    state = context.panel.state
    event = Event(context.now, context.request.func, context.who.name)
    state.history[name] = (*state.history.get(name, ())[1 - _HISTORY :], event)


def drop_user(state: IspmanagerState, name: str) -> None:
    """Delete a user and all that is theirs; their addresses are free again."""
    for zone in state.zones.listed(name):
        drop_zone(state, zone)
    for things in state.owned:
        for key in things.listed(name):
            del things[key]
    release(state, state.addresses.listed(name))
    del state.users[name]
    state.usage.pop(name, None)
    state.history.pop(name, None)
    state.traffic.close_all(name)
