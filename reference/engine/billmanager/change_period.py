"""A tariff change that moves the expiry: what is left is spent on days at the new tariff."""

from __future__ import annotations

from datetime import date, datetime
from fractions import Fraction
from math import floor
from typing import TYPE_CHECKING, Any

from prorata.reference.billmanager import change as rules
from prorata.reference.billmanager import charge
from prorata.reference.billmanager import order as ordering
from prorata.reference.engine.billmanager.bundle import prolong
from prorata.reference.engine.billmanager.goods import above_included, kept, laid_out
from prorata.reference.engine.billmanager.paid import cut, left, paid_before, within
from prorata.reference.engine.billmanager.purchase import sale_ends
from prorata.reference.engine.billmanager.switch import prices, sells, switch
from prorata.reference.proration import Day, Paid, Stretch, day_of, day_price
from prorata.reference.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prorata.reference.engine.billmanager.catalogue import Tariff
    from prorata.reference.engine.state import Service
    from prorata.reference.engine.turn import Turn
    from prorata.reference.periods import Length

__all__ = ["change_period"]


def change_period(turn: Turn, service: Service, new: Tariff, _period: Length) -> Refusal | None:
    """Spend what is left on days at the new tariff, which move the expiry; no money moves."""
    last = max(service.bought, key=lambda stretch: stretch.expires)
    refusal = sells(turn, service, new, [last])
    if refusal:
        return refusal
    now = {"now": turn.now, "expires": service.ends}
    first, starts = turn.rule(rules.moved_days, **now)
    items = _period_from(turn, service, new, starts, renewal=last.renewal)
    old_price = next(s.price for s in reversed(service.stretches) if s.item == "tariff")
    refusal = turn.rule(rules.free, old_price=old_price, new_price=items[0].price)
    if refusal:
        return refusal
    whole = items[0]._replace(price=sum((item.price for item in items), Fraction(0)))
    arguments = {"old": service.stretches, "new": whole, **now}
    moved = turn.decide("expires", rules.period, service, **arguments)
    if isinstance(moved, Refusal):
        return moved
    ends = _before_end(turn, service, new, starts, moved)
    if isinstance(ends, Refusal):
        return ends
    days = day_of(starts), day_of(moved)
    units = {name: above_included(new, name, has) for name, has in kept(new, service).items()}
    held = _moved(turn, service, items, first=first, days=days, ends=day_of(ends), units=units)
    when = ends if isinstance(ends, datetime) else turn.midnight(ends)
    switch(turn, service, new, **held, expires=when, anchor=ends.day)
    if when > service.ends:
        prolong(turn, service, service.period, when, service.ends)
    turn.plan(when, "renewal", service)
    return None


def _before_end(
    turn: Turn, service: Service, new: Tariff, starts: date, moved: date
) -> date | Refusal:
    """Return a new expiry, cut at the end of the new tariff; no whole day before it is refused."""
    day = date.fromordinal(starts.toordinal())
    ends: date | Refusal = moved
    if new.tariff_end is not None and day_of(moved) > new.tariff_end.toordinal():
        ends = turn.decide(
            "expires",
            ordering.cut_at_tariff_end,
            service,
            starts=day,
            expires=date.fromordinal(moved.toordinal() + 1),
            end=new.tariff_end,
        )
    return ends if isinstance(ends, Refusal) else sale_ends(turn, service, new, day, ends)


def _period_from(
    turn: Turn, service: Service, new: Tariff, starts: date, *, renewal: bool
) -> tuple[Stretch, ...]:
    """Return one bought period of the new tariff from a date on, for each item at its price."""
    day, period = date.fromordinal(starts.toordinal()), service.period
    full = turn.rule(charge.periodic, starts=day, period=period, anchor=day.day)
    whole = Stretch(
        day.toordinal(),
        full.toordinal(),
        Fraction(0),
        day.toordinal(),
        full.toordinal(),
        months=period.months,
        days=period.days,
        renewal=renewal,
    )
    first = laid_out(new, (whole,), day.toordinal(), prices(service, new))
    # Under calendar charging the month of the change prices all days.
    return tuple(
        next(stretch for stretch in first if stretch.item == item)
        for item in dict.fromkeys(stretch.item for stretch in first)
    )


def _moved(
    turn: Turn,
    service: Service,
    items: tuple[Stretch, ...],
    *,
    first: Day,
    days: tuple[Day, Day],
    ends: Day,
    units: Mapping[str, int],
) -> dict[str, Any]:
    """Return what a service holds when its days from `first` on were spent on other days.

    What was paid for the old days pays for the new ones; for those that the end of the tariff cuts
    off it is lost.
    """
    counting, (starts, moved) = turn.rule.counting, days
    names = {item.item for item in items}
    amounts = {
        name: left((), (each for each in service.paid if each.item == name), first, counting)
        for name in dict.fromkeys(each.item for each in service.paid if each.item in names)
    }
    others = [each for each in service.paid if each.item not in names]
    rest = left(service.stretches, others, first, counting)
    even = [day_price(item, counting)[1]._replace(starts=starts, expires=moved) for item in items]
    granted = (
        each._replace(paid=rest.amount, tax=rest.share) if each.item == "tariff" else each
        for each in even
    )
    paid_for = (
        Paid(name, starts, moved, paid.amount, paid.share, (), units[name])
        for name, paid in amounts.items()
    )
    bought = items[0]._replace(starts=starts, expires=ends)
    return {
        "bought": (*cut(service.bought, starts, counting), _as_bought(turn, service, bought)),
        "stretches": (
            *cut(service.stretches, first, counting),
            *within(granted, starts, ends, counting),
        ),
        "paid": paid_before(paid_for, ends, counting),
    }


def _as_bought(turn: Turn, service: Service, bought: Stretch) -> Stretch:
    """Return the new days as one period from their start, whatever the tariff's months are."""
    day = date.fromordinal(floor(bought.starts))
    full = turn.rule(charge.periodic, starts=day, period=service.period, anchor=day.day)
    return bought._replace(
        full_starts=day.toordinal(), full_expires=full.toordinal(), calendar=False
    )
