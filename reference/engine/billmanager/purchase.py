"""A purchase: the dates, stretches and lines of one bought period, for an order or a renewal."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from prorata.reference.billmanager import charge
from prorata.reference.billmanager.order import (
    DISABLED_PERIOD,
    cut_at_tariff_end,
    period_sold,
    resource_amount,
)
from prorata.reference.billmanager.resource import traffic
from prorata.reference.proration import Stretch, part
from prorata.reference.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date, datetime

    from prorata.reference.engine.catalogue import Tariff
    from prorata.reference.engine.state import Service
    from prorata.reference.engine.turn import Turn
    from prorata.reference.money import Money
    from prorata.reference.periods import Length
    from prorata.reference.proration import Counting

__all__ = [
    "Purchase",
    "Terms",
    "amounts_sold",
    "asked",
    "not_enough",
    "paid_for",
    "posted_for",
    "purchase",
]


@dataclass(frozen=True, slots=True)
class Terms:
    """What is bought: a period of a tariff from a date, for an order or a renewal."""

    tariff: Tariff
    period: Length
    starts: date
    anchor: int
    renewal: bool = False
    resources: Mapping[str, int] | None = None


@dataclass(frozen=True, slots=True)
class Purchase:
    """A bought period: its dates, its stretches, and its lines (kind, rule, arguments)."""

    starts: date
    expires: date
    stretches: tuple[Stretch, ...]
    lines: tuple[tuple[str, str, Mapping[str, Any]], ...]

    def post(
        self, turn: Turn, service: Service, covers: tuple[datetime, datetime]
    ) -> tuple[Stretch, ...]:
        """Post the lines; those of the period say what they cover.

        Returns the stretches, those of resources with what was posted for them.
        """
        amounts = [
            turn.post(kind, rule, service, covers if kind == "period" else None, **arguments)
            for kind, rule, arguments in self.lines
        ]
        return self.with_paid(turn, amounts)

    def with_paid(self, turn: Turn, amounts: Iterable[Money]) -> tuple[Stretch, ...]:
        """Return the stretches, those of resources with what its line posted: one for each item."""
        if len(self.stretches) == 1:
            return self.stretches
        bought: dict[str, list[Stretch]] = {}
        for stretch in self.stretches:
            bought.setdefault(stretch.item, []).append(stretch)
        return tuple(
            stretch
            for (item, stretches), amount in zip(bought.items(), amounts, strict=False)
            for stretch in (stretches if item == "tariff" else posted_for(turn, stretches, amount))
        )


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


def amounts_sold(
    tariff: Tariff, amounts: Mapping[str, int], period: Length | None
) -> Refusal | None:
    """Refuse resources that the tariff does not have, or not in these amounts.

    What is above the included amount needs a price for the `period`; a trial, None, is free.
    """
    for name, amount in amounts.items():
        sold = tariff.has(name)
        if sold is None:
            why = f"tariff {tariff.name} has no resource {name}"
            return Refusal("billmanager.order.resources", why)
        refusal = resource_amount(
            resource=name,
            amount=amount,
            minimum=sold.minimum,
            maximum=sold.maximum,
            step=sold.step,
        )
        if refusal:
            return refusal
        if period is not None and amount > sold.included and not sold.sells(period):
            why = f"tariff {tariff.name} has no price of {name} for {period}"
            return Refusal("billmanager.order.resources", why)
    return None


def not_enough(turn: Turn, service: Service, rule: str) -> Refusal | None:
    """Refuse what the client's balance does not pay; what costs nothing needs no balance."""
    if turn.pays(service.client):
        return None
    left = turn.left(service.client)
    balance, currency = turn.book.clients[service.client].balance, turn.book.currency
    why = f"the balance is {balance} {currency}, {balance - left} {currency} is asked"
    return Refusal(rule, why)


def posted_for(turn: Turn, stretches: Sequence[Stretch], amount: Money) -> Iterator[Stretch]:
    """Yield bought times with what one line posted for them: each its part, the last the rest."""
    counting, rest = turn.rule.counting, amount.exact
    for stretch in stretches[:-1]:
        paid = _part_of(stretch, counting)
        rest -= paid
        yield replace(stretch, paid=paid)
    yield replace(stretches[-1], paid=rest)


def paid_for(turn: Turn, stretches: Iterable[Stretch]) -> Fraction:
    """Return what was paid for bought times: what was posted for each.

    For a time that no line was posted for alone, it is its part, and never more than its price.
    """
    counting = turn.rule.counting
    return sum(
        (
            _part_of(stretch, counting) if stretch.paid is None else stretch.paid
            for stretch in stretches
        ),
        Fraction(0),
    )


