"""Tariffs of licences, which are known by the seller's numbers."""

from __future__ import annotations

from prorata.reference.refusal import Refusal

__all__ = ["catalogue"]


def catalogue(*, tariff: str, number: str) -> Refusal | None:
    """Refuse to sell a licence whose number at the seller is not said, or is none.

    ``resell.catalogue`` (billmanager-reselling): ispmanager 6 lite is 55227, pro 55228, host 55229,
    business 55230; ISPmanager 5 lite is 3541, business 4601.
    """
    if number.isascii() and number.isdecimal():
        return None
    return Refusal("resell.catalogue", f"tariff {tariff} names no tariff of the seller by a number")
