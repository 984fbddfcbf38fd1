"""What is sold on, and how a service is brought to be as its licence is seen at the seller."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from prorata.reference.engine.licences import Resold
from prorata.reference.resell.catalogue import catalogue
from prorata.reference.resell.connection import connection
from prorata.reference.resell.events import closed_there
from prorata.reference.resell.licence import separate

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from prorata.reference.engine.licences import Licence
    from prorata.reference.engine.state import Operation, Service
    from prorata.reference.engine.turn import Turn
    from prorata.reference.periods import Length
    from prorata.reference.refusal import Refusal

__all__ = ["actions", "agree", "closed", "is_bought", "prolong", "seen", "seller_module", "sold_on"]

#: What may wait for staff while a licence is suspended and resumed.
_HELD_UP: Final = frozenset({"change_preset", "prolong", "resources"})


def seller_module(turn: Turn, sold: Any) -> str:
    """Return the module by which a tariff or product is bought, nothing where it is not."""
    module = turn.book.settings.modules.get(sold.module)
    return sold.module if module is not None and module.buys else ""


def is_bought(turn: Turn, sold: Any) -> bool:
    """Tell whether a tariff or product is to be bought, whether a seller is connected or not."""
    return bool(sold.seller_tariff or seller_module(turn, sold))


def sold_on(turn: Turn, sold: Any, *, ip: str, licence_name: str) -> Resold | Refusal | None:
    """Return what an order of something has of its seller; None where it has none."""
    if not is_bought(turn, sold):
        told = ip or licence_name
        return turn.rule(separate, is_licence=False) if told else None
    module = seller_module(turn, sold) or "none"
    refusal = turn.rule(connection, module=module, connected=tuple(turn.sellers)) or turn.rule(
        catalogue, tariff=sold.name, number=sold.seller_tariff or ""
    )
    return refusal or Resold(module, ip, licence_name)


def _tariff_seen(
    turn: Turn, service: Service, licence: Licence, fits: Callable[[Any], bool]
) -> str | None:
    """Return the name of what a licence has by now, '' where none here is; None for the same.

    What does not fit the service is none.
    """
    has = turn.tariff(service)
    if has.seller_tariff == licence.tariff:
        return None
    alike = (
        name
        for name, each in turn.book.catalogue.items()
        if each.seller_tariff == licence.tariff and each.module == has.module and fits(each)
    )
    return next(alike, "")


def seen(
    turn: Turn,
    service: Service,
    licence: Licence,
    *,
    ended: bool,
    fits: Callable[[Any], bool] = bool,
) -> str | None:
    """Keep why staff have to look at a licence; return what its service is to become.

    That is '' for nothing else, and None where the service has `ended`: then its licence is closed,
    unless that is on its way.
    """
    running = actions(turn, service)
    if ended and not licence.closed and not running:
        turn.panel("delete", service)
    if ended or service.resold is None:
        return None
    name = None if "change_preset" in running else _tariff_seen(turn, service, licence, fits)
    odd = f"no tariff here is {licence.tariff} at the seller" if name == "" else ""
    if licence.closed:
        odd = odd or "the seller has closed the licence"
    turn.set(service, resold=replace(service.resold, odd=odd))
    return name or ""


def actions(turn: Turn, service: Service) -> frozenset[str]:
    """Return what is being done for a service at its seller, or waits for staff."""
    return frozenset(each.action for each in _running_for(turn, service))


def _running_for(turn: Turn, service: Service) -> list[Operation]:
    """Return what runs for a service."""
    return [turn.book.operations[each] for each in turn.book.running.get(service.number, ())]


def closed(turn: Turn, service: Service) -> Refusal | None:
    """Refuse to go on with a licence that its seller has closed; a server goes on without one."""
    resold = service.resold
    gone = resold is not None and resold.closed and not service.is_server
    return turn.rule(closed_there, closed=gone)


def agree(turn: Turn, service: Service, licence: Licence) -> None:
    """Suspend or resume at the seller what is here, where that was not done yet.

    It is where nothing is on its way: a change that waits for staff holds up neither.
    """
    running = _running_for(turn, service)
    if licence.closed or any(each.action not in _HELD_UP or not each.manual for each in running):
        return
    if service.stands != ("client" in licence.suspended_by):
        turn.panel("suspend" if service.stands else "resume", service)


def prolong(
    turn: Turn, service: Service, period: Length, until: datetime, since: datetime | None = None
) -> None:
    """Have a licence renewed for a period, if it expires at its seller before that is wanted."""
    if service.resold is not None:
        began = () if since is None else (since.date().isoformat(),)
        turn.panel("prolong", service, str(period), until.date().isoformat(), *began)
