"""What was posted for the days of a service and is not given back."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from prorata.reference.engine.turn import Posted
from prorata.reference.proration import Paid, part

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from prorata.reference.proration import Counting, Day, Stretch

__all__ = ["by_item", "cut", "left", "paid_before", "scaled", "shared_out", "within"]


def shared_out(
    stretches: Sequence[Stretch], posted: Posted, counting: Counting
) -> tuple[Stretch, ...]:
    """Return stretches with what one line posted for them: each its part, the last the rest."""
    shared, rest, tax = [], posted.amount, posted.share
    for number, stretch in enumerate(stretches, 1):
        paid = rest
        if number < len(stretches):
            paid = part((stretch,), stretch.starts, stretch.expires, counting)
            rest -= paid
        shared.append(stretch._replace(paid=paid, tax=tax))
    return tuple(shared)


def left(
    stretches: Iterable[Stretch], lines: Iterable[Paid], first: Day, counting: Counting
) -> Posted:
    """Return what is paid for the days from `first` on, by times and by lines of resources."""
    paid = [
        *((s.paid_within(first, s.expires, counting), s.tax) for s in stretches),
        *((each.priced_left(first, counting), each.tax) for each in lines),
    ]
    amount = sum((amount for amount, _ in paid), Fraction(0))
    return Posted(amount, sum((amount * tax for amount, tax in paid), Fraction(0)))


def within(
    stretches: Iterable[Stretch], first: Day, last: Day, counting: Counting
) -> tuple[Stretch, ...]:
    """Return the parts of stretches that lie within ``[first, last)``."""
    parts = (stretch.within(first, last, counting) for stretch in stretches)
    return tuple(stretch for stretch in parts if stretch)


def by_item(
    stretches: Iterable[Stretch], lines: Iterable[Paid], first: Day, counting: Counting
) -> dict[str, Fraction]:
    """Return what is paid for the days from `first` on, for a tariff and each resource by name."""
    paid: dict[str, Fraction] = {}
    named = (
        *((each.name, each.paid_within(first, each.expires, counting)) for each in stretches),
        *((each.item, each.priced_left(first, counting)) for each in lines),
    )
    for name, amount in named:
        if amount:
            paid[name] = paid.get(name, Fraction(0)) + amount
    return paid


def cut(stretches: Iterable[Stretch], at: Day, counting: Counting) -> tuple[Stretch, ...]:
    """Return stretches as they are up to a day."""
    stretches = tuple(stretches)
    return within(stretches, min((s.starts for s in stretches), default=at), at, counting)


def paid_before(
    paid: Iterable[Paid], day: Day, counting: Counting, *, but: Collection[str] = ()
) -> tuple[Paid, ...]:
    """Return what is paid for days before a day; of the resources in `but`, for all days."""
    ended = (
        each if each.item in but or each.expires <= day else each._replace(
            expires=day,
            amount=each.amount - each.priced_left(day, counting),
            stretches=(),
        )
        for each in paid
        if each.item in but or each.starts < day
    )  # fmt: skip
    return tuple(ended)


def scaled(paid: Iterable[Paid], by: Fraction, tax: Fraction) -> tuple[Paid, ...]:
    """Return what is paid, each at a part of its amount, and the tax on that at a part as well."""
    return tuple(
        each._replace(
            amount=each.amount * by,
            tax=each.tax * tax,
            stretches=tuple(one._replace(paid=one.paid * by) for one in each.stretches),
        )
        for each in paid
    )
