"""What is listed and edited: products for a client or staff, templates, the answers to a form."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from prorata.reference.engine import provisioning
from prorata.reference.engine.hostbill.ordering import answered, enough, offered
from prorata.reference.hostbill.client_functions import active_only
from prorata.reference.hostbill.show import show

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prorata.reference.engine.hostbill.catalogue import Product
    from prorata.reference.engine.turn import Turn
    from prorata.reference.refusal import Refusal

__all__ = ["answer_form", "import_presets", "tariffs_for"]


def tariffs_for(turn: Turn, /, *, client: str, by: str = "client") -> Refusal | None:
    """List the products that a client can order; staff see all of them, with what is for staff."""
    products: tuple[Product, ...] = tuple(turn.book.catalogue.values())
    connection = getattr(turn.port, "connection_name", None)
    shown = (
        turn.rule(
            show, product=product.name, page=product.page(product.module or connection), by=by
        )
        for product in products
        if by == "staff" or _sold(turn, client, product)
    )
    turn.answer["tariffs"] = [_told(asdict(each)) for each in shown]
    return None


def _sold(turn: Turn, client: str, product: Product) -> bool:
    """Tell whether a client can order a product."""
    refusal = offered(turn, product) or enough(turn, client, product, beside=0, by_change=False)
    return refusal is None


def _told(product: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is told of a product, as data."""
    return {
        key: list(told) if isinstance(told, tuple) else told
        for key, told in product.items()
        if told not in (None, ())
    }


def import_presets(turn: Turn, /) -> Refusal | None:
    """Answer the presets that a product can be given, and keep their names."""
    refusal = provisioning.import_presets(turn)
    if refusal is None:
        turn.set(turn.book, templates=tuple(turn.answer["shown"]))
    return refusal


def answer_form(
    turn: Turn, /, *, service: str, answers: Mapping[str, str], by: str = "client"
) -> Refusal | None:
    """Answer fields of a form anew; an empty answer takes one away, the others stay."""
    owner = turn.book.services[int(service)]
    old = dict(owner.wishes.answers)
    new = {name: answer for name, answer in {**old, **answers}.items() if answer}
    refusal = turn.rule(active_only, has=owner.status) if by == "client" else None
    refusal = refusal or answered(turn, turn.tariff(owner), answers, old)
    if refusal is None:
        turn.set(owner, wishes=owner.wishes._replace(answers=tuple(new.items())))
    return refusal
