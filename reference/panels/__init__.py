"""The clients with which a billing speaks to panels."""

from __future__ import annotations

from prorata.reference.panels.billmanager import BillmanagerSeller
from prorata.reference.panels.connection import Connection
from prorata.reference.panels.ispmanager import (
    Account,
    IspmanagerClient,
    PanelFailedError,
    PanelRefusedError,
)
from prorata.reference.panels.sending import Sender
from prorata.reference.panels.wire import Wire

__all__ = [
    "Account",
    "BillmanagerSeller",
    "Connection",
    "IspmanagerClient",
    "PanelFailedError",
    "PanelRefusedError",
    "Sender",
    "Wire",
]
