"""Passing a service on to another client."""

from __future__ import annotations

from prorata.reference.refusal import Refusal

__all__ = ["ownership"]


def ownership(*, has: str, owner: str, to: str, merged: bool) -> Refusal | None:
    """Refuse to pass on what has ended, to its owner, or with an invoice that is not its alone.

    ``hostbill.ownership`` (hostbill-licences, hostbill-hosting): a service passes with its dates
    and its own unpaid invoices; with a `merged` unpaid one it stays (ours).
    """
    why = {
        f"the service is {has}": has in {"terminated", "cancelled"},
        f"the service is {owner}'s already": owner == to,
        "an unpaid invoice of the service is for other services too": merged,
    }
    said = next((sentence for sentence, holds in why.items() if holds), "")
    return Refusal("hostbill.ownership", said) if said else None
