"""Payments to the balance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prorata.reference.derivation import shown
from prorata.reference.refusal import Refusal

if TYPE_CHECKING:
    from fractions import Fraction

__all__ = ["pay"]


def pay(*, amount: Fraction, digits: int) -> Refusal | None:
    """Refuse a payment that is not above zero or has more digits than the currency.

    ``billmanager.pay`` (ours); `digits` are the currency's minor digits.
    """
    if amount <= 0:
        return Refusal("billmanager.pay", f"a payment is above zero, not {shown(amount)}")
    if (amount * 10**digits).denominator != 1:
        why = f"a payment has at most {digits} decimal places, not those of {shown(amount)}"
        return Refusal("billmanager.pay", why)
    return None
