"""What a seller sells, to choose from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prorata.reference.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["import_"]


def import_(*, tariff: str, offered: Mapping[str, str]) -> Refusal | None:
    """Refuse a product for a tariff that the seller does not sell.

    ``resell.import`` (hostbill-licences): a product is one tariff of the seller, chosen from those
    that are offered: their names by their numbers.
    """
    if tariff in offered:
        return None
    there = ", ".join(sorted(offered)) or "none"
    return Refusal("resell.import", f"the seller has no tariff {tariff}; there are {there}")
