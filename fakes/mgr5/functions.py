"""A panel's functions as a table of declarations, and how each kind of them runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, Literal, Protocol, TypeVar

from prorata.fakes.meant import near
from prorata.fakes.mgr5 import lists
from prorata.fakes.mgr5.answers import Mgr5Answer
from prorata.fakes.mgr5.errors import Mgr5Error, access_denied, missed
from prorata.fakes.mgr5.params import Param, choices, read
from prorata.fakes.mgr5.traffic import ROOT
from prorata.fakes.mgr5.tree import Node, fields

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime

    from prorata.fakes.asgi import App
    from prorata.fakes.mgr5.request import Mgr5Request
    from prorata.fakes.mgr5.rows import Kept, Rows
    from prorata.fakes.mgr5.traffic import Traffic, Who

__all__ = [
    "CallContext",
    "Function",
    "FunctionKind",
    "Mgr5Panel",
    "Time",
    "check_functions",
    "run",
    "saved",
    "table",
]

FunctionKind = Literal["action", "form", "group", "list", "report"]


class Time(Protocol):
    """Where time stands: a panel reads it and never moves it."""

    def now(self) -> datetime:
        """Return the instant at which time stands, in UTC."""


class Mgr5Panel(Protocol):
    """What the protocol asks of a panel.

    Beside these it may have `paths`, the addresses that it answers at, instead of the usual ones;
    `down`, while nothing reaches it; `faults`, which decides what goes wrong;
    `single_row_as_object`, a quirk: a list's only row is an object in JSON, as some installations
    have it; and `tells_changes`, where `changed` is raised by whatever changes state, from Python
    too, and answers may be kept until then.
    """

    #: Raised by every call that may have changed state.
    changed: int

    @property
    def binary(self) -> str:
        """The manager's short name: `ispmgr`."""

    @property
    def path(self) -> str:
        """Where the panel is: `/ispmgr`."""

    @property
    def version(self) -> str:
        """The version that the panel says it is."""

    @property
    def clock(self) -> Time:
        """Where all time comes from."""

    @property
    def traffic(self) -> Traffic:
        """Sessions and calls."""

    @property
    def functions(self) -> Mapping[str, Function[Any]]:
        """The functions by name."""

    @property
    def app(self) -> App:
        """The application that answers."""

    def check(self, login: str, password: str) -> Who | None:
        """Return the account that these credentials open, if any."""

    def account(self, name: str) -> Who | None:
        """Return the account of that name, active or not, if there is one."""

    def may(self, who: Who, other: Who) -> bool:
        """Tell whether `who` may act as `other`."""

    def snapshot(self) -> object:
        """Return a deep copy of all state, as plain data."""

    def restore(self, state: object) -> None:
        """Go back to a snapshot, which stays as it is."""


P = TypeVar("P", bound=Mgr5Panel)


@dataclass(slots=True, eq=False, repr=False)
class CallContext(Generic[P]):
    """What a function is given: the panel, the caller, the moment, its checked values.

    `session` is the id of the session that the call was made in, if it was made in one.
    """

    panel: P
    request: Mgr5Request
    who: Who
    now: datetime
    args: Mapping[str, str] = field(default_factory=dict)
    cookie: str = ""
    session: str = ""

    @property
    def ids(self) -> list[str]:
        """The elements that a group function is called for, each once, in their order."""
        several = self.args.get("elid", "").split(",")
        return list(dict.fromkeys(elid.strip() for elid in several if elid.strip()))


@dataclass(frozen=True, slots=True, eq=False)
class Function(Generic[P]):
    """One function: its name, kind, parameters, the level that may call it, and what it does.

    `run` returns a list's rows (nodes named `elem`; `Rows` where there may be many), or the nodes
    of any other answer. A form also has `view`, the values (or nodes) that it shows when called
    without `sok`, and may have `options`, its select lists. A group acts on the elements of `elid`
    with or without `sok`, an action at once, and a report changes nothing.

    `key` is the column that is an element's id, and `columns` are the names of a list's columns in
    their order: they can be sorted and filtered by. `invented` says that no document of the vendor
    knows the function, or its shape. `made_from` returns, of a panel and the name of an account,
    what the answers to that account are made from beside the request: as long as it is the same,
    an answer is given again. None says that it is not known.
    """

    name: str
    kind: FunctionKind
    summary: str
    run: Callable[[CallContext[P]], Sequence[Node] | Rows[Any]]
    params: tuple[Param, ...] = ()
    view: Callable[[CallContext[P]], Mapping[str, str] | Sequence[Node]] | None = None
    level: int = ROOT
    key: str = "name"
    columns: tuple[str, ...] = ()
    options: Callable[[CallContext[P]], Mapping[str, Sequence[tuple[str, str]]]] | None = None
    invented: bool = False
    made_from: Callable[[P, str], object] | None = None


