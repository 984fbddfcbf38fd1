"""What staff make of a product."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from prorata.reference.engine.hostbill.catalogue import Product
    from prorata.reference.engine.turn import Turn
    from prorata.reference.refusal import Refusal

__all__ = ["set_product"]


def set_product(turn: Turn, /, *, product: str, **fields: Any) -> Refusal | None:
    """Give fields of a product new values: what is invoiced next goes by them."""
    old: Product = turn.book.catalogue[product]
    new = old.changed(fields)
    turn.set(turn.book, catalogue={**turn.book.catalogue, product: new})
    return None
