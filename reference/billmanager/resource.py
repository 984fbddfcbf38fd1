"""Resources ordered and cancelled during a period."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from prorata.reference.billmanager.order import noted_units
from prorata.reference.derivation import Note, silent
from prorata.reference.proration import Day, day_of, noted_days, noted_sum, part, whole_days
from prorata.reference.ruling import beside

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from prorata.reference.proration import Counting, DayCount, Paid, Stretch

__all__ = [
    "RateStep",
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
    first, last = first_day_left(now=now, expires=expires, day_count=day_count), day_of(expires)
    noted_days(first, last, note)
    return part(stretches, first, last, counting, note)


def full_price(*, price: Fraction, resource: str = "", note: Note = silent) -> Fraction:
    """Return the full price of the period last paid; the `resource` ends with the service.

    ``billmanager.resource.full-price`` (billmanager-hosting).
    """
    why = "the whole period last paid, however much of it is left"
    note("price", "price", price, of=resource, why=why, price=price)
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
    first, unused = first_day_left(now=now, expires=expires, day_count=day_count), []
    for each in paid:
        left = each.left(first)
        if not left:
            continue
        note(
            "unused",
            "amount × days_left ÷ days",
            left,
            of=each.item,
            amount=each.amount,
            days_left=whole_days(each.expires - max(first, each.starts)),
            days=whole_days(each.expires - each.starts),
        )
        unused.append(left)
    left = noted_sum(unused, note)
    back = max(left * units, Fraction(0))
    note(
        "refund",
        "unused × units" if left >= 0 else "unused × units, at least 0",
        back,
        why="" if back else "nothing is paid for the days left",
        unused=left,
        units=units,
    )
    return -back


def cancel_no_refund(*, note: Note = silent) -> Fraction:
    """Return nothing: ``billmanager.resource.cancel.no-refund`` (billmanager-hosting)."""
    why = "the tariff gives nothing back for what is cancelled"
    note("refund", "", Fraction(0), why=why)
    return Fraction(0)


class RateStep(NamedTuple):
    """A step of a table of rates: the last amount that it reaches, None for all above."""

    up_to: int | None
    unit_price: Fraction


def traffic(
    *,
    amount: int,
    included: int,
    rates: Sequence[RateStep],
    resource: str = "traffic",
    note: Note = silent,
) -> Fraction:
    """Return what an amount of traffic costs for a period, where the rate depends on the amount.

    ``billmanager.resource.traffic`` (billmanager-hosting; the table ours). Each unit above the
    included amount costs the rate of the step that it falls in, so that more never costs less;
    the steps rise, and the last one has no end.
    """
    noted_units(amount, included, resource, note)
    costs, reached = [], included
    for step in rates:
        last = amount if step.up_to is None else min(amount, step.up_to)
        units = max(last - reached, 0)
        if units:
            unit_price = step.unit_price
            costs.append(units * unit_price)
            of = f"{reached:,} to {last:,}:"
            note("step", "units × unit_price", costs[-1], of=of, units=units, unit_price=unit_price)
            reached = last
    return noted_sum(costs, note)
