"""Bundles: several services in one order, at the sum of their prices or at one fixed price."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from prorata.reference.derivation import Note, shown, silent
from prorata.reference.hostbill.cycle import cycle as sells
from prorata.reference.money import rounded
from prorata.reference.refusal import Refusal
from prorata.reference.ruling import beside

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

__all__ = ["Share", "bundle", "keeps_price", "made_of", "part_sells", "share"]

_FEWEST = 2


class Share(NamedTuple):
    """What one part has of a fixed price, in the currency."""

    amount: Fraction


def bundle(
    *,
    fixed_price: Fraction = Fraction(0),
    setup_fee: Fraction = Fraction(0),
    note: Note = silent,
) -> Fraction:
    """Return what the one line of a bundle asks that has a price of its own, or its setup fee.

    ``hostbill.bundle`` (hostbill-licences): whatever its parts cost, and how many of them are left
    (ours). Without a price of its own each part is a line at the part's price.
    """
    if setup_fee:
        note("setup fee", "setup_fee", setup_fee, setup_fee=setup_fee)
        return setup_fee
    note("fixed price", "fixed_price", fixed_price, fixed_price=fixed_price)
    return fixed_price


@beside("hostbill.bundle")
def share(
    *,
    fixed_price: Fraction,
    listed: Sequence[Fraction],
    place: int,
    digits: int,
    rounding: Callable[[int, int], int],
    note: Note = silent,
) -> Share:
    """Return the share of a fixed price that the part at this place has, from 0, in the currency.

    The shares are in the ratio of the prices that are `listed` for the parts, each rounded to so
    many `digits`; the last part takes the remainder (ours).
    """
    whole = sum(listed, Fraction(0))
    exact = [fixed_price * each / whole if whole else Fraction(0) for each in listed]
    shares = [rounded(each, digits, rounding) for each in exact[:-1]]
    if place < len(shares):
        if whole:
            numbers = {"fixed_price": fixed_price, "listed": listed[place], "all_listed": whole}
            note("part", "fixed_price × listed ÷ all_listed", exact[place], **numbers)
        else:
            note("part", "", exact[place], why="no part is listed at more than nothing")
        note("share", "", shares[place], why="rounded; the last part takes the remainder")
        return Share(shares[place])
    others = sum(shares, Fraction(0))
    rest = fixed_price - others
    note("share", "fixed_price − others", rest, fixed_price=fixed_price, others=others)
    return Share(rest)


@beside("hostbill.bundle")
def made_of(
    *, parts: Sequence[str], bundles: Collection[str], addons: Collection[str]
) -> Refusal | None:
    """Refuse a bundle of fewer than two parts, and one with a bundle or an addon in it (ours)."""
    wrong = [part for part in parts if part in {*bundles, *addons}]
    if len(parts) < _FEWEST:
        why = f"a bundle has two parts or more, not {len(parts)}"
    elif wrong:
        what = "a bundle" if wrong[0] in bundles else "an addon"
        why = f"{wrong[0]} is {what} itself, and no part of one"
    else:
        return None
    return Refusal("hostbill.bundle", why)


@beside("hostbill.bundle")
def part_sells(
    *, part: str, wanted: str, sold: Collection[str], licence: bool = False
) -> Refusal | None:
    """Refuse the cycle of a part that does not sell it; for a licence that is ``hostbill.cycle``.

    A bundle with a licence is sold as a licence is.
    """
    refusal = sells(wanted=wanted, sold=(*sold, wanted), licence=licence)
    if refusal is not None or wanted in sold:
        return refusal
    why = f"{part} is not sold {wanted}; it is sold {', '.join(sold) or 'not at all'}"
    return Refusal("hostbill.bundle", why)


@beside("hostbill.bundle")
def keeps_price(*, fixed_price: Fraction | None) -> Refusal | None:
    """Refuse to change the product or the cycle of a part of a bundle at a fixed price (ours)."""
    if fixed_price is None:
        return None
    why = f"it is a part of a bundle at the fixed price of {shown(fixed_price)}"
    return Refusal("hostbill.bundle", why)
