"""The rules: pure functions of dates and exact amounts, one for each decision."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

from prorata.harness import Refused, Unsupported

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from small_billing.model import Stretch, Tariff

__all__ = ["DAY", "Rules", "add_months", "months_of"]

DAY = timedelta(days=1)
_MONTHS = {"month": 1, "months": 1, "year": 12, "years": 12}
_LONGEST_NAME = 16


def add_months(day: date, months: int, anchor: int) -> date:
    """Return the date `months` later on day `anchor`, or on the last of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(anchor, monthrange(year, month + 1)[1]))


def months_of(period: str) -> int:
    """Return how many months a period has."""
    count, unit = period.split()
    if unit not in _MONTHS:
        reason = "days under calendar charging: planned"
        raise Unsupported(reason)
    return int(count) * _MONTHS[unit]


def _nominal_days(period: str) -> int:
    count, unit = period.split()
    if unit not in _MONTHS:
        return int(count)
    years, months = divmod(months_of(period), 12)
    return 365 * years + 30 * months


class Rules:
    """What the billing asks when it decides on a date, an amount or a name."""

    # Dates

    def period_end(self, starts: date, period: str, anchor: int) -> date:
        """Return the end of a period: months keep the anchor day, or end on the month's last."""
        count, unit = period.split()
        if unit not in _MONTHS:
            return starts + int(count) * DAY
        return add_months(starts, months_of(period), anchor)

    def calendar_end(
        self, starts: date, months: int, pro_rata_day: int, *, renewal: bool = False
    ) -> date:
        """Return the 1st on which calendar months end: one later from the pro-rata day on.

        A renewal from a 1st lasts whole months.
        """
        later = starts.day >= pro_rata_day and not (renewal and starts.day == 1)
        return add_months(starts, months + later, 1)

    def cut_at_tariff_end(self, end: date | None, starts: date, expires: date) -> date:
        """Return the expiry, no later than the end of the tariff."""
        if end is None:
            return expires
        if starts >= end:
            raise Refused(f"not sold from {end} on", "billmanager.order.tariff-end")
        return min(expires, end)

    def renewal_start(self, policy: str, expired: date, today: date) -> date:
        """Return from when a renewal counts: the expiry, or today where it is late.

        By the policy "from suspension" also a late one counts from the expiry.
        """
        return expired if policy == "from suspension" else max(expired, today)

    def overdue_days(self, expired: date, today: date) -> int:
        """Return how many days late it is, both dates counted."""
        return (today - expired).days + 1

    # Amounts

    def rounded(self, amount: Fraction, digits: int) -> Fraction:
        """Round once, half up, a refund as a charge."""
        units = int(abs(amount) * 10**digits + Fraction(1, 2))
        return Fraction(units if amount > 0 else -units, 10**digits)

    def part(self, stretches: Sequence[Stretch], first: date, last: date) -> Fraction:
        """Return what the days from `first` to `last` cost, each by the stretch it falls in.

        Days after the last expiry cost what a day of the last stretch does.
        """
        end = max((stretch.expires for stretch in stretches), default=last)
        total = Fraction(0)
        for stretch in stretches:
            until = last if stretch.expires == end else min(last, stretch.expires)
            days = (until - max(first, stretch.starts)).days
            total += stretch.price * max(days, 0) / stretch.days
        return total

    def price(
        self, tariff: Tariff, period: str, item: str = "tariff", units: tuple[int, int] = (0, 0),
        *, renewal: bool = False,
    ) -> Fraction:  # fmt: skip
        """Return what a tariff asks today for a period, of itself or of units of a resource."""
        if item == "tariff":
            asked = tariff.get("prices", {}).get(period)
            if asked is None:
                raise Refused(f"there is no price for {period}", "billmanager.order.price")
            special = tariff.get("renewal_prices", {}).get(period, asked)
            return Fraction(special if renewal else asked)
        sold = tariff.get("resources", {}).get(item, {})
        before, after = (max(amount - sold.get("included", 0), 0) for amount in units)
        unit_price = Fraction(sold.get("prices", {}).get(period, "0"))
        return unit_price * int(after - before)

    def purchase_cost(self, stretches: Sequence[Stretch]) -> Fraction:
        """Return the price of a purchase: of a shortened or calendar one, its part."""
        return self.part(stretches, stretches[0].starts, stretches[-1].expires)

    def calendar_stretches(self, bought: Stretch) -> list[Stretch]:
        """Return the months that a calendar purchase touches, each at its share of the price."""
        share, month, months = months_of(bought.period), bought.starts, []
        while month < bought.expires:
            following = add_months(month, 1, 1)
            days = monthrange(month.year, month.month)[1]
            whole = replace(bought, price=bought.price / share, days=days, share=share)
            months.append(replace(whole, starts=month, expires=min(following, bought.expires)))
            month = following
        return months

    def day_charge(
        self, tariff: Tariff, period: str, cycle: tuple[date, date], today: date
    ) -> Fraction:
        """Return what today costs: the day price, or a day's share of the order period's sum."""
        price = Fraction(tariff["daily"]["price"])
        if not tariff["daily"].get("by_order_period"):
            return price
        # Each day brings the sum that is posted up to its share, so that nothing is lost.
        days, length = (today - cycle[0]).days, (cycle[1] - cycle[0]).days
        total = price * _nominal_days(period)
        upto, before = (self.rounded(total * n / length, 4) for n in (days + 1, days))
        return upto - before

    def late_fee(
        self, fee: Mapping[str, str], stretches: Sequence[Stretch], expired: date, today: date
    ) -> Fraction:
        """Return the fee of a late renewal: fixed, or a percentage of the overdue days' price."""
        if "fixed" in fee:
            return Fraction(fee["fixed"])
        until = expired + self.overdue_days(expired, today) * DAY
        return self.part(stretches, expired, until) * Fraction(fee["percent"]) / 100

    def change_difference(
        self, old: Sequence[Stretch], new: Sequence[Stretch], today: date, expires: date
    ) -> Fraction:
        """Return how much more the days left cost at the new tariff."""
        return self.part(new, today, expires) - self.part(old, today, expires)

    def refund(self, amount: Fraction, paid: Fraction) -> Fraction:
        """Return what of an amount below zero is given back: never more than was paid."""
        return max(amount, -paid)

    def resource_cost(self, bought: Sequence[Stretch], today: date, expires: date) -> Fraction:
        """Return the part of a resource's price from today to the expiry."""
        return self.part(bought, today, expires)

    def sold_amount(self, tariff: Tariff, item: str, amount: int) -> int:
        """Return the amount of a resource, if it is one that the tariff sells."""
        sold = tariff.get("resources", {}).get(item, {"maximum": 0})
        least, most = sold.get("minimum", 0), sold.get("maximum", amount)
        if not least <= amount <= most or (amount - least) % sold.get("step", 1):
            raise Refused(f"{amount} of {item} is not sold", "billmanager.order.resources")
        return amount

    # Names

    def user_name(self, template: str, macros: Mapping[str, str]) -> str:
        """Return the name of the panel's user, at most 16 characters."""
        name = self.filled(template, macros)
        if len(name) > _LONGEST_NAME:
            raise Refused(f"{name} is too long", "billmanager.name.username")
        return name

    def filled(self, template: str, macros: Mapping[str, str]) -> str:
        """Put values for ``@MACRO@``."""
        for macro, value in macros.items():
            template = template.replace(f"@{macro}@", value)
        return template
