"""The functions that HostBill's clients may have for a service, each switched per product."""

from __future__ import annotations

from typing import Final

__all__ = ["CLIENT_FUNCTIONS"]

CLIENT_FUNCTIONS: Final = (
    "access control panel",
    "access webmail",
    "change billing cycle",
    "change label",
    "change ownership",
    "contracts",
    "databases",
    "disk and bandwidth",
    "domain logs",
    "downloads",
    "edit forms",
    "emails",
    "ftp users",
    "graphs",
    "license details",
    "login details",
    "logs",
    "manage ip",
    "manual service renew",
    "metered billing details",
    "new direct link",
    "related emails",
    "related invoices",
    "related services",
    "reset password",
    "reverse dns",
    "service auto payment",
    "service auto renewal",
    "service notes",
    "status updates",
    "update epp code",
)
