"""A panel's functions as a table of declarations."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, Literal, Protocol, TypeVar

from prorata.fakes.meant import near
from prorata.fakes.mgr5.errors import Mgr5Error, missed
from prorata.fakes.mgr5.traffic import ROOT
from prorata.fakes.mgr5.tree import Node

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from prorata.fakes.asgi import App
    from prorata.fakes.mgr5.params import Param
    from prorata.fakes.mgr5.request import Mgr5Request
    from prorata.fakes.mgr5.rows import Rows
    from prorata.fakes.mgr5.traffic import Traffic, Who

__all__ = [
    "CallContext",
    "Function",
    "FunctionKind",
    "FunctionModule",
    "Mgr5Panel",
    "Time",
    "absent",
    "check_functions",
    "in_seed",
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
    have it; `where_in_seed`, which says where a seed could have a thing or function (``func``) that
    there is not, or give somebody the right to call one (``access``); and `tells_changes`, where
    `changed` is raised by whatever changes state, from Python too, and answers may be kept until
    then.
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

    def held(self) -> object:
        """Return the state itself, of which `snapshot` returns a copy."""

    def take_up(self, held: Any) -> None:
        """Go on with what another panel held."""

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
    without `sok`. It may have `options`, its select lists, and `element`, which looks up what is to
    be changed, and raises where it is not there, before the other parameters are read. A group acts
    on the elements of `elid` with or without `sok`, an action at once; a report changes nothing.

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
    element: Callable[[CallContext[P]], object] | None = None
    invented: bool = False
    made_from: Callable[[P, str], object] | None = None

    @property
    def shows(self) -> bool:
        """Whether it shows something and never changes anything."""
        return self.kind in {"list", "report"}

    def changes(self, params: Mapping[str, str]) -> bool:
        """Tell whether a call with these parameters is one to change something."""
        return not self.shows and (self.kind != "form" or "sok" in params)


class FunctionModule(Protocol[P]):
    """A module of functions: what it declares is its ``FUNCTIONS``."""

    @property
    def FUNCTIONS(self) -> tuple[Function[P], ...]:  # noqa: N802  as constants are called
        """The functions of one subject."""


def table(*modules: FunctionModule[P]) -> Mapping[str, Function[P]]:
    """Return the functions of all modules by name; of two with one name the later one counts."""
    return {function.name: function for each in modules for function in each.FUNCTIONS}


def saved(id: str = "", *more: Node) -> list[Node]:  # noqa: A002  as the wire calls it
    """Return what a save answers: `ok`, and the new element's id under both names clients read.

    >>> [node.name for node in saved("7")]
    ['ok', 'id', 'item.id']
    """
    ids = [Node("id", id), Node("item.id", id)] if id else []
    return [Node("ok"), *ids, *more]


def absent(panel: Mgr5Panel, about: str, value: str) -> Mgr5Error:
    """Return the error for what a panel does not have, with where a seed could have it."""
    return missed(about, value, **in_seed(panel, about, value))


def in_seed(panel: Mgr5Panel, about: str, value: str) -> Mapping[str, str]:
    """Return the param of an error that says where a seed could have allowed it, if one could."""
    where: Callable[[str, str], str] | None = getattr(panel, "where_in_seed", None)
    seed = where(about, value) if where is not None else ""
    return {"seed": seed} if seed else {}


def check_functions(functions: Mapping[str, Function[Any]], *names: str) -> None:
    """Raise ValueError for a name that no function has: what is misspelt was never called."""
    for name in names:
        # A list's filter is a function of its own on the wire.
        if name.removesuffix(".filter") not in functions:
            raise ValueError(f'there is no function "{name}"{near(name, functions)}')
