"""Orders that nobody pays, and those that staff delete."""

from __future__ import annotations

from datetime import date, timedelta

from prorata.reference.derivation import Note, silent
from prorata.reference.periods import Length
from prorata.reference.refusal import Refusal

__all__ = ["auto_cancel", "delete"]


def auto_cancel(*, ordered: date, days: int | None, note: Note = silent) -> date | None:
    """Return the day on which an unpaid order is cancelled, None for never.

    ``hostbill.order.auto-cancel`` (hostbill-licences, hostbill-hosting): days from the civil day of
    the order.
    """
    if days is None:
        return None
    day = ordered + timedelta(days=days)
    note("cancelled", "ordered + days", day, of="ordered", ordered=ordered, days=Length(days=days))
    return day


def delete(*, deleted: bool) -> Refusal | None:
    """Refuse to do anything with an order that is deleted already.

    ``hostbill.order.delete`` (hostbill-licences, hostbill-hosting): staff delete it, with all its
    data and its account, or the order alone; then its service and its invoices go on (ours).
    """
    return Refusal("hostbill.order.delete", "the order is deleted") if deleted else None
