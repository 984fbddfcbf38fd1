"""Payments to the balance, and what a client sets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prorata.reference.engine.billmanager.order import activate_paid
from prorata.reference.money import Money
from prorata.reference.periods import Length

if TYPE_CHECKING:
    from prorata.reference.engine.turn import Turn
    from prorata.reference.refusal import Refusal

__all__ = ["pay", "set_auto_renewal", "wait"]


def pay(turn: Turn, /, *, client: str, amount: str) -> Refusal | None:
    """Pay to the balance; services that wait for their payment start, others do not renew."""
    turn.receive(turn.book.clients[client].name, Money.of(amount, turn.book.currency))
    activate_paid(turn, client)
    return None


def set_auto_renewal(turn: Turn, /, *, service: str, period: str) -> Refusal | None:
    """Turn automatic renewal on, for a period, or off: ``no``."""
    chosen = None if period == "no" else Length.of(period)
    turn.set(turn.book.services[int(service)], auto_renewal=chosen)
    return None


def wait(_turn: Turn, /) -> Refusal | None:
    """Do nothing."""
    return None
