"""Ordering a service, and making it start when it is paid."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from prorata.reference.billmanager import charge, name
from prorata.reference.billmanager import order as rules
from prorata.reference.billmanager.tariff import enabled
from prorata.reference.engine.billmanager.bundle import (
    address_for,
    begin_server,
    bundled_with,
    prolong_ordered,
    server_module,
)
from prorata.reference.engine.billmanager.catalogue import ControlPanel
from prorata.reference.engine.billmanager.daily import first_day
from prorata.reference.engine.billmanager.goods import amounts_sold, still_sold
from prorata.reference.engine.billmanager.groups import in_group, may
from prorata.reference.engine.billmanager.purchase import Terms, cut, purchase
from prorata.reference.engine.provisioning import nameable, no_room
from prorata.reference.engine.resell.seeing import is_bought, sold_on
from prorata.reference.engine.state import Service
from prorata.reference.periods import Length
from prorata.reference.proration import Stretch
from prorata.reference.refusal import Refusal
from prorata.reference.resell.licence import by_value

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prorata.reference.engine.billmanager.catalogue import Tariff
    from prorata.reference.engine.licences import Resold
    from prorata.reference.engine.state import Client
    from prorata.reference.engine.turn import Turn

__all__ = ["activate_paid", "name_service", "order"]


def order(
    turn: Turn,
    /,
    *,
    client: str,
    tariff: str,
    period: str,
    quantity: int = 1,
    resources: Mapping[str, int] | None = None,
    domain: str = "",
    auto_renewal: bool = False,
    consent: bool = False,
    ip: str = "",
    licence_name: str = "",
    control_panel: str = "",
) -> Refusal | None:
    """Order services; each starts when the balance pays it, at once if it does.

    The period `trial` is the tariff's trial; `consent` is the client's to its agreement; `ip` and
    `licence_name` are those of a licence that is bought from a seller, `control_panel` is that of a
    server.
    """
    sold, owner = turn.book.catalogue[tariff], turn.book.clients[client]
    on_trial = period == "trial"
    named = {"domain": domain, "resources": resources, "control panel": control_panel}
    refusal = (
        _refused(turn, sold, owner, quantity)
        or turn.rule(
            rules.quick,
            tariff=tariff,
            is_quick=sold.quick_order,
            parameters=[name for name, value in named.items() if value],
        )
        or turn.rule(rules.agreement, document=sold.agreement, consent=consent)
        or (_trial_refused(turn, owner, sold, quantity) if on_trial else None)
        or turn.rule(rules.trial_ends, is_trial=on_trial and auto_renewal)
        or turn.rule(by_value, named=ControlPanel.among(resources or ()))
    )
    if refusal:
        return refusal
    length = Length(days=sold.trial) if on_trial else Length.of(period)
    refusal = amounts_sold(turn, sold, resources or {}, None if on_trial else length)
    if refusal:
        return refusal
    told = {"ip": ip, "licence_name": licence_name, "control_panel": control_panel}
    bought = _from_seller(turn, sold, None if on_trial else length, **told)
    if isinstance(bought, Refusal):
        return bought
    addons = {ControlPanel.addon(control_panel): 1} if control_panel else {}
    for _ in range(quantity):
        service = Service(turn.number("service"), owner.name, sold.name, length, "ordered")
        service.resources = {**(resources or {}), **addons}
        service.auto_renewal = length if auto_renewal else None
        service.trial, service.asked = on_trial, sold
        address = address_for(turn, sold)
        if isinstance(address, Refusal):
            return address
        service.address = address
        service.resold = replace(bought, ip=address) if bought and address else bought
        refusal = name_service(turn, service, sold, domain) or _activate(turn, service)
        if refusal:
            return refusal
        turn.services.append(service)
        turn.answer.setdefault("service", str(service.number))
    if quantity > 1:
        turn.answer["services"] = [str(service.number) for service in turn.services]
    # What is wrong with the order is told before what the server lacks.
    return None if _elsewhere(turn, sold) else no_room(turn, quantity, sold.username_template)


def _trial_refused(turn: Turn, client: Client, tariff: Tariff, quantity: int) -> Refusal | None:
    had = tariff.name in client.trials
    return turn.rule(
        rules.trial_sold, tariff=tariff.name, days=tariff.trial, had=had, wants=quantity
    )


def _refused(turn: Turn, tariff: Tariff, owner: Client, quantity: int) -> Refusal | None:
    services, client = turn.book.services.values(), owner.name
    limited = tariff.service_limit is not None and not may(turn, owner, "ignore_limit")
    has = limited and sum(
        s.client == client and s.tariff == tariff.name and s.status != "deleted" for s in services
    )
    return (
        turn.rule(enabled, tariff=tariff.name, is_enabled=tariff.enabled)
        or still_sold(turn, tariff)
        or turn.rule(
            charge.one_kind,
            by_day=tariff.daily is not None,
            by_calendar=tariff.pro_rata_day is not None,
        )
        or in_group(turn, owner, tariff)
        or turn.rule(rules.quantity, wants=quantity, maximum=tariff.maximum_quantity)
        or turn.rule(
            rules.service_limit,
            has=has,
            wants=quantity,
            limit=tariff.service_limit if limited else None,
        )
    )


def _from_seller(
    turn: Turn,
    tariff: Tariff,
    period: Length | None,
    *,
    ip: str,
    licence_name: str,
    control_panel: str,
) -> Resold | Refusal | None:
    """Return what an order has of a seller: for itself, or for its control panel."""
    bought = sold_on(turn, tariff, ip=ip, licence_name=licence_name)
    if isinstance(bought, Refusal) or not control_panel:
        return bought
    return bundled_with(turn, tariff, control_panel, period)


def _elsewhere(turn: Turn, tariff: Tariff) -> bool:
    """Tell whether what a tariff sells is on no panel."""
    return is_bought(turn, tariff) or server_module(turn, tariff) is not None


def name_service(turn: Turn, service: Service, tariff: Tariff, domain: str) -> Refusal | None:
    """Name the domain and the user, by the tariff's templates; on no panel there is neither."""
    if service.resold is not None or service.is_server:
        return None
    client = turn.book.clients[service.client]
    settings = turn.book.settings
    service.domain = domain or turn.rule(
        name.domain,
        client=client.name,
        product_type="vhost",
        service=service.number,
        template=tariff.domain_template,
    )
    module = settings.modules.get(tariff.module or "")
    service.points_to = turn.rule(
        name.free_zone,
        domain=service.domain,
        generated=not domain,
        zones=settings.name_servers.get(tariff.name_server or "", frozenset()),
        address=module.address if module else None,
    )
    user = turn.rule(
        name.username,
        user=service.number,
        client=client.name,
        account=client.number,
        domain=service.domain,
        template=tariff.username_template,
    )
    if isinstance(user, Refusal):
        return user
    service.user = user
    return nameable(turn, service)


