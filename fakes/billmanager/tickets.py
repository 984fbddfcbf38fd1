"""Requests for support: those that a seed names, to be read in lists."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prorata.fakes.billmanager.acts import own_client
from prorata.fakes.mgr5.functions import CallContext, Function
from prorata.fakes.mgr5.traffic import USER
from prorata.fakes.mgr5.tree import Node, fields

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prorata.fakes.billmanager.host import BillmanagerHost

__all__ = ["FUNCTIONS"]

_COLUMNS = (
    "id", "ticket", "name", "client", "delay", "date_start", "deadline", "responsible", "project",
    "queue", "location", "props",
)  # fmt: skip


def _list(context: CallContext[BillmanagerHost]) -> Sequence[Node]:
    things, own = context.panel.state.things, own_client(context)
    blank = {**dict.fromkeys(_COLUMNS, ""), "project": things["provider"][1]["name"]}
    return [
        Node("elem", "", {}, fields({**blank, **each, "id": str(number), "ticket": str(number)}))
        for number, each in things.get("ticket", {}).items()
        if own in {"", each["client"]}
    ]


FUNCTIONS: tuple[Function[BillmanagerHost], ...] = tuple(
    # Staff read the first, clients the second.
    Function(name, "list", "Requests for support", _list, level=USER, key="id", columns=_COLUMNS)
    for name in ("ticket", "clientticket")
)
