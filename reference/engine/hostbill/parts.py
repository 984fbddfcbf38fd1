"""Parts of a cycle: what is asked of one that is paid at its end and cut short."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prorata.reference.engine.hostbill.belonging import bearer, fixed_of
from prorata.reference.engine.hostbill.invoices import asked
from prorata.reference.engine.hostbill.metered import usage_lines
from prorata.reference.hostbill import cancel as rules
from prorata.reference.hostbill.upgrade import pro_rata as difference

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prorata.reference.engine.hostbill.catalogue import Product
    from prorata.reference.engine.state import InvoiceLine, Service
    from prorata.reference.engine.turn import Turn

__all__ = ["unit_of", "used_part"]


def unit_of(product: Product) -> str:
    """Return the unit in which parts of a cycle are counted: days where none is set."""
    return "days" if product.upgrade_pro_rata == "none" else product.upgrade_pro_rata


def used_part(turn: Turn, service: Service, product: Product) -> Iterator[InvoiceLine]:
    """Yield what is asked of a cycle that is cut short, of the changes in it and its usage."""
    yield from _of_cycle(turn, service, product)
    for line in service.waiting:
        if line.function is difference:
            until = {**line.arguments, "until": turn.now}
            yield from asked(turn, "tariff change", difference, service, taxed=line.rate, **until)
        else:
            yield line
    yield from usage_lines(turn, service)


def _of_cycle(turn: Turn, service: Service, product: Product) -> tuple[InvoiceLine, ...]:
    """Return the line of a cycle that is cut short; at a fixed price there is one for all parts."""
    fixed = fixed_of(turn, service)
    if service.next_due is None or bearer(turn, service) is not service:
        return ()
    cell = next((cell for cell in service.cells if cell.expires == service.next_due), None)
    if cell is None:
        return ()  # it was invoiced ahead, before a change of the product
    covers = (cell.starts, min(turn.midnight(turn.today), cell.expires))
    return asked(
        turn,
        "period",
        rules.pro_rata,
        service,
        covers=covers if covers[0] < covers[1] else None,
        taxed=product.tax if fixed is None else fixed.tax,
        now=turn.now,
        starts=cell.starts,
        expires=cell.expires,
        price=cell.price if fixed is None else fixed.prices[service.cycle],
        unit=unit_of(product),
        used=True,
    )
