"""What is planned anew where another product, or another setting of it, holds from now on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prorata.reference.engine.hostbill.cycles import plan_next
from prorata.reference.engine.hostbill.invoices import unpaid_of, watch
from prorata.reference.engine.hostbill.order import plan_cancellation
from prorata.reference.engine.hostbill.reminding import plan_expiry_notices

if TYPE_CHECKING:
    from prorata.reference.engine.state import Service
    from prorata.reference.engine.turn import Turn

__all__ = ["planned_anew"]


def planned_anew(turn: Turn, service: Service) -> None:
    """Plan what another product has done: its next invoice, and what follows unpaid ones."""
    for invoice in unpaid_of(turn, service):
        watch(turn, service, invoice.due.date())
    if service.order_unpaid:
        plan_cancellation(turn, service, turn.tariff(service))
    if service.next_due is not None:
        plan_next(turn, service, service.next_due)
    if service.expires is not None:
        plan_expiry_notices(turn, service, service.expires)
