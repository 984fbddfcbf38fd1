"""Billing types: when the price of a cycle is invoiced."""

from __future__ import annotations

from fractions import Fraction

from prorata.reference.derivation import Note, silent
from prorata.reference.ruling import beside

__all__ = ["hybrid", "invoiced_at_end", "made_at_order", "postpaid", "prepaid"]


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
    return _line(note, cycle_price=cycle_price, setup_fee=setup_fee, upgrade_fee=upgrade_fee)


def _line(note: Note, **amounts: Fraction) -> Fraction:
    first = next(iter(amounts.items()))
    name, amount = next((pair for pair in amounts.items() if pair[1]), first)
    note(name.replace("_", " "), name, amount, **{name: amount})
    return amount


def postpaid(
    *,
    cycle_price: Fraction = Fraction(0),
    setup_fee: Fraction = Fraction(0),
    upgrade_fee: Fraction = Fraction(0),
    note: Note = silent,
) -> Fraction:
    """Return what one line of an invoice asks at the end: a cycle that is over, or a fee.

    ``hostbill.billing-type.postpaid`` (hostbill-licences, hostbill-hosting): the setup fee with the
    first cycle.
    """
    return _line(note, cycle_price=cycle_price, setup_fee=setup_fee, upgrade_fee=upgrade_fee)


def hybrid(
    *,
    cycle_price: Fraction = Fraction(0),
    setup_fee: Fraction = Fraction(0),
    upgrade_fee: Fraction = Fraction(0),
    note: Note = silent,
) -> Fraction:
    """Return what one line of an invoice asks: a cycle at its start, upgrades with the next one.

    ``hostbill.billing-type.hybrid`` (hostbill-licences, hostbill-hosting).
    """
    return _line(note, cycle_price=cycle_price, setup_fee=setup_fee, upgrade_fee=upgrade_fee)


@beside("hostbill.billing-type.postpaid")
def invoiced_at_end(*, billing_type: str, recurring: bool) -> bool:
    """Tell whether a cycle is invoiced when it is over."""
    return billing_type == "postpaid" and recurring


@beside("hostbill.billing-type.postpaid")
def made_at_order(*, create: str) -> bool:
    """Tell whether a service is made at its order that is invoiced at its end.

    Nothing is paid before that is used, so that the first payment is no reason to wait.
    """
    return create == "first payment"
