"""Orders: what is ordered beside a product, and those that nobody pays."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

from prorata.reference.derivation import Note, silent
from prorata.reference.periods import Length
from prorata.reference.refusal import Refusal
from prorata.reference.ruling import beside

if TYPE_CHECKING:
    from collections.abc import Collection

__all__ = [
    "addon_sells",
    "addons",
    "auto_cancel",
    "goes_along",
    "not_alone",
    "sub_products",
]


def auto_cancel(*, ordered: date, days: int | None, note: Note = silent) -> date | None:
    """Return the day on which an unpaid order is cancelled, None for never.

    ``hostbill.order.auto-cancel`` (hostbill-licences, hostbill-hosting): days from the civil day of
    the order.
    """
    if days is None:
        return None
    day = ordered + timedelta(days=days)
    note("cancelled", "ordered + days", day, of="ordered", ordered=ordered, days=Length(days=days))
    return day


def addons(
    *,
    addon_price: Fraction = Fraction(0),
    setup_fee: Fraction = Fraction(0),
    note: Note = silent,
) -> Fraction:
    """Return what one line of an addon asks: a cycle of it, or its setup fee.

    ``hostbill.order.addons`` (hostbill-licences, hostbill-hosting): it is a line with an extra fee
    on the invoice of its service; of another cycle it is invoiced when that is due (ours).
    """
    if setup_fee:
        note("setup fee", "setup_fee", setup_fee, setup_fee=setup_fee)
        return setup_fee
    note("addon price", "addon_price", addon_price, addon_price=addon_price)
    return addon_price


@beside("hostbill.order.addons")
def addon_sells(
    *, name: str, cycle: str, listed: Collection[str], is_addon: bool, sold: Collection[str]
) -> Refusal | None:
    """Refuse an addon that the product does not list, that is none, or not sold for the cycle."""
    if name not in listed:
        why = f"the product has no addon {name}; it has {', '.join(listed) or 'none'}"
    elif not is_addon:
        why = f"{name} is a product of its own, and no addon"
    elif cycle not in sold:
        why = f"the addon {name} is not sold {cycle}; it is sold {', '.join(sold)}"
    else:
        return None
    return Refusal("hostbill.order.addons", why)


@beside("hostbill.order.addons")
def not_alone(*, product: str, is_addon: bool) -> Refusal | None:
    """Refuse to order an addon without a product that it belongs to."""
    if not is_addon:
        return None
    return Refusal("hostbill.order.addons", f"{product} is an addon: order a product with it")


@beside("hostbill.order.addons")
def goes_along(*, is_addon: bool) -> Refusal | None:
    """Refuse to change an addon, or to use it on the panel, apart from its service (ours)."""
    if not is_addon:
        return None
    return Refusal("hostbill.order.addons", "an addon has no account or product but its service's")


def sub_products(*, name: str, listed: Collection[str], is_bundle: bool = False) -> Refusal | None:
    """Refuse a further product that the product which is ordered does not offer.

    ``hostbill.order.sub-products`` (hostbill-licences): it is an order of its own, with its own
    service, invoice and dates; a bundle is not ordered beside another product (ours).
    """
    if name not in listed:
        why = f"the product has no sub-product {name}; it has {', '.join(listed) or 'none'}"
    elif is_bundle:
        why = f"{name} is a bundle, which is ordered by itself"
    else:
        return None
    return Refusal("hostbill.order.sub-products", why)
