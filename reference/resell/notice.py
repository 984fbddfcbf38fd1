"""What a seller tells its buyers."""

from __future__ import annotations

__all__ = ["notice"]


def notice(*, number: int) -> str:
    """Return what a buyer is mailed when a licence is there: the number of it.

    ``resell.notice`` (hostbill-licences).
    """
    return f"licence number {number}"
