"""Kinds of charging: by period, by calendar month, by day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

from prorata.reference.derivation import Note, silent
from prorata.reference.periods import (
    DAYS_PER_MONTH,
    Length,
    add_months,
    days_in_month,
    first_of_next_month,
    nominal_days,
    period_dated,
)
from prorata.reference.proration import Stretch, part
from prorata.reference.readings import table
from prorata.reference.refusal import Refusal
from prorata.reference.ruling import beside

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from prorata.reference.proration import Counting

__all__ = [
    "CALENDAR_LONG_PERIOD",
    "DAILY_CHARGE",
    "DayTerms",
    "calendar",
    "calendar_expires",
    "calendar_stretches",
    "daily",
    "daily_expires",
    "daily_right",
    "daily_suspension",
    "keeps_kind",
    "months_sold",
    "not_begun",
    "one_kind",
    "periodic",
    "runs_out",
    "same_kind",
]

_MONTH = Length(months=1)
_CALENDAR = "billmanager.charge.calendar"
_DAILY = "billmanager.charge.daily"


def periodic(
    *,
    starts: date,
    period: Length,
    anchor: int,
    month: Callable[..., date],
    month_end: Callable[[date, int, int], date],
    note: Note = silent,
) -> date:
    """Return when a period from `starts` expires; `anchor` is the day of the month kept.

    ``billmanager.charge.periodic`` (vendor).
    """
    return period_dated(
        starts,
        period,
        anchor,
        month=month,
        month_end=month_end,
        note=note,
        of="start",
        why="counted from the first day of the service",
    )


@beside(_CALENDAR)
def one_kind(*, by_day: bool, by_calendar: bool) -> Refusal | None:
    """Refuse a tariff that charges by day and by calendar month.

    Beside ``billmanager.charge.calendar`` (billmanager-hosting).
    """
    if by_day and by_calendar:
        why = "calendar-based charges are not available together with daily charges"
        return Refusal(_CALENDAR, why)
    return None


def _spread(_months: int) -> Refusal | None:
    return None


def _refused(months: int) -> Refusal | None:
    if months == 1:
        return None
    why = "under calendar-based charges the tariff sells one month at a time"
    return Refusal(_CALENDAR, why)


#: Whether more than one month is sold under calendar charging.
CALENDAR_LONG_PERIOD = table("calendar_long_period", {"spread": _spread, "refused": _refused})


@beside(_CALENDAR)
def months_sold(
    *, months: int, calendar_long_period: Callable[[int], Refusal | None]
) -> Refusal | None:
    """Refuse a period under calendar charging that is not of months; 0 months are days.

    Beside ``billmanager.charge.calendar`` (billmanager-hosting).
    """
    if not months:
        return Refusal(_CALENDAR, "calendar-based charges have months for periods")
    return calendar_long_period(months)


@beside(_CALENDAR)
def calendar_expires(
    *, starts: date, months: int, pro_rata_day: int, renewal: bool = False, note: Note = silent
) -> date:
    """Return when `months` from `starts` on expire: on a first of the month.

    Beside ``billmanager.charge.calendar``: on the next first, one month later from the pro-rata
    day on, and `months` − 1 months after that. A renewal from a first lasts whole months.
    """
    whole = renewal and starts.day == 1
    first = starts if whole else first_of_next_month(starts)
    later = months if whole else months - 1 + (starts.day >= pro_rata_day)
    expires = add_months(first, later)
    side = "before" if starts.day < pro_rata_day else "on or after"
    note(
        "expires",
        "first + months" if later else "first",
        expires,
        of="expiry" if whole else "next first",
        why="whole months" if whole else f"{starts} is {side} the pro-rata day {pro_rata_day}",
        first=first,
        months=Length(months=later),
    )
    return expires


@beside(_CALENDAR)
def calendar_stretches(
    *,
    starts: date,
    expires: date,
    months: int,
    price: Fraction,
    renewal: bool = False,
) -> tuple[Stretch, ...]:
    """Return the calendar months touched from `starts` to `expires`, each at `price` ÷ `months`."""
    stretches = []
    first = starts
    while first < expires:
        until = first_of_next_month(first)
        stretches.append(
            Stretch(
                starts=first.toordinal(),
                expires=min(until, expires).toordinal(),
                price=price / months,
                full_starts=first.replace(day=1).toordinal(),
                full_expires=until.toordinal(),
                months=months,
                calendar=True,
                renewal=renewal,
            ),
        )
        first = until
    return tuple(stretches)


def calendar(*, stretches: Iterable[Stretch], counting: Counting, note: Note = silent) -> Fraction:
    """Return the price of the calendar months touched, each by the days used in it.

    ``billmanager.charge.calendar`` (billmanager-hosting): Σ price × days used ÷ days in the month,
    the day of the order counted.
    """
    stretches = tuple(stretches)
    return part(stretches, stretches[0].starts, stretches[-1].expires, counting, note)


@dataclass(frozen=True, slots=True)
class DayTerms:
    """What one day is charged by, of a service or of all that it has of a resource.

    `day_price` and `month_price` are the tariff's for all of it, `day_price` None where a resource
    has a monthly price only, `month_price` None where the tariff has none. `period` and
    `civil_days` are those of the order period; `days` and `posted` what its earlier days at this
    price came to. `resource` is its name.
    """

    day: date
    by_order_period: bool = False
    day_price: Fraction | None = Fraction(0)
    month_price: Fraction | None = Fraction(0)
    period: Length = _MONTH
    civil_days: int = DAYS_PER_MONTH
    days: int = 0
    posted: Fraction = Fraction(0)
    resource: str = ""


def _period_sum(terms: DayTerms, note: Note) -> Fraction:
    if terms.day_price is None:
        months = terms.period.months or Fraction(terms.period.days, DAYS_PER_MONTH)
        month_price = terms.month_price or Fraction(0)
        period_sum = month_price * months
        formula = {"month_price": month_price, "months": months}
        note("period", "month_price × months", period_sum, of=terms.resource, **formula)
        return period_sum
    days = terms.period.days or nominal_days(terms.period.months)
    period_sum = terms.day_price * days
    formula = {"day_price": terms.day_price, "nominal_days": days}
    note("period", "day_price × nominal_days", period_sum, of=terms.resource, **formula)
    return period_sum


def _rate_fixed(terms: DayTerms, note: Note) -> Fraction:
    if not terms.by_order_period:
        if terms.day_price is None:
            return _rate_from_month(terms, note)
        note("day", "day_price", terms.day_price, of=terms.resource, day_price=terms.day_price)
        return terms.day_price
    period_sum = _period_sum(terms, note)
    days = terms.days + 1
    amount = period_sum * days / terms.civil_days - terms.posted
    note(
        "day",
        "period_sum × days ÷ civil_days − posted",
        amount,
        period_sum=period_sum,
        days=days,
        civil_days=terms.civil_days,
        posted=terms.posted,
    )
    return amount


def _rate_from_month(terms: DayTerms, note: Note) -> Fraction:
    given = terms.day_price if terms.month_price is None else None
    if given is not None:
        # A day price of a resource's own, or of what has no monthly price, is not made from one.
        note("day", "day_price", given, of=terms.resource, day_price=given)
        return given
    days = DAYS_PER_MONTH if terms.by_order_period else days_in_month(terms.day)
    month_price = terms.month_price or Fraction(0)
    amount = month_price / days
    formula = {"month_price": month_price, "days": days}
    note("day", "month_price ÷ days", amount, of=terms.resource, **formula)
    return amount


#: What a day costs under daily charging.
DAILY_CHARGE = table(
    "daily_charge",
    {"rate_fixed": _rate_fixed, "rate_from_month": _rate_from_month},
)


def daily(
    *,
    terms: DayTerms,
    before: DayTerms | None = None,
    daily_charge: Callable[[DayTerms, Note], Fraction],
    note: Note = silent,
) -> Fraction:
    """Return what one day costs under daily charging.

    ``billmanager.charge.daily`` (billmanager-hosting). Where the cost depends on the order period,
    its nominal days (30 a month, 365 a year) are paid, allocated over its civil days: each day
    brings the sum posted so far up to its share. Where a day was charged already, for less of a
    resource, `before` says how, and only the difference is asked.
    """
    amount = daily_charge(terms, note)
    if before is None:
        return amount
    charged = daily_charge(before, note)
    note("more", "day − charged", amount - charged, day=amount, charged=charged)
    return amount - charged


@beside(_DAILY)
def daily_expires(*, day: date, note: Note = silent) -> date:
    """Return until when a day is paid for: ``billmanager.charge.daily`` (billmanager-hosting)."""
    expires = day + timedelta(days=1)
    why = "a day is paid for as it begins"
    note("expires", "day + length", expires, of="day", why=why, day=day, length=Length(days=1))
    return expires


@beside(_DAILY)
def not_begun(*, refused: Refusal, note: Note = silent) -> None:
    """Say why a day is not charged: ``billmanager.charge.daily`` (billmanager-hosting)."""
    note("daily", "", "nothing", why=refused.told)


@beside(_DAILY)
def keeps_kind(*, tariff: str, changes: bool, services: int) -> Refusal | None:
    """Refuse to make a tariff that has services charge by the day, or no longer (ours).

    Beside ``billmanager.charge.daily`` (billmanager-hosting).
    """
    if not (changes and services):
        return None
    return Refusal(_DAILY, f"tariff {tariff} has services, which keep their kind of charging")


@beside(_DAILY)
def runs_out(*, expires: datetime, now: datetime) -> Refusal | None:
    """Refuse to renew a service that is charged by the day as it runs.

    Beside ``billmanager.charge.daily``: one that a lack of money stopped goes on by hand.
    """
    if expires <= now:
        return None
    return Refusal(_DAILY, "the service is charged by day as it runs")


@beside(_DAILY)
def same_kind(*, old_by_day: bool, new_by_day: bool) -> Refusal | None:
    """Refuse to change between charging by the day and charging by periods (ours).

    Beside ``billmanager.charge.daily`` (billmanager-hosting).
    """
    if old_by_day == new_by_day:
        return None
    why = "a service is not changed between charging by day and by period"
    return Refusal(_DAILY, why)


def daily_suspension(
    *, suspended: bool, charge_after_suspension: bool, note: Note = silent
) -> bool:
    """Tell whether a day is charged that begins like this.

    ``billmanager.charge.daily.suspension`` (billmanager-hosting): a day of downtime, which is one
    suspended at its 00:00 and all day, only where the tariff says so.
    """
    charged = charge_after_suspension or not suspended
    if not charged:
        why = "the service is suspended, and its tariff charges no day of downtime"
        note("daily", "", "not charged", why=why)
    return charged


@beside("billmanager.charge.daily.suspension")
def daily_right(*, allowed: bool) -> Refusal | None:
    """Let clients suspend and resume a service charged by day where its tariff says so.

    Beside ``billmanager.charge.daily.suspension`` (billmanager-hosting).
    """
    if allowed:
        return None
    why = "clients may not suspend or resume a service of this tariff"
    return Refusal("billmanager.charge.daily.suspension", why)
