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
    if refusal or currency == old:
        return refusal
    for client in book.clients.values():
        accounts = {**client.accounts, old: client.balance}
        balance = accounts.pop(currency, empty)
        turn.set(client, accounts=accounts, balance=balance)
    for service in book.services.values():
        if service.stretches:
            turn.set(service, bought_in=(_bought_in(turn, service) or old, service.ends))
    turn.set(book, currency=currency)
    return None


def same_currency(turn: Turn, service: Service) -> Refusal | None:
    """Refuse to set a time bought in another currency against today's prices."""
    bought = _bought_in(turn, service)
    if bought is None:
        return None
    return turn.rule(rules.bought_in, currency=bought, now=turn.book.currency)


def _bought_in(turn: Turn, service: Service) -> str | None:
    """Return the currency of a time that still runs and was bought in another one."""
    if service.bought_in is None or service.bought_in[1] <= turn.now:
        return None
    return service.bought_in[0]
