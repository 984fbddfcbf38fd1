"""The log of a service: what was done for it on the panel or at a seller, in HostBill's words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prorata.reference.engine.state import Operation
    from prorata.reference.engine.turn import Turn
    from prorata.reference.refusal import Refusal

__all__ = ["show_log"]

#: What staff's buttons are called; another action has its own name.
_BUTTONS: Final[Mapping[str, str]] = {
    "create": "Create",
    "prolong": "Renewal",
    "change_preset": "Package",
    "suspend": "Suspend",
    "resume": "Unsuspend",
    "delete": "Terminate",
}
_ENDED: Final[Mapping[str, str]] = {"done": "Success", "dropped": "Cancelled"}


def show_log(turn: Turn, /, *, service: str) -> Refusal | None:
    """Answer what was done for a service, numbered in order, and what staff have to look at."""
    owner = turn.book.services[int(service)]
    done = [each for each in turn.book.operations.values() if each.service == owner.number]
    rows: dict[str, str] = {}
    for nth, each in enumerate(done, 1):
        row = f"{nth} {_BUTTONS.get(each.action, each.action)}"
        rows[row] = _result(each)
        if each.error is not None:
            rows[f"{row} error"] = each.error
    odd = owner.resold.odd if owner.resold else ""
    if odd:
        rows["Notice"] = odd
    turn.answer["shown"] = rows
    return None


def _result(operation: Operation) -> str:
    """Return what became of an operation: one that runs waits, or has failed so far."""
    running = "Pending" if operation.error is None else "Failed"
    return _ENDED.get(operation.status, running)
