"""Licences that are bought from a seller: what was never made, and what the seller shows."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from prorata.reference.engine.billmanager.bundle import forget_licence, server_module, value_of
from prorata.reference.engine.billmanager.catalogue import ControlPanel
from prorata.reference.engine.billmanager.goods import kept
from prorata.reference.engine.billmanager.life import held_by_seller
from prorata.reference.engine.billmanager.resources import renamed
from prorata.reference.engine.resell.seeing import actions, agree, seen, seller_module
from prorata.reference.resell.operation import unmade

if TYPE_CHECKING:
    from prorata.reference.engine.billmanager.catalogue import Tariff
    from prorata.reference.engine.licences import Licence
    from prorata.reference.engine.state import Service
    from prorata.reference.engine.turn import Turn

__all__ = ["licence_gone", "made_by", "seen_at_seller"]

#: What is running while a server has not the licence that it is to have.
_SETTING: Final = frozenset({"create", "delete", "change_preset"})


def made_by(turn: Turn, tariff: Tariff) -> str:
    """Return what tells who makes the services of a tariff: they are changed to no other's."""
    servers = server_module(turn, tariff)
    return f"servers with {servers.licence_server}" if servers else seller_module(turn, tariff)


def licence_gone(turn: Turn, service: Service) -> None:
    """Settle what is left of a licence that is closed."""
    (forget_licence if service.is_server else give_back_unmade)(turn, service)


def give_back_unmade(turn: Turn, service: Service) -> None:
    """Give back what was paid for a licence that was never there, when its service is deleted."""
    resold = service.resold
    if resold is not None and resold.licence is None:
        turn.post("period", unmade, service, None, paid=resold.paid)


def seen_at_seller(turn: Turn, service: Service, licence: Licence) -> None:
    """Have a service be as its licence is: its tariff, and what the seller did to it.

    Money and the client's own dates stay as they are, and so does its kind of charging.
    """
    if service.is_server:
        _seen_on_server(turn, service, licence)
        return
    has: Tariff = turn.tariff(service)

    def fits(tariff: Tariff) -> bool:
        return (tariff.daily is None) == (has.daily is None)

    name = seen(turn, service, licence, ended=service.status == "deleted", fits=fits)
    if name is None:
        return
    if name:
        # What its seller makes of it has other resources: those that it lacks end.
        turn.set(service, tariff=name, resources=kept(turn.book.catalogue[name], service))
    if licence.closed:
        turn.set(service, auto_renewal=None)
    held_by_seller(turn, service, held=licence.held or licence.closed)
    agree(turn, service, licence)


def _seen_on_server(turn: Turn, service: Service, licence: Licence) -> None:
    """Have a server be as its licence is; the server itself runs on, whatever becomes of that."""
    resold = service.resold
    if resold is None:
        return
    running = actions(turn, service)
    if service.status == "deleted" or not resold.tariff:
        if not licence.closed and not running:
            turn.panel("delete", service)
        return
    if running & _SETTING:
        return  # what is there is not yet what was asked for
    odd, number = "", resold.tariff
    if licence.closed:
        odd = "the seller has closed the licence"
    elif licence.tariff != number:
        odd = _another_panel(turn, service, licence.tariff)
        number = number if odd else licence.tariff
    turn.set(service, resold=replace(resold, odd=odd, tariff=number))
    agree(turn, service, licence)


def _another_panel(turn: Turn, service: Service, number: str) -> str:
    """Set the control panel that has a number at the seller; return what is odd about it."""
    tariff: Tariff = turn.tariff(service)
    value = value_of(turn, tariff, number)
    if not value:
        return f"no control panel here is {number} at the seller"
    old = ControlPanel.addon(ControlPanel.value(service.resources))
    new = ControlPanel.addon(value)
    rest = {name: has for name, has in service.resources.items() if name != old}
    held = renamed(service, old, new)
    fields = {"stretches": held.stretches, "paid": held.paid, "shares": held.shares}
    turn.set(service, resources={**rest, new: 1}, **fields)
    return ""
