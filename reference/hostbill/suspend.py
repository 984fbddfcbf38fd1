"""Suspension for what is not paid."""

from __future__ import annotations

from datetime import date, timedelta

from prorata.reference.derivation import Note, silent
from prorata.reference.periods import Length
from prorata.reference.refusal import Refusal
from prorata.reference.ruling import beside

__all__ = ["by_staff", "suspend"]


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


@beside("hostbill.suspend")
def by_staff(*, has: str, needs: tuple[str, ...]) -> Refusal | None:
    """Refuse staff to suspend, resume or terminate a service that is not so (ours)."""
    if has in needs:
        return None
    return Refusal("hostbill.suspend", f"the service is {has}, not {' or '.join(needs)}")
