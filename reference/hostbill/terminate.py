"""Termination of what is not paid, and what becomes of the time that is."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

from prorata.reference.derivation import Note, silent
from prorata.reference.periods import Length

__all__ = ["licence", "terminate"]


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


def licence(*, terminated: date, expires: date, note: Note = silent) -> Fraction:
    """Return what the termination of a licence before its expiry gives back by itself: nothing.

    ``hostbill.terminate.licence`` (hostbill-licences).
    """
    left = expires - terminated
    note("left", "expires − terminated", left.days, expires=expires, terminated=terminated)
    nothing = Fraction(0)
    note("refund", "nothing", nothing, why="a licence that is terminated", nothing=nothing)
    return nothing
