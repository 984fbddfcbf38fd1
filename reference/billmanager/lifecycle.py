"""The life of a service."""

from __future__ import annotations

from prorata.reference.refusal import Refusal

__all__ = ["CODES", "status"]

#: The number that the panel's protocol gives each status.
CODES = {"ordered": 1, "active": 2, "suspended": 3, "deleted": 4, "processing": 5}


def status(*, has: str, needs: tuple[str, ...]) -> Refusal | None:
    """Refuse what a service of this status cannot do.

    ``billmanager.lifecycle.status`` (billmanager-hosting; codes: vendor).
    """
    if has in needs:
        return None
    return Refusal(
        "billmanager.lifecycle.status",
        f"the service is {has}, not {' or '.join(needs)}",
    )
