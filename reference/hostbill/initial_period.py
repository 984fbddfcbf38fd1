"""The first period of a service, and what a late payment does to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prorata.reference.derivation import Note, silent
from prorata.reference.periods import Length, period_dated
from prorata.reference.readings import table

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

__all__ = ["LATE_PAYMENT", "adjust"]


def _after_order(ordered: date, _due: date, paid: date) -> bool:
    return paid > ordered


def _after_due(_ordered: date, due: date, paid: date) -> bool:
    return paid > due


#: When a first payment is late: from the dates of order, due date and payment.
LATE_PAYMENT = table("late_payment", {"after_order": _after_order, "after_due": _after_due})


def adjust(
    *,
    ordered: date,
    due: date,
    paid: date,
    period: Length,
    adjusted: bool,
    late_payment: Callable[[date, date, date], bool],
    month: Callable[..., date],
    month_end: Callable[[date, int, int], date],
    note: Note = silent,
) -> tuple[date, date]:
    """Return the start and the expiry of the first period.

    ``hostbill.initial-period.adjust`` (hostbill-licences, hostbill-hosting): from the order, or,
    where the product adjusts, from the payment that came late.
    """
    moved = adjusted and late_payment(ordered, due, paid)
    starts = paid if moved else ordered
    counted = "paid in time" if adjusted else "whenever it is paid"
    why = "the payment, which came late" if moved else f"the order, {counted}"
    expires = period_dated(
        starts,
        period,
        starts.day,
        month=month,
        month_end=month_end,
        note=note,
        of="paid" if moved else "ordered",
        why=f"counted from {why}",
    )
    return starts, expires
