"""Reminders of unpaid invoices and notices of expiries: on which day, and of what none is sent."""

from __future__ import annotations

from datetime import date, timedelta

from prorata.reference.derivation import Note, silent
from prorata.reference.periods import Length
from prorata.reference.ruling import beside

__all__ = ["EXPIRY", "OVERDUE", "UNPAID", "expiry_notice", "follows", "reminders"]

_RULE = "hostbill.reminders"
UNPAID = "unpaid invoice reminder"
OVERDUE = "overdue invoice reminder"
EXPIRY = "expiry notice"


def reminders(*, due: date, when: str, days: int, note: Note = silent) -> date:
    """Return the day on which a client is reminded of an unpaid invoice.

    ``hostbill.reminders`` (hostbill-hosting): civil days `before` or `after` the due date of the
    invoice (vendor).
    """
    day = _day(due, when, days)
    formula = f"due {_SIGNS[when]} days"
    note("reminder", formula, day, of="due", due=due, days=Length(days=days))
    return day


@beside(_RULE)
def expiry_notice(*, expires: date, when: str, days: int, note: Note = silent) -> date:
    """Return the day on which a client is told of an expiry: days before or after it."""
    day = _day(expires, when, days)
    formula = f"expires {_SIGNS[when]} days"
    note("expiry notice", formula, day, of="expires", expires=expires, days=Length(days=days))
    return day


@beside(_RULE)
def follows(*, has: str) -> bool:
    """Tell whether anything is sent about a service: nothing after its end (ours)."""
    return has not in {"terminated", "cancelled"}


_SIGNS = {"before": "−", "after": "+"}


def _day(day: date, when: str, days: int) -> date:
    return day - timedelta(days=days) if when == "before" else day + timedelta(days=days)