def table(*modules: Iterable[Function[P]]) -> Mapping[str, Function[P]]:
    """Return the functions of all subjects by name; of two with one name the later one counts."""
    return {function.name: function for functions in modules for function in functions}


def saved(id: str = "", *more: Node) -> list[Node]:  # noqa: A002  as the wire calls it
    """Return what a save answers: `ok`, and the new element's id under both names clients read.

    >>> [node.name for node in saved("7")]
    ['ok', 'id', 'item.id']
    """
    ids = [Node("id", id), Node("item.id", id)] if id else []
    return [Node("ok"), *ids, *more]


def check_functions(functions: Mapping[str, Function[Any]], *names: str) -> None:
    """Raise ValueError for a name that no function has: what is misspelt was never called."""
    for name in names:
        # A list's filter is a function of its own on the wire.
        if name.removesuffix(".filter") not in functions:
            raise ValueError(f'there is no function "{name}"{near(name, functions)}')


def run(
    functions: Mapping[str, Function[Any]], context: CallContext[P], kept: Mapping[str, Kept]
) -> Mgr5Answer:
    """Find the function, check the caller's level and the parameters; return the answer.

    `kept` is where the rows of lists are kept between calls.
    """
    name = context.request.func
    function = functions.get(name)
    if function is None:
        base = functions.get(name.removesuffix(".filter"))
        if base is None or base.kind != "list":
            raise missed("func", name)
        function = lists.filter_form(base, name)
    if context.who.level < function.level:
        raise access_denied(function.name)
    if function.kind == "list":
        return lists.answer(function, context, kept[name])
    return _KINDS[function.kind](function, context)


def _args(
    function: Function[Any], context: CallContext[Any], declared: Sequence[Param], *, needed: bool
) -> Mapping[str, str]:
    """Read the parameters, or take what was read of the very same request before."""
    parsed = context.request.parsed
    args: Mapping[str, str] | None = parsed.args.get(function)
    if args is None:
        args = parsed.args[function] = read(declared, parsed.params, needed=needed)
    return args


def _report(function: Function[P], context: CallContext[P]) -> Mgr5Answer:
    context.args = _args(function, context, function.params, needed=True)
    return Mgr5Answer.of("done", _nodes(function, context), function)


def _action(function: Function[P], context: CallContext[P]) -> Mgr5Answer:
    context.args = _args(function, context, function.params, needed=True)
    context.panel.changed += 1
    return Mgr5Answer.of("done", _nodes(function, context), function)


def _nodes(function: Function[P], context: CallContext[P]) -> Sequence[Node]:
    return list(function.run(context))


def _form(function: Function[P], context: CallContext[P]) -> Mgr5Answer:
    given = context.request.params
    if not given.get("sok") and function.view is not None:
        context.args = _shown(function.params, given)
        return Mgr5Answer.of("form", _values(function, context), function)
    changes = bool(given.get("elid")) and any(param.name == "elid" for param in function.params)
    context.args = _args(function, context, function.params, needed=not changes)
    context.panel.changed += 1
    return Mgr5Answer.of("done", _nodes(function, context), function)


def _shown(declared: Iterable[Param], given: Mapping[str, str]) -> dict[str, str]:
    """Read what a form is shown for: only the element has to be right, nothing else is saved."""
    elids = [param for param in declared if param.name == "elid"]
    args = read(elids, given, needed=True)
    for param in declared:
        if param.name != "elid" and given.get(param.name):
            try:
                args |= read((param,), given, needed=False)
            except Mgr5Error:
                continue
    return args


def _values(function: Function[P], context: CallContext[P]) -> Sequence[Node]:
    shown = function.view(context) if function.view is not None else ()
    nodes = fields(shown) if isinstance(shown, Mapping) else shown
    options: dict[str, Sequence[tuple[str, str]]] = {
        param.name: choices(param) for param in function.params if param.choices
    }
    if function.options is not None:
        options |= function.options(context)
    return [*nodes, *(_slist(name, keys) for name, keys in options.items())]


def _slist(name: str, keys: Sequence[tuple[str, str]]) -> Node:
    values = [Node("val", title, {"key": key}) for key, title in keys]
    return Node("slist", "", {"name": name}, values)


_KINDS: Mapping[FunctionKind, Callable[[Function[Any], CallContext[Any]], Mgr5Answer]] = {
    "action": _action,
    "form": _form,
    "group": _action,
    "report": _report,
}
