"""Licences as services of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from prorata.reference.refusal import Refusal
from prorata.reference.ruling import beside

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "addressed",
    "at_its_server",
    "bundled",
    "by_value",
    "for_client",
    "on_panel",
    "same_seller",
    "separate",
]

_BUNDLED: Final = "resell.licence.bundled"


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


def bundled(
    *, tariff: str, value: str, values: Mapping[str, str] | None, priced: bool
) -> Refusal | None:
    """Refuse a control panel that a server cannot have.

    ``resell.licence.bundled`` (billmanager-reselling; the refusals ours): `values` are the numbers
    of licences at the seller by the values of the enumeration, None where the tariff is no server's
    or has no such addon; `priced` tells that the value has a price for the period.
    """
    if values is None:
        return Refusal(_BUNDLED, f"tariff {tariff} has no control panels")
    if value not in values:
        there = ", ".join(sorted(values)) or "none"
        return Refusal(_BUNDLED, f"there is no control panel {value}; there are {there}")
    number = values[value]
    if not (number.isascii() and number.isdecimal()):
        return Refusal(_BUNDLED, f"control panel {value} names no tariff of the seller by a number")
    if not priced:
        return Refusal(_BUNDLED, f"control panel {value} has no price for this period")
    return None


@beside(_BUNDLED)
def by_value(*, named: bool) -> Refusal | None:
    """Refuse to take a control panel for a resource: it is chosen by its value (ours)."""
    return Refusal(_BUNDLED, "a control panel is chosen by its value") if named else None


@beside(_BUNDLED)
def addressed(*, free: bool) -> Refusal | None:
    """Refuse a server for which no address is left (ours)."""
    return None if free else Refusal(_BUNDLED, "no address is left for the server")


@beside(_BUNDLED)
def at_its_server(*, is_bundled: bool) -> Refusal | None:
    """Refuse another address to the licence of a server: it has that of its server (ours)."""
    if not is_bundled:
        return None
    return Refusal(_BUNDLED, "the licence of a server has the address of its server")
