"""Ordering and cancelling a resource of a running service."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Final, NamedTuple

from prorata.reference.billmanager import lifecycle
from prorata.reference.billmanager import resource as rules
from prorata.reference.billmanager.order import resource_held
from prorata.reference.billmanager.order import resources as order_rule
from prorata.reference.engine.billmanager.catalogue import ControlPanel
from prorata.reference.engine.billmanager.currency import same_currency
from prorata.reference.engine.billmanager.daily import charge_dearer, charge_more
from prorata.reference.engine.billmanager.goods import (
    above_included,
    amounts_sold,
    asked,
    laid_out,
    offers,
)
from prorata.reference.engine.billmanager.life import in_minimum
from prorata.reference.engine.billmanager.paid import scaled, shared_out, within
from prorata.reference.engine.billmanager.purchase import not_enough
from prorata.reference.engine.turn import Posted
from prorata.reference.proration import Paid, Stretch, day_of, part
from prorata.reference.resell.licence import by_value

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from prorata.reference.engine.billmanager.catalogue import Tariff
    from prorata.reference.engine.state import Service
    from prorata.reference.engine.turn import Turn
    from prorata.reference.periods import Length
    from prorata.reference.proration import Day
    from prorata.reference.refusal import Refusal

__all__ = ["cancel_resource", "changeable", "exchange", "order_resource", "renamed", "set_resource"]


class _Wish(NamedTuple):
    """So many units of a resource for a service that has fewer, or one in the place of another."""

    service: Service
    tariff: Tariff
    resource: str
    has: int
    wants: int
    instead: str = ""

    def price(self, period: Length, _renewal: bool = False) -> Fraction:  # noqa: FBT001, FBT002  a Price
        """Return what the further units cost for a period."""
        before = (self.instead, 1) if self.instead else (self.resource, self.has)
        more, less = (
            asked(self.tariff, name, amount, period, renewal=False)
            for name, amount in ((self.resource, self.wants), before)
        )
        return more - less

    @property
    def units(self) -> int:
        """How many further units are asked for."""
        wants, has = (
            above_included(self.tariff, self.resource, each) for each in (self.wants, self.has)
        )
        return wants - has


def order_resource(turn: Turn, /, *, service: str, resource: str, amount: int) -> Refusal | None:
    """Order `amount` more units of a resource, for the time that is left."""
    ordered = turn.book.services[int(service)]
    tariff: Tariff = turn.tariff(ordered)
    has = ordered.resources.get(resource, tariff.included_amounts.get(resource, 0))
    return (
        _by_amount(turn, resource)
        or changeable(turn, ordered)
        or _order(turn, _Wish(ordered, tariff, resource, has, has + amount))
    )


def _by_amount(turn: Turn, resource: str) -> Refusal | None:
    return turn.rule(by_value, named=ControlPanel.among((resource,)))


def changeable(turn: Turn, service: Service) -> Refusal | None:
    """Refuse to change what a service has that is not active, or runs unpaid."""
    return turn.rule(lifecycle.status, has=service.status, needs=("active",)) or turn.rule(
        lifecycle.paid, expires=service.ends, now=turn.now
    )


def _order(turn: Turn, wish: _Wish) -> Refusal | None:
    service, tariff = wish.service, wish.tariff
    amounts = {wish.resource: wish.wants}
    if tariff.daily is not None and not service.trial:
        refusal = amounts_sold(turn, tariff, amounts, service.period) or charge_more(
            turn, service, tariff, wish.resource, (wish.has, wish.wants)
        )
        if refusal is None:
            _has(turn, service, amounts)
        return refusal
    days = {"now": turn.now, "expires": service.ends}
    first = turn.rule(rules.first_day_left, **days)
    for sold_by, periods in _periods(turn, wish, first):
        for period in periods:
            refusal = amounts_sold(turn, sold_by, amounts, period)
            if refusal:
                return refusal
    stretches, posted = _ORDERS[tariff.resource_order](turn, wish, first)
    shared = shared_out(stretches, posted, turn.rule.counting)
    paid = _with_units(service, wish, first)
    running = [each for each in paid if _is_for(each, wish.resource, first)]
    # Each purchase is one of the units that are paid for as long as it lasts.
    units = max(running, key=lambda each: each.expires).units if running else wish.units
    last = max((each.expires for each in shared), default=first)
    line = Paid(wish.resource, first, last, posted.amount, posted.share, shared, units)
    _has(
        turn,
        service,
        amounts,
        stretches=service.stretches + stretches,
        paid=(*paid, *((line,) if line.starts < line.expires else ())),
    )
    return not_enough(turn, service, order_rule)


def _periods(
    turn: Turn, wish: _Wish, first: Day
) -> Iterator[tuple[Tariff, Iterable[Length | None]]]:
    """Yield the periods for which a resource is ordered, with the tariff that sells it for them.

    That of a trial, which is free, is None.
    """
    if wish.service.trial:
        yield wish.tariff, [None]
        return
    if wish.tariff.resource_order == "full price":
        # That of the period paid last, whatever runs before it.
        yield wish.tariff, [wish.service.period]
        return
    for tariff, times in _times(turn, wish):
        yield tariff, sorted({each.period for each in times if each.expires > first})


def _with_units(service: Service, wish: _Wish, first: Day) -> tuple[Paid, ...]:
    """Return what is paid, for the days left of so many more units."""
    return tuple(
        each._replace(units=each.units + wish.units)
        if _is_for(each, wish.resource, first)
        else each
        for each in service.paid
    )


def _is_for(paid: Paid, resource: str, first: Day) -> bool:
    """Tell whether something is paid for days of a resource from `first` on."""
    return paid.item == resource and paid.expires > first


def _has(turn: Turn, service: Service, amounts: Mapping[str, int], **fields: object) -> None:
    turn.set(service, resources={**service.resources, **amounts}, **fields)
    turn.panel("resources", service)


#: A resource as it was bought, and what was posted for it.
_Bought = tuple[tuple[Stretch, ...], Posted]


def _times(turn: Turn, wish: _Wish) -> list[tuple[Tariff, tuple[Stretch, ...]]]:
    """Return the times that are bought, with the tariff that sells the resource for them.

    Where a downgrade waits, what was bought beyond it is the cheaper tariff's; where that lacks the
    resource, it ends there.
    """
    service = wish.service
    if service.next_tariff is None:
        return [(wish.tariff, service.bought)]
    name, ends = service.next_tariff
    cheaper, day = turn.book.catalogue[name], day_of(ends)
    times = [(wish.tariff, tuple(each for each in service.bought if each.starts < day))]
    if offers(cheaper, wish.resource):
        times.append((cheaper, tuple(each for each in service.bought if each.starts >= day)))
    return times


def _until_expiry(turn: Turn, wish: _Wish, first: Day) -> _Bought:
    service, times = wish.service, _times(turn, wish)
    laid = tuple(
        stretch
        for tariff, bought in times
        for stretch in laid_out(
            tariff, bought, first, {wish.resource: wish._replace(tariff=tariff).price}
        )
    )
    ends = service.ends if len(times) > 1 or service.next_tariff is None else service.next_tariff[1]
    posted = turn.post(
        "resource",
        rules.until_expiry,
        service,
        stretches=laid,
        now=turn.now,
        expires=ends,
    )
    return within(laid, first, day_of(ends), turn.rule.counting), posted


def _full_price(turn: Turn, wish: _Wish, first: Day) -> _Bought:
    service, price = wish.service, wish.price(wish.service.period)
    posted = turn.post("resource", rules.full_price, service, price=price, resource=wish.resource)
    last = max(service.bought, key=lambda stretch: stretch.expires)
    share = last.months if last.calendar else 1
    days = first, day_of(service.ends)
    own = last._replace(
        item=wish.resource,
        tariff=wish.tariff.name,
        price=price / share,
        starts=days[0],
        paid=Fraction(0),
    )
    if part((own,), *days, turn.rule.counting) > price:
        # More days than the price is of: it is that of all of them.
        own = own._replace(price=price, full_starts=days[0], full_expires=days[1], calendar=True)
    return (own,), posted


_ORDERS: Final[Mapping[str, Callable[[Turn, _Wish, Day], _Bought]]] = {
    "until expiry": _until_expiry,
    "full price": _full_price,
}


def cancel_resource(
    turn: Turn, /, *, service: str, resource: str, by: str = "client"
) -> Refusal | None:
    """Cancel a resource now: back to the included amount, with or without a refund."""
    cancelled = turn.book.services[int(service)]
    refusal = (
        _by_amount(turn, resource)
        or _reducible(turn, cancelled, by)
        or turn.rule(resource_held, resource=resource, held=resource in cancelled.resources)
    )
    if refusal is None:
        _reduce(turn, cancelled, resource, lambda _paid: Fraction(1))
        rest = {name: has for name, has in cancelled.resources.items() if name != resource}
        turn.set(cancelled, resources=rest)
        turn.panel("resources", cancelled, resource)
    return refusal


def set_resource(
    turn: Turn, /, *, service: str, resource: str, amount: int, by: str = "client"
) -> Refusal | None:
    """Set the amount of a resource: more is ordered, less is cancelled for the rest of the time."""
    found = turn.book.services[int(service)]
    tariff: Tariff = turn.tariff(found)
    has = found.resources.get(resource, tariff.included_amounts.get(resource, 0))
    refusal = _by_amount(turn, resource) or changeable(turn, found)
    if refusal is None and amount > has:
        return _order(turn, _Wish(found, tariff, resource, has, amount))
    refusal = refusal or amounts_sold(turn, tariff, {resource: amount}, None)
    if refusal or amount == has:
        return refusal
    refusal = _reducible(turn, found, by)
    if refusal is None:
        _reduce(turn, found, resource, _part_of(has - amount))
        _has(turn, found, {resource: amount})
    return refusal


def exchange(
    turn: Turn, service: Service, tariff: Tariff, old: str, new: str, *, by: str
) -> Refusal | None:
    """Put one addon, of which there is one unit, in the place of another; '' is none.

    What it costs more is ordered, what it costs less is cancelled; what was paid goes along.
    """
    rest = {name: has for name, has in service.resources.items() if name != old}
    has = {**rest, **({new: 1} if new else {})}
    more, less = (
        asked(tariff, name, 1, service.period, renewal=False) if name else Fraction(0)
        for name in (new, old)
    )
    if service.trial:
        turn.set(service, resources=has)
        return None
    gives_up = not new or more < less
    if tariff.daily is not None:
        turn.set(service, resources=has)
        refusal = _reducible(turn, service, by) if gives_up else None
        return refusal or charge_dearer(turn, service, tariff, old, new)
    made = renamed(service, old, new) if new else replace(service)
    made.resources = rest
    if not gives_up:
        refusal = _order(turn, _Wish(made, tariff, new, 0, 1, old))
    else:
        refusal = _reducible(turn, service, by)
        given_up = (less - more) / less if new else Fraction(1)
        _reduce(turn, made, new or old, lambda _paid: given_up)
        turn.set(made, resources=has)
    turn.changes = [(service if what is made else what, fields) for what, fields in turn.changes]
    return refusal


def renamed(service: Service, old: str, new: str) -> Service:
    """Return a service whose addon is another one, at what was paid for it."""
    shares = service.shares
    if old in shares:
        shares = {**shares, new: shares[old]}
    return replace(
        service,
        stretches=tuple(
            each._replace(item=new) if each.item == old else each for each in service.stretches
        ),
        paid=tuple(each._replace(item=new) if each.item == old else each for each in service.paid),
        shares=shares,
    )


def _reducible(turn: Turn, service: Service, by: str) -> Refusal | None:
    """Refuse to take from a service that is not active; a client, while its minimum period runs."""
    runs = None if by == "staff" else in_minimum(turn, service)
    return changeable(turn, service) or runs or same_currency(turn, service)


def _cheaper(
    stretches: Iterable[Stretch], resource: str, part_at: Callable[[Stretch], Fraction]
) -> Iterator[Stretch]:
    """Yield times without the part of a resource that is given up."""
    for each in stretches:
        gone = part_at(each) if each.item == resource else Fraction(0)
        if gone < 1:
            yield each._replace(price=each.price * (1 - gone)) if gone else each


#: Which part of a resource is given up, of so many units that something is paid for.
_GivenUp = Callable[[int], Fraction]


def _part_of(units: int) -> _GivenUp:
    """Give up so many units, of those that something is paid for."""

    def part_of(paid: int) -> Fraction:
        return Fraction(min(units, paid), max(paid, 1))

    return part_of


def _reduce(turn: Turn, service: Service, resource: str, given_up: _GivenUp) -> None:
    """End a part of the units of a resource; what is unused of it comes back, or nothing."""
    days = {"now": turn.now, "expires": service.ends}
    first = turn.rule(rules.first_day_left, **days)
    own = [(each, given_up(each.units)) for each in service.paid if each.item == resource]
    units, ended = _ended(own)
    unused = sum((each.left(first) for each in ended), Fraction(0)) * units
    taxed = sum((each.left(first) * each.tax for each in ended), Fraction(0)) * units
    back = _CANCELS[turn.tariff(service).resource_cancel](turn, service, ended, units, taxed)
    # What is rounded up now is not given back once more later.
    more = max(Fraction(1), back.amount / unused) if unused > 0 else Fraction(1)
    tax_more = max(Fraction(1), back.tax / taxed) if taxed > 0 else Fraction(1)
    kept = []
    for each, gone in own:
        stays, tax_stays = 1 - gone * more, 1 - gone * tax_more
        if stays:
            (left,) = scaled((each,), stays, tax_stays / stays)
            # Where all of it is given up, what was rounded is left of no unit.
            kept.append(left._replace(units=each.units - int(each.units * gone)))
    free = above_included(turn.tariff(service), resource, service.resources.get(resource, 0))

    def part_at(stretch: Stretch) -> Fraction:
        """Return what is given up of the line that was posted for a time, else of the last one."""
        running = [
            (_pays_for(each, stretch), each.starts, gone)
            for each, gone in own
            if each.starts <= stretch.starts < each.expires and each.expires > first
        ]
        return max(running)[-1] if running else given_up(free)

    turn.set(
        service,
        stretches=tuple(_cheaper(service.stretches, resource, part_at)),
        paid=(*(each for each in service.paid if each.item != resource), *kept),
    )


def _pays_for(line: Paid, time: Stretch) -> bool:
    """Tell whether a line was posted for a time, among others."""
    times = ((each.starts, each.expires, each.tariff) for each in line.stretches)
    return (time.starts, time.expires, time.tariff) in times


def _ended(own: Iterable[tuple[Paid, Fraction]]) -> tuple[Fraction, tuple[Paid, ...]]:
    """Return the part that is cancelled of what was paid, and that.

    It is one part of all, where it is the same; else all of what is the part of each.
    """
    same = {gone for _, gone in own}
    units = same.pop() if len(same) == 1 else Fraction(1)
    return units, tuple(
        each if gone == units else each._replace(amount=each.amount * gone) for each, gone in own
    )


def _refund(
    turn: Turn, service: Service, paid: tuple[Paid, ...], units: Fraction, most: Fraction
) -> Posted:
    days = {"now": turn.now, "expires": service.ends}
    told = {"paid": paid, "units": units, **days}
    posted = turn.post("resource", rules.cancel_refund, service, None, most, **told)
    return Posted(-posted.amount, -posted.tax)


def _no_refund(
    turn: Turn, service: Service, _paid: tuple[Paid, ...], _units: Fraction, _most: Fraction
) -> Posted:
    return turn.post("resource", rules.cancel_no_refund, service)


#: What a cancellation gives back, by the tariff's policy: of these lines the part of the units, of
#: their tax at most so much.
_CANCELS: Final[
    Mapping[str, Callable[[Turn, Service, tuple[Paid, ...], Fraction, Fraction], Posted]]
] = {
    "refund": _refund,
    "no refund": _no_refund,
}
