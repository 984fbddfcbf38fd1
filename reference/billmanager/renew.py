"""Renewal: dates, late fees, and the days that a service ran unpaid."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from prorata.reference.derivation import Note, plain_number, silent
from prorata.reference.periods import Length, elapsed, period_end
from prorata.reference.proration import part
from prorata.reference.readings import table
from prorata.reference.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from fractions import Fraction

    from prorata.reference.proration import Counting, Stretch

    MonthEnd = Callable[[date, int, int], date]

__all__ = [
    "AUTO_RETRY",
    "OVERDUE_DAYS",
    "auto",
    "from_suspension",
    "late",
    "late_fee_fixed",
    "late_fee_percent",
    "late_policy",
    "plain",
    "weekend",
    "weekend_runs_until",
]

_WEEKEND = (5, 6)


def late(*, expires: date, renewed: date) -> bool:
    """Tell whether a renewal is late: on a civil date after that of the expiry."""
    return renewed > expires


def late_policy(*, policy: str, expires: date, suspended: date, renewed: date) -> date:
    """Return the date from which a renewal counts.

    ``billmanager.renew.late-policy`` (billmanager-hosting): the expiry, as long as it has not
    passed; then the renewal or, by the policy ``from suspension``, the suspension.
    """
    if not late(expires=expires, renewed=renewed):
        return expires
    return suspended if policy == "from suspension" else renewed


def plain(
    *,
    starts: date,
    period: Length,
    anchor: int,
    month: Callable[..., date],
    month_end: MonthEnd,
) -> date:
    """Return the new expiry: `period` after `starts`, which is the old one unless it has passed.

    ``billmanager.renew.plain`` (billmanager-hosting).
    """
    return period_end(starts, period, anchor, month=month, month_end=month_end)


def from_suspension(
    *,
    suspended: date,
    renewed: date,
    period: Length,
    anchor: int | None = None,
    month: Callable[..., date],
    month_end: MonthEnd,
) -> date | Refusal:
    """Return the new expiry counted from the suspension; it must reach past the renewal.

    ``billmanager.renew.from-suspension`` (billmanager-hosting). The refusal names how many of the
    periods are needed.
    """
    count, expires = 0, suspended
    while expires <= renewed:
        count += 1
        longer = Length(period.months * count, period.days * count)
        expires = period_end(
            suspended, longer, anchor or suspended.day, month=month, month_end=month_end
        )
    if count == 1:
        return expires
    why = f"{period} from {suspended} does not reach past {renewed}: {count} periods are needed"
    return Refusal("billmanager.renew.from-suspension", why)


def auto(*, wanted: bool, balance: Fraction, cost: Fraction) -> bool:
    """Tell whether a service renews by itself at expiry: where the client wants it and can pay.

    ``billmanager.renew.auto`` (billmanager-hosting).
    """
    return wanted and balance >= cost


#: Whether automatic renewal is tried again at each midnight after it failed.
AUTO_RETRY = table("auto_retry", {"never": False, "daily": True})


def late_fee_fixed(*, amount: Fraction, note: Note = silent) -> Fraction:
    """Return the fixed late fee: ``billmanager.renew.late-fee.fixed`` (billmanager-hosting)."""
    note("late fee", "amount", amount, amount=amount)
    return amount


def _inclusive(expired: datetime, renewed: datetime) -> int:
    return renewed.toordinal() - expired.toordinal() + 1


def _started(expired: datetime, renewed: datetime) -> int:
    return -(-elapsed(expired, renewed) // timedelta(days=1))


#: How many days are overdue: from the expiry and the renewal.
OVERDUE_DAYS = table("overdue_days", {"inclusive": _inclusive, "started": _started})


def late_fee_percent(
    *,
    stretches: Iterable[Stretch],
    expired: datetime,
    renewed: datetime,
    percent: Fraction,
    overdue_days: Callable[[datetime, datetime], int],
    counting: Counting,
    note: Note = silent,
) -> Fraction:
    """Return the late fee: `percent` of what the overdue days cost at the price that expired.

    ``billmanager.renew.late-fee.percent`` (billmanager-hosting), even where a year was bought.
    """
    days = max(overdue_days(expired, renewed), 0)
    note("overdue", "renewed against expired, in days", days, renewed=renewed, expired=expired)
    first = expired.toordinal()
    cost = part(stretches, first, first + days, counting, note)
    fee = cost * percent / 100
    note("late fee", "cost × percent ÷ 100", fee, cost=cost, percent=plain_number(percent))
    return fee


def _monday(expires: datetime) -> datetime:
    while expires.weekday() in _WEEKEND:
        expires += timedelta(days=1)
    return expires.replace(hour=0, minute=0, second=0)


def _next_charge(expires: datetime) -> datetime:
    return _monday(expires).replace(hour=5)


#: When a service that runs on over a weekend is suspended: from its expiry on Saturday or Sunday.
WEEKEND_END = table("weekend_end", {"monday": _monday, "next_charge": _next_charge})


def weekend_runs_until(
    *,
    expires: datetime,
    runs_on: bool,
    weekend_end: Callable[[datetime], datetime],
) -> datetime:
    """Return when a service is suspended that is not renewed: at its expiry or after the weekend.

    Beside ``billmanager.renew.weekend`` (billmanager-hosting).
    """
    return weekend_end(expires) if runs_on and expires.weekday() in _WEEKEND else expires


def weekend(
    *,
    stretches: Iterable[Stretch],
    expired: date,
    until: date,
    counting: Counting,
    note: Note = silent,
) -> Fraction:
    """Return what the extra days cost that a service ran unpaid over a weekend.

    ``billmanager.renew.weekend`` (billmanager-hosting); charged only where renewing late has a
    penalty.
    """
    return part(stretches, expired.toordinal(), until.toordinal(), counting, note)
