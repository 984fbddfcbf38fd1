"""A fake ispmanager 6."""

from __future__ import annotations

from prorata.fakes.ispmanager.panel import Ispmanager
from prorata.fakes.ispmanager.state import Domain, User
from prorata.fakes.mgr5.traffic import Call

__all__ = ["Call", "Domain", "Ispmanager", "User"]
