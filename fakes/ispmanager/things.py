"""What mailboxes, FTP users and databases have in common: listed, made, changed and deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from prorata.fakes.ispmanager.owned import check_room, delete, found, rows
from prorata.fakes.mgr5.errors import already_exists
from prorata.fakes.mgr5.functions import CallContext, Function, saved
from prorata.fakes.mgr5.params import ELID, ELIDS, Param
from prorata.fakes.mgr5.traffic import USER
from prorata.fakes.mgr5.tree import Node, fields

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from prorata.fakes.ispmanager.book import Register
    from prorata.fakes.ispmanager.host import IspmanagerHost
    from prorata.fakes.ispmanager.state import IspmanagerState, Thing
    from prorata.fakes.mgr5.rows import Rows

__all__ = ["ThingKind", "functions"]


class ThingKind(NamedTuple):
    """One kind of thing: the function that lists it, its limit, where it is kept.

    `made` returns a new one from the caller's values, `changed` one that was there with other
    values; `row` is what a list shows of one.
    """

    func: str
    what: str
    limit: str
    kept: Callable[[IspmanagerState], Register[Thing]]
    made: Callable[[CallContext[IspmanagerHost]], Thing]
    changed: Callable[[CallContext[IspmanagerHost], Thing], Thing]
    row: Callable[[IspmanagerState, Thing], Mapping[str, str]]
    params: tuple[Param, ...]
    columns: tuple[str, ...]
    key: str = "name"


def functions(kind: ThingKind) -> tuple[Function[IspmanagerHost], ...]:
    """Return the functions of a kind: list, edit and delete, for users and administrators."""

    def listed(context: CallContext[IspmanagerHost]) -> Rows[str]:
        state = context.panel.state
        return rows(context, kind.kept(state), lambda thing: fields(kind.row(state, thing)))

    def form(context: CallContext[IspmanagerHost]) -> Mapping[str, str]:
        elid, state = context.args.get("elid"), context.panel.state
        empty = {param.name: "" for param in kind.params if not param.secret}
        if elid is None:
            return empty
        thing = found(context, kind.kept(state), kind.func, elid)
        known = {**thing.about, **kind.row(state, thing)}
        return {"elid": elid, **empty, **known}

    def save(context: CallContext[IspmanagerHost]) -> Sequence[Node]:
        args, things = context.args, kind.kept(context.panel.state)
        if "elid" in args:
            thing = found(context, things, kind.func, args["elid"])
            things[args["elid"]] = kind.changed(context, thing)
            return saved(args["elid"])
        made = kind.made(context)
        if made.name in things:
            raise already_exists("name", made.name)
        check_room(context, made.owner, kind.limit, things.count(made.owner))
        things[made.name] = made
        return saved(made.name)

    def drop(context: CallContext[IspmanagerHost]) -> Sequence[Node]:
        return delete(context, kind.kept(context.panel.state), kind.func)

    what, edited = kind.what, (ELID, *kind.params)
    return (
        Function(
            kind.func,
            "list",
            f"{what}: all, or a user's own",
            listed,
            level=USER,
            key=kind.key,
            columns=kind.columns,
        ),
        Function(f"{kind.func}.edit", "form", f"One of: {what}", save, edited, form, level=USER),
        Function(f"{kind.func}.delete", "group", f"Delete: {what}", drop, (ELIDS,), level=USER),
    )
