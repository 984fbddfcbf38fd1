"""The engine that runs a rulebook through time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from prorata.reference.engine.billing import Billing, UnknownActError
from prorata.reference.engine.rows import CatalogueError
from prorata.reference.ondemand import OnDemand

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prorata.reference.engine.rulebook import Rulebook

__all__ = ["RULEBOOKS", "Billing", "CatalogueError", "UnknownActError"]

#: Every rulebook by the name of its billing system; its modules are loaded when it is asked for.
RULEBOOKS: Final[Mapping[str, Rulebook]] = OnDemand(
    {
        "billmanager": ("prorata.reference.engine.billmanager", "BILLMANAGER"),
        "hostbill": ("prorata.reference.engine.hostbill", "HOSTBILL"),
    }
)
