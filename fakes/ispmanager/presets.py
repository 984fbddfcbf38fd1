"""User templates: listed, shown and saved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prorata.fakes.ispmanager.limits import LIMITS, chosen
from prorata.fakes.mgr5.errors import already_exists, missed
from prorata.fakes.mgr5.functions import Context, Function
from prorata.fakes.mgr5.params import ELID, Param
from prorata.fakes.mgr5.traffic import USER
from prorata.fakes.mgr5.tree import Node, fields

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from prorata.fakes.ispmanager.panel import Ispmanager

__all__ = ["FUNCTIONS"]


def _preset(context: Context[Ispmanager]) -> Sequence[Node]:
    level = str(USER)
    names = context.panel.presets
    return [Node("elem", children=fields({"name": name, "level": level})) for name in names]


def _save(context: Context[Ispmanager]) -> Sequence[Node]:
    """Make a template, or change limits of one; users made from it before keep theirs."""
    args, presets = context.args, context.panel.state.presets
    if "elid" in args:
        name = _found(context)
        presets[name] = {**presets[name], **chosen(args)}
        return [Node("ok")]
    name = args["name"]
    if name in presets:
        raise already_exists("preset", name)
    presets[name] = chosen(args)
    return [Node("ok"), Node("id", name)]


def _found(context: Context[Ispmanager]) -> str:
    name = context.args["elid"]
    if name not in context.panel.presets:
        raise missed("preset", name)
    return name


def _form(context: Context[Ispmanager]) -> Mapping[str, str]:
    empty = {"name": "", **{param.name: "" for param in LIMITS}}
    if "elid" not in context.args:
        return empty
    name = _found(context)
    return {"elid": name, **empty, "name": name, **context.panel.presets[name]}


FUNCTIONS: tuple[Function[Ispmanager], ...] = (
    Function("preset", "list", "User templates", _preset),
    Function(
        "preset.edit",
        "form",
        "A user template",
        _save,
        (ELID, Param("name", required=True, longest=255), *LIMITS),
        _form,
    ),
)
