"""The provider's currency."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prorata.reference.refusal import Refusal
from prorata.reference.ruling import beside

if TYPE_CHECKING:
    from collections.abc import Collection

__all__ = ["bought_in", "change"]

_RULE = "billmanager.currency.change"


def change(*, active: Collection[str], uncovered: Collection[str]) -> Refusal | None:
    """Refuse another currency while payments are active or expenses uncovered.

    ``billmanager.currency.change`` (billmanager-hosting). Both are given by their clients: those
    with a payment that has begun, and those who owe.
    """
    if active:
        return Refusal(_RULE, f"payments are active: {', '.join(sorted(active))}")
    if uncovered:
        return Refusal(_RULE, f"expenses are not covered: {', '.join(sorted(uncovered))}")
    return None


@beside(_RULE)
def bought_in(*, currency: str, now: str) -> Refusal | None:
    """Refuse to set time bought in one currency against prices in another (ours).

    Beside ``billmanager.currency.change``: a client's money in the old currency stays there.
    """
    if currency == now:
        return None
    return Refusal(_RULE, f"the running period was bought in {currency}, prices are in {now}")
