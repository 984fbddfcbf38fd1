"""Small billings with one thing wrong each: the example in Python, but for one method.

Each is a factory, as in `prorata run -i python:wrong_billings:exclusive_overdue_days`.
"""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from small_billing import Rules, SmallBilling
from small_billing.panel import Ispmanager

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["MINIATURES"]

DAY = timedelta(days=1)
MINIATURES: dict[str, type[SmallBilling]] = {}


def wrong(part: str, method: str) -> Callable[[Any], type[SmallBilling]]:
    """Make a billing in which a function stands in for a method of its rules, panel or own."""

    def billing(function: Any) -> type[SmallBilling]:
        name, other = function.__name__, {method: function}
        fields = {
            "rules": lambda: {"rules": type("WrongRules", (Rules,), other)()},
            "panel": lambda: {"panel_type": type("WrongPanel", (Ispmanager,), other)},
            "billing": lambda: other,
        }[part]()
        MINIATURES[name] = type(name, (SmallBilling,), fields)
        return MINIATURES[name]

    return billing


# Dates


@wrong("rules", "period_end")
def thirty_day_months(self, starts, period, _anchor):
    """Count every month as 30 days."""
    count, unit = period.split()
    return starts + int(count) * (30 if unit.startswith("month") else 365) * DAY


@wrong("rules", "period_end")
def chained_month_ends(self, starts, period, _anchor):
    """Forget the 31st once a month has been shorter."""
    return Rules.period_end(self, starts, period, starts.day)


@wrong("rules", "calendar_end")
def pro_rata_day_off_by_one(self, starts, months, pro_rata_day, *, renewal=False):
    """Take the pro-rata day itself for a day before it."""
    return Rules.calendar_end(self, starts, months, pro_rata_day + 1, renewal=renewal)


@wrong("rules", "cut_at_tariff_end")
def tariff_end_ignored(_self, _end, _starts, expires):
    """Sell the whole period past the tariff's end."""
    return expires


@wrong("rules", "renewal_start")
def renewed_from_the_renewal(_self, _policy, expired, today):
    """Count a late renewal from its own day, whatever the policy."""
    return max(expired, today)


@wrong("rules", "overdue_days")
def exclusive_overdue_days(_self, expired, today):
    """Count only one of the two dates."""
    return (today - expired).days


@wrong("billing", "midnight")
def midnight_of_utc(_self, day):
    """Let services begin and expire at midnight of UTC."""
    return datetime.combine(day, time(), UTC)


@wrong("billing", "expire")
def suspended_a_day_late(self, service):
    """Give a day of grace that nobody has promised."""
    if self.now < service.expires + DAY:
        service.due = service.expires + DAY
    else:
        SmallBilling.expire(self, service)


# Amounts


