"""User templates: listed, shown, saved and deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prorata.fakes.ispmanager.limits import LIMITS, chosen
from prorata.fakes.ispmanager.owned import SEEDS
from prorata.fakes.mgr5.errors import already_exists, missed
from prorata.fakes.mgr5.functions import CallContext, Function, saved
from prorata.fakes.mgr5.params import ELID, ELIDS, Param
from prorata.fakes.mgr5.traffic import RESELLER, USER
from prorata.fakes.mgr5.tree import Node, fields

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from prorata.fakes.ispmanager.host import IspmanagerHost

__all__ = ["FUNCTIONS"]


def _preset(context: CallContext[IspmanagerHost]) -> Sequence[Node]:
    level = str(USER)
    names = context.panel.state.presets
    return [Node("elem", children=fields({"name": name, "level": level})) for name in names]


def _save(context: CallContext[IspmanagerHost]) -> Sequence[Node]:
    """Make a template, or change limits of one; users made from it before keep theirs."""
    args, presets = context.args, context.panel.state.presets
    if "elid" in args:
        name = _found(context, args["elid"])
        presets[name] = {**presets[name], **chosen(args)}
        return saved(name)
    name = args["name"]
    if name in presets:
        raise already_exists("preset", name)
    presets[name] = chosen(args)
    return saved(name)


def _found(context: CallContext[IspmanagerHost], name: str) -> str:
    if name not in context.panel.state.presets:
        raise missed("preset", name, seed=SEEDS["preset"])
    return name


def _form(context: CallContext[IspmanagerHost]) -> Mapping[str, str]:
    empty = {"name": "", **{param.name: "" for param in LIMITS}}
    if "elid" not in context.args:
        return empty
    name = _found(context, context.args["elid"])
    return {"elid": name, **empty, "name": name, **context.panel.state.presets[name]}


def _delete(context: CallContext[IspmanagerHost]) -> Sequence[Node]:
    """Delete templates; users made from them keep their limits."""
    names = [_found(context, name) for name in context.ids]
    for name in names:
        del context.panel.state.presets[name]
    return saved()


FUNCTIONS: tuple[Function[IspmanagerHost], ...] = (
    Function(
        "preset", "list", "User templates", _preset, level=RESELLER, columns=("name", "level")
    ),
    Function(
        "preset.edit",
        "form",
        "A user template",
        _save,
        (ELID, Param("name", required=True, longest=255), *LIMITS),
        _form,
        element=_form,
    ),
    # No document names it; without it a template could be made and never taken away.
    Function("preset.delete", "group", "Delete templates", _delete, (ELIDS,), invented=True),
)
