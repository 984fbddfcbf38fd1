"""Trials of licences."""

from __future__ import annotations

from typing import Final

from prorata.reference.resell.catalogue import NUMBERS

__all__ = ["trial"]

#: The trials of ispmanager 6, which are tariffs of their own.
_TRIALS: Final = frozenset(
    NUMBERS[name] for name in ("ispmanager 6 trial", "ispmanager 6 business trial")
)


def trial(*, number: str, on_trial: bool = False) -> bool:
    """Tell whether a licence is bought as a trial, which costs the partner nothing.

    ``resell.trial`` (hostbill-licences): where the client is on trial, or the tariff of the seller
    with this `number` is one. A trial is not renewed.
    """
    return on_trial or number in _TRIALS
