"""Names of users on the panel."""

from __future__ import annotations

from prorata.reference.ruling import beside

__all__ = ["numbered"]


@beside("hostbill.username.pattern")
def numbered(*, name: str, number: int) -> str:
    """Return a name with the number that tells it from a taken one (ours)."""
    return f"{name}{number}"
