"""User templates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prorata.fakes.mgr5.functions import Context, Function
from prorata.fakes.mgr5.traffic import USER
from prorata.fakes.mgr5.tree import Node, fields

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prorata.fakes.ispmanager.panel import Ispmanager

__all__ = ["FUNCTIONS"]


def _preset(context: Context[Ispmanager]) -> Sequence[Node]:
    level = str(USER)
    names = context.panel.presets
    return [Node("elem", children=fields({"name": name, "level": level})) for name in names]


FUNCTIONS: tuple[Function[Ispmanager], ...] = (
    Function("preset", "list", "User templates", _preset),
)
