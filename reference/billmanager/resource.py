"""Resources ordered and cancelled during a period."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from prorata.reference.derivation import Note, silent
from prorata.reference.proration import Day, day_of, part
from prorata.reference.ruling import beside

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from prorata.reference.proration import Counting, DayCount, Paid, Stretch

__all__ = [
    "Step",
    "cancel_no_refund",
    "cancel_refund",
    "first_day_left",
    "full_price",
    "traffic",
    "until_expiry",
]


def until_expiry(
    *,
    stretches: Sequence[Stretch],
    now: datetime,
    expires: datetime,
    day_count: DayCount,
    counting: Counting,
    note: Note = silent,
) -> Fraction:
    """Return the resource's part of the running time, from today to the expiry.

    ``billmanager.resource.until-expiry`` (billmanager-hosting). `stretches` are the service's,
    priced for the resource.
    """
    last = day_of(expires)
    days = max(day_count(now, expires, 0), 0)
    note("days left", "expires − now", days, expires=expires, now=now)
    return part(stretches, last - days, last, counting, note)


def full_price(*, price: Fraction, note: Note = silent) -> Fraction:
    """Return the full price of the period last paid; the resource ends with the service.

    ``billmanager.resource.full-price`` (billmanager-hosting).
    """
    note("price", "price", price, price=price)
    return price


@beside("billmanager.resource.cancel.refund")
def first_day_left(*, now: datetime, expires: datetime, day_count: DayCount) -> Day:
    """Return the first day that is not used when a resource is ordered or cancelled."""
    return day_of(expires) - max(day_count(now, expires, 0), 0)


def cancel_refund(
    *,
    paid: Sequence[Paid],
    now: datetime,
    expires: datetime,
    units: Fraction = Fraction(1),
    day_count: DayCount,
    note: Note = silent,
) -> Fraction:
    """Return what is given back, below zero: of each line posted its part for the days left.

    ``billmanager.resource.cancel.refund`` (billmanager-hosting). `units` is the part of the units
    that is cancelled. The day of the cancellation is given back.
    """
    first, total = first_day_left(now=now, expires=expires, day_count=day_count), Fraction(0)
    for each in paid:
        left = each.left(first)
        if not left:
            continue
        note(
            "unused",
            "amount × days_left ÷ days",
            left,
            amount=each.amount,
            days_left=each.expires - max(first, each.starts),
            days=each.expires - each.starts,
        )
        total += left
    refund = -max(total * units, Fraction(0))
    note("refund", "unused × units", refund, unused=total, units=units)
    return refund


def cancel_no_refund() -> Fraction:
    """Return nothing: ``billmanager.resource.cancel.no-refund`` (billmanager-hosting)."""
    return Fraction(0)


class Step(NamedTuple):
    """A step of a table of rates: the last amount that it reaches, None for all above."""

    up_to: int | None
    unit_price: Fraction


def traffic(
    *, amount: int, included: int = 0, rates: Sequence[Step], note: Note = silent
) -> Fraction:
    """Return what an amount of traffic costs for a period, where the rate depends on the amount.

    ``billmanager.resource.traffic`` (billmanager-hosting; the table ours). Each unit above the
    included amount costs the rate of the step that it falls in, so that more never costs less;
    the steps rise, and the last one has no end.
    """
    total, reached = Fraction(0), included
    for step in rates:
        last = amount if step.up_to is None else min(amount, step.up_to)
        units = max(last - reached, 0)
        if units:
            part, unit_price = units * step.unit_price, step.unit_price
            note("step", "units × unit_price", part, units=units, unit_price=unit_price)
            total, reached = total + part, last
    note("traffic", "total", total, total=total)
    return total
