"""Tax on invoices."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prorata.reference.derivation import Note, plain_number, silent
from prorata.reference.proration import noted_sum

if TYPE_CHECKING:
    from fractions import Fraction

__all__ = ["tax"]


def tax(*, amounts: tuple[Fraction, ...], rate: Fraction, note: Note = silent) -> Fraction:
    """Return the tax of one rate on an invoice: on the sum of the lines that have it.

    ``hostbill.tax`` (hostbill-licences; base and line: ours). `rate` is in percent, `amounts` are
    those posted; late fees and credit are not among them.
    """
    base = noted_sum(amounts, note, "base")
    owed = base * rate / 100
    note("tax", "base × rate ÷ 100", owed, base=base, rate=plain_number(rate))
    return owed