@wrong("rules", "rounded")
def rounds_half_down(_self, amount, digits):
    """Drop exactly half a cent."""
    units = -((Fraction(1, 2) - abs(amount) * 10**digits) // 1)
    return Fraction(units if amount > 0 else -units, 10**digits)


@wrong("rules", "rounded")
def rounds_through_floats(_self, amount, digits):
    """Round as Python rounds a float."""
    return Fraction(str(round(float(amount), digits)))


@wrong("rules", "late_fee")
def late_fee_of_the_whole_price(self, fee, stretches, expired, today):
    """Take the percentage of the price, not of the overdue days' part of it."""
    if "percent" not in fee:
        return Rules.late_fee(self, fee, stretches, expired, today)
    return stretches[-1].price * Fraction(fee["percent"]) / 100


@wrong("rules", "change_difference")
def second_stretch_ignored(self, old, new, today, expires):
    """Change the tariff as if only the first of two bought periods were left."""
    return Rules.change_difference(self, old[:1], new[:1], today, min(expires, old[0].expires))


@wrong("rules", "refund")
def refund_never_given(_self, amount, _paid):
    """Keep what a cheaper tariff would give back."""
    return max(amount, Fraction(0))


@wrong("rules", "calendar_stretches")
def calendar_without_the_order_day(self, bought):
    """Charge calendar months from the day after the order."""
    return [each.since(bought.starts + DAY) for each in Rules.calendar_stretches(self, bought)]


@wrong("rules", "day_charge")
def daily_without_the_order_day(self, tariff, period, cycle, today):
    """Charge days from the day after the order."""
    free = today == cycle[0]
    return Fraction(0) if free else Rules.day_charge(self, tariff, period, cycle, today)


@wrong("rules", "purchase_cost")
def whole_price_until_the_tariff_end(_self, stretches):
    """Ask the price of a whole period for a shortened one."""
    return stretches[0].price


@wrong("rules", "resource_cost")
def resource_for_the_whole_month(_self, bought, _today, _expires):
    """Ask the price of a whole period for the days that are left of it."""
    return bought[0].price


@wrong("rules", "resource_cost")
def full_price_for_the_days_left(_self, bought, today, expires):
    """Ask a part of the full price: as many days of 30 as are left."""
    return bought[0].price * (expires - today).days / 30


@wrong("billing", "charge")
def sells_on_credit(self, service, lines, refused_by):
    """Let a balance go below zero."""
    self.balances[service.client] += 100
    SmallBilling.charge(self, service, lines, refused_by)
    self.balances[service.client] -= 100


# Names and the panel


@wrong("rules", "user_name")
def user_name_without_the_number(self, template, macros):
    """Leave the number out of the user's name."""
    return Rules.user_name(self, template, {**macros, "ID": ""})


@wrong("panel", "suspend")
def never_suspends_on_the_panel(_self, _service):
    """Suspend in the books alone."""


@wrong("panel", "resume")
def never_resumes_on_the_panel(_self, _service):
    """Take the money and leave the user suspended."""


@wrong("panel", "delete")
def never_deletes_on_the_panel(_self, _service):
    """Leave the user of a deleted service behind."""


@wrong("panel", "change_preset")
def keeps_the_old_preset(_self, _service, _preset):
    """Charge for a larger tariff and leave the limits of the smaller."""


# What is kept from one act to the next


@wrong("billing", "pay")
def takes_a_second_payment_for_the_first(self, *, client, amount):
    """Leave out a payment as large as the one before."""
    last = vars(self).setdefault("last_paid", {})
    if last.get(client) != amount:
        SmallBilling.pay(self, client=client, amount=amount)
    last[client] = amount


@wrong("billing", "delete")
def deletes_what_is_deleted(self, *, service, by):
    """Say that a deletion is done which was done before."""
    if self.services[service].status != "deleted":
        SmallBilling.delete(self, service=service, by=by)


@wrong("billing", "expire")
def turns_automatic_renewal_off(self, service):
    """Give automatic renewal up where the money was too little once."""
    SmallBilling.expire(self, service)
    service.auto_renewal = None


@wrong("billing", "order")
def shares_what_is_ordered(self, **asked):
    """Keep what two services of one client have in one place."""
    number = SmallBilling.order(self, **asked)
    made = self.services[number]
    for other in self.services.values():
        if (other.client, other.tariff) == (made.client, made.tariff):
            made.resources = other.resources
            break
    return number


@wrong("billing", "fall_due")
def charges_who_paid_last(self, service):
    """Take what falls due from whoever has most, as after a payment."""
    own, service.client = service.client, max(self.balances, key=lambda name: self.balances[name])
    SmallBilling.fall_due(self, service)
    service.client = own


@wrong("billing", "posted_tax")
def tax_of_the_exact_amount(self, line):
    """Take the tax of what has not been rounded yet."""
    tax = self.rules.tax(self.tax, line.amount) if self.tax else Fraction(0)
    return self.rules.rounded(tax, self.digits)


@wrong("rules", "overdue_days")
def overdue_days_of_31_day_months(_self, expired, today):
    """Count days by their numbers in the month."""
    return (today.day - expired.day) % 31 + 1
