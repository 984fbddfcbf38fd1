"""A purchase: the dates, stretches and lines of one bought period, for an order or a renewal."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Any, NamedTuple

from prorata.reference.billmanager import charge, resource
from prorata.reference.billmanager import order as rules
from prorata.reference.engine.billmanager.goods import (
    above_included,
    amounts_sold,
    asked,
    period_for_sale,
)
from prorata.reference.engine.billmanager.paid import shared_out
from prorata.reference.periods import kept_anchor
from prorata.reference.proration import Paid, Stretch, day_of
from prorata.reference.refusal import Refusal
from prorata.reference.resell.ispmanager5 import end_of_sale

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from prorata.reference.engine.billmanager.catalogue import Tariff
    from prorata.reference.engine.state import Service
    from prorata.reference.engine.turn import Turn
    from prorata.reference.periods import Length

__all__ = ["Held", "Purchase", "PurchaseLine", "Terms", "not_enough", "purchase", "sale_ends"]


class Terms(NamedTuple):
    """What is bought: a period of a tariff from a date, for an order or a renewal.

    It is an instant where a change has left the expiry, with which the period begins, at an hour.
    `dated` is the rule that says when it expires where the tariff has no calendar months, and
    `dated_by` what that is asked; `anchor` is the day of the month that is kept.
    """

    tariff: Tariff
    period: Length
    starts: date
    anchor: int
    resources: Mapping[str, int]
    dated: Callable[..., date | Refusal]
    dated_by: Mapping[str, Any]
    renewal: bool = False


class PurchaseLine(NamedTuple):
    """A line of a purchase: the item that it is for, its kind, and the rule that prices it.

    `units` is how many units of a resource it pays.
    """

    item: str
    kind: str
    rule: Callable[..., Fraction]
    arguments: Mapping[str, Any]
    units: int = 0


class Held(NamedTuple):
    """What a service holds of what it bought: times as bought, priced, and paid for resources."""

    bought: tuple[Stretch, ...]
    stretches: tuple[Stretch, ...]
    paid: tuple[Paid, ...]


class Purchase(NamedTuple):
    """A bought period: its dates, the day of the month after it, its stretches and its lines.

    A date is an instant where it has an hour: see `Terms`.
    """

    starts: date
    expires: date
    anchor: int
    stretches: tuple[Stretch, ...]
    lines: tuple[PurchaseLine, ...]

    def covers(self, turn: Turn) -> tuple[datetime, datetime]:
        """Return the instants between which it lies."""
        return turn.instant(self.starts), turn.instant(self.expires)

    def post(self, turn: Turn, service: Service, covers: tuple[datetime, datetime]) -> Held:
        """Post the lines; those of the period say what they cover. Returns what is held then."""
        bought: tuple[Stretch, ...] = ()
        stretches: tuple[Stretch, ...] = ()
        paid: tuple[Paid, ...] = ()
        for line in self.lines:
            covered = covers if line.kind == "period" else None
            posted = turn.post(line.kind, line.rule, service, covered, **line.arguments)
            own = [stretch for stretch in self.stretches if stretch.item == line.item]
            if not own:
                continue
            shared = shared_out(own, posted, turn.rule.counting)
            if line.item == "tariff":
                bought += shared
                stretches += shared
            else:
                stretches += tuple(own)
                days = own[0].starts, own[-1].expires
                paid += (Paid(line.item, *days, posted.amount, posted.share, shared, line.units),)
        return Held(bought, stretches, paid)


def not_enough(turn: Turn, service: Service, rule: Callable[..., object]) -> Refusal | None:
    """Refuse what the client's balance does not pay; what costs nothing needs no balance."""
    if turn.pays(service.client):
        return None
    left = turn.left(service.client)
    balance, currency = turn.book.clients[service.client].balance, turn.book.currency
    why = f"the balance is {balance} {currency}, {balance - left} {currency} is asked"
    return turn.short(rule, why)


def purchase(turn: Turn, service: Service, terms: Terms) -> Purchase | Refusal:
    """Work out a bought period: its dates, then what its tariff and resources cost."""
    tariff = terms.tariff
    refusal = period_for_sale(turn, tariff, terms.period, renewal=terms.renewal) or amounts_sold(
        turn, tariff, terms.resources, terms.period
    )
    if refusal:
        return refusal
    full = _full_expires(turn, service, terms)
    if isinstance(full, Refusal):
        return full
    expires = cut(turn, service, tariff, terms.starts, full)
    if isinstance(expires, Refusal):
        return expires
    stretches: list[Stretch] = []
    lines: list[PurchaseLine] = []
    for item, amount in (("tariff", 0), *terms.resources.items()):
        price = asked(tariff, item, amount, terms.period, renewal=terms.renewal)
        bought = _stretches(terms, item, price, expires, full)
        stretches += bought
        line = _line(terms, bought, amount, cut=expires != full)
        lines.append(line._replace(units=above_included(tariff, item, amount)))
    if not terms.renewal:
        fee = {"setup_fee": tariff.setup_fee}
        lines.append(PurchaseLine("setup", "setup", rules.price, fee))
    anchor = kept_anchor(expires, terms.period, terms.anchor) if expires == full else expires.day
    return Purchase(terms.starts, expires, anchor, tuple(stretches), tuple(lines))


