"""Resources that are ordered and cancelled during a period."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from prorata.harness import Refused
from small_billing.model import Line, Stretch

if TYPE_CHECKING:
    from small_billing.billing import SmallBilling
    from small_billing.model import Payment, Service
    from small_billing.rules import Price

__all__ = ["cancel_resource", "order_resource"]

_RESOURCE = "billmanager.order.resources"
_CANCEL = "billmanager.resource.cancel.refund"


def order_resource(billing: SmallBilling, number: str, resource: str, amount: int) -> None:
    """Order more units of a resource, at the full price or for the days until the expiry."""
    service = billing.having(number, "active")
    billing.not_by_day(service, "resources")
    tariff = billing.tariffs[service.tariff]
    has = service.resources.get(resource, billing.included(tariff).get(resource, 0))
    wants = has + amount
    left = [each for each in service.bought if each.expires > billing.today]
    at_full_price = tariff.get("resource_order") == "full price"
    for period in [service.period] if at_full_price else [each.period for each in left]:
        billing.rules.refuse_amount(tariff, period, resource, wants)

    def price(period: str, renewal: bool) -> Fraction:  # noqa: FBT001  it is a Price
        after, before = (
            billing.rules.price(tariff, period, resource, units, renewal=renewal)
            for units in (wants, has)
        )
        return after - before

    if at_full_price:
        line, stretches = _at_full_price(billing, service, resource, price)
    else:
        stretches = billing.rules.laid_out(tariff, left, billing.today, {resource: price})
        line = _line(billing, service, stretches, "billmanager.resource.until-expiry")
    billing.charge(service, [line], _RESOURCE)
    service.resources[resource] = wants
    service.stretches += stretches
    service.payments += billing.payments([line])
    billing.set_limits(service)


def _line(billing: SmallBilling, service: Service, bought: list[Stretch], rule: str) -> Line:
    cost = billing.rules.resource_cost(bought, billing.today, service.ends)
    return Line("resource", cost, rule, pays_for=tuple(bought))


def _at_full_price(
    billing: SmallBilling, service: Service, resource: str, price: Price
) -> tuple[Line, list[Stretch]]:
    """Ask the price of the period paid last; in a later change a day counts as one of that."""
    today, ends, period = billing.today, service.ends, service.period
    last, asked = service.bought[-1], price(period, False)  # noqa: FBT003  a price of an order
    bought = Stretch(today, ends, asked, (ends - today).days, period, item=resource)
    line = _line(billing, service, [bought], "billmanager.resource.full-price")
    priced = replace(bought, price=asked / last.share, days=last.days)
    # Over more days than the price is of, it is that of all of them.
    return line, [bought if billing.rules.part([priced], today, ends) > asked else priced]


def cancel_resource(billing: SmallBilling, number: str, resource: str) -> None:
    """Go back to the included amount of a resource, with or without a refund."""
    service = billing.having(number, "active")
    billing.not_by_day(service, "resources")
    if resource not in service.resources:
        raise Refused(f"there is no {resource} to cancel", _RESOURCE)
    paid = tax = back = Fraction(0)
    own: list[Payment] = []
    if billing.tariffs[service.tariff].get("resource_cancel") == "refund":
        own = [each for each in service.payments if each.item == resource]
        paid = sum((each.since(billing.today) for each in own), Fraction(0))
        tax = sum((each.since(billing.today) * each.tax for each in own), Fraction(0))
        line = Line("resource", -max(paid, Fraction(0)), _CANCEL, most_tax=tax)
        before = billing.balances[service.client]
        billing.charge(service, [line], _CANCEL)
        back = billing.balances[service.client] - before
    service.payments = [each for each in service.payments if each.item != resource]
    if paid > 0 and back > paid + tax:
        # What was rounded up is not given back once more with the next order.
        much = (paid + tax - back) / (paid + tax)
        service.payments += [
            replace(each, starts=billing.today, amount=each.since(billing.today) * much, times=())
            for each in own
            if each.expires > billing.today
        ]
    del service.resources[resource]
    service.stretches = [each for each in service.stretches if each.item != resource]
    billing.set_limits(service)
