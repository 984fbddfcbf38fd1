"""Billing types: when the price of a cycle is invoiced."""

from __future__ import annotations

from fractions import Fraction

from prorata.reference.derivation import Note, silent

__all__ = ["prepaid"]


def prepaid(
    *,
    cycle_price: Fraction = Fraction(0),
    setup_fee: Fraction = Fraction(0),
    upgrade_fee: Fraction = Fraction(0),
    note: Note = silent,
) -> Fraction:
    """Return what one line of an invoice asks at the start: a cycle, a setup or an upgrade fee.

    ``hostbill.billing-type.prepaid`` (hostbill-licences, hostbill-hosting): the setup fee once, the
    upgrade fee with each upgrade.
    """
    amounts = {"cycle_price": cycle_price, "setup_fee": setup_fee, "upgrade_fee": upgrade_fee}
    name, amount = next((pair for pair in amounts.items() if pair[1]), ("cycle_price", cycle_price))
    note(name.replace("_", " "), name, amount, **{name: amount})
    return amount
