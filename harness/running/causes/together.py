"""Which rule ends a service with another one of its order: addons, parts of a bundle."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from prorata.harness.scenario.hostbill_acts import OrderProduct

if TYPE_CHECKING:
    from collections.abc import Collection

    from prorata.harness.running.causes.scene import Scene

__all__ = ["ends_with", "ordered_together"]

_ENDED: Final = frozenset({"terminated", "cancelled"})


def ends_with(label: str, scene: Scene) -> str:
    """Return the rule by which a service is as another one of its order is, or is not.

    That one has ended, or is otherwise since this moment, and does not differ.
    """
    order = _order(label, scene)
    if order is None:
        return ""
    if label in {f"{order.label} {name}" for name in order.addons}:
        owner = scene.ours(order.label)
        ended = owner is not None and owner.status in _ENDED and _alike(order.label, scene)
        return "hostbill.order.addons" if ended else ""
    beside = {label, *(f"{order.label} {name}" for name in order.sub_products)}
    parts = _parts(order, scene) and {*order.labels(_parts(order, scene))} - beside
    stopped = any(_stopped(each, scene) and _alike(each, scene) for each in parts)
    return "hostbill.bundle" if stopped else ""


def ordered_together(labels: Collection[str], scene: Scene) -> str:
    """Return the rule by which services are asked together that one order made, if any did."""
    for step in scene.scenario.steps:
        order = step.act[1] if step.act else None
        if not isinstance(order, OrderProduct):
            continue
        if order.label in labels and any(f"{order.label} {n}" in labels for n in order.addons):
            return "hostbill.order.addons"
        if len({*order.labels(_parts(order, scene))} & {*labels}) > 1:
            return "hostbill.bundle"
    return ""


def _stopped(label: str, scene: Scene) -> bool:
    """Tell whether a service has another status since this moment."""
    ours, was = scene.ours(label), scene.was(label)
    return ours is not None and was is not None and ours.status != was.status


def _order(label: str, scene: Scene) -> OrderProduct | None:
    """Return the order by which a service was ordered with others."""
    for step in scene.scenario.steps:
        act = step.act[1] if step.act else None
        if isinstance(act, OrderProduct) and label in act.labels(_parts(act, scene)):
            return act
    return None


def _parts(order: OrderProduct, scene: Scene) -> tuple[str, ...]:
    product = scene.scenario.given.products.get(order.product)
    return tuple(product.bundle or ()) if product is not None else ()


def _alike(label: str, scene: Scene) -> bool:
    ours, theirs = scene.ours(label), scene.their(label)
    return ours is not None and theirs is not None and ours.status == theirs.status
