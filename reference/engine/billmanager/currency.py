"""Another currency of the provider."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prorata.reference.billmanager import currency as rules
from prorata.reference.money import Money

if TYPE_CHECKING:
    from prorata.reference.engine.state import Service
    from prorata.reference.engine.turn import Turn
    from prorata.reference.refusal import Refusal

__all__ = ["same_currency", "set_currency"]


def set_currency(turn: Turn, /, *, currency: str) -> Refusal | None:
    """Change the currency: every client gets an account in it, and keeps the old one.

    The figures of prices stay as they are (ours): staff set new ones.
    """
    book, old, empty = turn.book, turn.book.currency, Money.of("0", currency)
    refusal = turn.rule(
        rules.change,
        active=[client.name for client in book.clients.values() if client.active],
        uncovered=[client.name for client in book.clients.values() if client.units < 0],
    )
    if refusal:
        return refusal
    for client in book.clients.values():
        accounts = {**client.accounts, old: client.balance}
        balance = accounts.pop(currency, empty)
        turn.set(client, accounts=accounts, balance=balance)
    for service in book.services.values():
        known = service.bought_in
        if service.stretches and service.ends > max([turn.now, *(until for _, until in known)]):
            turn.set(service, bought_in=(*known, (old, service.ends)))
    turn.set(book, currency=currency)
    return None


def same_currency(turn: Turn, service: Service) -> Refusal | None:
    """Refuse to set a time bought in another currency against today's prices."""
    now = turn.book.currency
    running = (currency for currency, until in service.bought_in if until > turn.now)
    refusals = (turn.rule(rules.bought_in, currency=currency, now=now) for currency in running)
    return next(filter(None, refusals), None)
