"""What a seller tells its buyers of what they bought."""

from __future__ import annotations

__all__ = ["notice"]


def notice(*, licence: int) -> str:
    """Return what a seller mails when a licence is active: its number.

    ``resell.notice`` (hostbill-licences).
    """
    return f"licence {licence}"
