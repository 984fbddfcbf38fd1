"""Deleting an order, with all its data and its account or without."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prorata.reference.engine.hostbill.invoices import ENDED
from prorata.reference.engine.hostbill.overdue import cancel_unpaid, finish
from prorata.reference.hostbill.order import delete

if TYPE_CHECKING:
    from prorata.reference.engine.turn import Turn
    from prorata.reference.refusal import Refusal

__all__ = ["delete_order"]


def delete_order(turn: Turn, /, *, service: str, data: bool = False) -> Refusal | None:
    """Delete an order: the service stays, or with its data goes with its account and invoices."""
    deleted = turn.book.services[int(service)]
    refusal = turn.rule(delete, deleted=deleted.order_deleted)
    if refusal:
        return refusal
    turn.set(deleted, order_deleted=True)
    if data:
        cancel_unpaid(turn, deleted)
        if deleted.status not in ENDED:
            finish(turn, deleted, "terminated")
    return None
