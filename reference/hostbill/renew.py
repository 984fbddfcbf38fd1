"""Renewal by cycles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from prorata.reference.derivation import Note, silent
from prorata.reference.periods import Length, kept_anchor, period_dated
from prorata.reference.refusal import Refusal
from prorata.reference.ruling import beside

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

__all__ = [
    "begun",
    "kept",
    "manual",
    "next_due",
    "regular",
    "renew",
    "renewable",
    "taken_back",
]


def renew(
    *,
    starts: date,
    period: Length,
    anchor: int,
    month: Callable[..., date],
    month_end: Callable[[date, int, int], date],
    note: Note = silent,
) -> date:
    """Return a due date or an expiry a cycle on, whenever it is paid.

    ``hostbill.renew`` (ours): `anchor` is the day of the month that the service keeps.
    """
    return _a_cycle_on(
        (starts, period, anchor), month, month_end, note, "a cycle on, whenever it is paid"
    )


def _a_cycle_on(
    counted: tuple[date, Length, int],
    month: Callable[..., date],
    month_end: Callable[[date, int, int], date],
    note: Note,
    why: str,
) -> date:
    starts, period, anchor = counted
    anchor = kept_anchor(starts, period, anchor)
    return period_dated(
        starts, period, anchor, month=month, month_end=month_end, note=note, of="due", why=why
    )


def manual(*, recurring: bool, billing_type: str, unpaid: int) -> Refusal | None:
    """Refuse to issue the next invoice before its time where there is none, or one is unpaid.

    ``hostbill.renew.manual`` (hostbill-licences, hostbill-hosting).
    """
    why = ""
    if not recurring:
        why = "what is paid once or never is not renewed"
    elif billing_type == "postpaid":
        why = "a cycle that is paid at its end is not invoiced before it"
    elif unpaid:
        why = "an invoice of the service is unpaid"
    return Refusal("hostbill.renew.manual", why) if why else None


@beside("hostbill.renew")
def next_due(
    *,
    starts: date,
    period: Length,
    anchor: int,
    month: Callable[..., date],
    month_end: Callable[[date, int, int], date],
    note: Note = silent,
) -> date:
    """Return the date of the invoice after the one that is issued: a cycle on."""

    def named(_label: str, formula: str, result: object, /, **numbers: Any) -> None:
        note("next due", formula, result, **numbers)

    return _a_cycle_on(
        (starts, period, anchor), month, month_end, named, "a cycle on with each invoice"
    )


@beside("hostbill.renew")
def taken_back(*, before: date, note: Note = silent) -> date:
    """Return the expiry from before an invoice moved it, which is cancelled."""
    why = "the invoice that moved it is cancelled"
    note("expires", "before", before, why=why, before=before)
    return before


@beside("hostbill.renew.manual")
def renewable(*, has: str) -> Refusal | None:
    """Refuse to renew what does not run."""
    if has in {"active", "suspended"}:
        return None
    return Refusal("hostbill.renew.manual", f"the service is {has}, not active")


@beside("hostbill.renew.manual")
def regular(*, metered: bool) -> Refusal | None:
    """Refuse to renew what is metered: only what is paid regularly is renewed by hand."""
    if metered:
        return Refusal("hostbill.renew.manual", "what is metered is not renewed before its time")
    return None


@beside("hostbill.renew.manual")
def begun(*, order_unpaid: bool) -> Refusal | None:
    """Refuse to renew what has not begun, as its order is not paid (ours)."""
    if order_unpaid:
        return Refusal("hostbill.renew.manual", "the order of the service is not paid")
    return None


@beside("hostbill.renew.manual")
def kept(*, cancelling: bool) -> Refusal | None:
    """Refuse to renew what is to be cancelled."""
    if cancelling:
        return Refusal("hostbill.renew.manual", "a request to cancel the service is open")
    return None
