"""Ordering and cancelling a resource of a running service."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from prorata.reference.billmanager.lifecycle import status
from prorata.reference.billmanager.order import minimum_runs
from prorata.reference.engine.billmanager.currency import same_currency
from prorata.reference.engine.billmanager.purchase import (
    amounts_sold,
    asked,
    not_enough,
    paid_for,
    posted_for,
)
from prorata.reference.periods import Length
from prorata.reference.proration import Stretch, day_of
from prorata.reference.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from fractions import Fraction

    from prorata.reference.engine.catalogue import Tariff
    from prorata.reference.engine.state import Service
    from prorata.reference.engine.turn import Turn

__all__ = ["cancel_resource", "order_resource", "set_resource"]


@dataclass(frozen=True, slots=True)
class _Wish:
    """So many more units of a resource, for a service that has some."""

    service: Service
    tariff: Tariff
    resource: str
    has: int
    more: int

    def price(self, period: Length) -> Fraction:
        """Return what the further units cost for a period."""
        after = asked(self.tariff, self.resource, self.has + self.more, period, renewal=False)
        return after - asked(self.tariff, self.resource, self.has, period, renewal=False)


def order_resource(turn: Turn, /, *, service: str, resource: str, amount: int) -> Refusal | None:
    """Order `amount` more units of a resource, for the time that is left."""
    ordered, tariff = _of(turn, service)
    refusal = status(has=ordered.status, needs=("active",))
    if refusal:
        return refusal
    sold = tariff.has(resource)
    if sold is None or not sold.sells(ordered.period):
        why = f"tariff {tariff.name} has no price of {resource} for {ordered.period}"
        return Refusal("billmanager.order.resources", why)
    wish = _Wish(ordered, tariff, resource, ordered.resources.get(resource, sold.included), amount)
    refusal = amounts_sold(tariff, {resource: wish.has + amount}, ordered.period)
    if refusal:
        return refusal
    bought = _ORDERS[tariff.resource_order](turn, wish)
    refusal = not_enough(turn, ordered, "billmanager.order.resources")
    if refusal:
        return refusal
    turn.set(
        ordered,
        resources={**ordered.resources, resource: wish.has + amount},
        stretches=ordered.stretches + bought,
    )
    turn.panel("resources", ordered)
    return None


def _until_expiry(turn: Turn, wish: _Wish) -> tuple[Stretch, ...]:
    stretches = tuple(_left(turn, wish))
    amount = turn.post(
        "resource",
        "billmanager.resource.until-expiry",
        wish.service,
        stretches=stretches,
        now=turn.now,
        expires=wish.service.expires,
    )
    return tuple(posted_for(turn, stretches, amount)) if stretches else ()


def _left(turn: Turn, wish: _Wish) -> Iterator[Stretch]:
    """Yield the rest of the tariff's stretches, at what the further units cost for each."""
    for stretch in wish.service.stretches:
        left = stretch.within(turn.today.toordinal(), stretch.expires)
        if left is None or left.item != "tariff":
            continue
        period = Length(months=stretch.months) if stretch.months else wish.service.period
        share = stretch.months if stretch.calendar else 1
        yield replace(left, item=wish.resource, price=wish.price(period) / share)


def _full_price(turn: Turn, wish: _Wish) -> tuple[Stretch, ...]:
    price = wish.price(wish.service.period)
    rule = "billmanager.resource.full-price"
    amount = turn.post("resource", rule, wish.service, price=price)
    own = (stretch for stretch in wish.service.stretches if stretch.item == "tariff")
    last = max(own, key=lambda stretch: stretch.expires)
    granted = replace(last, starts=turn.today.toordinal(), expires=day_of(wish.service.ends))
    share = last.months if last.calendar else 1
    own_price = replace(granted, item=wish.resource, price=price / share)
    return tuple(posted_for(turn, (own_price,), amount))


_ORDERS = {"until expiry": _until_expiry, "full price": _full_price}


