"""Suspension for what is not paid."""

from __future__ import annotations

from datetime import date, timedelta

from prorata.reference.derivation import Note, silent

__all__ = ["suspend"]


def suspend(*, due: date, days: int | None, note: Note = silent) -> date | None:
    """Return the day on which a service is suspended, None for never.

    ``hostbill.suspend`` (hostbill-licences, hostbill-hosting): days from the due date of the
    unpaid invoice (vendor).
    """
    if days is None:
        return None
    day = due + timedelta(days=days)
    note("suspended", "due + days", day, due=due, days=days)
    return day
