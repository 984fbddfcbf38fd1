"""Taxes: one tax line for each line that charges or refunds, rounded like it.

`amount` is what that line posted, with its sign as the client pays it; `rate` is in percent. Of a
refund the tax is at `most` what was posted as tax for what is given back.
"""

from __future__ import annotations

from fractions import Fraction

from prorata.reference.derivation import Note, silent

__all__ = ["included", "on_top"]


def included(
    *, amount: Fraction, rate: Fraction, most: Fraction | None = None, note: Note = silent
) -> Fraction:
    """Return the tax that is inside an amount.

    ``billmanager.tax.included`` (vendor): amount − amount ÷ ((100 + rate) ÷ 100).
    """
    tax = amount - amount / ((100 + rate) / Fraction(100))
    note("tax", "amount − amount ÷ ((100 + rate) ÷ 100)", tax, amount=amount, rate=rate)
    return _posted(tax, most, note)


def on_top(
    *, amount: Fraction, rate: Fraction, most: Fraction | None = None, note: Note = silent
) -> Fraction:
    """Return the tax that is added to an amount.

    ``billmanager.tax.on-top`` (vendor): amount × rate ÷ 100.
    """
    tax = amount * rate / 100
    note("tax", "amount × rate ÷ 100", tax, amount=amount, rate=rate)
    return _posted(tax, most, note)


def _posted(tax: Fraction, most: Fraction | None, note: Note) -> Fraction:
    """Return the tax, of a refund no more than was posted for it."""
    if most is None or -tax <= most:
        return tax
    why = "so much was posted as tax for what is given back"
    note("tax", "−most", -most, why=why, most=most)
    return -most
