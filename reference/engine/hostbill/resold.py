"""What a licence, as its seller shows it, means for the service that it was bought for."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from prorata.reference.engine.hostbill.cancel import forget_renewals
from prorata.reference.engine.hostbill.effects import cancel_for
from prorata.reference.engine.hostbill.held import last_end
from prorata.reference.engine.hostbill.invoices import ENDED, unpaid_of
from prorata.reference.engine.hostbill.notices import tell
from prorata.reference.engine.hostbill.periods import become
from prorata.reference.engine.resell.seeing import agree, seen

if TYPE_CHECKING:
    from prorata.reference.engine.hostbill.catalogue import Product
    from prorata.reference.engine.licences import Licence
    from prorata.reference.engine.state import Service
    from prorata.reference.engine.turn import Turn

__all__ = ["seen_at_seller"]

_CHANGES: Final = frozenset({"change", "cycle"})


def seen_at_seller(turn: Turn, service: Service, licence: Licence) -> None:
    """Have a service be as its licence is: its product, and what the seller did to it.

    Money and the client's own dates stay as they are; of what is closed no renewal and no change
    is asked any more, and a cycle that is paid at its end is asked as the last one.
    """

    def fits(product: Product) -> bool:
        cycles = {service.cycle, service.next_cycle or service.cycle}
        return cycles <= product.prices.keys() and not (product.addon or product.bundle)

    name = seen(turn, service, licence, ended=service.status in ENDED, fits=fits)
    if name is None:
        return
    if name:
        become(turn, service, turn.sold_as(service, name))
    if licence.closed:
        forget_renewals(turn, service)
        _forget_changes(turn, service)
        _asked_last(turn, service)
    _held(turn, service, held=licence.held or licence.closed)
    agree(turn, service, licence)


def _asked_last(turn: Turn, service: Service) -> None:
    """Keep which cycle is the last that is asked at its end."""
    resold = turn.pending(service, "resold")
    if resold.last is None:
        turn.set(service, resold=replace(resold, last=last_end(turn, service)))


def _forget_changes(turn: Turn, service: Service) -> None:
    """Cancel the unpaid invoice of a change of the product or the cycle of a service."""
    for invoice in tuple(unpaid_of(turn, service)):
        if any(grant.what in _CHANGES for grant in invoice.grants):
            cancel_for(turn, invoice, service)


def _held(turn: Turn, service: Service, *, held: bool) -> None:
    """Suspend a service that is suspended where it was bought, or lift that; nobody is asked."""
    by = service.suspended_by
    left = by | {"seller"} if held else by - {"seller"}
    if left != by:
        turn.set(service, suspended_by=left, status="suspended" if left else "active")
        if bool(left) != bool(by):
            tell(turn, service, "suspended" if held else "unsuspended")
