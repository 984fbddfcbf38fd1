"""What mailboxes, FTP users and databases have in common: listed, made, changed and deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from prorata.fakes.ispmanager.owned import check_room, delete, found, mine
from prorata.fakes.mgr5.errors import already_exists
from prorata.fakes.mgr5.functions import Context, Function
from prorata.fakes.mgr5.params import ELID, ELIDS, Param
from prorata.fakes.mgr5.traffic import USER
from prorata.fakes.mgr5.tree import Node, fields

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from prorata.fakes.ispmanager.panel import Ispmanager
    from prorata.fakes.ispmanager.state import State, Thing

__all__ = ["Kind", "functions"]


class Kind(NamedTuple):
    """One kind of thing: the function that lists it, its limit, where it is kept.

    `made` returns a new one from the caller's values; `row` what a list shows of one.
    """

    func: str
    what: str
    limit: str
    kept: Callable[[State], dict[str, Thing]]
    made: Callable[[Context[Ispmanager]], Thing]
    row: Callable[[Thing], Mapping[str, str]]
    params: tuple[Param, ...]


def functions(kind: Kind) -> tuple[Function[Ispmanager], ...]:
    """Return the functions of a kind: list, edit and delete, for users and administrators."""

    def listed(context: Context[Ispmanager]) -> Sequence[Node]:
        things = mine(context, kind.kept(context.panel.state).values())
        return [Node("elem", children=fields(kind.row(thing))) for thing in things]

    def form(context: Context[Ispmanager]) -> Mapping[str, str]:
        elid = context.args.get("elid")
        if elid is None:
            return {param.name: "" for param in kind.params if not param.secret}
        return {"elid": elid, **kind.row(found(context, kind.kept(_of(context)), kind.func, elid))}

    def save(context: Context[Ispmanager]) -> Sequence[Node]:
        args, things = context.args, kind.kept(_of(context))
        if "elid" in args:
            thing = found(context, things, kind.func, args["elid"])
            changed = {name: text for name, text in args.items() if name in thing.about}
            things[args["elid"]] = thing._replace(about={**thing.about, **changed})
            return [Node("ok")]
        made = kind.made(context)
        if made.name in things:
            raise already_exists("name", made.name)
        has = sum(thing.owner == made.owner for thing in things.values())
        check_room(context, made.owner, kind.limit, has)
        things[made.name] = made
        return [Node("ok"), Node("id", made.name)]

    def drop(context: Context[Ispmanager]) -> Sequence[Node]:
        return delete(context, kind.kept(_of(context)), kind.func)

    what, edited = kind.what, (ELID, *kind.params)
    return (
        Function(kind.func, "list", f"{what}: all, or a user's own", listed, level=USER),
        Function(f"{kind.func}.edit", "form", f"One of: {what}", save, edited, form, level=USER),
        Function(f"{kind.func}.delete", "group", f"Delete: {what}", drop, (ELIDS,), level=USER),
    )


def _of(context: Context[Ispmanager]) -> State:
    return context.panel.state