def cancel_resource(turn: Turn, /, *, service: str, resource: str) -> Refusal | None:
    """Cancel a resource now: back to the included amount, with or without a refund."""
    cancelled, tariff = _of(turn, service)
    refusal = _reducible(turn, cancelled, tariff)
    if refusal:
        return refusal
    if resource not in cancelled.resources:
        why = f"the service has no {resource} to cancel"
        return Refusal("billmanager.order.resources", why)
    bought = tuple(stretch for stretch in cancelled.stretches if stretch.item == resource)
    _give_back(turn, cancelled, tariff, bought)
    rest = tuple(stretch for stretch in cancelled.stretches if stretch.item != resource)
    left = {name: has for name, has in cancelled.resources.items() if name != resource}
    turn.set(cancelled, resources=left, stretches=rest)
    turn.panel("resources", cancelled)
    return None


def set_resource(turn: Turn, /, *, service: str, resource: str, amount: int) -> Refusal | None:
    """Set the amount of a resource: more is ordered, less is cancelled for the rest of the time."""
    found, tariff = _of(turn, service)
    sold = tariff.has(resource)
    has = found.resources.get(resource, sold.included if sold else 0)
    if amount > has:
        return order_resource(turn, service=service, resource=resource, amount=amount - has)
    refusal = amounts_sold(tariff, {resource: amount}, None) or status(
        has=found.status, needs=("active",)
    )
    if refusal or amount == has:
        return refusal
    refusal = _reducible(turn, found, tariff)
    if refusal:
        return refusal
    cost, left = (
        asked(tariff, resource, units, found.period, renewal=False) for units in (has, amount)
    )
    share = left / cost if cost else cost
    bought = tuple(stretch for stretch in found.stretches if stretch.item == resource)
    refund = _give_back(turn, found, tariff, tuple(_share(bought, 1 - share, 1 - share)))
    paid = _paid(turn, bought)
    kept = tuple(_share(bought, share, min(share, 1 - refund / paid) if paid else share))
    others = tuple(stretch for stretch in found.stretches if stretch.item != resource)
    turn.set(
        found,
        resources={**found.resources, resource: amount},
        stretches=others + (kept if share else ()),
    )
    turn.panel("resources", found)
    return None


def _reducible(turn: Turn, service: Service, tariff: Tariff) -> Refusal | None:
    """Refuse to take from a service that is not active or whose minimum period runs."""
    starts = service.starts.date() if service.starts else turn.today
    return (
        status(has=service.status, needs=("active",))
        or minimum_runs(today=turn.today, starts=starts, minimum=tariff.minimum_period)
        or same_currency(turn, service)
    )


def _share(bought: Iterable[Stretch], of_price: Fraction, of_paid: Fraction) -> Iterator[Stretch]:
    """Yield bought times at a share of their prices and of what was paid for them."""
    for stretch in bought:
        paid = None if stretch.paid is None else stretch.paid * of_paid
        yield replace(stretch, price=stretch.price * of_price, paid=paid)


def _paid(turn: Turn, bought: Iterable[Stretch]) -> Fraction:
    """Return what was paid for the bought times that are not over."""
    today = turn.today.toordinal()
    return paid_for(turn, (stretch for stretch in bought if stretch.expires > today))


def _give_back(
    turn: Turn, service: Service, tariff: Tariff, bought: tuple[Stretch, ...]
) -> Fraction:
    """Give back what is unused of bought times, or nothing, as the tariff says; return how much."""
    arguments = {
        "refund": {
            "stretches": bought,
            "now": turn.now,
            "expires": service.expires,
            "paid": _paid(turn, bought),
        },
        "no refund": {},
    }
    policy = tariff.resource_cancel
    return -turn.post("resource", _CANCELS[policy], service, **arguments[policy]).exact


_CANCELS = {
    "refund": "billmanager.resource.cancel.refund",
    "no refund": "billmanager.resource.cancel.no-refund",
}


def _of(turn: Turn, service: str) -> tuple[Service, Tariff]:
    found = turn.book.services[int(service)]
    return found, turn.tariff(found)
