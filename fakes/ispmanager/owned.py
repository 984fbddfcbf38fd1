"""What belongs to users: who may see it, make it and delete it, and how much of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from prorata.fakes.ispmanager.book import Owned, Register
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
    "all_found",
    "check_confirm",
    "check_fixed",
    "check_room",
    "found",
    "listed",
    "owner_of",
    "rows",
    "sees",
    "switch",
]

T = TypeVar("T", bound=Owned)

PASSWORD = Param("passwd", secret=True, longest=128, pattern=r"[ -~]+", hint="ASCII characters")
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
    """Return a list's rows, each made of a thing and its owner when it is looked at."""
    users = context.panel.state.users
    return Rows(
        listed(context, book),
        lambda key: Node("elem", children=_fitting(context, row(book[key]))),
        lambda key: (book[key], users.get(book[key].owner)),
    )


def _fitting(context: CallContext[IspmanagerHost], nodes: Sequence[Node]) -> Sequence[Node]:
    if context.panel.edition.owner:
        return nodes
    return [node for node in nodes if node.name != "owner"]


def owner_of(context: CallContext[IspmanagerHost]) -> str:
    """Return for whom something is made: a user's is always their own."""
    who, owner = context.who, context.args.get("owner", "")
    if who.level < RESELLER:
        if owner not in {"", who.name}:
            raise access_denied("owner", "A user makes things of their own only")
        return who.name
    if not owner:
        raise bad_value("owner", "", "It is required")
    if owner not in context.panel.state.users:
        raise missed("user", owner)
    if not sees(context, owner):
        raise access_denied("owner", "It is another reseller's user")
    return owner


def found(context: CallContext[IspmanagerHost], things: Mapping[str, T], kind: str, key: str) -> T:
    """Return the thing with this key, or raise: there is none, or it is somebody else's."""
    thing = things.get(key)
    if thing is None:
        raise missed(kind, key)
    if not sees(context, thing.owner):
        raise access_denied(kind, "It belongs to another user")
    return thing


def all_found(context: CallContext[IspmanagerHost], things: Mapping[str, T], kind: str) -> list[T]:
    """Return all that were named: they are looked up before anything happens to one of them."""
    return [found(context, things, kind, key) for key in context.ids]


def check_room(context: CallContext[IspmanagerHost], owner: str, limit: str, has: int) -> None:
    """Raise the `limit` error where a user has all that their limit allows; no limit, no end."""
    most = context.panel.state.users[owner].limits.get(limit, "")
    if most and has >= int(most):
        raise over_limit(limit, most)


def check_confirm(args: Mapping[str, str]) -> None:
    """Raise unless a confirmation that was sent is the password once more."""
    if "confirm" in args and args["confirm"] != args.get("passwd"):
        raise bad_value("confirm", "", "The passwords differ")


def check_fixed(name: str, current: str, args: Mapping[str, str]) -> None:
    """Raise where something else than the current value was sent for what cannot change."""
    if args.get(name, current) != current:
        raise bad_value(name, args[name], "It cannot be changed")
