"""Charging by the day: the first day, each further one, and what changes within a day."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

from prorata.reference.billmanager import charge
from prorata.reference.billmanager import order as rules
from prorata.reference.billmanager.charge import DayTerms
from prorata.reference.engine.billmanager.bundle import licence_until
from prorata.reference.engine.billmanager.catalogue import ControlPanel
from prorata.reference.engine.billmanager.goods import (
    MONTH,
    above_included,
    amounts_sold,
    asked,
    still_sold,
)
from prorata.reference.engine.billmanager.purchase import not_enough
from prorata.reference.engine.resell.seeing import closed
from prorata.reference.engine.state import DayShare
from prorata.reference.proration import Stretch
from prorata.reference.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from prorata.reference.engine.billmanager.catalogue import Tariff
    from prorata.reference.engine.state import Service
    from prorata.reference.engine.turn import Turn

__all__ = [
    "a_day",
    "begin_day",
    "begin_or_expire",
    "charge_day",
    "charge_dearer",
    "charge_more",
    "charge_resumed",
    "day_prices",
    "first_day",
]

_NEXT = timedelta(days=1)


def first_day(turn: Turn, service: Service, tariff: Tariff) -> Refusal | None:
    """Charge the day of the order and the setup fee; the order period begins today."""
    refusal = turn.rule(
        rules.cut_at_tariff_end,
        starts=turn.today,
        expires=turn.today + _NEXT,
        end=tariff.tariff_end,
    )
    if isinstance(refusal, Refusal):
        return refusal
    turn.post("setup", rules.price, service, setup_fee=tariff.setup_fee)
    dates = _order_period(turn, service, turn.today, turn.today.day)
    expires = turn.decide("expires", charge.daily_expires, service, day=turn.today)
    turn.begin(
        service,
        expires,
        "renewal: day",
        anchor=turn.today.day,
        order_period=dates,
        shares=_post_day(turn, service, tariff, dates, {}),
        units=dict(service.resources),
    )
    return None


def _order_period(turn: Turn, service: Service, starts: date, anchor: int) -> tuple[date, date]:
    """Return the dates of an order period, over which a day's cost may be allocated."""
    return starts, turn.rule(charge.periodic, starts=starts, period=service.period, anchor=anchor)


def _post_day(
    turn: Turn,
    service: Service,
    tariff: Tariff,
    dates: tuple[date, date],
    so_far: Mapping[str, DayShare],
) -> dict[str, DayShare]:
    """Post the day that begins, for the service and each resource; return what was charged so far.

    What was posted at other prices stays as it is: the days left are charged at today's. So does
    what was posted at a fixed rate, where a sum is given now.
    """
    covers = turn.midnight(turn.today), turn.midnight(turn.today + _NEXT)
    shares: dict[str, DayShare] = {}
    for item, amount in (("tariff", 0), *service.resources.items()):
        anew = _anew(tariff, item, amount)
        known = so_far.get(item, anew)
        if (known.prices, known.by_sum) != (anew.prices, anew.by_sum):
            known = anew
        terms = _terms(turn, service, tariff, dates, known, item=item)
        covered = covers if item == "tariff" else None
        posted = turn.post("daily", charge.daily, service, covered, terms=terms)
        all_posted, cost = known.posted + posted.amount, _cost(turn, terms)
        shares[item] = known._replace(days=known.days + 1, posted=all_posted, cost=cost)
    return shares


def _anew(tariff: Tariff, item: str, amount: int) -> DayShare:
    """Return what the days of an item came to before any is charged."""
    assert tariff.daily is not None  # noqa: S101  what has no day price is charged by periods
    prices, by_sum = day_prices(tariff, item, amount), tariff.daily.by_order_period
    return DayShare(prices, 0, Fraction(0), Fraction(0), by_sum)


def day_prices(tariff: Tariff, item: str, amount: int) -> tuple[Fraction | None, Fraction | None]:
    """Return what a day and a month of an item cost.

    A month of a tariff may have no price; of a resource there is one of both.
    """
    sold = tariff.has(item)
    if sold is None:
        assert tariff.daily is not None  # noqa: S101  what has no day price is charged by periods
        return tariff.daily.price, tariff.prices.get(MONTH)
    if sold.daily is None:
        return None, asked(tariff, item, amount, MONTH, renewal=False)
    return max(amount - sold.included, 0) * sold.daily, None


def _terms(
    turn: Turn,
    service: Service,
    tariff: Tariff,
    dates: tuple[date, date],
    share: DayShare,
    *,
    item: str,
) -> DayTerms:
    assert tariff.daily is not None  # noqa: S101  what has no day price is charged by periods
    return DayTerms(
        day=turn.today,
        by_order_period=tariff.daily.by_order_period,
        day_price=share.prices[0],
        month_price=share.prices[1],
        period=service.period,
        civil_days=(dates[1] - dates[0]).days,
        days=share.days,
        posted=share.posted,
        resource="" if item == "tariff" else item,
    )


def _cost(turn: Turn, terms: DayTerms) -> Fraction:
    """Return what a day costs by itself, whatever was posted before it."""
    return turn.rule(charge.daily, terms=replace(terms, days=0, posted=Fraction(0)))


def a_day(turn: Turn, service: Service) -> Stretch:
    """Return the last day of a service at what it cost, with the resources that are left."""
    tariff, ends = turn.tariff(service), service.ends.toordinal()
    price = service.shares["tariff"].cost
    for resource, amount in service.resources.items():
        charged = above_included(tariff, resource, service.units.get(resource, amount))
        if charged:
            cost = service.shares[resource].cost
            price += cost * above_included(tariff, resource, amount) / charged
    # Of days after the last that was bought each costs what that did.
    return Stretch(ends, ends, price, ends - 1, ends, months=0, tariff=tariff.name)


