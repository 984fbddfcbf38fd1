"""Payments to the balance, and what a client sets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prorata.reference.billmanager.order import trial_ends
from prorata.reference.billmanager.pay import pay as payment
from prorata.reference.engine.billmanager.goods import renewable
from prorata.reference.engine.billmanager.order import activate_paid
from prorata.reference.engine.billmanager.renew import renewed_as
from prorata.reference.engine.resell.seeing import closed
from prorata.reference.money import Money, minor_digits
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
    refusal = _refused(turn, paid)
    if refusal:
        return refusal
    if paid in payer.active:
        turn.set(payer, active=_without(payer.active, paid))
    turn.receive(payer.name, paid)
    activate_paid(turn, client)
    return None


def _refused(turn: Turn, paid: Money) -> Refusal | None:
    return turn.rule(payment, amount=paid.exact, digits=minor_digits(paid.currency))


def _without(active: tuple[Money, ...], paid: Money) -> tuple[Money, ...]:
    first = active.index(paid)
    return active[:first] + active[first + 1 :]


def open_payment(turn: Turn, /, *, client: str, amount: str) -> Refusal | None:
    """Begin a payment; until it is paid it is active, and nothing is on the balance."""
    payer, paid = turn.book.clients[client], Money.of(amount, turn.book.currency)
    refusal = _refused(turn, paid)
    if refusal is None:
        turn.set(payer, active=(*payer.active, paid))
    return refusal


def set_auto_renewal(turn: Turn, /, *, service: str, period: str) -> Refusal | None:
    """Turn automatic renewal on, for a period that can be renewed, or off: ``no``."""
    found = turn.book.services[int(service)]
    if period == "no":
        turn.set(found, auto_renewal=None)
        return None
    chosen, (tariff, resources) = Length.of(period), renewed_as(turn, found)
    refusal = (
        turn.rule(trial_ends, is_trial=found.trial)
        or closed(turn, found)
        or renewable(turn, tariff, chosen, resources)
    )
    if refusal is None:
        turn.set(found, auto_renewal=chosen)
    return refusal


def wait(_turn: Turn, /) -> Refusal | None:
    """Do nothing."""
    return None
