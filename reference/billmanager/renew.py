"""Renewal: dates, late fees, and the days that a service ran unpaid."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from prorata.reference.billmanager.charge import calendar_expires
from prorata.reference.derivation import Note, Told, plain_number, shown, silent
from prorata.reference.periods import Length, elapsed, period_dated
from prorata.reference.proration import day_of, part
from prorata.reference.readings import table
from prorata.reference.refusal import Refusal
from prorata.reference.ruling import beside

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

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
    "not_renewed",
    "plain",
    "reaches",
    "reaches_by_month",
    "retried",
    "weekend",
    "weekend_runs_until",
]

_WEEKEND = (5, 6)


@beside("billmanager.renew.late-policy")
def late(*, expires: date, renewed: date) -> bool:
    """Tell whether a renewal is late: on a civil date after that of the expiry."""
    return renewed > expires


def late_policy(
    *,
    renewed: date,
    period: Length,
    month: Callable[..., date],
    month_end: MonthEnd,
    note: Note = silent,
) -> date:
    """Return the new expiry of what is renewed late: `period` after the renewal.

    ``billmanager.renew.late-policy`` (billmanager-hosting), by the policies ``none``, ``fixed`` and
    ``percent``; by the fourth, ``billmanager.renew.from-suspension`` says.
    """
    return period_dated(
        renewed,
        period,
        renewed.day,
        month=month,
        month_end=month_end,
        note=note,
        of="renewed",
        why="counted from the renewal, which comes after the expiry",
    )


def plain(
    *,
    starts: date,
    period: Length,
    anchor: int,
    month: Callable[..., date],
    month_end: MonthEnd,
    note: Note = silent,
) -> date:
    """Return the new expiry: `period` after the old one, `starts`.

    ``billmanager.renew.plain`` (billmanager-hosting).
    """
    return period_dated(
        starts,
        period,
        anchor,
        month=month,
        month_end=month_end,
        note=note,
        of="expiry",
        why="counted from the expiry, up to which it is renewed",
    )


def from_suspension(
    *,
    suspended: date,
    renewed: date,
    period: Length,
    anchor: int | None = None,
    month: Callable[..., date],
    month_end: MonthEnd,
    note: Note = silent,
) -> date | Refusal:
    """Return the new expiry counted from the suspension; it must reach past the renewal.

    ``billmanager.renew.from-suspension`` (billmanager-hosting). What ran on over a weekend counts
    from its expiry. The refusal names how many of the periods are needed.
    """
    day = anchor or suspended.day
    expires = period_dated(
        suspended,
        period,
        day,
        month=month,
        month_end=month_end,
        note=note,
        of="suspended",
        why="counted from the suspension, as the tariff's late renewal says",
    )

    def longer(length: Length) -> date:
        return period_dated(
            suspended, length, day, month=month, month_end=month_end, note=silent, of="", why=""
        )

    return _too_short(suspended, expires, renewed, period, longer) or expires


def _too_short(
    suspended: date,
    expires: date,
    renewed: date,
    period: Length,
    longer: Callable[[Length], date],
) -> Refusal | None:
    """Refuse a time that does not reach past the renewal, and name how many periods do.

    `longer` says when a time of another length from the suspension expires.
    """
    count = 1
    while not _past(expires, renewed):
        count += 1
        expires = longer(Length(period.months * count, period.days * count))
    if count == 1:
        return None
    why = (
        f"{period} from {shown(suspended)} does not reach past {shown(renewed)}: "
        f"{count} periods are needed"
    )
    return Refusal("billmanager.renew.from-suspension", why)


def _past(expires: date, renewed: date) -> bool:
    """Tell whether an expiry is past the renewal: by their dates, or by the hours that they have.

    One that has an hour is compared with the instant of the renewal.
    """
    if isinstance(expires, datetime) and isinstance(renewed, datetime):
        return elapsed(renewed, expires) > timedelta()
    return expires.toordinal() > renewed.toordinal()


@beside("billmanager.renew.from-suspension")
def reaches(*, expires: date, renewed: date) -> Refusal | None:
    """Refuse a renewal whose time, cut by the end of the tariff, has passed already."""
    if _past(expires, renewed):
        return None
    why = f"the renewed time ends on {shown(expires)}, and it is {shown(renewed)}"
    return Refusal("billmanager.renew.from-suspension", why)


@beside("billmanager.renew.from-suspension")
def reaches_by_month(
    *, suspended: date, renewed: date, period: Length, pro_rata_day: int
) -> Refusal | None:
    """Refuse a renewal whose calendar months, counted from the suspension, have passed already."""

    def longer(length: Length) -> date:
        return calendar_expires(
            starts=date.fromordinal(suspended.toordinal()),
            months=length.months,
            pro_rata_day=pro_rata_day,
            renewal=True,
        )

    return _too_short(suspended, longer(period), renewed, period, longer)


def auto(*, wanted: bool, balance: Fraction, cost: Fraction) -> bool:
    """Tell whether a service renews by itself at expiry: where the client wants it and can pay.

    ``billmanager.renew.auto`` (billmanager-hosting).
    """
    return wanted and balance >= cost


@beside("billmanager.renew.auto")
def not_renewed(*, wanted: bool, refused: Refusal | None, note: Note = silent) -> None:
    """Say why a service does not renew by itself: ``billmanager.renew.auto``.

    A renewal of nothing is refused by none, and needs a balance that is not below zero.
    """
    unpaid = refused.told if refused else "the balance is below zero"
    why = unpaid if wanted else "automatic renewal is not on"
    note("renewal", "", "nothing", why=why)


#: Whether automatic renewal is tried again at each midnight after it failed.
AUTO_RETRY = table("auto_retry", {"never": False, "daily": True})


@beside("billmanager.renew.auto")
def retried(*, wanted: bool, auto_retry: bool) -> bool:
    """Tell whether an automatic renewal that failed is tried again at the next midnight."""
    return wanted and auto_retry


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


def _inclusive_told(expired: datetime, renewed: datetime) -> Told:
    days = {"renewed": renewed.date(), "expired": expired.date()}
    return "renewed − expired + 1", days, "the first day and the last one count"


def _started_told(expired: datetime, renewed: datetime) -> Told:
    hours = plain_number(Fraction(int(elapsed(expired, renewed).total_seconds()), 3600))
    why = f"the hours from {shown(expired)} to {shown(renewed)}; a day that has begun counts"
    return "⌈hours ÷ 24⌉", {"hours": hours}, why


#: How they are written.
_OVERDUE_TOLD: Final[Mapping[Callable[..., int], Callable[[datetime, datetime], Told]]] = {
    _inclusive: _inclusive_told,
    _started: _started_told,
}


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
    days = overdue_days(expired, renewed)
    if note is not silent:
        formula, numbers, why = _OVERDUE_TOLD[overdue_days](expired, renewed)
        note("overdue", formula, days, why=why, **numbers)
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


@beside("billmanager.renew.weekend")
def weekend_runs_until(
    *,
    expires: datetime,
    weekend_end: Callable[[datetime], datetime],
    note: Note = silent,
) -> datetime:
    """Return when a service is suspended that is not suspended on weekends.

    Beside ``billmanager.renew.weekend`` (billmanager-hosting): at its expiry, or after the weekend.
    """
    if expires.weekday() not in _WEEKEND:
        note("suspended", "expires", expires, of="expiry", why="on no weekend", expires=expires)
        return expires
    until = weekend_end(expires)
    why = f"expired on a {expires:%A}, and not suspended on weekends"
    # As the clocks on the wall show it: "2 days", or "2 days, 5:00:00".
    rest = str(until.replace(tzinfo=None) - expires.replace(tzinfo=None)).removesuffix(", 0:00:00")
    note("suspended", "expires + rest", until, of="expiry", why=why, expires=expires, rest=rest)
    return until


def weekend(
    *,
    stretches: Iterable[Stretch],
    expired: datetime,
    until: date,
    counting: Counting,
    note: Note = silent,
) -> Fraction:
    """Return what the extra days cost that a service ran unpaid over a weekend.

    ``billmanager.renew.weekend`` (billmanager-hosting); charged only where renewing late has a
    penalty. A day on which the service expired at an hour counts for its part.
    """
    return part(stretches, day_of(expired), until.toordinal(), counting, note)
