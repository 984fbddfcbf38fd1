"""Trials, by which a reseller tests what it sells."""

from __future__ import annotations

__all__ = ["trial"]


def trial(*, wanted: bool, cycle: str) -> bool:
    """Tell whether a licence is ordered as a trial of the seller, which costs the partner nothing.

    ``resell.trial`` (hostbill-licences): where its product says so; and one that its client has
    for nothing, and without an end, is no purchase either (ours).
    """
    return wanted or cycle == "free"
