"""What a downgrade gives back."""

from __future__ import annotations

from fractions import Fraction

from prorata.reference.derivation import Note, shown, silent
from prorata.reference.ruling import beside

__all__ = ["credit", "credit_note", "credited"]


def credit(*, difference: Fraction, paid: Fraction, note: Note = silent) -> Fraction:
    """Return what a downgrade gives back to the credit balance.

    ``hostbill.downgrade.credit`` (hostbill-licences, hostbill-hosting): what the units left cost
    less, `difference` below zero, at most what was `paid` for them; fixed at the downgrade (ours).
    """
    back = max(min(-difference, paid), Fraction(0))
    note("less", "−difference", -difference, difference=difference)
    note("credit", "back", back, why=f"at most the {shown(paid)} paid for it", back=back)
    return back


@beside("hostbill.downgrade.credit")
def credited(*, policy: str, system: str, has_unpaid: bool) -> str:
    """Tell what becomes of it: never, now or later, once the client has no unpaid invoice.

    `system` is what holds where the product's policy is the default.
    """
    chosen = system if policy == "default" else policy
    if chosen == "after no unpaid invoices":
        return "later" if has_unpaid else "now"
    return "now" if chosen == "always" else "never"


def credit_note(*, wanted: bool, amount: Fraction) -> bool:
    """Tell whether a downgrade issues a credit note, a document that moves no balance.

    ``hostbill.downgrade.credit-note`` (hostbill-licences, hostbill-hosting).
    """
    return wanted and bool(amount)
