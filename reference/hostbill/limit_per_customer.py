"""How many services of a product a client has."""

from __future__ import annotations

from prorata.reference.refusal import Refusal

__all__ = ["limit_per_customer"]


def limit_per_customer(*, product: str, has: int, limit: int | None) -> Refusal | None:
    """Refuse one service more of a product than a client may have.

    ``hostbill.limit-per-customer`` (hostbill-licences, hostbill-hosting): those that have ended do
    not count, one that is to become this product does (ours).
    """
    if limit is None or has < limit:
        return None
    why = f"the client has {has} of at most {limit} services of {product}"
    return Refusal("hostbill.limit-per-customer", why)
