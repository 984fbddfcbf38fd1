"""The functions of the panels, as their declarations say."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from prorata.fakes.mgr5.params import Param

__all__ = ["LEVELS", "listed", "names_of", "range_of"]

LEVELS: Final[Mapping[int, str]] = {
    0: "anybody",
    16: "user",
    25: "reseller",
    29: "administrator",
    30: "root",
}
"""Who may call: everybody of this level and above."""

_CLASSES: Final[Mapping[str, tuple[str, str]]] = {
    "ispmanager": ("prorata.fakes.ispmanager", "Ispmanager"),
    "billmanager": ("prorata.fakes.billmanager", "Billmanager"),
}


def listed(which: Iterable[str]) -> dict[str, list[dict[str, Any]]]:
    """Return the functions of each panel, sorted by name."""
    return {panel: [_row(each) for each in _functions(panel)] for panel in which}


def names_of(panel: str) -> tuple[str, ...]:
    """Return the names of a panel's functions, sorted."""
    return tuple(function.name for function in _functions(panel))


def _functions(panel: str) -> list[Any]:
    home, name = _CLASSES[panel]
    functions: Mapping[str, Any] = getattr(import_module(home), name).functions
    return [function for _, function in sorted(functions.items())]


def _row(function: Any) -> dict[str, Any]:
    return {
        "name": function.name,
        "kind": function.kind,
        "level": LEVELS.get(function.level, str(function.level)),
        "summary": function.summary,
        "invented": function.invented,
        "params": [_param(param) for param in function.params],
    }


def _param(param: Param) -> dict[str, Any]:
    return {
        "name": param.name,
        "type": param.type,
        "required": param.required,
        "range": range_of(param),
    }


def range_of(param: Param) -> str:
    """Say in short what a parameter may hold."""
    if param.type == "integer":
        return f"{param.least}..{param.most}"
    if param.type == "switch":
        return "on, off"
    choices = [key if isinstance(key, str) else key[0] for key in getattr(param, "choices", ())]
    if choices:
        return ", ".join(choices)
    if param.type == "date":
        return "YYYY-MM-DD"
    if param.type == "text":
        return param.hint if param.pattern else f"up to {param.longest} characters"
    return param.hint
