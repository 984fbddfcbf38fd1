"""The clients with which a billing speaks to panels."""

from __future__ import annotations

from prorata.reference.panels.ispmanager import (
    Account,
    IspmanagerClient,
    PanelFailedError,
    PanelRefusedError,
)

__all__ = ["Account", "IspmanagerClient", "PanelFailedError", "PanelRefusedError"]
