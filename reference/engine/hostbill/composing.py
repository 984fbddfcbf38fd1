"""What one order is made of: a service with its addons, or the parts of a bundle."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prorata.reference.engine.state import Belongs, Service
from prorata.reference.hostbill import bundle as bundles
from prorata.reference.hostbill import cycle as cycles
from prorata.reference.hostbill.order import addon_sells, not_alone
from prorata.reference.periods import Length

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from prorata.reference.engine.hostbill.catalogue import Product
    from prorata.reference.engine.turn import Turn
    from prorata.reference.refusal import Refusal

__all__ = ["made_of", "not_sold", "sells"]


def sells(turn: Turn, product: Product, wanted: str) -> Refusal | None:
    """Refuse a cycle that a product is not sold for."""
    sold = tuple(product.prices)
    return turn.rule(cycles.cycle, wanted=wanted, sold=sold, licence=product.licence)


def not_sold(turn: Turn, sold: Product, cycle: str, addons: Mapping[str, str]) -> Refusal | None:
    """Refuse what cannot be ordered: a product, its addons with their cycles, a bundle's parts."""
    refusal = turn.rule(not_alone, product=sold.name, is_addon=sold.addon)
    if refusal is None:
        refusal = _parts(turn, sold, cycle) if sold.bundle else sells(turn, sold, cycle)
    return refusal or _addons(turn, sold, addons)


def _addons(turn: Turn, sold: Product, addons: Mapping[str, str]) -> Refusal | None:
    for name, cycle in addons.items():
        addon: Product = turn.book.catalogue[name]
        refusal = turn.rule(
            addon_sells,
            name=name,
            cycle=cycle,
            listed=() if sold.bundle else sold.addons,
            is_addon=addon.addon,
            sold=tuple(addon.prices),
        )
        if refusal:
            return refusal
    return None


def _parts(turn: Turn, sold: Product, cycle: str) -> Refusal | None:
    rows: dict[str, Product] = {name: turn.book.catalogue[name] for name in sold.bundle}
    nested = tuple(name for name, row in rows.items() if row.bundle)
    addons = tuple(name for name, row in rows.items() if row.addon)
    refusal = turn.rule(bundles.made_of, parts=sold.bundle, bundles=nested, addons=addons)
    if refusal is None and sold.fixed:
        licence = any(row.licence for row in rows.values())
        prices = tuple(sold.prices)
        refusal = turn.rule(cycles.cycle, wanted=cycle, sold=prices, licence=licence)
    for name, row in rows.items():
        refusal = refusal or turn.rule(
            bundles.part_sells,
            part=name,
            wanted=_cycle(sold, name, cycle),
            sold=tuple(row.prices),
            licence=row.licence,
        )
    return refusal


def _cycle(sold: Product, part: str, ordered: str) -> str:
    """Return the cycle of a part: at a fixed price all parts have that of the order."""
    return ordered if sold.fixed else sold.part_cycles.get(part, ordered)


def made_of(
    turn: Turn, client: str, sold: Product, cycle: str, addons: Mapping[str, str]
) -> tuple[Service, ...]:
    """Return the services of one order, whose numbers follow each other."""
    if sold.bundle:
        return tuple(_bundled(turn, client, sold, cycle))
    service = _service(turn, client, sold.name, cycle)
    return service, *_added(turn, service, sold, addons)


def _bundled(turn: Turn, client: str, sold: Product, cycle: str) -> Iterator[Service]:
    first = 0
    for name in sold.bundle:
        part = _service(turn, client, name, _cycle(sold, name, cycle))
        first = first or part.number
        part.belongs = Belongs(first, sold.name)
        yield part


def _added(
    turn: Turn, service: Service, sold: Product, addons: Mapping[str, str]
) -> Iterator[Service]:
    for name, cycle in addons.items():
        addon = _service(turn, service.client, name, cycle)
        # What is paid at the end of a cycle is so for the cycle of the service alone.
        ends = sold.billing_type == "postpaid" and cycle != service.cycle
        billing_type = "prepaid" if ends else sold.billing_type
        addon.belongs, addon.user = Belongs(service.number, "", billing_type), ""
        yield addon


def _service(turn: Turn, client: str, name: str, cycle: str) -> Service:
    period = cycles.CYCLES.get(cycle, Length())
    service = Service(turn.number("service"), client, name, period, "pending")
    service.cycle, service.ordered = cycle, turn.now
    service.user = f"user{service.number}"
    return service
