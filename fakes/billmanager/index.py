"""Which services there are of each product type and client, without looking at all of them."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prorata.fakes.billmanager.catalogue import Listings
    from prorata.reference.engine import Billing

__all__ = ["Index"]


class Index:
    """Numbers of services in the order of their orders; kept up to date when it is asked.

    Services stay for ever, with their client and product type, so that only new ones are looked at.
    """

    def __init__(self, billing: Billing, listings: Listings) -> None:
        self._billing = billing
        self._listings = listings
        self._seen = 0
        self._numbers: dict[tuple[str, str], list[str]] = {}

    def of(self, itemtype: str = "", client: str = "") -> Sequence[str]:
        """Return the numbers of services of a type and client; of all where none is named."""
        services = self._billing.book.services
        if self._seen != len(services):
            by_name = self._listings.by_name
            for number, service in islice(services.items(), self._seen, None):
                kind = by_name[service.tariff].itemtype
                for key in {(kind, service.client), (kind, ""), ("", service.client), ("", "")}:
                    self._numbers.setdefault(key, []).append(str(number))
            self._seen = len(services)
        return self._numbers.get((itemtype, client), ())
