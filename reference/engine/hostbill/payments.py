"""Paying invoices, and cancelling them by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prorata.reference.engine.hostbill.effects import lift, settle
from prorata.reference.engine.hostbill.invoices import (
    give_back,
    move_back,
    service_of,
    unpaid_of,
)
from prorata.reference.engine.hostbill.periods import go_on
from prorata.reference.hostbill import invoice as rules
from prorata.reference.money import Money, exact, minor_digits

if TYPE_CHECKING:
    from fractions import Fraction

    from prorata.reference.engine.state import Invoice, Service
    from prorata.reference.engine.turn import Turn
    from prorata.reference.refusal import Refusal

__all__ = ["cancel_invoice", "pay"]


def pay(turn: Turn, /, *, invoice: str, amount: str | None = None) -> Refusal | None:
    """Pay an invoice, whole where no amount is named; what it was for takes effect."""
    paid = turn.book.invoices[int(invoice)]
    digits = minor_digits(turn.book.currency)
    left = (paid.total - paid.paid).exact
    money = turn.rule(rules.whole, left=left, digits=digits) if amount is None else exact(amount)
    refusal = turn.rule(rules.unpaid, invoice=invoice, has=paid.status) or turn.rule(
        rules.payable, amount=money, digits=digits
    )
    if refusal is None:
        turn.receive(paid.client, _money(turn, money, digits))
        _take(turn, paid, money)
    return refusal


def _money(turn: Turn, amount: Fraction, digits: int) -> Money:
    return Money(int(amount * 10**digits), digits, turn.book.currency)


def _take(turn: Turn, invoice: Invoice, amount: Fraction) -> None:
    owner = turn.book.services[invoice.service]
    if all(service_of(turn, number).status == "terminated" for number in invoice.services):
        turn.decide("paid", rules.to_credit, owner, amount=amount)
        return
    has = invoice.paid
    made = turn.decide(
        "paid", rules.pay, owner, total=invoice.total.exact, has=has.exact, amount=amount
    )
    held = _money(turn, made.paid, invoice.total.digits)
    turn.spend(invoice.client, held - has)
    turn.set(invoice, paid=held)
    if held == invoice.total:
        turn.set(invoice, status="paid")
        settle(turn, invoice)
        turn.plan(turn.now, "change: owed", owner)


def cancel_invoice(turn: Turn, /, *, invoice: str) -> Refusal | None:
    """Cancel an unpaid invoice: what it was for is forgotten, what it held up goes on."""
    cancelled = turn.book.invoices[int(invoice)]
    refusal = turn.rule(rules.unpaid, invoice=invoice, has=cancelled.status)
    if refusal is None:
        give_back(turn, cancelled)
        move_back(turn, cancelled)
        for number in cancelled.services:
            _goes_on_after(turn, turn.book.services[number], cancelled)
    return refusal


def _goes_on_after(turn: Turn, service: Service, cancelled: Invoice) -> None:
    """Have a service go on after an invoice that is cancelled, where no other one stands."""
    lift(turn, service)
    others = any(each is not cancelled for each in unpaid_of(turn, service))
    if not others:
        go_on(turn, service, cancelled.issued)
