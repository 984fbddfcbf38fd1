"""Users' data, kind by kind: listed, shown, made, changed, deleted and switched off and on.

What the kinds have in common is here; a kind is a row with what it has of its own.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

from prorata.fakes.ispmanager.owned import all_found, check_room, found, rows
from prorata.fakes.ispmanager.state import Domain, Thing
from prorata.fakes.mgr5.errors import already_exists
from prorata.fakes.mgr5.functions import CallContext, Function, saved
from prorata.fakes.mgr5.params import ELID, ELIDS, Param
from prorata.fakes.mgr5.traffic import USER

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from prorata.fakes.ispmanager.book import Register
    from prorata.fakes.ispmanager.host import IspmanagerHost
    from prorata.fakes.ispmanager.state import IspmanagerState
    from prorata.fakes.mgr5.rows import Rows
    from prorata.fakes.mgr5.tree import Node

__all__ = ["DataKind", "changed_about", "drop", "form", "functions", "save"]

T = TypeVar("T", Thing, Domain)
_VERBS = (("suspend", "Switch off", False), ("resume", "Switch on", True))


class DataKind(NamedTuple, Generic[T]):
    """One kind of users' data: the function that lists it, its limit, where it is kept.

    `named` returns the key and the owner of a new one, or raises where there cannot be one; `made`
    returns it. `changed` returns one that was there with other values, `row` what a list shows of
    one, `shown` what its form does, or that of a new one for None. `dropped` deletes one, with
    what goes with it, where that is more than forgetting it. `switched` says that it can be
    suspended.
    """

    func: str
    what: str
    limit: str
    kept: Callable[[IspmanagerState], Register[T]]
    named: Callable[[CallContext[IspmanagerHost]], tuple[str, str]]
    made: Callable[[CallContext[IspmanagerHost], str, str], T]
    changed: Callable[[CallContext[IspmanagerHost], T], T]
    row: Callable[[IspmanagerState, T], Sequence[Node]]
    shown: Callable[[CallContext[IspmanagerHost], T | None], Mapping[str, str]]
    params: tuple[Param, ...]
    columns: tuple[str, ...]
    key: str = "name"
    options: (
        Callable[[CallContext[IspmanagerHost]], Mapping[str, Sequence[tuple[str, str]]]] | None
    ) = None
    dropped: Callable[[CallContext[IspmanagerHost], T], None] | None = None
    drop_params: tuple[Param, ...] = ()
    switched: bool = False


def changed_about(thing: T, args: Mapping[str, str], usual: Mapping[str, str]) -> T:
    """Return a thing about which is known what was sent, else what was, else the usual."""
    known = {**usual, **thing.about}
    return thing._replace(about={**known, **{name: args[name] for name in known if name in args}})


def form(kind: DataKind[T], context: CallContext[IspmanagerHost]) -> Mapping[str, str]:
    """Return the form of one that is there, or of a new one."""
    if "elid" not in context.args:
        return kind.shown(context, None)
    one = _element(kind, context)
    return {"elid": context.args["elid"], **kind.shown(context, one)}


def save(kind: DataKind[T], context: CallContext[IspmanagerHost]) -> Sequence[Node]:
    """Change one that is there, or make one where its owner has room for it."""
    args, things = context.args, kind.kept(context.panel.state)
    if "elid" in args:
        things[args["elid"]] = kind.changed(context, _element(kind, context))
        return saved(args["elid"])
    key, owner = kind.named(context)
    if key in things:
        raise already_exists("name", key)
    check_room(context, owner, kind.limit, things.count(owner))
    things[key] = kind.made(context, key, owner)
    return saved(key)


def _element(kind: DataKind[T], context: CallContext[IspmanagerHost]) -> T:
    things: Register[T] = kind.kept(context.panel.state)
    return found(context, things, kind.func, context.args["elid"])


def _listed(kind: DataKind[T], context: CallContext[IspmanagerHost]) -> Rows[str]:
    state = context.panel.state
    return rows(context, kind.kept(state), lambda thing: kind.row(state, thing))


def drop(kind: DataKind[T], context: CallContext[IspmanagerHost]) -> Sequence[Node]:
    """Delete what was named: all of it, or nothing where one cannot be."""
    things: Register[T] = kind.kept(context.panel.state)
    for key, thing in zip(context.ids, all_found(context, things, kind.func), strict=True):
        if kind.dropped is None:
            del things[key]
        else:
            kind.dropped(context, thing)
    return saved()


def _switch(
    kind: DataKind[T], context: CallContext[IspmanagerHost], *, active: bool
) -> Sequence[Node]:
    """Switch what was named on or off: all of it, or nothing where one cannot be."""
    things: Register[T] = kind.kept(context.panel.state)
    for key, thing in zip(context.ids, all_found(context, things, kind.func), strict=True):
        things[key] = thing._replace(active=active)
    return saved()


def functions(kind: DataKind[T]) -> Iterator[Function[IspmanagerHost]]:
    """Return the functions of a kind, for users and administrators."""
    func, what = kind.func, kind.what
    yield Function(
        func,
        "list",
        f"{what}: all, or a user's own",
        partial(_listed, kind),
        level=USER,
        key=kind.key,
        columns=kind.columns,
    )
    yield Function(
        f"{func}.edit",
        "form",
        f"One of: {what}",
        partial(save, kind),
        (ELID, *kind.params),
        partial(form, kind),
        level=USER,
        options=kind.options,
        element=partial(_element, kind),
    )
    doomed = (ELIDS, *kind.drop_params)
    yield Function(
        f"{func}.delete", "group", f"Delete: {what}", partial(drop, kind), doomed, level=USER
    )
    if kind.switched:
        for verb, title, active in _VERBS:
            run = partial(_switch, kind, active=active)
            yield Function(f"{func}.{verb}", "group", f"{title}: {what}", run, (ELIDS,), level=USER)
