"""Deleting an order, with all its data and its account or without."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prorata.reference.engine.hostbill.belonging import ordered_with
from prorata.reference.engine.hostbill.invoices import ENDED
from prorata.reference.engine.hostbill.overdue import cancel_unpaid, finish
from prorata.reference.hostbill.order import delete, goes_along

if TYPE_CHECKING:
    from prorata.reference.engine.turn import Turn
    from prorata.reference.refusal import Refusal

__all__ = ["delete_order"]


def delete_order(turn: Turn, /, *, service: str, data: bool = False) -> Refusal | None:
    """Delete an order: what it made stays, or with its data goes with its account and invoices.

    What was ordered together, with addons or as a bundle, is one order.
    """
    deleted = turn.book.services[int(service)]
    refusal = turn.rule(goes_along, is_addon=not deleted.has_account) or turn.rule(
        delete, deleted=deleted.order_deleted
    )
    if refusal:
        return refusal
    runs = deleted.status not in ENDED
    ordered = ordered_with(turn, deleted) if runs else (deleted,)
    for each in ordered:
        turn.set(each, order_deleted=True)
    if data:
        cancel_unpaid(turn, *ordered)
    for each in ordered if data and runs else ():
        finish(turn, each, "terminated")
    return None
