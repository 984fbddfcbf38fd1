"""What lifts a suspension."""

from __future__ import annotations

__all__ = ["unsuspend"]


def unsuspend(*, wanted: bool, past_due: int) -> bool:
    """Tell whether a suspension for non-payment is lifted: nothing is past due any more.

    ``hostbill.unsuspend`` (hostbill-licences, hostbill-hosting). `past_due` counts the invoices of
    the service that are unpaid and past their due dates.
    """
    return wanted and not past_due
