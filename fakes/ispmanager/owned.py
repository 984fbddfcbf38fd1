"""What belongs to users: who may see it, make it and delete it, and how much of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from prorata.fakes.ispmanager.book import Owned, Register
from prorata.fakes.ispmanager.state import WWW_ROOT
from prorata.fakes.mgr5.errors import access_denied, bad_value, missed, over_limit
from prorata.fakes.mgr5.params import Param
from prorata.fakes.mgr5.rows import Rows
from prorata.fakes.mgr5.traffic import ADMIN, RESELLER
from prorata.fakes.mgr5.tree import Node

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any

    from prorata.fakes.ispmanager.host import IspmanagerHost
    from prorata.fakes.mgr5.functions import CallContext

__all__ = [
    "CONFIRM",
    "PASSWORD",
    "SEEDS",
    "all_found",
    "check_confirm",
    "check_fixed",
    "check_room",
    "found",
    "limit_in_seed",
    "listed",
    "owner_in_seed",
    "owner_of",
    "rows",
    "sees",
    "switch",
]

T = TypeVar("T", bound=Owned)

PASSWORD = Param("passwd", secret=True, longest=128, pattern=r"[ -~]+", hint="ASCII characters")
SEEDS: Mapping[str, str] = {
    "user": "ispmanager.users",
    "reseller": "ispmanager.resellers",
    "preset": "ispmanager.presets",
    "ipaddr": "ispmanager.addresses",
    **dict.fromkeys(("webdomain", "domain", "emaildomain"), "ispmanager.users.NAME.domain"),
}
"""Where a seed says that something is there, by what an error calls it."""
#: Clients leave the confirmation out; one that is there has to agree.
CONFIRM = Param("confirm", secret=True, longest=128)


def switch(*, on: bool) -> str:
    """Return `on` or `off`."""
    return "on" if on else "off"


def sees(context: CallContext[IspmanagerHost], owner: str) -> bool:
    """Return whether the caller may look at what belongs to `owner`.

    An administrator sees everything, a reseller what their users have, a user their own.
    """
    who = context.who
    if who.level >= ADMIN or owner == who.name:
        return True
    user = context.panel.state.users.get(owner)
    return who.level >= RESELLER and user is not None and user.owner == who.name


def listed(context: CallContext[IspmanagerHost], book: Register[Any]) -> Sequence[str]:
    """Return the keys of what the caller sees."""
    who = context.who
    if who.level >= ADMIN:
        return book.listed()
    if who.level < RESELLER:
        return book.listed(who.name)
    users = context.panel.state.users.listed(who.name)
    return [key for name in users for key in book.listed(name)]


def rows(
    context: CallContext[IspmanagerHost], book: Register[T], row: Callable[[T], Sequence[Node]]
) -> Rows[str]:
    """Return a list's rows, each made of a thing and its owner when it is looked at.

    What a version of PHP is called is part of what a row is made from.
    """
    users, php = context.panel.state.users, context.panel.state.php
    return Rows(
        listed(context, book),
        lambda key: Node("elem", children=_fitting(context, row(book[key]))),
        lambda key: (book[key], users.get(book[key].owner), php),
    )


def _fitting(context: CallContext[IspmanagerHost], nodes: Sequence[Node]) -> Sequence[Node]:
    if context.panel.edition.owner:
        return nodes
    return [node for node in nodes if node.name != "owner"]


def owner_of(context: CallContext[IspmanagerHost]) -> str:
    """Return for whom something is made: a user's is always their own.

    What root makes without naming an owner is that of the user who is there from the start.
    """
    who, owner = context.who, context.args.get("owner", "")
    if who.level < RESELLER:
        if owner not in {"", who.name}:
            raise access_denied("owner", "A user makes things of their own only")
        return who.name
    users = context.panel.state.users
    if not owner and who.level >= ADMIN and WWW_ROOT in users:
        return WWW_ROOT
    if not owner:
        seed = {"seed": f"{SEEDS['user']}.{WWW_ROOT}"} if who.level >= ADMIN else {}
        raise bad_value("owner", "", "It is required", **seed)
    if owner not in users:
        raise missed("user", owner, seed=SEEDS["user"])
    if not sees(context, owner):
        raise access_denied("owner", "It is another reseller's user", seed=owner_in_seed(owner))
    return owner


def found(context: CallContext[IspmanagerHost], things: Mapping[str, T], kind: str, key: str) -> T:
    """Return the thing with this key, or raise: there is none, or it is somebody else's."""
    thing = things.get(key)
    if thing is None:
        raise missed(kind, key, **({"seed": SEEDS[kind]} if kind in SEEDS else {}))
    if not sees(context, thing.owner):
        whose = key if kind == "user" else thing.owner
        mine = {"seed": owner_in_seed(whose)} if context.who.level == RESELLER else {}
        raise access_denied(kind, "It belongs to another user", **mine)
    return thing


def owner_in_seed(user: str) -> str:
    """Return where a seed says whose a user is."""
    return f"{SEEDS['user']}.{user}.owner"


def all_found(context: CallContext[IspmanagerHost], things: Mapping[str, T], kind: str) -> list[T]:
    """Return all that were named: they are looked up before anything happens to one of them."""
    return [found(context, things, kind, key) for key in context.ids]


def check_room(context: CallContext[IspmanagerHost], owner: str, limit: str, has: int) -> None:
    """Raise the `limit` error where a user has all that their limit allows; no limit, no end."""
    most = context.panel.state.users[owner].limits.get(limit, "")
    if most and has >= int(most):
        raise over_limit(limit, most, seed=limit_in_seed(owner, limit))


def limit_in_seed(name: str, limit: str, kind: str = "users") -> str:
    """Return where a seed says a limit of an account."""
    return f"ispmanager.{kind}.{name}.limits.{limit}"


def check_confirm(args: Mapping[str, str]) -> None:
    """Raise unless a confirmation that was sent is the password once more."""
    if "confirm" in args and args["confirm"] != args.get("passwd"):
        raise bad_value("confirm", "", "The passwords differ")


def check_fixed(name: str, current: str, args: Mapping[str, str]) -> None:
    """Raise where something else than the current value was sent for what cannot change."""
    if args.get(name, current) != current:
        raise bad_value(name, args[name], "It cannot be changed")
