"""Taxes: one tax line for each line that charges or refunds, rounded like it.

`amount` is what that line posted, with its sign as the client pays it; `rate` is in percent.
"""

from __future__ import annotations

from fractions import Fraction

from prorata.reference.derivation import Note, silent

__all__ = ["included", "on_top"]


def included(*, amount: Fraction, rate: Fraction, note: Note = silent) -> Fraction:
    """Return the tax that is inside an amount.

    ``billmanager.tax.included`` (vendor): amount − amount ÷ ((100 + rate) ÷ 100).
    """
    tax = amount - amount / ((100 + rate) / Fraction(100))
    note("tax", "amount − amount ÷ ((100 + rate) ÷ 100)", tax, amount=amount, rate=rate)
    return tax


def on_top(*, amount: Fraction, rate: Fraction, note: Note = silent) -> Fraction:
    """Return the tax that is added to an amount.

    ``billmanager.tax.on-top`` (vendor): amount × rate ÷ 100.
    """
    tax = amount * rate / 100
    note("tax", "amount × rate ÷ 100", tax, amount=amount, rate=rate)
    return tax
