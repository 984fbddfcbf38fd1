"""What `out=devel` adds to an answer: the columns of a list, the fields of a form, and titles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from prorata.fakes.mgr5.answers import Mgr5Answer
from prorata.fakes.mgr5.rows import RowPiece
from prorata.fakes.mgr5.tree import Node

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from prorata.fakes.mgr5.functions import Function
    from prorata.fakes.mgr5.params import Param, ParamType

__all__ = ["described"]

#: How a form's field of each type is drawn.
_INPUTS: Final[Mapping[ParamType, tuple[str, Mapping[str, str]]]] = {
    "amount": ("input", {"type": "text", "check": "money"}),
    "choice": ("select", {}),
    "date": ("input", {"type": "text", "date": "yes"}),
    "integer": ("input", {"type": "text", "check": "int"}),
    "switch": ("input", {"type": "checkbox"}),
    "text": ("input", {"type": "text"}),
}


def described(answer: Mgr5Answer) -> Mgr5Answer:
    """Return the answer with `metadata` and `messages` in front; an error has neither."""
    function = answer.function
    if function is None or answer.shape not in _METADATA:
        return answer
    metadata, names = _METADATA[answer.shape](function, answer)
    titles = [Node("msg", function.summary, {"name": "title"})]
    titles += [Node("msg", _title(name), {"name": name}) for name in names]
    messages = Node("messages", "", {"name": function.name}, titles)
    front = RowPiece((metadata, messages, *answer.before.nodes))
    fuller = Mgr5Answer(answer.shape, front, answer.rows, answer.after, function)
    fuller.func, fuller.attrs, fuller.echo = answer.func, answer.attrs, answer.echo
    return fuller


def _list(function: Function[Any], answer: Mgr5Answer) -> tuple[Node, Sequence[str]]:
    columns: Sequence[str] = function.columns
    if not columns and answer.rows is not None and answer.rows.rows:
        columns = [each.name for each in answer.rows.rows[0].nodes[0].children]
    cols = [Node("col", "", {"name": name, "type": "data", "sort": "alpha"}) for name in columns]
    attrs = {"name": function.name, "type": "list", "key": function.key}
    return Node("metadata", "", attrs, [Node("coldata", children=cols)]), columns


def _form(function: Function[Any], _answer: Mgr5Answer) -> tuple[Node, Sequence[str]]:
    shown = [param for param in function.params if param.name != "elid"]
    form = Node("form", children=[_field(param) for param in shown])
    attrs = {"name": function.name, "type": "form", "key": function.key}
    return Node("metadata", "", attrs, [form]), [param.name for param in shown]


def _field(param: Param) -> Node:
    kind, attrs = _INPUTS[param.type]
    secret = {"type": "password"} if param.secret else {}
    needed = {"required": "yes"} if param.required else {}
    drawn = Node(kind, "", {"name": param.name, **attrs, **secret, **needed})
    return Node("field", "", {"name": param.name}, [drawn])


def _title(name: str) -> str:
    return name.replace("_", " ").capitalize()


_METADATA: Final = {"form": _form, "list": _list}
