"""The panel's own licence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prorata.fakes.mgr5.functions import Context, Function
from prorata.fakes.mgr5.tree import Node, fields

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prorata.fakes.ispmanager.panel import Ispmanager

__all__ = ["FUNCTIONS"]


def _info(context: Context[Ispmanager]) -> Sequence[Node]:
    # Clients look for the edition's name in the text.
    known = {"mgr": context.panel.binary, "panel_name": "ispmanager 6 Business"}
    return fields(known)


FUNCTIONS: tuple[Function[Ispmanager], ...] = (
    Function("license.info", "action", "The panel's licence", _info),
)
