"""The rules: pure functions of dates and exact amounts, one for each decision."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Any, TypeVar

from prorata.harness import Refused, Unsupported
from small_billing.model import Payment

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from small_billing.model import Stretch, Tariff

    #: What is asked for a period, from the period and whether it is a renewal.
    Price = Callable[[str, bool], Fraction]

__all__ = ["DAY", "Rules", "months_of"]

T = TypeVar("T")
DAY = timedelta(days=1)
_UNITS = {"day": (0, 1), "week": (0, 7), "month": (1, 0), "year": (12, 0)}
_LONGEST_NAME = 16
_BY_THEMSELVES = {"traffic", "disk", "web domains"}
_PLANNED = "resources that come by themselves: planned"


def _length_of(period: str) -> tuple[int, int]:
    """Return how many months a period has, or days."""
    count, unit = period.split()
    months, days = _UNITS[unit.removesuffix("s")]
    return int(count) * months, int(count) * days


def months_of(period: str) -> int:
    """Return the months of a period; raise `Refused` for one of days."""
    months, _ = _length_of(period)
    if not months:
        raise Refused(f"{period} is no calendar months", "billmanager.charge.calendar")
    return months


def _nominal_days(period: str) -> int:
    months, days = _length_of(period)
    return days or 365 * (months // 12) + 30 * (months % 12)


def _found(period: str, of_periods: Mapping[str, T]) -> T | None:
    """Look a period up; 12 months are a year."""
    length = _length_of(period)
    return next((each for name, each in of_periods.items() if _length_of(name) == length), None)


def _add_months(day: date, months: int, anchor: int) -> date:
    """Return the date `months` later on day `anchor`, or on the last of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(anchor, _days_in_month(date(year, month + 1, 1))))


def _days_in_month(day: date) -> int:
    return monthrange(day.year, day.month)[1]


