"""What a status is called by HostBill, which has no word for a service that is being made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prorata.reference.engine.state import Service

__all__ = ["CALLED", "status_of"]

#: The statuses that have another name there.
CALLED: Final[Mapping[str, str]] = {"processing": "pending"}


def status_of(service: Service) -> str:
    """Return the status of a service in HostBill's words."""
    return CALLED.get(service.status, service.status)
