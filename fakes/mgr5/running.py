"""How each kind of function runs: who may call it, what is read of the call, what is answered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from prorata.fakes.meant import near
from prorata.fakes.mgr5 import lists
from prorata.fakes.mgr5.answers import Mgr5Answer
from prorata.fakes.mgr5.errors import Mgr5Error, access_denied
from prorata.fakes.mgr5.functions import (
    CallContext,
    Function,
    FunctionKind,
    Mgr5Panel,
    absent,
    in_seed,
)
from prorata.fakes.mgr5.params import PLID, Param, choices, read
from prorata.fakes.mgr5.tree import Node, fields

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from prorata.fakes.mgr5.rows import Kept

__all__ = ["run"]

P = TypeVar("P", bound=Mgr5Panel)


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
            raise _no_function(functions, context)
        function = lists.filter_form(base, name)
    if context.who.level < function.level:
        raise access_denied(function.name, **in_seed(context.panel, "access", name))
    if function.kind == "list":
        return lists.answer(function, context, kept[name])
    return _KINDS[function.kind](function, context)


def _no_function(functions: Mapping[str, Function[Any]], context: CallContext[P]) -> Mgr5Error:
    """Return the error for a function that there is not, with the one that was probably meant."""
    name, error = context.request.func, absent(context.panel, "func", context.request.func)
    level = context.who.level
    meant = near(name, [each for each, known in functions.items() if known.level <= level])
    error.why = f"D{meant[3:]}" if meant else "" if name else "Name one, as in func=whoami"
    return error


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
    if changes and function.element is not None:
        context.args = read(_places(function), given, needed=False)
        function.element(context)
    context.args = _args(function, context, function.params, needed=not changes)
    context.panel.changed += 1
    return Mgr5Answer.of("done", _nodes(function, context), function)


def _places(function: Function[Any]) -> Iterable[Param]:
    """Return the parameters that say which element is meant."""
    return [param for param in function.params if param.name in {"elid", PLID}]


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
