"""What a tariff sells: what it asks for itself and its resources, and in which amounts."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from math import ceil, floor
from typing import TYPE_CHECKING

from prorata.reference.billmanager import charge
from prorata.reference.billmanager import order as rules
from prorata.reference.billmanager.resource import traffic
from prorata.reference.periods import Length
from prorata.reference.resell.ispmanager5 import sold_today

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from prorata.reference.engine.billmanager.catalogue import Resource, Tariff
    from prorata.reference.engine.state import Service
    from prorata.reference.engine.turn import Turn
    from prorata.reference.proration import Day, Stretch
    from prorata.reference.refusal import Refusal

    #: What is asked for a period, from the period and whether it is a renewal.
    Price = Callable[[Length, bool], Fraction]

__all__ = [
    "MONTH",
    "above_included",
    "amounts_sold",
    "asked",
    "kept",
    "laid_out",
    "offers",
    "period_for_sale",
    "priced_periods",
    "renewable",
    "still_sold",
]

MONTH = Length(months=1)


def asked(tariff: Tariff, item: str, amount: int, period: Length, *, renewal: bool) -> Fraction:
    """Return what `tariff` asks today for an item (itself or a resource) for a period."""
    if item == "tariff":
        return tariff.price(period, renewal=renewal) or Fraction(0)
    resource = tariff.has(item)
    if resource is None:
        return Fraction(0)
    if resource.rates:
        return traffic(amount=amount, included=resource.included, rates=resource.steps(period))
    return max(amount - resource.included, 0) * resource.prices.get(period, Fraction(0))


def above_included(tariff: Tariff, item: str, amount: int) -> int:
    """Return for how many units of an amount of a resource `tariff` asks today."""
    return max(amount - tariff.included_amounts.get(item, amount), 0)


def priced_periods(tariff: Tariff, *, renewal: bool) -> frozenset[Length]:
    """Return the periods for which a tariff has a price."""
    return frozenset((*tariff.prices, *(tariff.renewal_prices if renewal else ())))


def amounts_sold(
    turn: Turn, tariff: Tariff, amounts: Mapping[str, int], period: Length | None
) -> Refusal | None:
    """Refuse resources that the tariff does not sell in these amounts for a period.

    This is asked wherever a resource is bought, kept or priced anew. What is above the included
    amount needs a price for the `period`, or for the day; a trial, None, is free.
    """
    for name, amount in amounts.items():
        sold = tariff.has(name)
        refusal = turn.rule(
            rules.resource_sold,
            tariff=tariff.name,
            resource=name,
            amount=amount,
            bounds=(sold.minimum, sold.maximum, sold.step) if sold else None,
            period=_unpriced(tariff, sold, amount, period) if sold and period else None,
        )
        if refusal:
            return refusal
    return None


def still_sold(turn: Turn, tariff: Tariff) -> Refusal | None:
    """Refuse a tariff that has ended, by its own date or by that of what it sells."""
    return turn.rule(rules.still_sold, today=turn.today, end=tariff.tariff_end) or turn.rule(
        sold_today, number=tariff.number, today=turn.today
    )


def renewable(
    turn: Turn, tariff: Tariff, period: Length, resources: Mapping[str, int]
) -> Refusal | None:
    """Refuse a period for which a tariff does not renew a service with these resources.

    Charged by the day, any period may be chosen: it has no price of its own.
    """
    sold = None if tariff.daily is not None else period_for_sale(turn, tariff, period, renewal=True)
    if sold is None and tariff.pro_rata_day is not None:
        sold = turn.rule(charge.months_sold, months=period.months)
    return sold or amounts_sold(turn, tariff, resources, period)


def period_for_sale(turn: Turn, tariff: Tariff, period: Length, *, renewal: bool) -> Refusal | None:
    """Refuse a period that a tariff does not sell, for an order or a renewal."""
    return turn.rule(
        rules.period_sold,
        tariff=tariff.name,
        period=period,
        prices=priced_periods(tariff, renewal=renewal),
        disabled=tariff.disabled_periods,
        renewal=renewal,
    )


def _unpriced(tariff: Tariff, sold: Resource, amount: int, period: Length) -> str | None:
    """Return the period for which what is above the included amount has no price."""
    if amount <= sold.included:
        return None
    if tariff.daily is None:
        return None if sold.sells(period) else str(period)
    return None if sold.daily is not None or sold.sells(MONTH) else "1 day"


def kept(tariff: Tariff, service: Service) -> dict[str, int]:
    """Return what a service has of the resources of a tariff; the others end with a change."""
    return {name: amount for name, amount in service.resources.items() if offers(tariff, name)}


def offers(tariff: Tariff, name: str) -> bool:
    """Tell whether a tariff has a resource: it has no addon to which nobody gave an amount."""
    sold = tariff.has(name)
    return sold is not None and sold.maximum != 0


def laid_out(
    tariff: Tariff, bought: Iterable[Stretch], first: Day, prices: Mapping[str, Price]
) -> tuple[Stretch, ...]:
    """Return bought times from `first` on as a tariff charges them, an item after the other.

    A calendar tariff counts calendar months, any other the times as they were bought. `prices`
    says what is asked for each item.
    """
    return tuple(
        stretch._replace(
            item=item,
            price=price(stretch.period, stretch.renewal) / _share(stretch),
            tariff=tariff.name,
        )
        for each in bought
        if each.expires > first
        for stretch in _counted(tariff, each)
        if stretch.expires > first
        for item, price in prices.items()
    )


def _share(stretch: Stretch) -> int:
    return stretch.months if stretch.calendar else 1


def _counted(tariff: Tariff, bought: Stretch) -> Iterator[Stretch]:
    """Yield a bought time of which nothing is paid, for a calendar tariff by its months.

    A trial is of days, whatever the tariff.
    """
    if tariff.pro_rata_day is None or not bought.months:
        yield bought._replace(paid=Fraction(0))
        return
    months = charge.calendar_stretches(
        starts=date.fromordinal(floor(bought.starts)),
        expires=date.fromordinal(ceil(bought.expires)),
        months=bought.months,
        price=bought.price,
        renewal=bought.renewal,
    )
    for month in months:
        inside = max(month.starts, bought.starts), min(month.expires, bought.expires)
        yield month._replace(starts=inside[0], expires=inside[1])
