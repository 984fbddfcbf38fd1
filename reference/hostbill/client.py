"""The login of a client to the billing."""

from __future__ import annotations

from prorata.reference.refusal import Refusal

__all__ = ["password"]


def password(*, password: str) -> Refusal | None:
    """Refuse a password that is blank; any other is that of the billing, and of no panel.

    ``hostbill.client.password`` (hostbill-hosting).
    """
    if password.strip():
        return None
    return Refusal("hostbill.client.password", "a password is not blank")
