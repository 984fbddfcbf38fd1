"""What is wrong with the brackets of metered products, and where that stands."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from prorata.reference.hostbill.metered import METERED, hole

if TYPE_CHECKING:
    from decimal import Decimal

    from prorata.harness.scenario.draft import Draft
    from prorata.harness.scenario.given import Product
    from prorata.harness.scenario.places import TreePath

__all__ = ["check_metered"]


def check_metered(draft: Draft, path: TreePath, product: Product) -> None:
    """Check that what a product meters is charged without overlap and hole, at a price."""
    where = (*path, "metered")
    if product.metered and METERED not in product.prices:
        message = f"usage is charged for the cycle {METERED}; give the product a price for it"
        draft.report_key(where, message)
    check_brackets(draft, path, product)


def check_brackets(draft: Draft, path: TreePath, product: Product) -> None:
    """Check the brackets alone: staff who change them leave the prices as they are."""
    where = (*path, "metered")
    for variable, meter in product.metered.items():
        wrong = hole([(_exact(each.above), _bound(each.up_to)) for each in meter.brackets])
        if wrong is not None:
            number, key, message = wrong
            place = (*where, variable, "brackets", number, key)
            draft.report(draft.tree.existing(place), message)


def _bound(number: Decimal | None) -> Fraction | None:
    return None if number is None else _exact(number)


def _exact(number: Decimal) -> Fraction:
    return Fraction(*number.as_integer_ratio())
