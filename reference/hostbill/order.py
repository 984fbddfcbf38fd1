"""Orders that nobody pays."""

from __future__ import annotations

from datetime import date, timedelta

from prorata.reference.derivation import Note, silent
from prorata.reference.periods import Length

__all__ = ["auto_cancel"]


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