def charge_day(turn: Turn, service: Service) -> None:
    """Charge the day that begins, or suspend the service where the balance does not pay it."""
    gone = service.status in {"deleted", "processing"} or "non-payment" in service.suspended_by
    if gone or turn.since(service.ends):
        return
    downtime = {
        "suspended": service.status == "suspended",
        "charge_after_suspension": turn.tariff(service).daily.charge_after_suspension,
    }
    charged = turn.rule(charge.daily_suspension, **downtime)
    if begin_or_expire(turn, service, charged=charged) and not charged:
        turn.decide("nothing: daily", charge.daily_suspension, service, **downtime)


def begin_or_expire(turn: Turn, service: Service, *, charged: bool) -> bool:
    """Go on for the day that has begun, or let the service expire; tell whether it goes on."""
    refusal = begin_day(turn, service, charged=charged)
    if refusal is None:
        return True
    turn.forget()
    turn.decide("nothing: daily", charge.not_begun, service, refused=refusal)
    turn.plan(turn.now, "expiry", service)
    return False


def begin_day(turn: Turn, service: Service, *, charged: bool) -> Refusal | None:
    """Go on for the day that has begun, or refuse a day that is not sold any more or not paid."""
    tariff: Tariff = turn.tariff(service)
    refusal = (
        closed(turn, service)
        or still_sold(turn, tariff)
        or amounts_sold(turn, tariff, service.resources, service.period)
    )
    if refusal:
        return refusal
    dates, anchor, shares = service.order_period, service.anchor, service.shares
    assert dates is not None  # noqa: S101  what is charged by the day has one
    if turn.today >= dates[1]:
        # Only what follows without a gap keeps the day of the month.
        anchor = anchor if turn.today == dates[1] else turn.today.day
        dates = _order_period(turn, service, turn.today, anchor)
        shares = {
            item: share._replace(days=0, posted=Fraction(0)) for item, share in shares.items()
        }
    if charged:
        shares = _post_day(turn, service, tariff, dates, shares)
    expires = turn.decide("expires", charge.daily_expires, service, day=turn.today)
    tomorrow = turn.midnight(expires)
    turn.set(
        service,
        expires=tomorrow,
        anchor=anchor,
        order_period=dates,
        shares=shares,
        uncharged=not charged,
        unpaid=None,
        units=dict(service.resources) if charged else {},
    )
    turn.plan(tomorrow, "renewal: day", service)
    licence_until(turn, service, expires)
    if turn.pays(service.client):
        return None
    balance = turn.book.clients[service.client].balance
    return turn.short(charge.daily, f"{balance} {turn.book.currency} do not pay a day")


def charge_resumed(turn: Turn, service: Service) -> Refusal | None:
    """Charge a day whose downtime ends before it does: the service is not suspended all day."""
    if not service.uncharged or service.order_period is None:
        return None
    dates, tariff = service.order_period, turn.tariff(service)
    shares = _post_day(turn, service, tariff, dates, service.shares)
    turn.set(service, uncharged=False, shares=shares, units=dict(service.resources))
    return not_enough(turn, service, charge.daily_suspension)


def charge_more(
    turn: Turn, service: Service, tariff: Tariff, resource: str, amounts: tuple[int, int]
) -> Refusal | None:
    """Charge today's part of more units of a resource: from an amount to a greater one.

    Units that the day was charged for already, and that were given up since, are not charged again.
    """
    dates = service.order_period
    assert dates is not None  # noqa: S101  what is charged by the day has one
    has, wants = amounts
    charged = max(has, service.units.get(resource, has))
    before, after = (_anew(tariff, resource, each) for each in (min(charged, wants), wants))
    terms, so_far = (
        _terms(turn, service, tariff, dates, share, item=resource) for share in (after, before)
    )
    share = service.shares.get(resource, after)._replace(cost=_cost(turn, terms))
    turn.set(
        service,
        units={**service.units, resource: max(charged, wants)},
        shares={**service.shares, resource: share},
    )
    turn.post("daily", charge.daily, service, terms=terms, before=so_far)
    return not_enough(turn, service, charge.daily)


def charge_dearer(
    turn: Turn, service: Service, tariff: Tariff, old: str, new: str
) -> Refusal | None:
    """Charge what today costs more by a control panel than by the dearest that it had today."""
    dates = service.order_period
    assert dates is not None  # noqa: S101  what is charged by the day has one
    charged = [name for name in service.units if ControlPanel.among((name,))]

    shares = {name: _anew(tariff, name, 1) for name in (*charged, old, new) if name}
    terms = {
        name: _terms(turn, service, tariff, dates, share, item=name)
        for name, share in shares.items()
    }
    known = {name: turn.rule(charge.daily, terms=each) for name, each in terms.items()}
    if new:
        share = service.shares.get(new, shares[new])
        turn.set(
            service,
            units={**service.units, new: 1},
            shares={**service.shares, new: share._replace(cost=known[new])},
        )
    dearest = max((name for name in known if name != new), key=known.__getitem__, default="")
    if not new or new in charged or known[new] <= known.get(dearest, 0):
        return None
    turn.post("daily", charge.daily, service, terms=terms[new], before=terms.get(dearest))
    return not_enough(turn, service, charge.daily)
