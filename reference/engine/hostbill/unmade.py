"""What comes back for a licence that was never made, when its service ends."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any, NamedTuple

from prorata.reference.engine.hostbill.belonging import fixed_of, members, share_of
from prorata.reference.engine.hostbill.invoices import lines_sum, without_tax
from prorata.reference.engine.hostbill.periods import listed_then
from prorata.reference.hostbill.bundle import share
from prorata.reference.hostbill.tax import tax
from prorata.reference.resell.operation import unmade
from prorata.reference.rules import id_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from prorata.reference.engine.state import Invoice, InvoiceLine, Service
    from prorata.reference.engine.turn import Turn

__all__ = ["came_back", "give_back_unmade", "is_unmade"]


def is_unmade(service: Service) -> bool:
    """Tell whether a service is a licence that nothing is known of at its seller."""
    return service.resold is not None and service.resold.licence is None


def came_back(turn: Turn, service: Service, amount: Fraction) -> None:
    """Keep that so much of what was paid for a licence came back."""
    if service.resold is not None:
        back = service.resold.back + amount
        turn.set(service, resold=replace(service.resold, back=back))


def give_back_unmade(turn: Turn, service: Service) -> None:
    """Credit what the paid invoices of a service asked for it, where its licence was never made."""
    resold = service.resold
    if resold is None or resold.licence is not None:
        return
    paid = tuple(_paid(turn, service))
    left = sum((each.amount for each in paid), Fraction(0)) - resold.back
    _enter(turn, "credit", unmade, service, paid=left)
    taxed: dict[Fraction, tuple[Fraction, ...]] = defaultdict(tuple)
    for amount, rate in paid:
        if rate:
            taxed[rate] += (amount,)
    for rate, amounts in taxed.items():
        _enter(turn, "tax refund", tax, service, amounts=amounts, rate=rate)


class _Paid(NamedTuple):
    """What was paid for a service, without tax, and the rate of the tax on it, if any."""

    amount: Fraction
    rate: Fraction | None


def _paid(turn: Turn, service: Service) -> Iterator[_Paid]:
    """Yield what paid invoices asked for a service; at a fixed price that is its share."""
    fixed = fixed_of(turn, service)
    numbers = {each.number for each in members(turn, service)}
    for invoice in turn.book.invoices.values():
        if invoice.status != "paid":
            continue
        for line in without_tax(invoice.lines):
            if line.service in numbers and "fixed_price" in line.arguments:
                parts = _sharing(turn, service, invoice)
                if service in parts:
                    yield _Paid(_share(turn, service, invoice, line, parts), line.rate)
            elif fixed is None and line.service == service.number:
                yield _Paid(lines_sum((line,)), line.rate)


def _sharing(turn: Turn, service: Service, invoice: Invoice) -> list[Service]:
    """Return the parts of a bundle that share the price which an invoice asks for them.

    What is asked at its end is for all that ran; else a part may leave before that begins.
    """
    ran = [
        each
        for each in members(turn, service)
        if each.deleted is None or each.deleted > invoice.issued
    ]
    ahead = {each.service for each in invoice.grants if each.what != "held"}
    return [each for each in ran if each.number in ahead] or ran


def _share(
    turn: Turn, service: Service, invoice: Invoice, line: InvoiceLine, parts: list[Service]
) -> Fraction:
    """Return the share of a fixed price that a service had when that was asked."""
    asked = {each.service: each for each in invoice.grants}

    def listed(part: Service) -> Fraction | None:
        grant = asked.get(part.number)
        if grant is None:
            return None
        # What has no cell yet is asked by its order.
        return grant.cells[0].price if grant.cells else listed_then(part)

    whole = line.arguments["fixed_price"]
    own = turn.rule(share, **share_of(turn, service, whole, among=parts, listed=listed))
    return own.amount


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
