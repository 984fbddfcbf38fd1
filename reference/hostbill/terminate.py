"""Termination of what is not paid."""

from __future__ import annotations

from datetime import date, timedelta

from prorata.reference.derivation import Note, silent
from prorata.reference.periods import Length

__all__ = ["terminate"]


def terminate(*, due: date, days: int | None, note: Note = silent) -> date | None:
    """Return the day on which a service is terminated, None for never.

    ``hostbill.terminate`` (hostbill-licences, hostbill-hosting): days from the due date of the
    unpaid invoice (vendor).
    """
    if days is None:
        return None
    day = due + timedelta(days=days)
    note("terminated", "due + days", day, of="due", due=due, days=Length(days=days))
    return day
