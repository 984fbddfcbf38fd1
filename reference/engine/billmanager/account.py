"""Payments to the balance, and what a client sets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prorata.reference.billmanager.order import trial_ends
from prorata.reference.engine.billmanager.order import activate_paid
from prorata.reference.money import Money
from prorata.reference.periods import Length

if TYPE_CHECKING:
    from prorata.reference.engine.turn import Turn
    from prorata.reference.refusal import Refusal

__all__ = ["open_payment", "pay", "set_auto_renewal", "wait"]


def pay(turn: Turn, /, *, client: str, amount: str) -> Refusal | None:
    """Pay to the balance; services that wait for their payment start, others do not renew.

    A payment of this amount that has begun is done with it.
    """
    payer, paid = turn.book.clients[client], Money.of(amount, turn.book.currency)
    if paid in payer.active:
        first = payer.active.index(paid)
        turn.set(payer, active=payer.active[:first] + payer.active[first + 1 :])
    turn.receive(payer.name, paid)
    activate_paid(turn, client)
    return None


def open_payment(turn: Turn, /, *, client: str, amount: str) -> Refusal | None:
    """Begin a payment; until it is paid it is active, and nothing is on the balance."""
    payer = turn.book.clients[client]
    turn.set(payer, active=(*payer.active, Money.of(amount, turn.book.currency)))
    return None


def set_auto_renewal(turn: Turn, /, *, service: str, period: str) -> Refusal | None:
    """Turn automatic renewal on, for a period, or off: ``no``."""
    chosen = None if period == "no" else Length.of(period)
    found = turn.book.services[int(service)]
    refusal = trial_ends(is_trial=found.trial and chosen is not None)
    if refusal is None:
        turn.set(found, auto_renewal=chosen)
    return refusal


def wait(_turn: Turn, /) -> Refusal | None:
    """Do nothing."""
    return None
