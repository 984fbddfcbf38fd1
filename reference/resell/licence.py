"""Licences as services of their own."""

from __future__ import annotations

from prorata.reference.refusal import Refusal
from prorata.reference.ruling import beside

__all__ = ["for_client", "on_panel", "same_seller", "separate"]


def separate(*, is_licence: bool, is_known: bool = True) -> Refusal | None:
    """Refuse what is done with licences for a service that is none, or has none yet.

    ``resell.licence.separate`` (hostbill-licences; billmanager-reselling as "any other service").
    """
    if is_licence and is_known:
        return None
    why = "the licence is not there yet" if is_licence else "the service is no licence"
    return Refusal("resell.licence.separate", why)


@beside("resell.licence.separate")
def same_seller(*, has: str, wants: str) -> Refusal | None:
    """Refuse a change to what another module makes: a licence stays with its seller.

    Beside ``resell.licence.separate`` (ours).
    """
    if has == wants:
        return None
    return Refusal("resell.licence.separate", "a licence is changed to one of the same seller only")


@beside("resell.licence.separate")
def on_panel(*, is_there: bool) -> Refusal | None:
    """Refuse what is done on a panel for a service that is on none: a licence, a server.

    Beside ``resell.licence.separate`` (ours).
    """
    return None if is_there else Refusal("resell.licence.separate", "the service is on no panel")


@beside("resell.licence.separate")
def for_client(*, by: str) -> Refusal | None:
    """Refuse to show a licence to the partner: its name, key and address are for its client only.

    Beside ``resell.licence.separate`` (hostbill-licences).
    """
    if by == "client":
        return None
    return Refusal("resell.licence.separate", "a licence is shown to its client only")
