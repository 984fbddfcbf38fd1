"""Changes during a period: of the tariff, by its policy, and of resources."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from prorata.harness import Refused, Unsupported
from small_billing.model import Line, Service, Stretch, Tariff, joined
from small_billing.rules import DAY

if TYPE_CHECKING:
    from small_billing.billing import SmallBilling

__all__ = ["cancel_resource", "change_tariff", "order_resource"]

_FUNDS = "billmanager.change.funds"
_FULL = "billmanager.change.full-payment"
_RESOURCE = "billmanager.order.resources"
_CANCEL = "billmanager.resource.cancel.refund"


def change_tariff(billing: SmallBilling, number: str, tariff: str, period: str | None) -> None:
    """Change the tariff of an active service, by the policy of the one that it has."""
    service = billing.having(number, "active")
    billing.not_by_day(service, "tariff change")
    new = billing.enabled(tariff)
    policy = billing.tariffs[service.tariff].get("tariff_change", "add funds")
    if policy == "forbidden":
        raise Refused("the tariff cannot be changed", "billmanager.change.forbidden")
    if policy == "add funds":
        _change_for_funds(billing, service, new)
    elif policy == "change period":
        _change_period(billing, service, new)
    elif isinstance(policy, dict):
        _pay_in_full(billing, service, new, period or service.period, policy["full payment"])
    else:
        reason = f"tariff change by {policy}: planned"
        raise Unsupported(reason)
    service.tariff = tariff
    billing.panel.change_preset(service, new["template"])


def _change_for_funds(billing: SmallBilling, service: Service, new: Tariff) -> None:
    """Charge or give back what the days left cost more or less at the new tariff."""
    today, old = billing.today, service.stretches
    asked = [
        replace(
            stretch,
            price=billing.rules.price(
                new, stretch.period, stretch.item, stretch.units, renewal=stretch.renewal
            )
            / stretch.share,
        )
        for stretch in old
    ]
    difference = billing.rules.change_difference(old, asked, today, service.ends)
    amount = billing.rules.refund(difference, service.paid)
    billing.charge(service, [Line("tariff change", amount, _FUNDS)], _FUNDS)
    kept = [stretch.until(today) for stretch in old]
    service.stretches = joined(kept, [stretch.since(today) for stretch in asked])


def _change_period(billing: SmallBilling, service: Service, new: Tariff) -> None:
    """Buy days at the new tariff for what is left of the old one; no money moves."""
    if service.resources:
        reason = "change period with resources: planned"
        raise Unsupported(reason)
    last, today = service.stretches[-1], billing.today
    price = billing.rules.price(new, service.period, renewal=last.renewal)
    if not price or not last.price:
        raise Refused("one tariff is free, the other is not", "billmanager.change.free")
    length = (billing.rules.period_end(today, service.period, today.day) - today).days
    worth = billing.rules.part(service.stretches, today, service.ends)
    days = int(worth / (price / length))
    if days < 1:
        raise Refused("less than a day would be left", "billmanager.change.period")
    expires = today + days * DAY
    bought = Stretch(today, expires, price, length, service.period, last.renewal)
    kept = [stretch.until(today) for stretch in service.stretches]
    service.stretches, service.anchor = joined(kept, [bought]), today.day
    billing.runs_until(service, expires)


def _pay_in_full(
    billing: SmallBilling, service: Service, new: Tariff, period: str, counted_from: str
) -> None:
    """Buy a whole period of the new tariff, from today or from the expiry."""
    from_today = counted_from == "current date"
    starts = billing.today if from_today else service.ends
    anchor = starts.day if from_today else service.anchor
    lines, granted = billing.purchase(service, new, period, starts, anchor)
    billing.charge(service, [replace(line, rule=_FULL) for line in lines], _FULL)
    kept = [stretch.until(starts) for stretch in service.stretches]
    service.stretches = joined(kept, granted)
    service.period, service.anchor = period, anchor
    billing.runs_until(service, granted[-1].expires)


def order_resource(billing: SmallBilling, number: str, resource: str, amount: int) -> None:
    """Order more units of a resource, at the full price or for the days until the expiry."""
    service = billing.having(number, "active")
    billing.not_by_day(service, "resources")
    tariff = billing.tariffs[service.tariff]
    sold = tariff.get("resources", {}).get(resource, {})
    has = service.resources.get(resource, sold.get("included", 0))
    if service.period not in sold.get("prices", {}):
        raise Refused(f"{resource} has no price for {service.period}", _RESOURCE)
    units = has, billing.rules.sold_amount(tariff, resource, has + amount)
    if tariff.get("resource_order") == "full price":
        rule, bought = "full-price", _at_full_price(billing, service, resource, units)
    else:
        rule, bought = "until-expiry", _until_expiry(billing, service, resource, units)
    cost = billing.rules.resource_cost(bought, billing.today, service.ends)
    billing.charge(service, [Line("resource", cost, f"billmanager.resource.{rule}")], _RESOURCE)
    service.resources[resource] = units[1]
    service.stretches += bought


def _at_full_price(
    billing: SmallBilling, service: Service, resource: str, units: tuple[int, int]
) -> list[Stretch]:
    price = billing.rules.price(billing.tariffs[service.tariff], service.period, resource, units)
    today, expires = billing.today, service.ends
    days = (expires - today).days
    return [Stretch(today, expires, price, days, service.period, item=resource, units=units)]


def _until_expiry(
    billing: SmallBilling, service: Service, resource: str, units: tuple[int, int]
) -> list[Stretch]:
    """Return the rest of the tariff's stretches, at what the further units cost in each."""
    tariff, today = billing.tariffs[service.tariff], billing.today
    left = [each.since(today) for each in service.stretches if each.item == "tariff"]
    bought = [
        replace(
            stretch,
            price=billing.rules.price(tariff, stretch.period, resource, units) / stretch.share,
            item=resource,
            units=units,
        )
        for stretch in left
    ]
    return joined(bought)


def cancel_resource(billing: SmallBilling, number: str, resource: str) -> None:
    """Go back to the included amount of a resource, with or without a refund."""
    service = billing.having(number, "active")
    if resource not in service.resources:
        raise Refused(f"there is no {resource} to cancel", _RESOURCE)
    bought = [stretch for stretch in service.stretches if stretch.item == resource]
    if billing.tariffs[service.tariff].get("resource_cancel") == "refund":
        costs = (billing.rules.purchase_cost([stretch]) for stretch in bought)
        paid = sum((billing.rules.rounded(cost, billing.digits) for cost in costs), Fraction(0))
        unused = billing.rules.part(bought, billing.today, service.ends)
        back = billing.rules.refund(-unused, paid)
        billing.charge(service, [Line("resource", back, _CANCEL)], _CANCEL)
    del service.resources[resource]
    service.stretches = [stretch for stretch in service.stretches if stretch.item != resource]
