"""What a licence, as its seller shows it, means for the service that it was bought for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prorata.reference.engine.hostbill.cancel import forget_renewals
from prorata.reference.engine.hostbill.invoices import ENDED
from prorata.reference.engine.hostbill.notices import tell
from prorata.reference.engine.hostbill.periods import become
from prorata.reference.engine.resell.seeing import agree, seen

if TYPE_CHECKING:
    from prorata.reference.engine.hostbill.catalogue import Product
    from prorata.reference.engine.licences import Licence
    from prorata.reference.engine.state import Service
    from prorata.reference.engine.turn import Turn

__all__ = ["seen_at_seller"]


def seen_at_seller(turn: Turn, service: Service, licence: Licence) -> None:
    """Have a service be as its licence is: its product, and what the seller did to it.

    Money and the client's own dates stay as they are; the renewals of what is closed are asked no
    more.
    """

    def fits(product: Product) -> bool:
        return service.cycle in product.prices and not (product.addon or product.bundle)

    name = seen(turn, service, licence, ended=service.status in ENDED, fits=fits)
    if name is None:
        return
    if name:
        become(turn, service, turn.sold_as(service, name))
    if licence.closed:
        forget_renewals(turn, service)
    _held(turn, service, held=licence.held or licence.closed)
    agree(turn, service, licence)


def _held(turn: Turn, service: Service, *, held: bool) -> None:
    """Suspend a service that is suspended where it was bought, or lift that; nobody is asked."""
    by = service.suspended_by
    if held == ("seller" in by) or service.status not in {"active", "suspended"}:
        return
    left = by | {"seller"} if held else by - {"seller"}
    turn.set(service, suspended_by=left, status="suspended" if left else "active")
    if bool(left) != bool(by):
        tell(turn, service, "suspended" if held else "unsuspended")
