"""Licences that are bought from a seller: what was never made, and what the seller shows."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from prorata.reference.engine.billmanager.life import held_by_seller
from prorata.reference.engine.resell.seeing import agree, seen
from prorata.reference.resell.operation import unmade

if TYPE_CHECKING:
    from prorata.reference.engine.licences import Licence
    from prorata.reference.engine.state import Service
    from prorata.reference.engine.turn import Turn

__all__ = ["give_back_unmade", "seen_at_seller"]


def give_back_unmade(turn: Turn, service: Service) -> None:
    """Give back what was paid for a licence that was never there, when its service is deleted."""
    resold = service.resold
    if resold is not None and resold.licence is None and resold.paid:
        turn.post("period", unmade, service, None, paid=resold.paid)
        turn.set(service, resold=replace(resold, paid=Fraction(0)))


def seen_at_seller(turn: Turn, service: Service, licence: Licence) -> None:
    """Have a service be as its licence is: its tariff, and what the seller did to it.

    Money and the client's own dates stay as they are.
    """
    name = seen(turn, service, licence, ended=service.status == "deleted")
    if name is None:
        return
    if name:
        turn.set(service, tariff=name)
    if licence.closed:
        turn.set(service, auto_renewal=None)
    held_by_seller(turn, service, held=licence.held or licence.closed)
    agree(turn, service, licence)
