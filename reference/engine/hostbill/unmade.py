"""What comes back for a licence that was never made, when its service ends."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from prorata.reference.engine.hostbill.invoices import lines_sum, without_tax
from prorata.reference.hostbill.tax import tax
from prorata.reference.resell.operation import unmade
from prorata.reference.rules import id_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from fractions import Fraction

    from prorata.reference.engine.state import InvoiceLine, Service
    from prorata.reference.engine.turn import Turn

__all__ = ["came_back", "give_back_unmade", "is_unmade"]


def is_unmade(service: Service) -> bool:
    """Tell whether a service is a licence that nothing is known of at its seller."""
    return service.resold is not None and service.resold.licence is None


def came_back(turn: Turn, service: Service, amount: Fraction) -> None:
    """Keep that so much of what was paid for a licence came back before it is known to be made."""
    if service.resold is not None and is_unmade(service):
        back = service.resold.back + amount
        turn.set(service, resold=replace(service.resold, back=back))


def give_back_unmade(turn: Turn, service: Service) -> None:
    """Credit what the paid invoices of a service asked for it, where its licence was never made."""
    resold = service.resold
    if resold is None or not is_unmade(service):
        return
    paid = _paid(turn, service)
    left = lines_sum(paid) - resold.back
    if left <= 0:
        return
    _enter(turn, "credit", unmade, service, paid=left)
    taxed: dict[Fraction, list[InvoiceLine]] = defaultdict(list)
    for line in paid:
        if line.rate:
            taxed[line.rate].append(line)
    for rate, lines in taxed.items():
        _enter(turn, "tax refund", tax, service, amounts=(lines_sum(lines),), rate=rate)
    turn.set(service, resold=replace(resold, back=resold.back + left))


def _paid(turn: Turn, service: Service) -> list[InvoiceLine]:
    """Return the lines of a service on paid invoices, without their tax."""
    invoices = turn.book.invoices.values()
    paid = (each for each in invoices if each.status == "paid" and service.number in each.services)
    lines = (line for invoice in paid for line in without_tax(invoice.lines))
    return [line for line in lines if line.service == service.number]


def _enter(
    turn: Turn,
    kind: str,
    rule: Callable[..., Fraction],
    service: Service,
    /,
    **arguments: Any,
) -> None:
    amount = turn.money(kind, abs(turn.rule(rule, **arguments)))
    if amount:
        turn.enter(kind, amount, service, None, id_of(rule), arguments)
