"""Deletion, by the client and by itself."""

from __future__ import annotations

from datetime import date, timedelta

from prorata.reference.derivation import Note, silent
from prorata.reference.periods import Length
from prorata.reference.refusal import Refusal

__all__ = ["auto", "client"]


def client(*, allowed: bool) -> Refusal | None:
    """Let a client delete a service where their group may; nothing is refunded.

    ``billmanager.delete.client`` (billmanager-hosting).
    """
    if allowed:
        return None
    return Refusal("billmanager.delete.client", "clients of this group may not delete services")


def auto(
    *, expires: date, days: int | None, type_days: int | None = None, note: Note = silent
) -> date | None:
    """Return when a service suspended for non-payment is deleted, or None for never.

    ``billmanager.delete.auto`` (billmanager-hosting): so many days after its expiry, to the hour
    where that has one, as the tariff says, else as the product type says.
    """
    after = type_days if days is None else days
    by = "product type" if days is None else "tariff"
    if after is None:
        note("deleted", "", "never", why="neither tariff nor product type says when")
        return None
    deleted = expires + timedelta(days=after)
    why, length = f"so long after the expiry, as the {by} says", Length(days=after)
    note("deleted", "expires + days", deleted, of="expiry", why=why, expires=expires, days=length)
    return deleted
