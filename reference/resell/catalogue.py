"""Tariffs of licences, which are known by the seller's numbers."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from prorata.reference.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["NUMBERS", "catalogue"]

#: The seller's numbers of the licences that the documents name. Certificates and licences of
#: modules have numbers too, which no document tells.
NUMBERS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "ispmanager 6 trial": "55239",
        "ispmanager 6 business trial": "55240",
        "ispmanager 6 lite": "55227",
        "ispmanager 6 pro": "55228",
        "ispmanager 6 host": "55229",
        "ispmanager 6 business": "55230",
        "ISPmanager 5 Lite": "3541",
        "ISPmanager 5 Business": "4601",
    }
)


def catalogue(*, tariff: str, number: str) -> Refusal | None:
    """Refuse to sell a licence whose number at the seller is not said, or is none.

    ``resell.catalogue`` (billmanager-reselling): ispmanager 6 lite is 55227, pro 55228, host 55229,
    business 55230; ISPmanager 5 lite is 3541, business 4601.
    """
    if number.isascii() and number.isdecimal():
        return None
    return Refusal("resell.catalogue", f"tariff {tariff} names no tariff of the seller by a number")
