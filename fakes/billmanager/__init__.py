"""BILLmanager 6: its clients, its tariffs and its services, priced and dated by the reference."""

from __future__ import annotations

from prorata.fakes.billmanager.catalogue import LICENCES
from prorata.fakes.billmanager.panel import Billmanager
from prorata.fakes.billmanager.port import Obliging

__all__ = ["LICENCES", "Billmanager", "Obliging"]
