"""What staff make of a product."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final

from prorata.reference.engine.hostbill.change import cycles_in_use
from prorata.reference.engine.hostbill.invoices import ENDED, unpaid_of
from prorata.reference.hostbill.cycle import keeps_cycles
from prorata.reference.hostbill.metered import keeps_variables

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prorata.reference.engine.hostbill.catalogue import Product
    from prorata.reference.engine.state import Service
    from prorata.reference.engine.turn import Turn
    from prorata.reference.refusal import Refusal

__all__ = ["set_product"]


def set_product(turn: Turn, /, *, product: str, **fields: Any) -> Refusal | None:
    """Give fields of a product new values: what is invoiced next goes by them."""
    old: Product = turn.book.catalogue[product]
    new = old.changed(fields)
    # A bundle without a price is sold by the sum of its parts, before and after.
    in_use = tuple(_in_use(turn, product)) if new.prices or old.prices else ()
    used = tuple(dict.fromkeys(_used(turn, product)))
    refusal = turn.rule(
        keeps_cycles, product=product, in_use=in_use, sold=tuple(new.prices)
    ) or turn.rule(keeps_variables, product=product, used=used, known=tuple(new.metered))
    if refusal is None:
        turn.set(turn.book, catalogue={**turn.book.catalogue, product: new})
        if _timed(new) != _timed(old):
            for service in _like(turn, product):
                turn.plan(turn.now, "change: carried out", service)
    return refusal


#: What says when something is done by itself, for services that run as for orders.
_timed: Final = attrgetter(
    "billing_type",
    "auto_renewal",
    "invoice_days_before",
    "late_fee",
    "suspend_after",
    "terminate_after",
    "auto_cancel_after",
    "reminders",
    "expiry_notices",
)


def _like(turn: Turn, product: str) -> Iterator[Service]:
    """Yield the services that go by what a product says: parts and addons by that of theirs."""
    for service in turn.book.services.values():
        if service.status in ENDED:
            continue
        to = service.belongs.to if service.belongs else service.number
        if product in (*_sold_as(service), turn.book.services[to].tariff):
            yield service


def _in_use(turn: Turn, product: str) -> Iterator[str]:
    """Yield the cycles of the services that are of a product, or become it when they are paid."""
    for service in turn.book.services.values():
        if service.status in ENDED:
            continue
        becomes = any(
            grant.what == "change" and grant.product == product
            for invoice in unpaid_of(turn, service)
            for grant in invoice.grants
        )
        if becomes or product in _sold_as(service):
            yield from cycles_in_use(turn, service)


def _used(turn: Turn, product: str) -> Iterator[str]:
    """Yield what services have used as a product, and is on no invoice yet."""
    for service in turn.book.services.values():
        for reported in service.usage:
            if reported.product == product:
                yield reported.variable


def _sold_as(service: Service) -> tuple[str, ...]:
    bundle = service.belongs.bundle if service.belongs else ""
    return service.tariff, bundle
