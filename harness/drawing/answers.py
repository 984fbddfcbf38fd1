"""What a seller answered, in a few words."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from prorata.fakes.mgr5.journal import JournalEntry

__all__ = ["NOTHING", "answered"]

#: What is answered to who asks what happened, and nothing has.
NOTHING: Final = "nothing new"
_STATUSES: Final = {
    "1": "ordered", "2": "active", "3": "suspended", "4": "deleted", "5": "processing",
}  # fmt: skip


def answered(call: JournalEntry) -> str:
    """Say what came back of a call, or would have: ``licence 1``, ``active until 2025-10-01``."""
    if call.error:
        return f"refused: {call.error}"
    if call.func not in _READ or not call.answer.startswith("{"):
        return "done"
    return _READ[call.func](json.loads(call.answer)["doc"])


def _ordered(doc: Mapping[str, Any]) -> str:
    return f"licence {doc['id']['$']}"


def _events(doc: Mapping[str, Any]) -> str:
    told = [f"{row['kind']['$']} of {row['item']['$']}" for row in doc.get("elem", ())]
    return ", ".join(told) or NOTHING


def _found(doc: Mapping[str, Any]) -> str:
    numbers = [row["id"]["$"] for row in doc.get("elem", ())]
    return f"licence {', '.join(numbers)}" if numbers else "none"


def _licence(doc: Mapping[str, Any]) -> str:
    if "status" not in doc:
        return "done"
    return f"{_STATUSES[doc['status']['$']]} until {doc['expiredate'].get('$', 'any time')}"


_READ: Final[Mapping[str, Callable[[Mapping[str, Any]], str]]] = {
    "itemevent": _events,
    "soft": _found,
    "soft.edit": _licence,
    "soft.order.param": _ordered,
}
