"""Invoices: when they are issued and due, what pays them, which of them are one."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from fractions import Fraction
from math import ceil
from typing import NamedTuple

from prorata.reference.derivation import Note, shown, silent
from prorata.reference.periods import Length
from prorata.reference.refusal import Refusal
from prorata.reference.ruling import beside

__all__ = [
    "PaidOff",
    "continue_",
    "credit",
    "due",
    "first_due",
    "given_back",
    "merge",
    "missed",
    "pay",
    "payable",
    "schedule",
    "to_credit",
    "unpaid",
    "whole",
    "zero",
]


class PaidOff(NamedTuple):
    """What became of a payment: what went to the credit, and what is now paid of the invoice."""

    credit: Fraction
    paid: Fraction


def pay(*, total: Fraction, has: Fraction, amount: Fraction, note: Note = silent) -> PaidOff:
    """Return what is paid of an invoice after a payment; what is too much becomes credit.

    ``hostbill.invoice.pay`` (ours): part payments stay on the invoice, which is paid when they
    reach its total. `has` is what was paid before.
    """
    held = min(total, has + amount)
    rest = has + amount - held
    why = "whole" if held == total else f"{shown(total - held)} of {shown(total)} is still asked"
    numbers = {"has": has, "amount": amount}
    if rest:
        note("credit", "has + amount − total", rest, total=total, **numbers)
        note("paid", "has + amount − credit", held, why=why, credit=rest, **numbers)
    else:
        note("paid", "has + amount", held, why=why, **numbers)
    return PaidOff(rest, held)


@beside("hostbill.invoice.pay")
def whole(*, left: Fraction, digits: int) -> Fraction:
    """Return the payment that pays what is left of an invoice, with the digits of a payment.

    Where that has more digits, it is the next higher one, and the rest of it becomes credit (ours).
    """
    return Fraction(ceil(left * 10**digits), 10**digits)


@beside("hostbill.invoice.pay")
def credit(*, total: Fraction, balance: Fraction, note: Note = silent) -> PaidOff:
    """Return what the credit balance pays of an invoice when it is issued, and what it keeps."""
    held = max(min(total, balance), Fraction(0))
    why = f"of {shown(balance)} on the credit balance"
    note("paid", "held", held, why=why, held=held)
    return PaidOff(balance - held, held)


@beside("hostbill.invoice.pay")
def to_credit(*, amount: Fraction, note: Note = silent) -> bool:
    """Tell that a payment for what nobody has any more goes whole to the credit balance."""
    why = "the service is terminated: the invoice stays unpaid"
    note("credit", "amount", amount, why=why, amount=amount)
    return True


@beside("hostbill.invoice.pay")
def given_back(*, paid: Fraction, note: Note = silent) -> bool:
    """Tell that what was paid in part of an invoice that is cancelled goes to the credit."""
    note("credit", "paid", paid, why="the invoice is cancelled", paid=paid)
    return True


@beside("hostbill.invoice.pay")
def unpaid(*, invoice: str, has: str) -> Refusal | None:
    """Refuse to pay or cancel an invoice that is not unpaid (ours)."""
    if has == "unpaid":
        return None
    return Refusal("hostbill.invoice.pay", f"invoice {invoice} is {has}")


@beside("hostbill.invoice.pay")
def payable(*, amount: Fraction, digits: int) -> Refusal | None:
    """Refuse a payment of nothing, or of more digits than the currency has (ours)."""
    if amount > 0 and (amount * 10**digits).denominator == 1:
        return None
    why = f"{shown(amount)} is no payment: it is above zero, with at most {digits} digits"
    return Refusal("hostbill.invoice.pay", why)


def zero(*, total: Fraction, issued: bool) -> str | None:
    """Return the status with which an invoice is issued, None where it is not issued at all.

    ``hostbill.invoice.zero`` (vendor): one of 0.00 is paid already.
    """
    if total:
        return "unpaid"
    return "paid" if issued else None


def schedule(*, next_due: date, days_before: int, note: Note = silent) -> date:
    """Return the day on which the invoice of the next cycle is generated.

    ``hostbill.invoice.schedule`` (hostbill-licences, hostbill-hosting).
    """
    day = next_due - timedelta(days=days_before)
    days = Length(days=days_before)
    note("invoice", "next_due − days", day, of="next due", next_due=next_due, days=days)
    return day


@beside("hostbill.invoice.schedule")
def due(*, next_due: date, expected: int, moved: int, issued: date, note: Note = silent) -> date:
    """Return when a recurring invoice is due: first so many days back, then so many on.

    Never before its issue (ours).
    """
    day = next_due
    if expected:
        back, day = day, day - timedelta(days=expected)
        note("expected", "due − days", day, due=back, days=Length(days=expected))
    if moved:
        back, day = day, day + timedelta(days=moved)
        note("moved", "due + days", day, due=back, days=Length(days=moved))
    why = f"but not before its issue on {issued}" if day < issued else ""
    note("due", "", max(day, issued), why=why or "of the cycle that it is for")
    return max(day, issued)


@beside("hostbill.invoice.schedule")
def first_due(*, ordered: date, days: int, note: Note = silent) -> date:
    """Return when the invoice of an order is due."""
    day = ordered + timedelta(days=days)
    note("due", "ordered + days", day, of="ordered", ordered=ordered, days=Length(days=days))
    return day


def continue_(*, continued: bool, has_unpaid: bool) -> bool:
    """Tell whether a service gets an invoice, which may have an unpaid one.

    ``hostbill.invoice.continue`` (vendor).
    """
    return continued or not has_unpaid


@beside("hostbill.invoice.continue")
def missed(*, generated: datetime, due: datetime, since: datetime, now: datetime) -> bool:
    """Tell whether an invoice was missed: it fell due while another was unpaid, `since` then.

    It follows at once when that is paid (ours), and so does one whose cycle has begun.
    """
    return due <= now or since < generated <= now


def merge(*, how: str, due: date, other: date) -> bool:
    """Tell whether two invoices of a client that are generated in one run are one.

    ``hostbill.invoice.merge`` (vendor): never, all of the run, or those due on one day.
    """
    return how == "generation day" or (how == "due date" and due == other)
