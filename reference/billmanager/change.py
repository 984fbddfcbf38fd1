"""Tariff change: five policies.

`old` is what the remaining days cost as bought; `new` is what the new tariff asks today for the
same days and the same kind of purchase.
"""

from __future__ import annotations

from datetime import date, datetime
from fractions import Fraction
from typing import TYPE_CHECKING

from prorata.reference.derivation import Note, shown, silent
from prorata.reference.proration import Day, day_of, days_for, part
from prorata.reference.readings import table
from prorata.reference.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from prorata.reference.proration import Counting, DayCount, Stretch

__all__ = [
    "CHANGE_DAY",
    "CHANGE_PERIOD_ROUNDING",
    "DOWNGRADE_EXTRA_CHARGE_ONLY",
    "extra_charge_only",
    "first_new_day",
    "forbidden",
    "free",
    "full_payment",
    "funds",
    "period",
]

#: How many days from the change on still count as the old tariff's.
CHANGE_DAY = table("change_day", {"new": 0, "old": 1})

#: Whether a downgrade waits for the expiry.
DOWNGRADE_EXTRA_CHARGE_ONLY = table(
    "downgrade_extra_charge_only",
    {"switch_back_free": False, "keep_until_expiry": True},
)


def first_new_day(*, now: datetime, expires: datetime, day_count: DayCount, change_day: int) -> Day:
    """Return the first of the days left that a change prices anew."""
    return day_of(expires) - max(day_count(now, expires, change_day), 0)


def funds(
    *,
    old: Sequence[Stretch],
    new: Sequence[Stretch],
    now: datetime,
    expires: datetime,
    paid: Fraction,
    day_count: DayCount,
    change_day: int,
    counting: Counting,
    note: Note = silent,
) -> Fraction:
    """Return `new` − `old` for the days left; below zero it is refunded, never more than `paid`.

    ``billmanager.change.funds`` (billmanager-hosting); the expiry stays.
    """
    first = first_new_day(now=now, expires=expires, day_count=day_count, change_day=change_day)
    last = day_of(expires)
    note("days left", "expires − now", last - first, expires=expires, now=now)
    old_cost = part(old, first, last, counting, note)
    new_cost = part(new, first, last, counting, note)
    difference = max(new_cost - old_cost, -paid)
    note("difference", "new − old", difference, new=new_cost, old=old_cost)
    return difference


def extra_charge_only(
    *,
    old: Sequence[Stretch],
    new: Sequence[Stretch],
    now: datetime,
    expires: datetime,
    day_count: DayCount,
    change_day: int,
    counting: Counting,
    note: Note = silent,
) -> Fraction:
    """Return what an upgrade costs for the days left; nothing is given back on a downgrade.

    ``billmanager.change.extra-charge-only`` (billmanager-hosting).
    """
    return funds(
        old=old,
        new=new,
        now=now,
        expires=expires,
        paid=Fraction(0),
        day_count=day_count,
        change_day=change_day,
        counting=counting,
        note=note,
    )


def _down(days: Fraction, now: datetime) -> tuple[Day, Day]:
    return now.toordinal(), days // 1


def _nearest(days: Fraction, now: datetime) -> tuple[Day, Day]:
    return now.toordinal(), (2 * days + 1) // 2


def _exact(days: Fraction, now: datetime) -> tuple[Day, Day]:
    return day_of(now), days


def _left_by_date(now: datetime, expires: datetime, day_count: DayCount, change_day: int) -> Day:
    return first_new_day(now=now, expires=expires, day_count=day_count, change_day=change_day)


def _left_by_second(
    now: datetime,
    _expires: datetime,
    _day_count: DayCount,
    _change_day: int,
) -> Day:
    return day_of(now)


#: From when on the old time is worth something, and how the days it buys are rounded.
CHANGE_PERIOD_ROUNDING = table(
    "change_period_rounding",
    {
        "down": (_left_by_date, _down),
        "exact": (_left_by_second, _exact),
        "nearest": (_left_by_date, _nearest),
    },
)


def period(
    *,
    old: Sequence[Stretch],
    new: Stretch,
    now: datetime,
    expires: datetime,
    day_count: DayCount,
    change_day: int,
    change_period_rounding: tuple[Callable[..., Day], Callable[..., tuple[Day, Day]]],
    counting: Counting,
    note: Note = silent,
) -> Day | Refusal:
    """Return the new expiry as a day number: what is left, spent at the new tariff's day price.

    ``billmanager.change.period`` (billmanager-hosting). `new` is one bought period of the new
    tariff from today on. No money moves; a result of no whole day is refused.
    """
    left, rounded_days = change_period_rounding
    first = left(now, expires, day_count, change_day)
    worth = part(old, first, day_of(expires), counting, note)
    days = days_for(worth, new, counting)
    if days is None:
        why = "what is left cannot be recalculated at the new tariff's day price"
        return Refusal("billmanager.change.period", why)
    day_price = worth / days if days else Fraction(0)
    note("days", "worth ÷ day_price", days, worth=worth, day_price=day_price)
    start, granted = rounded_days(days, now)
    note("granted", "days, rounded", granted, days=days)
    if granted < 1:
        why = f"what is left is worth {shown(days)} days of the new tariff, less than one"
        return Refusal("billmanager.change.period", why)
    if start + granted > date.max.toordinal():
        return Refusal("billmanager.change.period", "what is left would last beyond all dates")
    return start + granted


def forbidden() -> Refusal:
    """Refuse every change: ``billmanager.change.forbidden`` (billmanager-hosting)."""
    return Refusal("billmanager.change.forbidden", "the tariff cannot be changed")


def free(*, old_price: Fraction, new_price: Fraction) -> Refusal | None:
    """Refuse to change the period between a free and a paid tariff.

    ``billmanager.change.free``: no document says it; it cannot be computed.
    """
    if old_price and new_price:
        return None
    why = "the period cannot be recalculated between a free and a paid tariff"
    return Refusal("billmanager.change.free", why)


def full_payment(
    *,
    price: Fraction = Fraction(0),
    stretches: Iterable[Stretch] = (),
    counting: Counting,
    note: Note = silent,
) -> Fraction:
    """Return the whole price of the period of the new tariff.

    ``billmanager.change.full-payment`` (billmanager-hosting): the `price`, or the sum over the
    `stretches` where the period is calendar months, or cut by the end of the tariff.
    """
    bought = tuple(stretches)
    if bought:
        return part(bought, bought[0].starts, bought[-1].expires, counting, note)
    note("price", "price", price, price=price)
    return price
