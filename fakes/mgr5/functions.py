"""A panel's functions as a table of declarations, and how each kind of them runs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, Literal, Protocol, TypeVar

from prorata.fakes.mgr5.errors import access_denied, missed
from prorata.fakes.mgr5.params import ELID, Param, read
from prorata.fakes.mgr5.traffic import ROOT
from prorata.fakes.mgr5.tree import Node, fields

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import datetime

    from prorata.fakes.mgr5.request import Request
    from prorata.fakes.mgr5.traffic import Traffic, Who
    from prorata.reference.clock import Clock

__all__ = ["Context", "Function", "Kind", "Panel", "run", "table"]

Kind = Literal["action", "form", "group", "list"]


class Panel(Protocol):
    """What the protocol asks of a panel."""

    @property
    def binary(self) -> str:
        """The manager's short name: `ispmgr`."""

    @property
    def clock(self) -> Clock:
        """Where all time comes from."""

    @property
    def traffic(self) -> Traffic:
        """Sessions and calls."""

    @property
    def functions(self) -> Mapping[str, Function[Any]]:
        """The functions by name."""

    def check(self, login: str, password: str) -> Who | None:
        """Return the account that these credentials open, if any."""

    def account(self, name: str) -> Who | None:
        """Return the account of that name, active or not, if there is one."""


P = TypeVar("P", bound=Panel)


@dataclass(slots=True, eq=False, repr=False)
class Context(Generic[P]):
    """What a function is given: the panel, the caller, the moment, its checked values."""

    panel: P
    request: Request
    who: Who
    now: datetime
    args: Mapping[str, str] = field(default_factory=dict)
    cookie: str = ""

    @property
    def ids(self) -> list[str]:
        """The elements that a group function is called for, each once, in their order."""
        several = self.args["elid"].split(",")
        return list(dict.fromkeys(elid.strip() for elid in several if elid.strip()))


@dataclass(frozen=True, slots=True, eq=False)
class Function(Generic[P]):
    """One function: its name, kind, parameters, the level that may call it, and what it does.

    `run` returns a list's rows (nodes named `elem`, whose field `name` is their key), or the nodes
    of any other answer. A form also has `view`: the values it shows when called without `sok`.
    """

    name: str
    kind: Kind
    summary: str
    run: Callable[[Context[P]], Sequence[Node]]
    params: tuple[Param, ...] = ()
    view: Callable[[Context[P]], Mapping[str, str]] | None = None
    level: int = ROOT


def table(*modules: Iterable[Function[P]]) -> Mapping[str, Function[P]]:
    """Return the functions of all subjects by name."""
    return {function.name: function for functions in modules for function in functions}


def run(functions: Mapping[str, Function[P]], context: Context[P]) -> Sequence[Node]:
    """Find the function, check the caller's level and the parameters; return the answer."""
    function = functions.get(context.request.func)
    if function is None:
        raise missed("func", context.request.func)
    if context.who.level < function.level:
        raise access_denied(function.name)
    return _KINDS[function.kind](function, context)


def _action(function: Function[P], context: Context[P]) -> Sequence[Node]:
    context.args = read(function.params, context.request.params, needed=True)
    return function.run(context)


def _form(function: Function[P], context: Context[P]) -> Sequence[Node]:
    given, takes_elid = context.request.params, ELID in function.params
    if not given.get("sok") and function.view is not None:
        context.args = read((ELID,) if takes_elid else (), given, needed=True)
        return fields(function.view(context))
    changes = takes_elid and bool(given.get("elid"))
    context.args = read(function.params, given, needed=not changes)
    return function.run(context)


_PAGING = (
    Param("p_num", "integer", default="1", least=1),
    Param("p_cnt", "integer", default="1000", least=1, most=10_000),
)


def _list(function: Function[P], context: Context[P]) -> Sequence[Node]:
    # Clients send elid and sok to lists too; neither means anything here.
    context.args = read((*_PAGING, *function.params), context.request.params, needed=True)
    rows = function.run(context)
    number, size = int(context.args["p_num"]), int(context.args["p_cnt"])
    pages = [rows[start : start + size] for start in range(0, len(rows), size)]
    counts = {"p_cnt": str(size), "p_num": str(number), "p_elems": str(len(rows))}
    shown = pages[number - 1] if number <= len(pages) else ()
    return [*(Node("page", _span(page)) for page in pages), *shown, *fields(counts)]


def _span(page: Sequence[Node]) -> str:
    return " - ".join(_name(row) for row in (page[0], page[-1]))


def _name(row: Node) -> str:
    return next(field.text for field in row.children if field.name == "name")


_KINDS: Mapping[Kind, Callable[[Function[Any], Context[Any]], Sequence[Node]]] = {
    "action": _action,
    "form": _form,
    "group": _action,
    "list": _list,
}
