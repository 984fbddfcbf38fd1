"""What a client pays for paying late."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from prorata.reference.derivation import Note, plain_number, silent
from prorata.reference.periods import Length
from prorata.reference.readings import table
from prorata.reference.ruling import beside

if TYPE_CHECKING:
    from collections.abc import Callable
    from fractions import Fraction

__all__ = ["LATE_FEE_BASE", "charged_on", "late_fee"]


def _total(total: Fraction, _tax: Fraction) -> Fraction:
    return total


def _subtotal(total: Fraction, tax: Fraction) -> Fraction:
    return total - tax


#: Of what a late fee is a percentage: from the total of an invoice and the tax in it.
LATE_FEE_BASE = table("late_fee_base", {"invoice_total": _total, "invoice_subtotal": _subtotal})


def late_fee(
    *,
    total: Fraction,
    tax: Fraction,
    percent: Fraction,
    late_fee_base: Callable[[Fraction, Fraction], Fraction],
    note: Note = silent,
) -> Fraction:
    """Return the fee that is added, once, to an invoice that is past due.

    ``hostbill.late-fee`` (hostbill-hosting): the base is whole, whatever is paid of it (ours).
    `percent` is in percent, `tax` is the part of `total` that is tax.
    """
    base = late_fee_base(total, tax)
    fee = base * percent / 100
    note("late fee", "base × percent ÷ 100", fee, base=base, percent=plain_number(percent))
    return fee


@beside("hostbill.late-fee")
def charged_on(*, due: date, days: int, note: Note = silent) -> date:
    """Return the day on which the fee is added."""
    day = due + timedelta(days=days)
    note("late fee", "due + days", day, of="due", due=due, days=Length(days=days))
    return day