def cut(turn: Turn, service: Service, tariff: Tariff, starts: date, full: date) -> date | Refusal:
    """Return when a service expires whose full period goes up to `full`.

    Its tariff may end, or the sale of the licence that it is.
    """
    day = date.fromordinal(starts.toordinal())
    dates = {"starts": day, "expires": full, "end": tariff.tariff_end}
    expires = turn.rule(rules.cut_at_tariff_end, **dates)
    if expires != full:
        turn.decide("expires", rules.cut_at_tariff_end, service, **dates)
    return (
        expires if isinstance(expires, Refusal) else sale_ends(turn, service, tariff, day, expires)
    )


def sale_ends(
    turn: Turn, service: Service, tariff: Tariff, starts: date, full: date
) -> date | Refusal:
    """Return when a period expires that is bought today, where the sale of its licence ends."""
    told = {"number": tariff.number, "today": turn.today, "starts": starts, "expires": full}
    expires = turn.rule(end_of_sale, **told)
    if expires != full:
        turn.decide("expires", end_of_sale, service, **told)
    return expires


def _full_expires(turn: Turn, service: Service, terms: Terms) -> date | Refusal:
    tariff = terms.tariff
    if tariff.pro_rata_day is None:
        return turn.decide("expires", terms.dated, service, **terms.dated_by)
    months = terms.period.months
    return turn.rule(charge.months_sold, months=months) or turn.decide(
        "expires",
        charge.calendar_expires,
        service,
        starts=date.fromordinal(terms.starts.toordinal()),
        months=months,
        pro_rata_day=tariff.pro_rata_day,
        renewal=terms.renewal,
    )


def _stretches(
    terms: Terms, item: str, price: Fraction, expires: date, full: date
) -> tuple[Stretch, ...]:
    if terms.tariff.pro_rata_day is not None:
        calendar = charge.calendar_stretches(
            starts=date.fromordinal(terms.starts.toordinal()),
            expires=expires,
            months=terms.period.months,
            price=price,
            renewal=terms.renewal,
        )
        tariff = terms.tariff.name
        first = day_of(terms.starts)
        return tuple(
            month._replace(item=item, tariff=tariff, starts=max(month.starts, first))
            for month in calendar
        )
    first = day_of(terms.starts)
    whole = Stretch(
        starts=first,
        expires=day_of(expires),
        price=price,
        full_starts=first,
        full_expires=day_of(full),
        months=terms.period.months,
        days=terms.period.days,
        item=item,
        renewal=terms.renewal,
        tariff=terms.tariff.name,
    )
    return (whole,)


def _line(terms: Terms, stretches: tuple[Stretch, ...], amount: int, *, cut: bool) -> PurchaseLine:
    item, tariff = stretches[0].item, terms.tariff
    kind = "period" if item == "tariff" else "resource"
    if tariff.pro_rata_day is not None:
        return PurchaseLine(item, kind, charge.calendar, {"stretches": stretches})
    if cut:
        return PurchaseLine(item, kind, rules.tariff_end, {"stretch": stretches[0]})
    if kind == "resource":
        return _resource_line(terms, item, amount)
    order_price = tariff.prices.get(terms.period)
    if not terms.renewal:
        return PurchaseLine(item, kind, rules.price, {"period_price": order_price})
    special = tariff.renewal_prices.get(terms.period)
    prices = {"order_price": order_price, "special_price": special}
    return PurchaseLine(item, kind, rules.renewal_price, prices)


def _resource_line(terms: Terms, item: str, amount: int) -> PurchaseLine:
    sold = terms.tariff.resources[item]
    bounds = {"amount": amount, "included": sold.included, "resource": item}
    if sold.rates:
        steps = bounds | {"rates": sold.steps(terms.period)}
        return PurchaseLine(item, "resource", resource.traffic, steps)
    price = {"unit_price": sold.prices.get(terms.period, Fraction(0))}
    return PurchaseLine(item, "resource", rules.resources, bounds | price)
