"""A fake ispmanager 6."""

from __future__ import annotations

from prorata.fakes.ispmanager.editions import EDITIONS
from prorata.fakes.ispmanager.panel import Ispmanager
from prorata.fakes.ispmanager.seeds import SEED
from prorata.fakes.ispmanager.state import Domain, Thing, Usage, User, ZoneRecord
from prorata.fakes.mgr5.traffic import Call

__all__ = [
    "EDITIONS",
    "SEED",
    "Call",
    "Domain",
    "Ispmanager",
    "Thing",
    "Usage",
    "User",
    "ZoneRecord",
]
