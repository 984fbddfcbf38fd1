"""Suspension: by whom, and what lifts it. The expiry runs on meanwhile."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prorata.reference.derivation import Note, silent
from prorata.reference.refusal import Refusal
from prorata.reference.ruling import beside

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

__all__ = ["at_expiry", "client", "lifts", "non_payment", "own_kind", "staff"]


def client(*, allowed: bool) -> Refusal | None:
    """Let a client suspend and resume where their group or tariff allows it.

    ``billmanager.suspend.client`` (billmanager-hosting).
    """
    if allowed:
        return None
    return Refusal("billmanager.suspend.client", "clients may not suspend or resume this service")


def staff(*, suspended_by: Collection[str]) -> Refusal | None:
    """Let only staff lift what staff suspended.

    ``billmanager.suspend.staff`` (billmanager-hosting): each suspension is lifted by its own kind.
    """
    if "staff" not in suspended_by:
        return None
    return Refusal("billmanager.suspend.staff", "the service was suspended by staff")


@beside("billmanager.suspend.client")
def own_kind(*, by: str, suspended_by: Collection[str]) -> Refusal | None:
    """Refuse to lift a suspension that is not one's own: each is lifted by its own kind.

    ``billmanager.suspend.client`` or ``billmanager.suspend.staff``, by whose suspension it is.
    """
    if by in suspended_by:
        return None
    refusal = staff(suspended_by=suspended_by)
    return refusal or Refusal("billmanager.suspend.client", "the client suspended the service")


@beside("billmanager.suspend.staff")
def lifts(*, by: str, client_may: bool) -> frozenset[str]:
    """Return the kinds of suspension that `by` lifts: their own.

    Staff lift also that of a client who may not lift it any more (ours): nobody could otherwise.
    """
    return frozenset({by} if client_may else {by, "client"})


def non_payment(*, suspended_by: Collection[str]) -> Refusal | None:
    """Refuse to resume a service whose time is not paid; its renewal does that.

    ``billmanager.suspend.non-payment`` (billmanager-hosting, vendor).
    """
    if "non-payment" not in suspended_by:
        return None
    why = "the service is suspended for non-payment: renew it"
    return Refusal("billmanager.suspend.non-payment", why)


@beside("billmanager.suspend.non-payment")
def at_expiry(*, expires: datetime, note: Note = silent) -> datetime:
    """Return when a service is suspended that is not paid further: at its expiry.

    Beside ``billmanager.suspend.non-payment`` (billmanager-hosting, vendor).
    """
    note("suspended", "expires", expires, of="expiry", why="not renewed by then", expires=expires)
    return expires
