"""Tariff changes during a period, by the policy of the tariff that a service has."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from prorata.harness import Refused, Unsupported
from small_billing.buying import Wish, end_of, purchase
from small_billing.model import Line, Payment, Service, Stretch, Tariff
from small_billing.rules import DAY

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from small_billing.billing import SmallBilling
    from small_billing.rules import Price

__all__ = ["change_tariff"]

_FUNDS = "billmanager.change.funds"
_FULL = "billmanager.change.full-payment"


def change_tariff(billing: SmallBilling, number: str, tariff: str, period: str | None) -> None:
    """Change the tariff of an active service; resources that the new one lacks end."""
    service = billing.having(number, "active")
    policy = billing.tariffs[service.tariff].get("tariff_change", "add funds")
    if policy == "forbidden" or tariff == service.tariff:
        raise Refused("the tariff cannot be changed", "billmanager.change.forbidden")
    new = billing.on_sale(tariff)
    if ("daily" in new) != (service.cycle is not None):
        raise Refused("one is charged by day, the other by period", "billmanager.charge.daily")
    billing.not_by_day(service, "tariff change")
    kept = billing.rules.kept(new, service.resources)
    if policy == "add funds":
        _change_for_funds(billing, service, new, kept)
    elif policy == "change period":
        _change_period(billing, service, new, kept)
    elif isinstance(policy, dict):
        starts, anchor = service.ends, service.anchor
        if policy["full payment"] == "current date":
            starts, anchor = billing.today, billing.today.day
        _pay_in_full(billing, service, Wish(new, period or service.period, starts, anchor, kept))
    else:
        reason = f"tariff change by {policy}: planned"
        raise Unsupported(reason)
    service.tariff, service.resources = tariff, kept
    billing.panel.change_preset(service, new["template"])
    billing.set_limits(service)


def _asked(billing: SmallBilling, new: Tariff, kept: Mapping[str, int]) -> dict[str, Price]:
    """Return what the new tariff asks for itself, and for all that is kept of resources."""

    def price(item: str, amount: int) -> Price:
        return lambda period, renewal: billing.rules.price(
            new, period, item, amount, renewal=renewal
        )

    return {item: price(item, amount) for item, amount in {"tariff": 0, **kept}.items()}


def _paid(payments: Iterable[Payment], billing: SmallBilling) -> tuple[Fraction, Fraction]:
    """Return what was posted for the days left and not given back, and the tax on it."""
    paid = [(each.priced_since(billing.today), each.tax) for each in payments]
    tax = sum((amount * share for amount, share in paid), Fraction(0))
    return sum((amount for amount, _ in paid), Fraction(0)), tax


def _change_for_funds(
    billing: SmallBilling, service: Service, new: Tariff, kept: Mapping[str, int]
) -> None:
    """Charge or give back what the days left cost more or less at the new tariff."""
    rules, today, ends = billing.rules, billing.today, service.ends
    left = [each for each in service.bought if each.expires > today]
    old = [each.since(today) for each in service.stretches if each.expires > today]
    asked = rules.laid_out(new, left, today, _asked(billing, new, kept))
    for each in left:
        rules.refuse_unsold(new, each.period, kept)
    difference, cost = (
        rules.change_difference(old, asked, today, ends),
        rules.part(asked, today, ends),
    )
    paid, tax = _paid(service.payments, billing)
    most_tax = tax - rules.tax(billing.tax, cost) if billing.tax else None
    amount = rules.refund(difference, max(paid - cost, Fraction(0)))
    line = Line("tariff change", amount, _FUNDS, most_tax=most_tax)
    billing.charge(service, [line], _FUNDS)
    # A resource has paid its own part of the line and of its tax, the tariff all the rest.
    posted, posted_tax = billing.posted(line), billing.posted_tax(line)
    share = rules.tax(billing.tax, Fraction(1)) if billing.tax else Fraction(0)
    payments = [each for each in service.payments if each.item in kept]
    for item in kept:
        sides = ([each for each in side if each.item == item] for side in (asked, old))
        times = tuple(
            Payment(item, each.starts, each.expires, sign * rules.part([each], today, ends))
            for sign, side in zip((1, -1), sides, strict=True)
            for each in side
        )
        more = sum((each.amount for each in times), Fraction(0))
        payments.append(Payment(item, today, ends, more, share, times))
    own, own_tax = _paid(payments, billing)
    of_tariff = [each for each in asked if each.item == "tariff"]
    rest = rules.shared_out(of_tariff, paid + posted - own, tax + posted_tax - own_tax)
    service.payments = [*payments, *rest]
    service.stretches = asked


def _change_period(
    billing: SmallBilling, service: Service, new: Tariff, kept: Mapping[str, int]
) -> None:
    """Buy days at the new tariff for what is left of the old one; no money moves."""
    rules, today, period = billing.rules, billing.today, service.period
    ends = rules.period_end(today, period, today.day)
    renewal = service.bought[-1].renewal
    whole = Stretch(today, ends, Fraction(0), (ends - today).days, period, renewal)
    asked = rules.laid_out(new, [whole], today, _asked(billing, new, kept))
    rules.refuse_unsold(new, period, kept)
    items = {each.item: each for each in reversed(asked)}  # the first day's price holds for all
    old_prices = [each.price for each in service.stretches if each.item == "tariff"]
    if not items["tariff"].price or not old_prices[-1]:
        raise Refused("a free tariff has no days to spend", "billmanager.change.free")
    worth = rules.part(service.stretches, today, service.ends)
    day_price = sum((each.price / each.days for each in items.values()), Fraction(0))
    moved = today + rules.days_bought(worth, day_price, today) * DAY
    expires = rules.cut_at_tariff_end(end_of(new), today, moved)
    paid_for: dict[str, list[Payment]] = {item: [] for item in (*kept, "tariff")}
    for each in service.payments:
        paid_for[each.item if each.item in kept else "tariff"].append(each)
    amounts = {item: _paid(each, billing) for item, each in paid_for.items()}
    # What was paid for days that the end of the tariff cuts off is lost.
    service.payments = [
        Payment(item, today, moved, amount, tax / amount if amount else amount).until(expires)
        for item, (amount, tax) in amounts.items()
    ]
    service.stretches = [replace(each, starts=today, expires=expires) for each in items.values()]
    service.bought, service.anchor = [replace(whole, expires=expires)], expires.day
    billing.runs_until(service, expires)


def _pay_in_full(billing: SmallBilling, service: Service, wish: Wish) -> None:
    """Buy a whole period of the new tariff, from today or from the expiry."""
    bought = purchase(billing, wish)
    lines = [replace(each, rule=_FULL) if each.covers else each for each in bought.lines]
    billing.charge(service, lines, _FULL)
    if wish.starts == billing.today:
        service.bought, service.stretches, service.payments = [], [], []
    service.bought = service.bought + bought.bought
    service.stretches = service.stretches + bought.stretches
    service.payments = service.payments + billing.payments(lines)
    service.period, service.anchor = wish.period, bought.anchor
    service.auto_renewal = wish.period if service.auto_renewal else None
    billing.runs_until(service, bought.expires)
