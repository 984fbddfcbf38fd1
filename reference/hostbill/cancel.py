"""Cancellation by clients: whether, when, and what of the money comes back or is still asked."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from prorata.reference.derivation import Note, silent
from prorata.reference.hostbill.upgrade import UNITS, Later, wall_seconds
from prorata.reference.proration import noted_sum
from prorata.reference.refusal import Refusal
from prorata.reference.ruling import beside

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from fractions import Fraction

    from prorata.reference.proration import Pricing

__all__ = ["auto", "cancel", "cancellable", "has_end", "pro_rata"]


def cancel(
    *,
    when: str,
    kinds: Collection[str],
    policy: str,
    days: int,
    ordered: date,
    today: date,
) -> Refusal | None:
    """Refuse a request to cancel that the product does not allow, or not now.

    ``hostbill.cancel`` (hostbill-licences, hostbill-hosting): always, never, `after` so many days
    from the order, or `for` so many.
    """
    if when not in kinds:
        return Refusal("hostbill.cancel", f"the product is not cancelled {_SAID[when]}")
    since = today - ordered
    allowed = {
        "always": True,
        "never": False,
        "after": since >= timedelta(days=days),
        "for": since < timedelta(days=days),
    }
    if allowed[policy]:
        return None
    said = policy if policy == "never" else f"{policy} {days} days from its order"
    return Refusal("hostbill.cancel", f"clients cancel the product {said}")


_SAID = {"immediately": "immediately", "end of period": "at the end of its period"}


@beside("hostbill.cancel")
def cancellable(*, has: str, requested: str) -> Refusal | None:
    """Refuse to cancel what has ended, or what is to be cancelled so already."""
    if has in {"terminated", "cancelled"}:
        return Refusal("hostbill.cancel", f"the service is {has}")
    if requested == "immediately":
        return Refusal("hostbill.cancel", "it is to be cancelled already")
    return None


@beside("hostbill.cancel")
def has_end(*, when: str, recurring: bool) -> Refusal | None:
    """Refuse to cancel at the end of its period what has none."""
    if recurring or when == "immediately":
        return None
    return Refusal("hostbill.cancel", "what is paid once or never has no period that ends")


def auto(*, wanted: bool, by: str) -> bool:
    """Tell whether a request is carried out by itself; one of staff is.

    ``hostbill.cancel.auto`` (hostbill-hosting).
    """
    return wanted or by == "staff"


def pro_rata(
    *,
    now: datetime,
    starts: datetime,
    expires: datetime,
    price: Fraction,
    unit: str,
    used: bool = False,
    begun: datetime | None = None,
    later: Sequence[Later] = (),
    pro_rata_unit_remainder: Callable[[int, int], int],
    pricing: Pricing,
    note: Note = silent,
) -> Fraction:
    """Return what the units left of a cycle cost, or those that are `used`.

    ``hostbill.cancel.pro-rata`` (hostbill-licences, hostbill-hosting): paid ahead, what is left is
    given back; paid at the end, what is used is asked, since it was `begun` where that is not the
    start of its cycle. Neither is more than `price`. `later` are the cycles that are paid after it.
    """
    size = UNITS[unit]
    first, last = (begun or starts, min(now, expires)) if used else (now, expires)
    # Nothing is used of what has not begun, and nothing is left of what is over.
    first = min(first, last)
    units = pro_rata_unit_remainder(wall_seconds(first, last), size)
    cycle = wall_seconds(starts, expires) // size
    note("used" if used else "left", "last − first", f"{units:,} {unit}", last=last, first=first)
    note("cycle", "expires − starts", f"{cycle:,} {unit}", expires=expires, starts=starts)
    part = pricing.cost((price, units, cycle))
    pricing.tell(note, "part", (price, units, cycle))
    if part > price:
        part = price
        note("part", "price", part, why="no more than the whole of it costs", price=price)
    return noted_sum([part, *(each.old_price for each in later)], note, "all cycles")
