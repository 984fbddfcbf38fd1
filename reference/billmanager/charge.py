"""Kinds of charging: by period, by calendar month, by day."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from prorata.reference.derivation import Note, silent
from prorata.reference.periods import (
    DAYS_PER_MONTH,
    Length,
    add_months,
    days_in_month,
    first_of_next_month,
    period_end,
)
from prorata.reference.proration import Stretch, part
from prorata.reference.readings import table
from prorata.reference.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import date

    from prorata.reference.proration import Counting

__all__ = [
    "CALENDAR_LONG_PERIOD",
    "DAILY_CHARGE",
    "DayTerms",
    "calendar",
    "calendar_expires",
    "calendar_stretches",
    "daily",
    "daily_right",
    "daily_suspension",
    "one_kind",
    "periodic",
]


def periodic(
    *,
    starts: date,
    period: Length,
    anchor: int,
    month: Callable[..., date],
    month_end: Callable[[date, int, int], date],
) -> date:
    """Return when a period from `starts` expires; `anchor` is the day of the month kept.

    ``billmanager.charge.periodic`` (vendor).
    """
    return period_end(starts, period, anchor, month=month, month_end=month_end)


def one_kind(*, by_day: bool, by_calendar: bool) -> Refusal | None:
    """Refuse a tariff that charges by day and by calendar month.

    Beside ``billmanager.charge.calendar`` (billmanager-hosting).
    """
    if by_day and by_calendar:
        why = "calendar-based charges are not available together with daily charges"
        return Refusal("billmanager.charge.calendar", why)
    return None


def _spread(_months: int) -> Refusal | None:
    return None


def _refused(months: int) -> Refusal | None:
    if months == 1:
        return None
    why = "under calendar-based charges the tariff sells one month at a time"
    return Refusal("billmanager.charge.calendar", why)


#: Whether more than one month is sold under calendar charging.
CALENDAR_LONG_PERIOD = table("calendar_long_period", {"spread": _spread, "refused": _refused})


def calendar_expires(*, day: date, months: int, pro_rata_day: int, renewal: bool = False) -> date:
    """Return when `months` bought on `day` expire: on a first of the month.

    Beside ``billmanager.charge.calendar``: on the next first, one month later from the pro-rata
    day on, and `months` − 1 months after that. A renewal from a first lasts whole months.
    """
    if renewal and day.day == 1:
        return add_months(day, months)
    from_pro_rata_day_on = day.day >= pro_rata_day
    return add_months(first_of_next_month(day), months - 1 + from_pro_rata_day_on)


def calendar_stretches(
    *,
    day: date,
    expires: date,
    months: int,
    price: Fraction,
    renewal: bool = False,
) -> tuple[Stretch, ...]:
    """Return the calendar months touched from `day` to `expires`, each at `price` ÷ `months`."""
    stretches = []
    first = day
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
    """What one day is charged by.

    `day_price` and `month_price` are the tariff's; `nominal_days` and `civil_days` those of the
    order period; `charged_days` and `posted` what the period's earlier days came to.
    """

    day: date
    by_order_period: bool = False
    day_price: Fraction = Fraction(0)
    month_price: Fraction = Fraction(0)
    nominal_days: int = DAYS_PER_MONTH
    civil_days: int = DAYS_PER_MONTH
    charged_days: int = 0
    posted: Fraction = Fraction(0)


def _rate_fixed(terms: DayTerms, note: Note) -> Fraction:
    if not terms.by_order_period:
        note("day", "day_price", terms.day_price, day_price=terms.day_price)
        return terms.day_price
    period_sum = terms.day_price * terms.nominal_days
    note(
        "period",
        "day_price × nominal_days",
        period_sum,
        day_price=terms.day_price,
        nominal_days=terms.nominal_days,
    )
    days = terms.charged_days + 1
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
    days = DAYS_PER_MONTH if terms.by_order_period else days_in_month(terms.day)
    amount = terms.month_price / days
    note("day", "month_price ÷ days", amount, month_price=terms.month_price, days=days)
    return amount


#: What a day costs under daily charging.
DAILY_CHARGE = table(
    "daily_charge",
    {"rate_fixed": _rate_fixed, "rate_from_month": _rate_from_month},
)


def daily(
    *,
    terms: DayTerms,
    daily_charge: Callable[[DayTerms, Note], Fraction],
    note: Note = silent,
) -> Fraction:
    """Return what one day costs under daily charging.

    ``billmanager.charge.daily`` (billmanager-hosting). Where the cost depends on the order period,
    its nominal days (30 a month, 365 a year) are paid, allocated over its civil days: each day
    brings the sum posted so far up to its share.
    """
    return daily_charge(terms, note)


def daily_suspension(*, suspended: bool, charge_after_suspension: bool) -> bool:
    """Tell whether a day is charged that begins like this.

    ``billmanager.charge.daily.suspension`` (billmanager-hosting): a day of downtime, which is one
    suspended at its 00:00 and all day, only where the tariff says so.
    """
    return charge_after_suspension or not suspended


def daily_right(*, allowed: bool) -> Refusal | None:
    """Let clients suspend and resume a service charged by day where its tariff says so.

    Beside ``billmanager.charge.daily.suspension`` (billmanager-hosting).
    """
    if allowed:
        return None
    why = "clients may not suspend or resume a service of this tariff"
    return Refusal("billmanager.charge.daily.suspension", why)
