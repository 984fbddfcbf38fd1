"""`billmanager:URL`: a BILLmanager, judged through its own API."""

from __future__ import annotations

from prorata.harness.implementations.billmanager.address import PanelWishes, Target, target_of
from prorata.harness.implementations.billmanager.implementation import BillmanagerPanel

__all__ = ["BillmanagerPanel", "PanelWishes", "Target", "target_of"]
