"""Tariff change: five policies.

`old` is what the remaining days cost as bought; `new` is what the new tariff asks today for the
same days and the same kind of purchase.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from prorata.reference.derivation import Note, shown, silent
from prorata.reference.periods import Length, day_or_hour, elapsed, period_dated
from prorata.reference.proration import Day, day_of, day_price, noted_days, noted_sum, part
from prorata.reference.readings import table
from prorata.reference.refusal import Refusal
from prorata.reference.ruling import beside

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from prorata.reference.proration import Counting, DayCount, Stretch

__all__ = [
    "CHANGE_DAY",
    "CHANGE_PERIOD_ROUNDING",
    "DOWNGRADE_EXTRA_CHARGE_ONLY",
    "another",
    "extra_charge_only",
    "first_new_day",
    "forbidden",
    "free",
    "full_payment",
    "full_payment_expires",
    "full_payment_starts",
    "funds",
    "is_downgrade",
    "moved_days",
    "period",
    "waits",
]

_SECONDS = 86_400
_PERIOD = "billmanager.change.period"
_FUNDS = "billmanager.change.funds"
_FULL = "billmanager.change.full-payment"
_SPENT = "what is left is spent at the day price of the new tariff"

#: How many days from the change on still count as the old tariff's.
CHANGE_DAY = table("change_day", {"new": 0, "old": 1})

#: Whether a downgrade waits for the expiry.
DOWNGRADE_EXTRA_CHARGE_ONLY = table(
    "downgrade_extra_charge_only",
    {"switch_back_free": False, "keep_until_expiry": True},
)


@beside("billmanager.change.extra-charge-only")
def waits(*, downgrade_extra_charge_only: bool) -> bool:
    """Tell whether a downgrade waits for the expiry (billmanager-hosting)."""
    return downgrade_extra_charge_only


@beside(_FUNDS)
def first_new_day(*, now: datetime, expires: datetime, day_count: DayCount, change_day: int) -> Day:
    """Return the first of the days left that a change prices anew."""
    return day_of(expires) - max(day_count(now, expires, change_day), 0)


def _today_or_next(now: datetime, expires: datetime, day_count: DayCount, change_day: int) -> date:
    """Return the first day of a time that a change buys: where days are dates, `change_day` on."""
    kept = day_count(now, expires, 0) - day_count(now, expires, change_day)
    return now.date() + timedelta(days=int(kept))


def _difference(
    old: Sequence[Stretch],
    new: Sequence[Stretch],
    days: tuple[Day, Day],
    counting: Counting,
    note: Note,
) -> tuple[Fraction, Fraction]:
    """Return `new` − `old` for the days from the first to the last, and `new`."""
    first, last = days
    noted_days(first, last, note)
    old_cost = part(old, first, last, counting, note, side="old")
    new_cost = part(new, first, last, counting, note, side="new")
    note("difference", "new − old", new_cost - old_cost, new=new_cost, old=old_cost)
    return new_cost - old_cost, new_cost


def funds(
    *,
    old: Sequence[Stretch],
    new: Sequence[Stretch],
    now: datetime,
    expires: datetime,
    paid: Mapping[str, Fraction],
    day_count: DayCount,
    change_day: int,
    counting: Counting,
    note: Note = silent,
) -> Fraction:
    """Return `new` − `old` for the days left; below zero it is refunded.

    ``billmanager.change.funds`` (billmanager-hosting); the expiry stays. Of what was posted for
    those days and not given back, which `paid` has for the tariff and each resource, only what is
    more than `new` can be refunded.
    """
    first = first_new_day(now=now, expires=expires, day_count=day_count, change_day=change_day)
    difference, cost = _difference(old, new, (first, day_of(expires)), counting, note)
    most = max(sum(paid.values(), Fraction(0)) - cost, Fraction(0))
    if difference >= -most:
        return difference
    for name, amount in paid.items():
        note("posted", "amount", amount, of=name, amount=amount, why="for the days left")
    posted = noted_sum(tuple(paid.values()), note, "posted")
    why = "" if most else "nothing that was posted for these days is left to be given back"
    note("back", "posted − new, at least 0", most, why=why, posted=posted, new=cost)
    return -most


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
    first = first_new_day(now=now, expires=expires, day_count=day_count, change_day=change_day)
    difference, _ = _difference(old, new, (first, day_of(expires)), counting, note)
    if difference >= 0:
        return difference
    why = "a downgrade gives nothing back"
    note("charge", "difference, at least 0", Fraction(0), why=why, difference=difference)
    return Fraction(0)


@beside("billmanager.change.extra-charge-only")
def is_downgrade(
    *,
    old: Sequence[Stretch],
    new: Sequence[Stretch],
    now: datetime,
    expires: datetime,
    day_count: DayCount,
    change_day: int,
    counting: Counting,
) -> bool:
    """Tell whether the days left cost less at the new tariff (billmanager-hosting)."""
    first = first_new_day(now=now, expires=expires, day_count=day_count, change_day=change_day)
    difference, _ = _difference(old, new, (first, day_of(expires)), counting, silent)
    return difference < 0


class _Rounding(NamedTuple):
    """How the days that a change buys are rounded, and whether they are seconds in truth."""

    by_second: bool
    rounded: Callable[[Fraction], int]


#: How what is left is counted and how the days that it buys are rounded.
CHANGE_PERIOD_ROUNDING = table(
    "change_period_rounding",
    {
        "down": _Rounding(by_second=False, rounded=lambda days: int(days // 1)),
        "exact": _Rounding(by_second=True, rounded=lambda days: int(days * _SECONDS)),
        "nearest": _Rounding(by_second=False, rounded=lambda days: int((2 * days + 1) // 2)),
    },
)


def _first_day_of_worth(
    now: datetime, expires: datetime, day_count: DayCount, change_day: int, rounding: _Rounding
) -> Day:
    if rounding.by_second:
        left = elapsed(now, expires)
        return day_of(expires) - Fraction(int(left.total_seconds()), _SECONDS)
    return first_new_day(now=now, expires=expires, day_count=day_count, change_day=change_day)


def _period_starts(
    now: datetime, expires: datetime, day_count: DayCount, change_day: int, rounding: _Rounding
) -> date:
    return now if rounding.by_second else _today_or_next(now, expires, day_count, change_day)


@beside(_PERIOD)
def moved_days(
    *,
    now: datetime,
    expires: datetime,
    day_count: DayCount,
    change_day: int,
    change_period_rounding: _Rounding,
) -> tuple[Day, date]:
    """Return from when on the old time is worth something, and from when on the new days count.

    Beside ``billmanager.change.period``: civil dates, or under ``exact`` seconds that really pass,
    counted from the instant of the change.
    """
    counted = now, expires, day_count, change_day, change_period_rounding
    return _first_day_of_worth(*counted), _period_starts(*counted)


def period(
    *,
    old: Sequence[Stretch],
    new: Stretch,
    now: datetime,
    expires: datetime,
    day_count: DayCount,
    change_day: int,
    change_period_rounding: _Rounding,
    counting: Counting,
    note: Note = silent,
) -> date | Refusal:
    """Return the new expiry: what is left, spent at the new tariff's day price.

    ``billmanager.change.period`` (billmanager-hosting). `new` is one bought period of the new
    tariff from the change on; the day price of its first day holds for all. No money moves; a
    result of no whole day is refused. An expiry with an hour is an aware instant.
    """
    counted = now, expires, day_count, change_day, change_period_rounding
    first, starts = _first_day_of_worth(*counted), _period_starts(*counted)
    worth = part(old, first, day_of(expires), counting, note, side="old")
    price, even = day_price(new, counting)
    counting.pricing.tell(
        note, "new", (even.price, 1, even.full_expires - even.full_starts), new.name
    )
    if not price:
        return Refusal(_PERIOD, "what is left cannot be spent where a day costs nothing")
    days = worth / price
    note("days", "worth ÷ day_price", days, worth=worth, day_price=price)
    granted = change_period_rounding.rounded(days)
    if (days if change_period_rounding.by_second else granted) < 1:
        why = f"what is left is worth {shown(days)} days of the new tariff, less than one"
        return Refusal(_PERIOD, why)
    try:
        if change_period_rounding.by_second:
            ends: date = (now.astimezone(UTC) + timedelta(seconds=granted)).astimezone(now.tzinfo)
            span = str(timedelta(seconds=granted)).removesuffix(", 0:00:00")
            why = f"{_SPENT}, in time that really passes"
            note("expires", "now + span", ends, of="changed", why=why, now=now, span=span)
        else:
            ends = starts + timedelta(days=granted)
            whole = Length(days=granted)
            note("expires", "starts + days", ends, of="from", why=_SPENT, starts=starts, days=whole)
    except OverflowError:
        return Refusal(_PERIOD, "what is left would last beyond all dates")
    return ends


def forbidden() -> Refusal:
    """Refuse every change: ``billmanager.change.forbidden`` (billmanager-hosting)."""
    return Refusal("billmanager.change.forbidden", "the tariff cannot be changed")


@beside("billmanager.change.forbidden")
def another(*, has: str, wants: str) -> Refusal | None:
    """Refuse a change to the tariff that the service has (ours)."""
    if has != wants:
        return None
    return Refusal("billmanager.change.forbidden", f"the service has the tariff {wants} already")


def free(*, old_price: Fraction, new_price: Fraction) -> Refusal | None:
    """Refuse to change the period from or to a free tariff.

    ``billmanager.change.free``: no document says it; it cannot be computed.
    """
    if old_price and new_price:
        return None
    why = "the period cannot be recalculated from or to a free tariff"
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


@beside(_FULL)
def full_payment_starts(
    *,
    now: datetime,
    expires: datetime,
    renew_from: str,
    day_count: DayCount,
    change_day: int,
) -> date:
    """Return from when on a whole period of the new tariff counts: the change or the expiry."""
    if renew_from == "current date":
        return _today_or_next(now, expires, day_count, change_day)
    return day_or_hour(expires)


@beside(_FULL)
def full_payment_expires(
    *,
    starts: date,
    period: Length,
    anchor: int,
    month: Callable[..., date],
    month_end: Callable[[date, int, int], date],
    note: Note = silent,
) -> date:
    """Return when a whole period that a change bought expires.

    ``billmanager.change.full-payment`` (billmanager-hosting).
    """
    return period_dated(
        starts,
        period,
        anchor,
        month=month,
        month_end=month_end,
        note=note,
        of="from",
        why="a whole period of the new tariff",
    )
