"""Bought time: periods that are ordered and renewed, and single days."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

from prorata.harness import Refused
from small_billing.model import Line, Stretch
from small_billing.rules import DAY

if TYPE_CHECKING:
    from collections.abc import Mapping

    from small_billing.billing import SmallBilling
    from small_billing.model import Service, Tariff

__all__ = ["Purchase", "Wish", "activate", "end_of", "next_day", "purchase", "renew"]

_ORDER = "billmanager.order.price"
_DAILY = "billmanager.charge.daily"


@dataclass(frozen=True)
class Wish:
    """A period that somebody wants; `anchor` is the day of the month that is kept."""

    tariff: Tariff
    period: str
    starts: date
    anchor: int
    resources: Mapping[str, int]
    renewal: bool = False


@dataclass(frozen=True)
class Purchase:
    """A bought period: its lines, the stretches that it grants, the day of the month it keeps."""

    lines: list[Line]
    stretches: list[Stretch]
    anchor: int

    @property
    def expires(self) -> date:
        """The date on which it ends."""
        return self.stretches[-1].expires

    @property
    def bought(self) -> list[Stretch]:
        """The time as it was bought, whatever lies over it."""
        return [each for each in self.stretches if each.item == "tariff"]


def end_of(tariff: Tariff) -> date | None:
    """Return the date from which on a tariff is not sold."""
    return date.fromisoformat(tariff["tariff_end"]) if "tariff_end" in tariff else None


def purchase(billing: SmallBilling, wish: Wish) -> Purchase:
    """Work out a bought period, or refuse what the tariff does not sell."""
    rules, tariff, period, starts = billing.rules, wish.tariff, wish.period, wish.starts
    prices = {"tariff": rules.price(tariff, period, renewal=wish.renewal)}
    rules.refuse_unsold(tariff, period, wish.resources, renewal=wish.renewal)
    for item, amount in wish.resources.items():
        prices[item] = rules.price(tariff, period, item, amount)
    full = rules.full_end(tariff, starts, period, wish.anchor, renewal=wish.renewal)
    expires = rules.cut_at_tariff_end(end_of(tariff), starts, full)
    bought = Stretch(starts, expires, Fraction(0), (full - starts).days, period, wish.renewal)
    lines = [
        _line(billing, wish, replace(bought, item=item, price=price), cut=expires < full)
        for item, price in prices.items()
    ]
    anchor = expires.day if expires < full else rules.kept_anchor(expires, period, wish.anchor)
    return Purchase(lines, [each for line in lines for each in line.pays_for], anchor)


def _line(billing: SmallBilling, wish: Wish, bought: Stretch, *, cut: bool) -> Line:
    by_month = "calendar" in wish.tariff
    stretches = billing.rules.calendar_stretches(bought) if by_month else [bought]
    cost, pays_for = billing.rules.purchase_cost(stretches), tuple(stretches)
    if bought.item != "tariff":
        return Line("resource", cost, "billmanager.order.resources", pays_for=pays_for)
    covers = billing.midnight(bought.starts), billing.midnight(bought.expires)
    rule = "billmanager.order.renewal-price" if wish.renewal else _ORDER
    rule = "billmanager.order.tariff-end" if cut else rule
    rule = "billmanager.charge.calendar" if by_month else rule
    return Line("period", cost, rule, covers, pays_for)


def activate(billing: SmallBilling, service: Service) -> None:
    """Start an ordered service today, if the balance pays it."""
    tariff, today = service.asked, billing.today
    setup = Line("setup", Fraction(tariff.get("setup_fee", "0")), _ORDER)
    cycle = None
    if "daily" in tariff:
        cycle = today, billing.rules.period_end(today, service.period, today.day)
        day = _day(billing, service, tariff, cycle)
        bought, expires = Purchase([day], [], today.day), today + DAY
    else:
        wish = Wish(tariff, service.period, today, today.day, service.resources)
        bought = purchase(billing, wish)
        expires = bought.expires
    lines = [*bought.lines, setup]
    try:
        billing.charge(service, lines, _ORDER)
    except Refused:
        return
    service.starts, service.status = billing.midnight(today), "active"
    service.anchor, service.cycle = bought.anchor, cycle
    service.bought, service.stretches = bought.bought, bought.stretches
    service.payments = billing.payments(lines)
    billing.runs_until(service, expires)
    billing.panel.create(service, tariff["template"], billing.granted(service))


def _day(billing: SmallBilling, service: Service, tariff: Tariff, cycle: tuple[date, date]) -> Line:
    """Return the line of today under daily charging; a day after the tariff's end is not sold."""
    today = billing.today
    billing.rules.refuse_ended(end_of(tariff), today)
    amount = billing.rules.day_charge(tariff, service.period, cycle, today)
    covers = billing.midnight(today), billing.midnight(today + DAY)
    return Line("daily", amount, _DAILY, covers)


def next_day(billing: SmallBilling, service: Service, cycle: tuple[date, date]) -> None:
    """Charge the day that begins."""
    if billing.today >= cycle[1]:
        ends = billing.rules.period_end(cycle[1], service.period, service.anchor)
        cycle = cycle[1], ends
    day = _day(billing, service, billing.tariffs[service.tariff], cycle)
    billing.charge(service, [day], _DAILY)
    service.cycle = cycle
    billing.runs_until(service, billing.today + DAY)


def renew(billing: SmallBilling, service: Service, period: str) -> None:
    """Renew a service that is charged by periods, in time or late."""
    tariff, expired, today = billing.tariffs[service.tariff], service.ends, billing.today
    fee = tariff.get("late_renewal_fee", "none")
    starts = billing.rules.renewal_start(str(fee), expired, today)
    anchor = service.anchor if starts == expired else starts.day
    wish = Wish(tariff, period, starts, anchor, service.resources, renewal=True)
    bought = purchase(billing, wish)
    if bought.expires <= today:
        needed = billing.rules.periods_needed(starts, period, anchor, today)
        reason = f"it would not reach past today: {needed} periods are needed"
        raise Refused(reason, "billmanager.renew.from-suspension")
    lines = bought.lines
    if today > expired and not isinstance(fee, str):
        amount = billing.rules.late_fee(fee, service.stretches, expired, today)
        rule = f"billmanager.renew.late-fee.{next(iter(fee))}"
        lines = [*lines, Line("late fee", amount, rule)]
    billing.charge(service, lines, "billmanager.renew.plain")
    service.period, service.anchor = period, bought.anchor
    late = expired <= today
    service.bought = bought.bought if late else service.bought + bought.bought
    service.stretches = bought.stretches if late else service.stretches + bought.stretches
    service.payments += billing.payments(lines)
    billing.runs_until(service, bought.expires)
    billing.lift(service, "non-payment")