def _part_of(stretch: Stretch, counting: Counting) -> Fraction:
    return min(part((stretch,), stretch.starts, stretch.expires, counting), stretch.price)


def purchase(turn: Turn, terms: Terms) -> Purchase | Refusal:
    """Work out a bought period: its dates, then what its tariff and resources cost."""
    tariff = terms.tariff
    disabled = DISABLED_PERIOD[turn.reading("disabled_period")]
    refusal = period_sold(
        tariff=tariff.name,
        period=terms.period,
        prices={**tariff.prices, **tariff.renewal_prices} if terms.renewal else tariff.prices,
        disabled=terms.period in tariff.disabled_periods and disabled(terms.renewal),
    )
    if refusal:
        return refusal
    full = _full_expires(turn, terms)
    if isinstance(full, Refusal):
        return full
    expires = cut_at_tariff_end(starts=terms.starts, expires=full, end=tariff.tariff_end)
    if isinstance(expires, Refusal):
        return expires
    stretches: list[Stretch] = []
    lines: list[tuple[str, str, Mapping[str, Any]]] = []
    has = {name: n for name, n in (terms.resources or {}).items() if tariff.has(name)}
    for item, amount in (("tariff", 0), *has.items()):
        price = asked(tariff, item, amount, terms.period, renewal=terms.renewal)
        bought = _stretches(terms, item, price, expires, full)
        line = _line(terms, bought, amount, cut=expires < full)
        stretches += bought
        lines.append(line)
    if not terms.renewal:
        lines.append(("setup", "billmanager.order.price", {"setup_fee": tariff.setup_fee}))
    return Purchase(terms.starts, expires, tuple(stretches), tuple(lines))


def _full_expires(turn: Turn, terms: Terms) -> date | Refusal:
    pro_rata_day = terms.tariff.pro_rata_day
    if pro_rata_day is None:
        rule = "billmanager.renew.plain" if terms.renewal else "billmanager.charge.periodic"
        when: date = turn.rule(rule, starts=terms.starts, period=terms.period, anchor=terms.anchor)
        return when
    months = terms.period.months
    if not months:
        why = "calendar-based charges have months for periods"
        return Refusal("billmanager.charge.calendar", why)
    refusal = charge.CALENDAR_LONG_PERIOD[turn.reading("calendar_long_period")](months)
    if refusal:
        return refusal
    return charge.calendar_expires(
        day=terms.starts, months=months, pro_rata_day=pro_rata_day, renewal=terms.renewal
    )


def _stretches(
    terms: Terms,
    item: str,
    price: Fraction,
    expires: date,
    full: date,
) -> tuple[Stretch, ...]:
    if terms.tariff.pro_rata_day is not None:
        calendar = charge.calendar_stretches(
            day=terms.starts,
            expires=expires,
            months=terms.period.months,
            price=price,
            renewal=terms.renewal,
        )
        return tuple(replace(stretch, item=item) for stretch in calendar)
    first = terms.starts.toordinal()
    whole = Stretch(
        starts=first,
        expires=expires.toordinal(),
        price=price,
        full_starts=first,
        full_expires=full.toordinal(),
        months=terms.period.months,
        item=item,
        renewal=terms.renewal,
    )
    return (whole,)


def _line(
    terms: Terms,
    stretches: tuple[Stretch, ...],
    amount: int,
    *,
    cut: bool,
) -> tuple[str, str, Mapping[str, Any]]:
    kind = "period" if stretches[0].item == "tariff" else "resource"
    if terms.tariff.pro_rata_day is not None:
        return kind, "billmanager.charge.calendar", {"stretches": stretches}
    if cut:
        return kind, "billmanager.order.tariff-end", {"stretch": stretches[0]}
    if kind == "resource":
        resource = terms.tariff.resources[stretches[0].item]
        if resource.rates:
            steps = {"rates": resource.steps(terms.period)}
            bounds = {"amount": amount, "included": resource.included}
            return kind, "billmanager.resource.traffic", bounds | steps
        unit_price = resource.prices.get(terms.period, Fraction(0))
        arguments = {"amount": amount, "included": resource.included, "unit_price": unit_price}
        return kind, "billmanager.order.resources", arguments
    if not terms.renewal:
        period_price = terms.tariff.prices[terms.period]
        return kind, "billmanager.order.price", {"period_price": period_price}
    order_price = terms.tariff.prices.get(terms.period)
    special = terms.tariff.renewal_prices.get(terms.period)
    return (
        kind,
        "billmanager.order.renewal-price",
        {"order_price": order_price, "special_price": special},
    )
