"""Suspension for what is not paid."""

from __future__ import annotations

from datetime import date, timedelta

from prorata.reference.derivation import Note, silent
from prorata.reference.periods import Length

__all__ = ["suspend"]


def suspend(*, due: date, days: int | None, note: Note = silent) -> date | None:
    """Return the day on which a service is suspended, None for never.

    ``hostbill.suspend`` (hostbill-licences, hostbill-hosting): days from the due date of the
    unpaid invoice (vendor).
    """
    if days is None:
        return None
    day = due + timedelta(days=days)
    note("suspended", "due + days", day, of="due", due=due, days=Length(days=days))
    return day
