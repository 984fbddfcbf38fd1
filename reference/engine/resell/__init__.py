"""Selling on what a seller sells: operations that stay open, and events that are asked for.

It knows no system: what a change at the seller means is a rulebook's to say.
"""

from __future__ import annotations

from prorata.reference.engine.resell.port import LicenceEvent, LicenceOrder, News, Seller
from prorata.reference.engine.resell.trade import Trade

__all__ = ["LicenceEvent", "LicenceOrder", "News", "Seller", "Trade"]
