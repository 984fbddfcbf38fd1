"""The life of a service."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prorata.reference.refusal import Refusal
from prorata.reference.ruling import beside

if TYPE_CHECKING:
    from datetime import datetime

__all__ = ["paid", "status"]

_STATUS = "billmanager.lifecycle.status"


def status(*, has: str, needs: tuple[str, ...]) -> Refusal | None:
    """Refuse what a service of this status cannot do.

    ``billmanager.lifecycle.status`` (billmanager-hosting; codes: vendor).
    """
    if has in needs:
        return None
    return Refusal(_STATUS, f"the service is {has}, not {' or '.join(needs)}")


@beside(_STATUS)
def paid(*, expires: datetime, now: datetime) -> Refusal | None:
    """Refuse what cannot be done while a service runs on over a weekend unpaid (ours).

    Beside ``billmanager.lifecycle.status``: nothing is left of a time that could be changed.
    """
    if now < expires:
        return None
    return Refusal(_STATUS, f"the service expired on {expires.date()}; renew it first")
