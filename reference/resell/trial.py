"""Trials of licences."""

from __future__ import annotations

from typing import Final

__all__ = ["trial"]

#: The seller's numbers of trials of ispmanager 6, which are tariffs of their own; that of business
#: is 55240, the vendor has two of the other.
_TRIALS: Final = frozenset({"55235", "55239", "55240"})


def trial(*, number: str, on_trial: bool = False) -> bool:
    """Tell whether a licence is bought as a trial, which costs the partner nothing.

    ``resell.trial`` (hostbill-licences): where the client is on trial, or the tariff of the seller
    with this `number` is one. A trial is not renewed.
    """
    return on_trial or number in _TRIALS
