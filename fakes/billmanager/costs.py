"""What tariffs and services cost, as lists and forms show it; what is charged is for the engine."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from prorata.fakes.billmanager.codes import DAILY, length_text, period_text
from prorata.fakes.billmanager.texts import four, with_currency
from prorata.reference.billmanager import charge
from prorata.reference.billmanager.charge import DayTerms
from prorata.reference.engine.billmanager.daily import day_prices
from prorata.reference.engine.billmanager.goods import asked
from prorata.reference.periods import nominal_days

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from prorata.fakes.billmanager.host import BillmanagerHost
    from prorata.reference.engine.billmanager.catalogue import Tariff
    from prorata.reference.engine.state import Service
    from prorata.reference.engine.turn import Turn
    from prorata.reference.money import Money
    from prorata.reference.periods import Length

__all__ = ["cost_text", "day_cost", "period_cost", "priced_text"]


def period_cost(
    tariff: Tariff, period: Length, resources: Mapping[str, int], *, renewal: bool
) -> Fraction:
    """Return what a tariff and resources cost for a period."""
    wanted = ((name, amount) for name, amount in resources.items() if tariff.has(name))
    return asked(tariff, "tariff", 0, period, renewal=renewal) + sum(
        _resource(tariff, name, amount, period, renewal=renewal) for name, amount in wanted
    )


def _resource(tariff: Tariff, name: str, amount: int, period: Length, *, renewal: bool) -> Fraction:
    """Return what so much of a resource costs for a period, in days where it is priced by days."""
    sold = tariff.resources[name]
    if tariff.daily is None or sold.daily is None or sold.sells(period):
        return asked(tariff, name, amount, period, renewal=renewal)
    days = period.days or nominal_days(period.months)
    return max(amount - sold.included, 0) * sold.daily * days


def day_cost(
    turn: Turn,
    tariff: Tariff,
    period: Length,
    resources: Mapping[str, int],
    dates: tuple[date, date] | None = None,
) -> Fraction:
    """Return what today costs a service that is charged by the day: the sum of its lines.

    `dates` are those of its order period, which begins today if there is none yet.
    """
    today = turn.today
    starts, ends = dates or (
        today, turn.rule(charge.periodic, starts=today, period=period, anchor=today.day),
    )  # fmt: skip
    total = Fraction(0)
    for item, amount in (("tariff", 0), *resources.items()):
        day_price, month_price = day_prices(tariff, item, amount)
        terms = DayTerms(
            day=today,
            by_order_period=tariff.daily is not None and tariff.daily.by_order_period,
            day_price=day_price,
            month_price=month_price,
            period=period,
            civil_days=(ends - starts).days,
        )
        total += turn.money("daily", turn.rule(charge.daily, terms=terms)).exact
    return total


def _cost(
    turn: Turn, tariff: Tariff, service: Service, *, renewal: bool
) -> tuple[Fraction, Money, str]:
    """Return what a service costs by a tariff, exactly and as it is posted, and for what time.

    That is its period, or today where a tariff that is charged by the day has no other price.
    """
    time, resources = length_text(service.period, trial=service.trial), service.resources
    if service.trial:
        exact, kind = Fraction(0), "period"
    elif tariff.daily is not None and tariff.price(service.period, renewal=True) is None:
        has = {name: amount for name, amount in resources.items() if tariff.has(name)}
        exact = day_cost(turn, tariff, service.period, has, service.order_period)
        kind, time = "daily", period_text(DAILY)
    else:
        exact, kind = period_cost(tariff, service.period, resources, renewal=renewal), "period"
    return exact, turn.money(kind, exact), time


def cost_text(panel: BillmanagerHost, service: Service) -> tuple[str, str]:
    """Return what a service costs, for people (``7.35 EUR / Month``) and to four decimals."""
    tariff = panel.billing.book.catalogue[service.tariff]
    paid = service.starts is not None
    exact, money, time = _cost(panel.billing.turn(), tariff, service, renewal=paid)
    return f"{with_currency(money)} / {time}", four(exact)


def priced_text(panel: BillmanagerHost, tariff: Tariff, service: Service) -> str:
    """Return what a service would cost by a tariff, for people."""
    _, money, time = _cost(panel.billing.turn(), tariff, service, renewal=True)
    return f"{with_currency(money)} / {time}"
