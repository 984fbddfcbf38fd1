"""Ordering and cancelling a resource of a running service."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from prorata.reference.billmanager.lifecycle import status
from prorata.reference.engine.billmanager.purchase import asked, not_enough
from prorata.reference.periods import Length
from prorata.reference.proration import Stretch, day_of
from prorata.reference.refusal import Refusal

if TYPE_CHECKING:
    from prorata.reference.engine.catalogue import Tariff
    from prorata.reference.engine.state import Service
    from prorata.reference.engine.turn import Turn

__all__ = ["cancel_resource", "order_resource"]


def order_resource(
    turn: Turn, /, *, service: str, resource: str, amount: int
) -> Refusal | None:
    """Order `amount` more units of a resource, for the time that is left."""
    ordered, tariff = _of(turn, service)
    refusal = status(has=ordered.status, needs=("active",))
    if refusal:
        return refusal
    sold = tariff.resources.get(resource)
    if sold is None or ordered.period not in sold.prices:
        why = f"tariff {tariff.name} has no price of {resource} for {ordered.period}"
        return Refusal("billmanager.order.resources", why)
    has = ordered.resources.get(resource, sold.included)
    if sold.maximum is not None and has + amount > sold.maximum:
        why = f"{has + amount} of {resource} is more than the maximum of {sold.maximum}"
        return Refusal("billmanager.order.resources", why)
    bought = _ORDERS[tariff.resource_order](turn, ordered, tariff, resource, has, amount)
    refusal = not_enough(turn, ordered, "billmanager.order.resources")
    if refusal:
        return refusal
    turn.set(
        ordered,
        resources={**ordered.resources, resource: has + amount},
        stretches=ordered.stretches + bought,
    )
    return None


def _until_expiry(
    turn: Turn, service: Service, tariff: Tariff, resource: str, has: int, amount: int
) -> tuple[Stretch, ...]:
    stretches = _left(turn, service, tariff, resource, has, amount)
    turn.post(
        "resource",
        "billmanager.resource.until-expiry",
        service,
        stretches=stretches,
        now=turn.now,
        expires=service.expires,
    )
    return stretches


def _left(
    turn: Turn, service: Service, tariff: Tariff, resource: str, has: int, amount: int
) -> tuple[Stretch, ...]:
    """Return the rest of the tariff's stretches, at what the further units cost for each."""
    stretches = []
    for stretch in service.stretches:
        left = stretch.within(turn.today.toordinal(), stretch.expires)
        if left is None or left.item != "tariff":
            continue
        period = Length(months=stretch.months) if stretch.months else service.period
        price = _more(tariff, resource, has, amount, period)
        share = stretch.months if stretch.calendar else 1
        stretches.append(replace(left, item=resource, price=price / share))
    return tuple(stretches)


def _more(tariff: Tariff, resource: str, has: int, amount: int, period: Length) -> Fraction:
    """Return what `amount` units more than `has` cost for a period."""
    after = asked(tariff, resource, has + amount, period, renewal=False)
    return after - asked(tariff, resource, has, period, renewal=False)


def _full_price(
    turn: Turn, service: Service, tariff: Tariff, resource: str, has: int, amount: int
) -> tuple[Stretch, ...]:
    price = _more(tariff, resource, has, amount, service.period)
    turn.post("resource", "billmanager.resource.full-price", service, price=price)
    first, last = turn.today.toordinal(), day_of(service.ends)
    return (Stretch(first, last, price, first, last, months=0, item=resource),)


_ORDERS = {"until expiry": _until_expiry, "full price": _full_price}


def cancel_resource(turn: Turn, /, *, service: str, resource: str) -> Refusal | None:
    """Cancel a resource now: back to the included amount, with or without a refund."""
    cancelled, tariff = _of(turn, service)
    refusal = status(has=cancelled.status, needs=("active",))
    if refusal:
        return refusal
    if resource not in cancelled.resources:
        why = f"the service has no {resource} to cancel"
        return Refusal("billmanager.order.resources", why)
    bought = tuple(stretch for stretch in cancelled.stretches if stretch.item == resource)
    if tariff.resource_cancel == "refund":
        turn.post(
            "resource",
            "billmanager.resource.cancel.refund",
            cancelled,
            stretches=bought,
            now=turn.now,
            expires=cancelled.expires,
            paid=_paid(turn, bought),
        )
    rest = tuple(stretch for stretch in cancelled.stretches if stretch.item != resource)
    left = {name: has for name, has in cancelled.resources.items() if name != resource}
    turn.set(cancelled, resources=left, stretches=rest)
    return None


def _paid(turn: Turn, bought: tuple[Stretch, ...]) -> Fraction:
    """Return what was paid for stretches, rounded as it was posted."""
    parts = (
        turn.money(
            "resource",
            stretch.price
            * (stretch.expires - stretch.starts)
            / (stretch.full_expires - stretch.full_starts),
        ).exact
        for stretch in bought
    )
    return sum(parts, Fraction(0))


def _of(turn: Turn, service: str) -> tuple[Service, Tariff]:
    found = turn.book.services[int(service)]
    return found, turn.tariff(found)
