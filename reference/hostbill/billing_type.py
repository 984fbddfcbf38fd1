"""Billing types: when the price of a cycle is invoiced."""

from __future__ import annotations

from fractions import Fraction

from prorata.reference.derivation import Note, silent
from prorata.reference.refusal import Refusal
from prorata.reference.ruling import beside

__all__ = ["prepaid", "unpaid"]


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


@beside("hostbill.billing-type.prepaid")
def unpaid(*, invoice: str, has: str) -> Refusal | None:
    """Refuse to pay an invoice that is not unpaid (ours)."""
    if has == "unpaid":
        return None
    return Refusal("hostbill.billing-type.prepaid", f"invoice {invoice} is {has}")
