"""Invoices: how they are issued, paid by credit, cancelled and issued again."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from prorata.reference.engine.hostbill.reminding import plan_expiry_notices, plan_reminders
from prorata.reference.engine.hostbill.times import plan_for
from prorata.reference.engine.state import Grant, Invoice, InvoiceLine
from prorata.reference.hostbill import invoice as rules
from prorata.reference.hostbill.late_fee import charged_on
from prorata.reference.hostbill.renew import taken_back
from prorata.reference.hostbill.suspend import suspend
from prorata.reference.hostbill.tax import tax
from prorata.reference.hostbill.terminate import terminate
from prorata.reference.ledger import TO_CLIENT
from prorata.reference.money import Money
from prorata.reference.rules import id_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
    from datetime import date, datetime

    from prorata.reference.engine.hostbill.catalogue import Product
    from prorata.reference.engine.state import Service
    from prorata.reference.engine.turn import Turn

__all__ = [
    "ENDED",
    "Asked",
    "add_line",
    "asked",
    "give_back",
    "issue",
    "issue_again",
    "lines_sum",
    "move_back",
    "service_of",
    "tax_in",
    "together",
    "unpaid_of",
    "watch",
    "without",
    "without_tax",
]

#: What runs no more: nothing is asked, renewed or revived for it.
ENDED: Final = frozenset({"terminated", "cancelled"})


class Asked(NamedTuple):
    """What an invoice is to have: lines that are worked out, and what its payment brings."""

    lines: tuple[InvoiceLine, ...]
    grants: tuple[Grant, ...] = ()


def together(parts: Sequence[Asked]) -> Asked:
    """Return what several services are asked, on one invoice."""
    return Asked(
        tuple(line for part in parts for line in part.lines),
        tuple(grant for part in parts for grant in part.grants),
    )


def asked(
    turn: Turn,
    kind: str,
    rule: Callable[..., Fraction],
    service: Service,
    /,
    *,
    covers: tuple[datetime, datetime] | None = None,
    taxed: Fraction | None = None,
    **arguments: Any,
) -> tuple[InvoiceLine, ...]:
    """Return the line that a rule asks for, none where that is nothing; `taxed` at a rate or not.

    An amount below zero lowers the invoice, as a refund. Nothing is kept, for its explanation.
    """
    exact = turn.rule(rule, **arguments)
    amount = turn.money(kind, exact)
    if not amount:
        turn.no_line(kind, exact, service, rule, arguments)
        return ()
    back = amount.units < 0
    word = _BACK.get(kind, "refund") if back else kind
    posted = -amount if back else amount
    return (InvoiceLine(word, posted, service.number, covers, rule, arguments, taxed),)


_BACK: Final = {"tax": "tax refund", "credit": "credit"}


def service_of(turn: Turn, number: int) -> Service:
    """Return a service, which may be ordered in this very turn."""
    fresh = (each for each in turn.services if each.number == number)
    return next(fresh, None) or turn.book.services[number]


def unpaid_of(turn: Turn, *services: Service) -> Iterator[Invoice]:
    """Yield the unpaid invoices of a service, or of several, in the order of their issue."""
    unpaid = turn.book.unpaid
    if len(services) == 1:
        numbers: Iterable[int] = unpaid.get(services[0].number, ())
    else:
        numbers = sorted({each for own in services for each in unpaid.get(own.number, ())})
    for number in numbers:
        yield turn.book.invoices[number]


def lines_sum(lines: Iterable[InvoiceLine]) -> Fraction:
    """Return what some lines ask for together."""
    return sum(map(_signed, lines), Fraction(0))


def tax_in(lines: Iterable[InvoiceLine]) -> Fraction:
    """Return how much of some lines is tax."""
    return sum((_signed(each) for each in lines if each.kind in _TAXES), Fraction(0))


_TAXES: Final = frozenset({"tax", "tax refund"})


def without_tax(lines: Iterable[InvoiceLine]) -> Iterator[InvoiceLine]:
    """Yield those of some lines that are no tax."""
    return (line for line in lines if line.kind not in _TAXES)


def _signed(line: InvoiceLine) -> Fraction:
    return -line.amount.exact if line.kind in TO_CLIENT else line.amount.exact


def issue(turn: Turn, client: str, due: date, wanted: Asked) -> Invoice | None:
    """Issue an invoice and pay it by credit; return it, None for one of nothing that is not issued.

    Nor is one below zero: what lowers an invoice lowers it to nothing at most. What its payment
    brings is up to the caller, where its status is paid.
    """
    lines = (*wanted.lines, *_taxes(turn, wanted.lines))
    total = _sum(turn, lines)
    status = turn.rule(rules.zero, total=total.exact, issued=turn.book.settings.invoicing.zero)
    if status is None or total.units < 0:
        return None
    number, services = turn.number("invoice"), _services(turn, lines, wanted.grants)
    first = min({line.service for line in lines} or {each.number for each in services})
    nothing = Money(0, total.digits, total.currency)
    invoice = Invoice(
        number, client, first, turn.now, turn.midnight(due), lines, total, nothing,
        wanted.grants, status,
    )  # fmt: skip
    turn.invoices.append(invoice)
    turn.answer.setdefault("invoice", str(number))
    _post(turn, lines, number)
    _pay_by_credit(turn, invoice)
    if invoice.status == "unpaid":
        for service in services:
            watch(turn, service, due)
    return invoice


def _services(
    turn: Turn, lines: Sequence[InvoiceLine], grants: Sequence[Grant]
) -> tuple[Service, ...]:
    own = {line.service for line in lines} | {grant.service for grant in grants}
    return tuple(service_of(turn, number) for number in sorted(own))


def _taxes(turn: Turn, lines: Sequence[InvoiceLine]) -> Iterator[InvoiceLine]:
    """Yield one line for each rate, on the sum of the lines that have it."""
    for rate in dict.fromkeys(line.rate for line in lines if line.rate):
        taxed = [line for line in lines if line.rate == rate]
        service = service_of(turn, min(line.service for line in taxed))
        amounts = tuple(map(_signed, taxed))
        yield from asked(turn, "tax", tax, service, amounts=amounts, rate=rate)


def _sum(turn: Turn, lines: Iterable[InvoiceLine]) -> Money:
    total = Money.of("0", turn.book.currency)
    for line in lines:
        total += -line.amount if line.kind in TO_CLIENT else line.amount
    return total


def _post(turn: Turn, lines: Iterable[InvoiceLine], number: int) -> None:
    for line in lines:
        rule, owner = id_of(line.function), service_of(turn, line.service)
        turn.enter(line.kind, line.amount, owner, line.covers, rule, line.arguments, number)


def _pay_by_credit(turn: Turn, invoice: Invoice) -> None:
    balance = turn.left(invoice.client).exact
    if balance <= 0 or invoice.status != "unpaid":
        return
    service = service_of(turn, invoice.service)
    paid = turn.decide(
        "credit applied", rules.credit, service, total=invoice.total.exact, balance=balance
    )
    invoice.paid = _money(turn, paid.paid)
    turn.spend(invoice.client, invoice.paid)
    if invoice.paid == invoice.total:
        invoice.status = "paid"


def _money(turn: Turn, exact: Fraction) -> Money:
    return turn.money("period", exact)


def watch(turn: Turn, service: Service, due: date) -> None:
    """Plan what happens to a service whose invoice stays unpaid."""
    product: Product = turn.tariff(service)
    plan_reminders(turn, service, due, product)
    if product.late_fee is not None:
        days = product.late_fee.after
        day = turn.decide("late fee planned", charged_on, service, due=due, days=days)
        plan_for(turn, day, "late fee", service)
    suspended = {"due": due, "days": product.suspend_after}
    _plan_end(turn, service, "suspension", suspend, suspended)
    terminated = {"due": due, "days": product.terminate_after}
    _plan_end(turn, service, "deletion", terminate, terminated)


def _plan_end(
    turn: Turn,
    service: Service,
    what: str,
    rule: Callable[..., date | None],
    counted: dict[str, Any],
) -> None:
    day = turn.rule(rule, **counted)
    if day is not None:
        turn.decide(f"{what} planned", rule, service, **counted)
        plan_for(turn, day, what, service)


def add_line(turn: Turn, invoice: Invoice, lines: tuple[InvoiceLine, ...], **fields: Any) -> None:
    """Add a line to an invoice that is issued already."""
    every = (*invoice.lines, *lines)
    _post(turn, lines, invoice.number)
    turn.set(invoice, lines=every, total=_sum(turn, every), **fields)


def give_back(turn: Turn, invoice: Invoice) -> None:
    """Cancel an invoice: what was paid of it in part goes to the credit balance."""
    if invoice.paid:
        owner = turn.book.services[invoice.service]
        turn.decide("given back", rules.given_back, owner, paid=invoice.paid.exact)
        turn.spend(invoice.client, -invoice.paid)
    nothing = Money(0, invoice.paid.digits, invoice.paid.currency)
    turn.set(invoice, status="cancelled", paid=nothing)
    # It may have been the last that was unpaid, for which the credit of a downgrade waits.
    turn.plan(turn.now, "change: owed", turn.book.services[invoice.service])
    for number in invoice.services:
        # And what usage waits for, to be invoiced.
        if turn.book.services[number].metered_until is not None:
            turn.plan(turn.now, "invoice", turn.book.services[number])


def move_back(turn: Turn, invoice: Invoice, *services: int) -> None:
    """Move expiries back that the issue of a cancelled invoice moved, of all services or some.

    Where a later time was sold too, the expiry stays, and goes back so far when that goes as well.
    """
    for number, before in turn.pending(invoice, "moved"):
        service = turn.book.services[number]
        if (services and number not in services) or before is None:
            continue
        gone = {cell for grant in invoice.grants for cell in grant.cells if grant.service == number}
        gone_until = {cell.expires for cell in gone}
        starts = {cell.starts for cell in gone}
        kept = tuple(cell for cell in turn.pending(service, "cells") if cell.starts not in starts)
        _follow(turn, service, gone_until, before)
        if any(cell.expires > before for cell in kept):
            turn.set(service, cells=kept)
            continue
        turn.decide("expires", taken_back, service, before=before.date())
        turn.set(service, expires=before, cells=kept)
        plan_expiry_notices(turn, service, before)


def _follow(turn: Turn, service: Service, gone: Collection[datetime], before: datetime) -> None:
    """Have the unpaid invoice of the cycle after one that goes move the expiry back as far."""
    for other in unpaid_of(turn, service):
        moved: Any = turn.pending(other, "moved")
        followed = tuple(
            (number, before if number == service.number and at in gone else at)
            for number, at in moved
        )
        if followed != moved:
            turn.set(other, moved=followed)


def without(invoice: Invoice, *services: Service, kept: Collection[str] = ()) -> Asked:
    """Return what an invoice asks for its other services; their tax is worked out anew.

    Lines of the kinds `kept` stay of these services too.
    """
    own = {service.number for service in services}
    lines = without_tax(invoice.lines)
    return Asked(
        tuple(line for line in lines if line.service not in own or line.kind in kept),
        tuple(grant for grant in invoice.grants if grant.service not in own),
    )


def issue_again(turn: Turn, invoice: Invoice, wanted: Asked) -> Invoice | None:
    """Issue an invoice in the place of one that is cancelled, due as it was."""
    again = issue(turn, invoice.client, invoice.due.date(), wanted)
    if again is not None:
        again.fee, again.reminded, again.moved = invoice.fee, invoice.reminded, invoice.moved
    return again