def _activate(turn: Turn, service: Service) -> Refusal | None:
    """Start an ordered service today, if the balance pays it; else it stays ordered.

    It costs what it was asked for when it was ordered, whatever its tariff asks meanwhile.
    """
    tariff: Tariff = service.asked
    before, balance = turn.mark(), turn.left(service.client)
    refusal = _starts(turn, service, tariff)
    if refusal:
        turn.back_to(before)
        return refusal
    if not turn.pays(service.client):
        cost = balance - turn.left(service.client)
        turn.back_to(before)
        money = {"balance": balance.exact, "cost": cost.exact}
        turn.decide("nothing: order", rules.not_started, service, **money)
        return None
    turn.set(service, asked=None)
    if service.is_server:
        begin_server(turn, service)
        return None
    if service.resold is not None:
        charged = turn.entries[before[0] :]
        paid = sum((each.amount.exact for each in charged if each.kind != "tax"), Fraction(0))
        turn.set(service, resold=replace(service.resold, paid=paid))
    turn.panel("create", service)
    prolong_ordered(turn, service)
    if any(each.endswith("addresses") for each in (*tariff.own_resources, *service.resources)):
        turn.panel("resources", service)
    return None


def _starts(turn: Turn, service: Service, tariff: Tariff) -> Refusal | None:
    if service.trial:
        return _trial(turn, service, tariff)
    return (first_day if tariff.daily is not None else _first_period)(turn, service, tariff)


def _trial(turn: Turn, service: Service, tariff: Tariff) -> Refusal | None:
    client = turn.book.clients[service.client]
    full = turn.decide("expires", rules.trial, service, starts=turn.today, days=service.period.days)
    expires = cut(turn, service, tariff, turn.today, full)
    if isinstance(expires, Refusal):
        return expires
    turn.set(client, trials=client.trials | {tariff.name})
    first, last = turn.today.toordinal(), expires.toordinal()
    period = service.period
    free = Stretch(
        first,
        last,
        Fraction(0),
        first,
        full.toordinal(),
        months=period.months,
        days=period.days,
    )
    turn.begin(service, expires, anchor=expires.day, bought=(free,), stretches=(free,))
    return None


def _first_period(turn: Turn, service: Service, tariff: Tariff) -> Refusal | None:
    dates = {"starts": turn.today, "period": service.period, "anchor": turn.today.day}
    terms = Terms(
        tariff,
        service.period,
        turn.today,
        turn.today.day,
        service.resources,
        charge.periodic,
        dates,
    )
    bought = purchase(turn, service, terms)
    if isinstance(bought, Refusal):
        return bought
    refusal = turn.rule(
        rules.minimum_period,
        starts=bought.starts,
        expires=bought.expires,
        minimum=tariff.minimum_period,
    )
    if refusal:
        return refusal
    covers = turn.midnight(bought.starts), turn.midnight(bought.expires)
    held = bought.post(turn, service, covers)
    turn.begin(service, bought.expires, anchor=bought.anchor, **held._asdict())
    return None


def activate_paid(turn: Turn, client: str) -> None:
    """Start the services that wait for their payment, in the order of their orders."""
    for service in turn.book.services.values():
        if service.client == client and service.status == "ordered":
            refusal = _activate(turn, service)
            if refusal:
                turn.decide("nothing: order", rules.still_waits, service, refused=refusal)
