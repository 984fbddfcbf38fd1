"""Who may do what."""

from __future__ import annotations

from typing import Final

from prorata.reference.refusal import Refusal

__all__ = ["CLIENTS", "rights"]

#: The acts of clients. What is not here is for staff, who do everything (the split is ours).
#: Whether a client may suspend, resume or delete is for the client's group to say.
CLIENTS: Final = frozenset(
    {
        "order",
        "pay",
        "open_payment",
        "renew",
        "change_tariff",
        "order_resource",
        "set_resource",
        "cancel_resource",
        "set_auto_renewal",
        "suspend",
        "resume",
        "delete",
        "set_password",
        "open_panel",
        "create_on_panel",
        "delete_on_panel",
        "show_on_panel",
        "recover_password",
        "tariffs_for",
        "set_licence",
        "set_control_panel",
        "new_key",
        "show_licence",
    }
)


def rights(*, act: str, by: str) -> Refusal | None:
    """Refuse a client what only staff do.

    ``billmanager.rights`` (billmanager-hosting).
    """
    if by == "staff" or act in CLIENTS:
        return None
    said = act.replace("_", " ")
    return Refusal("billmanager.rights", f"clients have no right to {said}; staff do that")
