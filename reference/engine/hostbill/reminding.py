"""When a client is to be reminded of an unpaid invoice or of an expiry: planned, not yet told."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from prorata.reference.engine.hostbill.times import plan_for, run_of
from prorata.reference.hostbill.reminders import expiry_notice, reminders

if TYPE_CHECKING:
    from datetime import date, datetime

    from prorata.reference.engine.hostbill.catalogue import Product
    from prorata.reference.engine.state import Service
    from prorata.reference.engine.turn import Turn

__all__ = ["plan_expiry_notices", "plan_reminders"]

_NONE: Final = timedelta()


def plan_reminders(turn: Turn, service: Service, due: date, product: Product) -> None:
    """Plan the reminders of an invoice that is due then; a run that is over sends none."""
    for timed in product.reminders:
        day = turn.rule(reminders, due=due, when=timed.when, days=timed.days)
        _plan(turn, day, "notification: reminder", service)


def plan_expiry_notices(turn: Turn, service: Service, expires: datetime) -> None:
    """Plan the notices of an expiry; those of another expiry are not sent."""
    product: Product = turn.tariff(service)
    for timed in product.expiry_notices:
        day = turn.rule(expiry_notice, expires=expires.date(), when=timed.when, days=timed.days)
        _plan(turn, day, "notification: expiry", service)


def _plan(turn: Turn, day: date, what: str, service: Service) -> None:
    if turn.since(run_of(turn, day)) <= _NONE:
        plan_for(turn, day, what, service)
