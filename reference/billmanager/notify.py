"""Notices to clients: what they are told, and from which address."""

from __future__ import annotations

from typing import Final, NamedTuple

__all__ = ["FROM_SUPPORT", "Notice", "activation", "sender"]

READY: Final = "service is ready for use"
#: The notices that come from the support address.
FROM_SUPPORT: Final = frozenset({"user activation", "payer activation", "password recovery"})


class Notice(NamedTuple):
    """A notice: its kind, or the name of its template, and the way it goes: mail or billing."""

    kind: str
    way: str


def activation(*, template: str | None) -> tuple[Notice, ...]:
    """Return what a client is told when a service becomes active.

    ``billmanager.notify.activation`` (billmanager-hosting): that it is ready for use, in the
    billing; and the tariff's own notice, where it has one, by mail and in the billing.
    """
    ready = Notice(READY, "billing")
    if template is None:
        return (ready,)
    return ready, Notice(template, "mail"), Notice(template, "billing")


def sender(*, kind: str, notifications: str, support: str | None) -> str:
    """Return the address that a notice comes from.

    ``billmanager.notify.sender`` (billmanager-hosting): activations of users and payers and the
    recovery of passwords from the support address where there is one, all else from the address
    for notifications.
    """
    return support if support and kind in FROM_SUPPORT else notifications
