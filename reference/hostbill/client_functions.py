"""What clients do with a service by themselves."""

from __future__ import annotations

from typing import Final

from prorata.reference.refusal import Refusal
from prorata.reference.ruling import beside

__all__ = ["CLIENTS", "active_only", "staff_only"]

_RULE: Final = "hostbill.client-functions"

#: The acts of clients; staff do all.
CLIENTS: Final = frozenset(
    {
        "answer_form",
        "set_password",
        "open_panel",
        "create_on_panel",
        "delete_on_panel",
        "show_on_panel",
    }
)


@beside(_RULE)
def active_only(*, has: str) -> Refusal | None:
    """Refuse a function for a service that is not active.

    ``hostbill.client-functions`` (hostbill-licences, hostbill-hosting).
    """
    if has == "active":
        return None
    return Refusal(_RULE, f"the service is {has}, not active")


@beside(_RULE)
def staff_only(*, act: str, by: str) -> Refusal | None:
    """Refuse a client what only staff do: ``hostbill.client-functions``."""
    if by == "staff" or act in CLIENTS:
        return None
    return Refusal(_RULE, f"clients have no function to {act.replace('_', ' ')}; staff do that")
