"""Upgrades and downgrades during a cycle."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime  # noqa: TC003  the fields of a cycle are read by their types
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from prorata.reference.derivation import Note, silent
from prorata.reference.proration import noted_sum
from prorata.reference.readings import table
from prorata.reference.refusal import Refusal
from prorata.reference.ruling import beside

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from prorata.reference.proration import Pricing

__all__ = [
    "PRO_RATA_UNIT_REMAINDER",
    "UNITS",
    "Later",
    "active",
    "available",
    "only_one",
    "out_of_stock",
    "part_left",
    "pro_rata",
    "queue",
    "renewed",
    "undisturbed",
]

#: Seconds in each pro-rata unit, on the zone's wall clock.
UNITS: Final = {"seconds": 1, "hours": 3_600, "days": 86_400}


def _down(seconds: int, unit: int) -> int:
    return seconds // unit


def _up(seconds: int, unit: int) -> int:
    return -(-seconds // unit)


def _nearest(seconds: int, unit: int) -> int:
    return (2 * seconds + unit) // (2 * unit)


#: What becomes of a begun unit: from seconds and the seconds of a unit to whole units.
PRO_RATA_UNIT_REMAINDER = table(
    "pro_rata_unit_remainder",
    {"down": _down, "up": _up, "nearest": _nearest},
)


def available(*, product: str, listed: Collection[str]) -> Refusal | None:
    """Refuse a change to a product that the current one does not list.

    ``hostbill.upgrade.available`` (hostbill-licences, hostbill-hosting).
    """
    if product in listed:
        return None
    why = f"no change to {product} is offered; offered: {', '.join(listed) or 'none'}"
    return Refusal("hostbill.upgrade.available", why)


@beside("hostbill.upgrade.available")
def active(*, has: str) -> Refusal | None:
    """Refuse to change the product of a service that is not active."""
    if has == "active":
        return None
    return Refusal("hostbill.upgrade.available", f"the service is {has}, not active")


@beside("hostbill.upgrade.available")
def only_one(*, is_open: bool) -> Refusal | None:
    """Refuse a change while the invoice of another one is unpaid (ours)."""
    if is_open:
        why = "another change of the service waits for its payment"
        return Refusal("hostbill.upgrade.available", why)
    return None


@beside("hostbill.upgrade.available")
def renewed(*, past_due: bool) -> Refusal | None:
    """Refuse to change a service that owes an invoice which is past due (ours)."""
    if past_due:
        return Refusal("hostbill.upgrade.available", "an invoice of the service is past due")
    return None


@beside("hostbill.upgrade.available")
def undisturbed(*, order_unpaid: bool, cancelling: bool) -> Refusal | None:
    """Refuse to change a service whose order is unpaid, or that is to be cancelled (ours)."""
    why = "its order is not paid" if order_unpaid else "a request to cancel it is open"
    if order_unpaid or cancelling:
        return Refusal("hostbill.upgrade.available", why)
    return None


@beside("hostbill.upgrade.pro-rata")
def wall_seconds(start: datetime, end: datetime) -> int:
    """Return the seconds from `start` to `end` as the wall clock of their zone counts them."""
    return int((end.replace(tzinfo=None) - start.replace(tzinfo=None)).total_seconds())


@dataclass(frozen=True, slots=True)
class Later:
    """A whole cycle that is paid after the current one, with its price and the new product's."""

    starts: datetime
    expires: datetime
    old_price: Fraction
    new_price: Fraction


def pro_rata(
    *,
    now: datetime,
    starts: datetime,
    expires: datetime,
    old_price: Fraction,
    new_price: Fraction,
    unit: str,
    until: datetime | None = None,
    later: Sequence[Later] = (),
    pro_rata_unit_remainder: Callable[[int, int], int],
    pricing: Pricing,
    note: Note = silent,
) -> Fraction:
    """Return the units left × the difference of the unit prices; below zero on a downgrade.

    ``hostbill.upgrade.pro-rata`` (hostbill-licences, hostbill-hosting). `unit` is seconds, hours or
    days, `starts` to `expires` the current cycle in the zone of the billing, which is paid `until`
    then where that is not its end. `later` are the cycles that are paid after it, each at its own
    unit price. The upgrade fee is a line of its own; the due date stays.
    """
    size, ends = UNITS[unit], until or expires
    left = max(pro_rata_unit_remainder(wall_seconds(now, ends), size), 0)
    cycle = wall_seconds(starts, expires) // size
    note("left", "until − now", f"{left:,} {unit}", until=ends, now=now)
    note("cycle", "expires − starts", f"{cycle:,} {unit}", expires=expires, starts=starts)
    charge = _difference((left, cycle), old_price, new_price, pricing, note)
    parts = [charge]
    for each in later:
        whole = wall_seconds(each.starts, each.expires) // size
        parts.append(_difference((whole, whole), each.old_price, each.new_price, pricing, note))
    return noted_sum(parts, note, "all cycles")


@beside("hostbill.upgrade.pro-rata")
def part_left(
    *,
    now: datetime,
    starts: datetime,
    expires: datetime,
    unit: str,
    pro_rata_unit_remainder: Callable[[int, int], int],
) -> Fraction:
    """Return which part of a cycle is left, in units as a change counts them."""
    size = UNITS[unit]
    left = max(pro_rata_unit_remainder(wall_seconds(now, expires), size), 0)
    return Fraction(left, wall_seconds(starts, expires) // size)


def _difference(
    units: tuple[int, int],
    old_price: Fraction,
    new_price: Fraction,
    pricing: Pricing,
    note: Note,
) -> Fraction:
    """Return what the units left, of those of a cycle, cost more at the new price."""
    left, cycle = units
    new, old = ((price, left, cycle) for price in (new_price, old_price))
    charge = pricing.cost(new) - pricing.cost(old)
    if charge == Fraction(left, cycle) * (new_price - old_price):
        numbers = {"left": left, "cycle": cycle, "new_price": new_price, "old_price": old_price}
        note("charge", "left ÷ cycle × (new_price − old_price)", charge, **numbers)
    else:
        pricing.tell(note, "new", new)
        pricing.tell(note, "old", old)
        note("charge", "new − old", charge, new=pricing.cost(new), old=pricing.cost(old))
    return charge


def queue(*, queued: bool, billing_type: str) -> bool:
    """Tell whether what an upgrade costs waits for the next invoice.

    ``hostbill.upgrade.queue`` (hostbill-licences, hostbill-hosting): where it is set, and always at
    a hybrid or post-paid product (ours).
    """
    return queued or billing_type in {"hybrid", "postpaid"}


def out_of_stock(
    *, product: str, taken: int, stock: int | None, allowed: bool = False
) -> Refusal | None:
    """Refuse a service more of a product whose stock is taken up.

    ``hostbill.upgrade.out-of-stock`` (hostbill-licences, hostbill-hosting): an order, and a change
    to it unless the product has that `allowed`. `taken` are the services that have not ended, from
    their orders on, and those that are to become this product (ours).
    """
    if stock is None or taken < stock or allowed:
        return None
    return Refusal("hostbill.upgrade.out-of-stock", f"{product} is out of stock")
