"""Servers, and the licences of the control panels that are sold with them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from math import ceil
from typing import TYPE_CHECKING, Any, Final

from prorata.reference.billmanager.charge import periodic
from prorata.reference.engine.billmanager.catalogue import ControlPanel
from prorata.reference.engine.billmanager.goods import MONTH
from prorata.reference.engine.licences import Resold
from prorata.reference.engine.resell import seeing
from prorata.reference.resell.connection import connection
from prorata.reference.resell.licence import addressed, bundled
from prorata.reference.resell.trial import trial
from prorata.reference.vocabulary.settings import SERVERS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from prorata.reference.engine.billmanager.catalogue import Tariff
    from prorata.reference.engine.settings import Module
    from prorata.reference.engine.state import Service
    from prorata.reference.engine.turn import Turn
    from prorata.reference.periods import Length
    from prorata.reference.refusal import Refusal

__all__ = [
    "address_for",
    "begin_server",
    "bundled_with",
    "follow",
    "forget_licence",
    "licence_until",
    "order_licence",
    "panel_sold",
    "prolong",
    "prolong_ordered",
    "server_module",
    "value_of",
]

_NO_NUMBERS: Final[Mapping[str, str]] = {}


def server_module(turn: Turn, tariff: Tariff) -> Module | None:
    """Return the module that makes the servers of a tariff, None where it sells none."""
    module = turn.book.settings.modules.get(tariff.module or "")
    return module if module is not None and module.type in SERVERS else None


def _numbers(turn: Turn, tariff: Tariff) -> Mapping[str, str] | None:
    """Return the seller's numbers by the values of a server's control panels, None without any."""
    panel = tariff.control_panel
    if panel is None or server_module(turn, tariff) is None:
        return None
    return turn.book.settings.enumerations.get(panel.enumeration, _NO_NUMBERS)


def panel_sold(turn: Turn, tariff: Tariff, value: str, period: Length | None) -> Refusal | None:
    """Refuse a control panel that a tariff does not sell for a period; a trial, None, is free."""
    prices = tariff.control_panel.prices.get(value) if tariff.control_panel else None
    known = MONTH if tariff.daily is not None else period
    priced = prices is not None and (period is None or known in prices)
    told = {"values": _numbers(turn, tariff), "priced": priced}
    return turn.rule(bundled, tariff=tariff.name, value=value, **told) or turn.rule(
        connection, module=_licence_server(turn, tariff), connected=tuple(turn.sellers)
    )


def _licence_server(turn: Turn, tariff: Tariff) -> str:
    module = server_module(turn, tariff)
    return (module.licence_server or "") if module else ""


def bundled_with(turn: Turn, tariff: Tariff, value: str, period: Length | None) -> Resold | Refusal:
    """Return what a server has of the seller of its control panel."""
    refusal = panel_sold(turn, tariff, value, period)
    if refusal:
        return refusal
    numbers = _numbers(turn, tariff) or _NO_NUMBERS
    return Resold(_licence_server(turn, tariff), tariff=numbers[value])


def value_of(turn: Turn, tariff: Tariff, number: str) -> str:
    """Return the control panel that has a number at the seller, nothing where a tariff has none."""
    panel, numbers = tariff.control_panel, _numbers(turn, tariff) or _NO_NUMBERS
    sold = panel.prices if panel else {}
    return next((value for value in sold if numbers.get(value) == number), "")


def address_for(turn: Turn, tariff: Tariff) -> str | Refusal | None:
    """Return the address of a new server: the first that is free; None where it is no server."""
    module = server_module(turn, tariff)
    if module is None:
        return None
    services = (*turn.book.services.values(), *turn.services)
    held = {service.address for service in services if service.status != "deleted"}
    left = [address for address in module.addresses if address not in held]
    refusal = turn.rule(addressed, free=bool(left) or not module.addresses)
    return refusal or next(iter(left), "")


def begin_server(turn: Turn, service: Service) -> None:
    """Have a server be there at once, and its licence ordered."""
    turn.set(service, status="active")
    turn.made.append(service)
    if service.resold is not None:
        order_licence(turn, service, service.resold)


def order_licence(turn: Turn, service: Service, resold: Resold) -> None:
    """Order the licence of a server, for all the time that the server is paid."""
    first, *more = _times(turn, service)
    turn.ask("create", service, first[0])
    on_trial = turn.pending(service, "trial")
    if not turn.rule(trial, number=resold.tariff, on_trial=on_trial):
        for period, until in more:
            turn.ask("prolong", service, period, until)


def prolong_ordered(turn: Turn, service: Service) -> None:
    """Have a licence that is ordered renewed, of which a period is less than was paid for."""
    if service.resold is not None:
        for period, until in tuple(_times(turn, service))[1:]:
            turn.ask("prolong", service, period, until)


def _times(turn: Turn, service: Service) -> Iterator[tuple[str, str]]:
    """Yield the periods that a licence is bought for today, each with until when it is needed."""
    expires, bought = turn.pending(service, "expires").date(), turn.pending(service, "bought")
    paid = {date.fromordinal(ceil(each.expires)): each.period for each in bought}
    reached = turn.today
    # What is charged by the day has bought no time.
    for until, period in sorted(paid.items()) or [(expires, service.period)]:
        if reached < until:
            reached = turn.rule(periodic, starts=reached, period=period, anchor=turn.today.day)
            yield str(period), until.isoformat()


def prolong(
    turn: Turn, service: Service, period: Length, expires: datetime, since: datetime | None = None
) -> None:
    """Have the licence of a service, or of its control panel, renewed to where it is paid.

    A time that is bought by calendar months may be longer than its period.
    """
    resold: Resold | None = turn.pending(service, "resold")
    if resold is None or not _renewed(turn, service, resold):
        return
    seeing.prolong(turn, service, period, expires, since)
    reached = turn.today if since is None else max(since.date(), turn.today)
    while (reached := _a_period_on(turn, reached, period)) < expires.date():
        seeing.prolong(turn, service, period, expires, since)


def _a_period_on(turn: Turn, starts: date, period: Length) -> date:
    return turn.rule(periodic, starts=starts, period=period, anchor=starts.day)


def licence_until(turn: Turn, service: Service, expires: date) -> None:
    """Have the licence of what is charged by the day renewed when its own time is over.

    What else is to be done for it there does not keep that from being asked, once.
    """
    licence = service.resold.licence if service.resold else None
    if licence is None or licence.expires is None or licence.expires >= expires:
        return
    if "prolong" not in seeing.actions(turn, service):
        prolong(turn, service, service.period, turn.midnight(expires))


def _renewed(turn: Turn, service: Service, resold: Resold) -> bool:
    """Tell whether a licence is renewed with its service: no trial, and nothing that is gone."""
    if service.is_server and not resold.tariff:
        return False
    return not resold.closed and not turn.rule(trial, number=resold.tariff)


def follow(turn: Turn, service: Service, tariff: Tariff, addons: Mapping[str, int]) -> None:
    """Have the licence of a server be that of the control panel that it has by now.

    A trial is not changed, nor what the seller has closed: it goes, and another licence comes. So
    it is where the server is on trial no more.
    """
    has, numbers = service.resold, _numbers(turn, tariff) or _NO_NUMBERS
    value = ControlPanel.value(addons)
    number = numbers.get(value, "")
    old = has.tariff if has else ""
    ended = bool(number) and service.trial and not turn.pending(service, "trial")
    if number == old and not ended:
        return
    known: dict[str, Any] = {"past": has.past, "licence": has.licence} if has else {}
    new = Resold(_licence_server(turn, tariff), service.address or "", tariff=number, **known)
    closed = has is not None and has.licence is not None and has.licence.closed
    anew = ended or closed or any(turn.rule(trial, number=each) for each in (old, number))
    if old and number and not anew:
        turn.ask("change_preset", service)
    else:
        if old:
            turn.ask("delete", service)
        if number:
            order_licence(turn, service, new)
    turn.set(service, resold=new)


def forget_licence(turn: Turn, service: Service) -> None:
    """Forget a licence that its server has no more; what still arrives about it is no news."""
    resold = service.resold
    if resold is not None and resold.licence is not None:
        past = resold.past | {resold.licence.number}
        turn.set(service, resold=replace(resold, licence=None, past=past))
