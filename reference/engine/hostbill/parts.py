"""What is asked of a service that is paid at its end, and that ends: whole cycles and a part."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from prorata.reference.engine.hostbill.belonging import bearer, fixed_of
from prorata.reference.engine.hostbill.held import not_invoiced
from prorata.reference.engine.hostbill.invoices import asked
from prorata.reference.engine.hostbill.lines import cell_line
from prorata.reference.engine.hostbill.metered import months_over, usage_lines
from prorata.reference.hostbill import cancel as rules
from prorata.reference.hostbill.upgrade import pro_rata as difference

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from prorata.reference.engine.hostbill.catalogue import Product
    from prorata.reference.engine.state import Cell, InvoiceLine, Service
    from prorata.reference.engine.turn import Turn

__all__ = ["over_lines", "still_asked", "unit_of"]


def unit_of(product: Product) -> str:
    """Return the unit in which parts of a cycle are counted: days where none is set."""
    return "days" if product.upgrade_pro_rata == "none" else product.upgrade_pro_rata


def over_lines(turn: Turn, service: Service) -> tuple[InvoiceLine, ...]:
    """Return the lines of the cycles that ran to their end and are on no invoice, each whole."""
    over, _ = not_invoiced(turn, service)
    return tuple(line for cell in over for line in cell_line(turn, service, cell))


def still_asked(
    turn: Turn, service: Service, until: datetime | None = None
) -> Iterator[InvoiceLine]:
    """Yield what is asked of a service that ends now: cycles that are over, and what waits.

    Of the cycle that runs its product asks the used part, or nothing; of one that begins `until`
    when it was to run, nothing.
    """
    product: Product = turn.tariff(service)
    over, running = not_invoiced(turn, service)
    if until is not None:
        running = [each for each in running if each.starts < until]
    by_the_part = product.cancel_pro_rata == "postpaid"
    for cell in over:
        yield from cell_line(turn, service, cell)
    if by_the_part:
        yield from _used(turn, service, product, running)
    if by_the_part or over:
        for line in service.waiting:
            yield from _waited(turn, service, line)
    if by_the_part:
        yield from usage_lines(turn, service)
    elif months := months_over(turn, service):
        yield from usage_lines(turn, service, months[-1])


def _used(
    turn: Turn, service: Service, product: Product, running: Sequence[Cell]
) -> Iterator[InvoiceLine]:
    """Yield what is used of a cycle; at a fixed price there is one line for all parts."""
    if bearer(turn, service) is not service:
        return
    fixed = fixed_of(turn, service)
    for cell in running:
        sold: Product = turn.sold_as(service, cell.product)
        starts, expires = cell.full
        covers = (cell.starts, min(turn.midnight(turn.today), cell.expires))
        begun = {"begun": cell.starts} if cell.starts != starts else {}
        yield from asked(
            turn,
            "period",
            rules.pro_rata,
            service,
            covers=covers if covers[0] < covers[1] else None,
            taxed=sold.tax if fixed is None else fixed.tax,
            now=turn.now,
            starts=starts,
            expires=expires,
            price=cell.price if cell.whole is None else cell.whole,
            unit=unit_of(product),
            used=True,
            **begun,
        )


def _waited(turn: Turn, service: Service, line: InvoiceLine) -> Iterator[InvoiceLine]:
    """Yield a line that waits; the difference of a change is asked until now, or whole."""
    if line.function is not difference:
        yield line
        return
    for one in _by_cycle(line.arguments):
        arguments = {**one, "until": min(turn.now, one.get("until", one["expires"]))}
        yield from asked(turn, "tariff change", difference, service, taxed=line.rate, **arguments)


def _by_cycle(arguments: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the arguments of a difference for each of its cycles alone."""
    first = {name: value for name, value in arguments.items() if name != "later"}
    yield first
    for each in arguments.get("later", ()):
        own = {"now": each.starts, "starts": each.starts, "expires": each.expires}
        prices = {"old_price": each.old_price, "new_price": each.new_price}
        yield {**own, **prices, "unit": first["unit"]}
