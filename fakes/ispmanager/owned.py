"""What belongs to users: who may see it, make it and delete it, and how much of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

from prorata.fakes.mgr5.errors import access_denied, bad_value, missed, over_limit
from prorata.fakes.mgr5.traffic import USER
from prorata.fakes.mgr5.tree import Node

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, MutableMapping, Sequence

    from prorata.fakes.ispmanager.panel import Ispmanager
    from prorata.fakes.mgr5.functions import Context

__all__ = ["check_room", "delete", "found", "mine", "owner_of"]


class _Owned(Protocol):
    @property
    def owner(self) -> str: ...


T = TypeVar("T", bound=_Owned)


def mine(context: Context[Ispmanager], things: Iterable[T]) -> list[T]:
    """Return what the caller sees: an administrator everything, a user their own."""
    who = context.who
    return [thing for thing in things if who.level > USER or thing.owner == who.name]


def owner_of(context: Context[Ispmanager]) -> str:
    """Return for whom something is made: a user's is always their own."""
    who, owner = context.who, context.args.get("owner", "")
    if who.level <= USER:
        if owner not in {"", who.name}:
            raise access_denied("owner", "A user makes things of their own only")
        return who.name
    if not owner:
        raise bad_value("owner", "", "It is required")
    if owner not in context.panel.users:
        raise missed("user", owner)
    return owner


def found(context: Context[Ispmanager], things: Mapping[str, T], kind: str, key: str) -> T:
    """Return the thing with this key, or raise: there is none, or it is somebody else's."""
    thing = things.get(key)
    if thing is None:
        raise missed(kind, key)
    if not mine(context, [thing]):
        raise access_denied(kind, "It belongs to another user")
    return thing


def check_room(context: Context[Ispmanager], owner: str, limit: str, has: int) -> None:
    """Raise the `limit` error where a user has all that their limit allows; no limit, no end."""
    most = context.panel.users[owner].limits.get(limit, "")
    if most and has >= int(most):
        raise over_limit(limit, most)


def delete(
    context: Context[Ispmanager], things: MutableMapping[str, T], kind: str
) -> Sequence[Node]:
    """Delete the elements that were named: all of them, or none where one cannot be."""
    for key in context.ids:
        found(context, things, kind, key)
    for key in context.ids:
        del things[key]
    return [Node("ok")]
