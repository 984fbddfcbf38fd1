"""`billmanager:URL`: a BILLmanager, judged through its own API.

Names are loaded when they are first used: every run asks what was wished of a panel, and few judge
one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from prorata.fakes.lazy import lazily

if TYPE_CHECKING:
    from prorata.harness.implementations.billmanager.address import PanelWishes, Target, target_of
    from prorata.harness.implementations.billmanager.implementation import BillmanagerPanel

__all__ = ["BillmanagerPanel", "PanelWishes", "Target", "target_of"]

__getattr__ = lazily(
    __name__, {**dict.fromkeys(__all__, "address"), "BillmanagerPanel": "implementation"}
)
