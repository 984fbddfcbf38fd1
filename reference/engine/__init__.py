"""The engine that runs a rulebook through time."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from prorata.reference.engine.billing import Billing, UnknownActError
from prorata.reference.engine.billmanager import BILLMANAGER
from prorata.reference.engine.hostbill import HOSTBILL
from prorata.reference.engine.rows import CatalogueError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prorata.reference.engine.rulebook import Rulebook

__all__ = ["BILLMANAGER", "HOSTBILL", "RULEBOOKS", "Billing", "CatalogueError", "UnknownActError"]

#: Every rulebook by the name of its billing system.
RULEBOOKS: Final[Mapping[str, Rulebook]] = MappingProxyType(
    {book.system: book for book in (BILLMANAGER, HOSTBILL)},
)
