"""The lines of an order and of a cycle: of a service, an addon, a bundle at a fixed price."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from prorata.reference.engine.hostbill.belonging import bearer, fixed_of, share_of
from prorata.reference.engine.hostbill.invoices import asked
from prorata.reference.hostbill import billing_type
from prorata.reference.hostbill.bundle import bundle, share
from prorata.reference.hostbill.order import addons

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime
    from fractions import Fraction

    from prorata.reference.engine.hostbill.catalogue import Product
    from prorata.reference.engine.state import Cell, InvoiceLine, Service
    from prorata.reference.engine.turn import Turn

__all__ = ["BY_TYPE", "cell_line", "period_line", "setup_line"]

#: The rule of a line by the billing type of its product: it is called as that is.
BY_TYPE: Final[Mapping[str, Callable[..., Fraction]]] = vars(billing_type)


def cell_line(
    turn: Turn, service: Service, cell: Cell, among: Sequence[Service] | None = None
) -> tuple[InvoiceLine, ...]:
    """Return the line of a cycle as it was sold; a fixed price is shared `among` some parts."""
    product: Product = turn.sold_as(service, cell.product)
    covers = cell.starts, cell.expires
    return period_line(turn, service, product, cell.price, covers, whole=cell.whole, among=among)


def period_line(
    turn: Turn,
    service: Service,
    product: Product,
    price: Fraction,
    covers: tuple[datetime, datetime] | None,
    *,
    whole: Fraction | None = None,
    among: Sequence[Service] | None = None,
) -> tuple[InvoiceLine, ...]:
    """Return the line of a cycle; at a fixed price it is the first part's, and there is one.

    The fixed price is the `whole` at which the cycle was sold, else that of today; it is shared
    `among` the parts that are told, else among all that run.
    """
    fixed = fixed_of(turn, service)
    if fixed is None:
        name = "cycle_price" if service.has_account else "addon_price"
        rule = _rule(service, product)
        return asked(
            turn, "period", rule, service, covers=covers, taxed=product.tax, **{name: price}
        )
    price = fixed.prices[service.cycle] if whole is None else whole
    turn.decide("share", share, service, **share_of(turn, service, price, among=among))
    if bearer(turn, service) is not service:
        return ()
    return asked(turn, "period", bundle, service, covers=covers, taxed=fixed.tax, fixed_price=price)


def setup_line(turn: Turn, service: Service, product: Product) -> tuple[InvoiceLine, ...]:
    """Return the line of a setup fee; at a fixed price it is that of the bundle."""
    fixed = fixed_of(turn, service)
    if fixed is None:
        rule, fee = _rule(service, product), product.setup_fee
        return asked(turn, "setup", rule, service, taxed=product.tax, setup_fee=fee)
    if bearer(turn, service) is not service:
        return ()
    return asked(turn, "setup", bundle, service, taxed=fixed.tax, setup_fee=fixed.setup_fee)


def _rule(service: Service, product: Product) -> Callable[..., Fraction]:
    return BY_TYPE[product.billing_type] if service.has_account else addons
