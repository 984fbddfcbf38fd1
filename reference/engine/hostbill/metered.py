"""Metered services: reports of usage, and what is asked for each month of them."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from prorata.reference.engine.hostbill.invoices import ENDED, asked
from prorata.reference.engine.hostbill.times import plan_for, run_of
from prorata.reference.engine.state import Reported
from prorata.reference.hostbill import metered as rules
from prorata.reference.hostbill.renew import renew
from prorata.reference.money import exact

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from fractions import Fraction

    from prorata.reference.engine.hostbill.catalogue import Product
    from prorata.reference.engine.state import InvoiceLine, Service
    from prorata.reference.engine.turn import Turn
    from prorata.reference.money import Money
    from prorata.reference.refusal import Refusal

__all__ = ["close", "months_over", "plan_month", "report_usage", "so_far", "usage_lines"]

_NONE: Final = timedelta()


def report_usage(
    turn: Turn, /, *, service: str, variable: str, amount: str, at: str | None = None
) -> Refusal | None:
    """Count usage of a metered service for the month of its date, or the first not invoiced."""
    used = turn.book.services[int(service)]
    units = exact(amount)
    when = turn.now if at is None else datetime.fromisoformat(at)
    product: Product = turn.tariff(used)
    refusal = (
        turn.rule(rules.reportable, has=used.status, cycle=used.cycle)
        or turn.rule(
            rules.measurable, variable=variable, known=tuple(product.metered), amount=units
        )
        or turn.rule(rules.dated, at=when, now=turn.now, starts=used.starts or turn.now)
    )
    if refusal is None:
        counted = Reported(when.astimezone(UTC), variable, units, product.name)
        turn.set(used, usage=(*used.usage, counted))
    return refusal


def _month_after(turn: Turn, service: Service, until: datetime) -> datetime:
    dated = {"starts": until.date(), "period": service.period, "anchor": service.anchor}
    return turn.midnight(turn.rule(renew, **dated))


def months_over(turn: Turn, service: Service) -> tuple[datetime, ...]:
    """Return the ends of the months that are over, and whose usage is not invoiced."""
    ends: list[datetime] = []
    until = service.metered_until
    if service.status in ENDED or service.order_unpaid:
        return ()
    while until is not None and turn.since(run_of(turn, until.date())) >= _NONE:
        ends.append(until)
        until = _month_after(turn, service, until)
    return tuple(ends)


def plan_month(turn: Turn, service: Service) -> None:
    """Have the usage of the running month of a metered service invoiced when that is over."""
    if service.metered_until is not None:
        plan_for(turn, service.metered_until.date(), "invoice", service)


def _months(
    turn: Turn, service: Service, last: datetime | None = None
) -> Iterator[tuple[Reported, ...]]:
    """Yield what was used in each month up to one that ends then; without that in all of them.

    What is dated into a month that is invoiced counts for the first that is not.
    """
    rest, until = service.usage, service.metered_until
    while rest and until is not None and (last is None or until <= last):
        yield tuple(each for each in rest if each.at < until)
        rest = tuple(each for each in rest if each.at >= until)
        until = _month_after(turn, service, until)
    if last is None:
        yield rest


def _meters(reports: Iterable[Reported]) -> dict[tuple[str, str], list[Reported]]:
    """Return reports by product and variable, in the order of their dates."""
    found = defaultdict(list)
    for each in sorted(reports, key=lambda report: report.at):
        found[each.product, each.variable].append(each)
    return found


def usage_lines(
    turn: Turn, service: Service, last: datetime | None = None
) -> tuple[InvoiceLine, ...]:
    """Return what is asked for the usage of the months up to one that ends then, or of all."""
    return tuple(
        line
        for month in _months(turn, service, last)
        for (name, variable), reports in _meters(month).items()
        for line in _line(turn, service, turn.book.catalogue[name], variable, reports)
    )


def _line(
    turn: Turn, service: Service, product: Product, variable: str, reports: Iterable[Reported]
) -> tuple[InvoiceLine, ...]:
    meter = product.metered[variable]
    return asked(
        turn,
        "usage",
        rules.metered,
        service,
        taxed=product.tax,
        scheme=meter.scheme,
        brackets=meter.brackets,
        measured=tuple(each.amount for each in reports),
        variable=variable,
    )


def close(turn: Turn, service: Service, last: datetime) -> None:
    """Count anew from the end of a month whose usage is invoiced."""
    until = _month_after(turn, service, last)
    left = tuple(each for each in service.usage if each.at >= last)
    turn.set(service, metered_until=until, usage=left)
    plan_for(turn, until.date(), "invoice", service)


def so_far(turn: Turn, service: Service) -> dict[str, tuple[Fraction, Money]]:
    """Return how much of each variable is not invoiced yet, and what it costs before tax."""
    product: Product = turn.tariff(service)
    nothing = turn.money("usage", exact("0"))
    units = dict.fromkeys(product.metered, exact("0"))
    for each in service.usage:
        units[each.variable] = units.get(each.variable, exact("0")) + each.amount
    costs = dict.fromkeys(units, nothing)
    for line in usage_lines(turn, service):
        costs[line.arguments["variable"]] += line.amount
    return {name: (amount, costs[name]) for name, amount in units.items()}