class Rules:
    """What the billing asks when it decides on a date, an amount or a name."""

    # Dates

    def period_end(self, starts: date, period: str, anchor: int) -> date:
        """Return the end of a period: months keep the anchor day, or end on the month's last."""
        months, days = _length_of(period)
        return starts + days * DAY if days else _add_months(starts, months, anchor)

    def calendar_end(
        self, starts: date, months: int, pro_rata_day: int, *, renewal: bool = False
    ) -> date:
        """Return the 1st on which calendar months end: one later from the pro-rata day on.

        A renewal from a 1st lasts whole months.
        """
        later = starts.day >= pro_rata_day and not (renewal and starts.day == 1)
        return _add_months(starts, months + later, 1)

    def full_end(
        self, tariff: Tariff, starts: date, period: str, anchor: int, *, renewal: bool = False
    ) -> date:
        """Return when a period of a tariff ends that nothing shortens."""
        if "calendar" not in tariff:
            return self.period_end(starts, period, anchor)
        pro_rata_day = tariff["calendar"].get("pro_rata_day", 15)
        return self.calendar_end(starts, months_of(period), pro_rata_day, renewal=renewal)

    def cut_at_tariff_end(self, end: date | None, starts: date, expires: date) -> date:
        """Return the expiry, no later than the end of the tariff."""
        self.refuse_ended(end, starts)
        return expires if end is None else min(expires, end)

    def refuse_ended(self, end: date | None, starts: date) -> None:
        """Refuse what would start on or after the end of the tariff."""
        if end is not None and starts >= end:
            raise Refused(f"not sold from {end} on", "billmanager.order.tariff-end")

    def kept_anchor(self, expires: date, period: str, anchor: int) -> int:
        """Return the day of the month that is kept: the expiry's, or the one a month cut."""
        months, _ = _length_of(period)
        cut = months and expires.day == _days_in_month(expires) < anchor
        return anchor if cut else expires.day

    def renewal_start(self, policy: str, expired: date, today: date) -> date:
        """Return from when a renewal counts: the expiry, or today where it is late.

        By the policy "from suspension" also a late one counts from the expiry.
        """
        return expired if policy == "from suspension" else max(expired, today)

    def periods_needed(self, starts: date, period: str, anchor: int, today: date) -> int:
        """Return how many periods reach past today."""
        (count, unit), needed = period.split(), 1
        while self.period_end(starts, f"{int(count) * needed} {unit}", anchor) <= today:
            needed += 1
        return needed

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
        self, tariff: Tariff, period: str, item: str = "tariff", amount: int = 0,
        *, renewal: bool = False,
    ) -> Fraction:  # fmt: skip
        """Return what a tariff asks today for a period, of itself or for so much of a resource."""
        if item == "tariff":
            special = _found(period, tariff.get("renewal_prices", {})) if renewal else None
            asked = special or _found(period, tariff.get("prices", {}))
            if asked is None:
                raise Refused(f"there is no price for {period}", "billmanager.order.price")
            return Fraction(asked)
        sold = tariff.get("resources", {}).get(item, {})
        units = Fraction(max(amount - sold.get("included", 0), 0))
        return units * Fraction(_found(period, sold.get("prices", {})) or 0)

    def refuse_unsold(
        self, tariff: Tariff, period: str, resources: Mapping[str, int], *, renewal: bool = False
    ) -> None:
        """Refuse a period that no order may have, and resources that are not sold for it."""
        if not renewal and _found(period, dict.fromkeys(tariff.get("disabled_periods", []), True)):
            raise Refused(f"{period} is not sold", "billmanager.order.price")
        for item, amount in resources.items():
            self.refuse_amount(tariff, period, item, amount)

    def refuse_amount(self, tariff: Tariff, period: str, item: str, amount: int) -> None:
        """Refuse an amount of a resource that a tariff does not sell for a period."""
        sold = tariff.get("resources", {}).get(item)
        if sold is None and item in _BY_THEMSELVES:
            raise Unsupported(_PLANNED)
        sold = sold or {"maximum": 0}
        least, most = sold.get("minimum", 0), sold.get("maximum", amount)
        if not least <= amount <= most or (amount - least) % sold.get("step", 1):
            raise Refused(f"{amount} of {item} is not sold", "billmanager.order.resources")
        priced = _found(period, sold.get("prices", {})) is not None
        if amount > sold.get("included", 0) and not priced:
            raise Refused(f"{item} has no price for {period}", "billmanager.order.resources")

    def kept(self, tariff: Tariff, resources: Mapping[str, int]) -> dict[str, int]:
        """Return what a service has of resources that another tariff has too."""
        if any(item in _BY_THEMSELVES for item in resources.keys() - tariff.get("resources", {})):
            raise Unsupported(_PLANNED)
        has = {item for item, sold in tariff.get("resources", {}).items() if sold.get("maximum", 1)}
        return {item: amount for item, amount in resources.items() if item in has}

    def purchase_cost(self, stretches: Sequence[Stretch]) -> Fraction:
        """Return the price of a purchase: of a shortened or calendar one, its part."""
        return self.part(stretches, stretches[0].starts, stretches[-1].expires)

    def calendar_stretches(self, bought: Stretch) -> list[Stretch]:
        """Return the months that a calendar purchase touches, each at its share of the price."""
        share, month, months = months_of(bought.period), bought.starts, []
        while month < bought.expires:
            following = _add_months(month, 1, 1)
            whole = replace(bought, price=bought.price / share, share=share)
            until = min(following, bought.expires)
            days = _days_in_month(month)
            months.append(replace(whole, starts=month, expires=until, days=days))
            month = following
        return months

    def laid_out(
        self, tariff: Tariff, bought: Sequence[Stretch], first: date, prices: Mapping[str, Price]
    ) -> list[Stretch]:
        """Return bought time from a day on as a tariff charges it, at what it asks for each item.

        A calendar tariff counts calendar months, any other the times as they were bought.
        """
        stretches: list[Stretch] = []
        for left in (each.since(first) for each in bought if each.expires > first):
            for item, price in prices.items():
                asked = price(left.period, left.renewal)
                if "calendar" in tariff:
                    stretches += self.calendar_stretches(replace(left, item=item, price=asked))
                else:
                    stretches.append(replace(left, item=item, price=asked / left.share))
        return stretches

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

    def days_bought(self, worth: Fraction, day_price: Fraction, today: date) -> int:
        """Return how many whole days of a new tariff the worth of the old time buys."""
        days = int(worth / day_price)
        if not 1 <= days <= (date.max - today).days:
            raise Refused(f"it would be {days} days", "billmanager.change.period")
        return days

    def refund(self, amount: Fraction, paid: Fraction) -> Fraction:
        """Return what of an amount below zero is given back: never more than was paid."""
        return max(amount, -paid)

    def resource_cost(self, bought: Sequence[Stretch], today: date, expires: date) -> Fraction:
        """Return the part of a resource's price from today to the expiry."""
        return self.part(bought, today, expires)

    def tax(self, tax: Mapping[str, Any], amount: Fraction) -> Fraction:
        """Return the tax on a posted amount, or the tax that is inside it."""
        rate = Fraction(tax["rate"]) / 100
        return amount - amount / (1 + rate) if tax.get("included") else amount * rate

    def shared_out(
        self, stretches: Sequence[Stretch], posted: Fraction, tax: Fraction
    ) -> list[Payment]:
        """Return what a line and its tax paid: of a tariff by stretches, of a resource once."""
        costs = [self.part([each], each.starts, each.expires) for each in stretches[:-1]]
        costs.append(posted - sum(costs))
        share = tax / posted if posted else Fraction(0)
        times = [
            Payment(each.item, each.starts, each.expires, cost, share)
            for each, cost in zip(stretches, costs, strict=True)
        ]
        first, last = stretches[0], stretches[-1]
        if first.item == "tariff":
            return times
        return [Payment(first.item, first.starts, last.expires, posted, share, tuple(times))]

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
