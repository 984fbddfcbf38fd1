"""Ordering a service, and the charge of a day."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

from prorata.reference.billmanager import charge
from prorata.reference.billmanager import order as rules
from prorata.reference.billmanager.charge import DayTerms
from prorata.reference.billmanager.tariff import enabled
from prorata.reference.engine.billmanager.groups import in_group, may
from prorata.reference.engine.billmanager.panel import no_room
from prorata.reference.engine.billmanager.purchase import (
    Purchase,
    Terms,
    amounts_sold,
    not_enough,
    purchase,
)
from prorata.reference.engine.state import Service
from prorata.reference.periods import Length, nominal_days
from prorata.reference.proration import Stretch
from prorata.reference.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prorata.reference.engine.catalogue import Tariff
    from prorata.reference.engine.state import Client
    from prorata.reference.engine.turn import Turn

__all__ = ["activate_paid", "begin_day", "charge_day", "charge_resumed", "name_service", "order"]


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
) -> Refusal | None:
    """Order services; each starts when the balance pays it, at once if it does.

    The period `trial` is the tariff's trial; `consent` is the client's to its agreement.
    """
    sold, owner = turn.book.catalogue[tariff], turn.book.clients[client]
    on_trial = period == "trial"
    named = {"domain": domain, "resources": resources}
    refusal = (
        _refused(turn, sold, owner, quantity)
        or rules.quick(
            tariff=tariff,
            is_quick=sold.quick_order,
            parameters=[name for name, value in named.items() if value],
        )
        or rules.agreement(document=sold.agreement, consent=consent)
        or (_trial_refused(owner, sold, quantity) if on_trial else None)
        or rules.trial_ends(is_trial=on_trial and auto_renewal)
    )
    if refusal:
        return refusal
    length = Length(days=sold.trial) if on_trial else Length.of(period)
    refusal = amounts_sold(sold, resources or {}, None if on_trial else length)
    if refusal:
        return refusal
    for _ in range(quantity):
        service = Service(turn.number("service"), owner.name, sold.name, length, "ordered")
        service.resources = dict(resources or {})
        service.auto_renewal = length if auto_renewal else None
        service.trial = on_trial
        refusal = name_service(turn, service, sold, domain) or _activate(turn, service)
        if refusal:
            return refusal
        turn.services.append(service)
        turn.answer.setdefault("service", str(service.number))
    if quantity > 1:
        turn.answer["services"] = [str(service.number) for service in turn.services]
    return None


def _trial_refused(client: Client, tariff: Tariff, quantity: int) -> Refusal | None:
    had = tariff.name in client.trials
    return rules.trial_sold(tariff=tariff.name, days=tariff.trial, had=had, wants=quantity)


def _refused(turn: Turn, tariff: Tariff, owner: Client, quantity: int) -> Refusal | None:
    services, client = turn.book.services.values(), owner.name
    limited = tariff.service_limit is not None and not may(turn, owner, "ignore_limit")
    has = limited and sum(
        s.client == client and s.tariff == tariff.name and s.status != "deleted" for s in services
    )
    return (
        enabled(tariff=tariff.name, is_enabled=tariff.enabled)
        or charge.one_kind(
            by_day=tariff.daily is not None,
            by_calendar=tariff.pro_rata_day is not None,
        )
        or in_group(owner, tariff)
        or rules.quantity(wants=quantity, maximum=tariff.maximum_quantity)
        or rules.service_limit(
            has=has, wants=quantity, limit=tariff.service_limit if limited else None
        )
        or no_room(turn, quantity, tariff.username_template)
    )


def name_service(turn: Turn, service: Service, tariff: Tariff, domain: str) -> Refusal | None:
    """Name the domain and the user, by the tariff's templates."""
    client = turn.book.clients[service.client]
    settings = turn.book.settings
    service.domain = domain or turn.rule(
        "billmanager.name.domain",
        client=client.name,
        product_type="vhost",
        service=service.number,
        template=tariff.domain_template,
    )
    module = settings.modules.get(tariff.module or "")
    service.points_to = turn.rule(
        "billmanager.name.free-zone",
        domain=service.domain,
        generated=not domain,
        zones=settings.name_servers.get(tariff.name_server or "", frozenset()),
        address=module.address if module else None,
    )
    name = turn.rule(
        "billmanager.name.username",
        user=service.number,
        client=client.name,
        account=client.number,
        domain=service.domain,
        template=tariff.username_template,
    )
    if isinstance(name, Refusal):
        return name
    service.user = name
    return None


def _activate(turn: Turn, service: Service) -> Refusal | None:
    """Start an ordered service today, if the balance pays it; else it stays ordered."""
    tariff = turn.tariff(service)
    before = turn.mark()
    by_day = tariff.daily is not None and not service.trial
    bought = _first(turn, service, by_day=by_day)
    if isinstance(bought, Refusal):
        return bought
    if not turn.pays(service.client):
        turn.back_to(before)
        return None
    expires = turn.midnight(bought.expires)
    turn.set(
        service,
        status="processing",
        starts=turn.midnight(bought.starts),
        expires=expires,
        anchor=bought.starts.day,
        stretches=bought.stretches,
        order_period=_order_period(turn, service, bought.starts) if by_day else None,
    )
    turn.plan(expires, "renewal: day" if by_day else "renewal", service)
    turn.panel("create", service)
    if any(name.endswith("addresses") for name in (*tariff.own_resources, *service.resources)):
        turn.panel("resources", service)
    return None


def _first(turn: Turn, service: Service, *, by_day: bool) -> Purchase | Refusal:
    if service.trial:
        return _trial(turn, service)
    return _first_day(turn, service) if by_day else _first_period(turn, service)


def _trial(turn: Turn, service: Service) -> Purchase | Refusal:
    tariff, client = turn.tariff(service), turn.book.clients[service.client]
    rule = "billmanager.order.trial"
    full = turn.decide(rule, service, starts=turn.today, days=service.period.days)
    expires = rules.cut_at_tariff_end(starts=turn.today, expires=full, end=tariff.tariff_end)
    if isinstance(expires, Refusal):
        return expires
    turn.set(client, trials=client.trials | {tariff.name})
    first, last = turn.today.toordinal(), expires.toordinal()
    free = Stretch(first, last, Fraction(0), first, full.toordinal(), months=0)
    return Purchase(turn.today, expires, (free,), ())


def _first_period(turn: Turn, service: Service) -> Purchase | Refusal:
    tariff = turn.tariff(service)
    terms = Terms(tariff, service.period, turn.today, turn.today.day, resources=service.resources)
    bought = purchase(turn, terms)
    if isinstance(bought, Refusal):
        return bought
    refusal = rules.minimum_period(
        starts=bought.starts,
        expires=bought.expires,
        minimum=tariff.minimum_period,
    )
    if refusal:
        return refusal
    covers = turn.midnight(bought.starts), turn.midnight(bought.expires)
    stretches = bought.post(turn, service, covers)
    return Purchase(bought.starts, bought.expires, stretches, bought.lines)


def activate_paid(turn: Turn, client: str) -> None:
    """Start the services that wait for their payment, in the order of their orders."""
    for service in turn.book.services.values():
        if service.client == client and service.status == "ordered":
            _activate(turn, service)


def _first_day(turn: Turn, service: Service) -> Purchase | Refusal:
    tomorrow = turn.today + timedelta(days=1)
    end = turn.tariff(service).tariff_end
    cut = rules.cut_at_tariff_end(starts=turn.today, expires=tomorrow, end=end)
    if isinstance(cut, Refusal):
        return cut
    setup = {"setup_fee": turn.tariff(service).setup_fee}
    turn.post("setup", "billmanager.order.price", service, **setup)
    _post_day(
        turn,
        service,
        _order_period(turn, service, turn.today),
        days=0,
        posted=service.posted,
    )
    return Purchase(turn.today, tomorrow, (), ())


def _order_period(turn: Turn, service: Service, starts: date) -> tuple[date, date]:
    """Return the dates of an order period, over which a day's cost may be allocated."""
    anchor = service.anchor if service.starts else starts.day
    rule = "billmanager.charge.periodic"
    expires = turn.rule(rule, starts=starts, period=service.period, anchor=anchor)
    return starts, expires


def _post_day(
    turn: Turn,
    service: Service,
    dates: tuple[date, date],
    *,
    days: int,
    posted: Fraction,
) -> None:
    """Post the day that begins today; `days` and `posted` are those of its order period so far."""
    tariff = turn.tariff(service)
    terms = DayTerms(
        day=turn.today,
        by_order_period=tariff.daily.by_order_period,
        day_price=tariff.daily.price,
        month_price=tariff.prices.get(Length(months=1), tariff.daily.price * 0),
        nominal_days=service.period.days or nominal_days(service.period.months),
        civil_days=(dates[1] - dates[0]).days,
        charged_days=days,
        posted=posted,
    )
    covers = turn.midnight(turn.today), turn.midnight(turn.today + timedelta(days=1))
    amount = turn.post("daily", "billmanager.charge.daily", service, covers, terms=terms)
    turn.set(service, days=days + 1, posted=posted + amount.exact)


def charge_day(turn: Turn, service: Service) -> None:
    """Charge the day that begins, or suspend the service where the balance does not pay it."""
    gone = service.status == "deleted" or "non-payment" in service.suspended_by
    if gone or service.order_period is None or turn.since(service.ends):
        return
    charged = charge.daily_suspension(
        suspended=service.status == "suspended",
        charge_after_suspension=turn.tariff(service).daily.charge_after_suspension,
    )
    if not begin_day(turn, service, charged=charged):
        turn.plan(turn.now, "expiry", service)


def begin_day(turn: Turn, service: Service, *, charged: bool) -> bool:
    """Go on for the day that has begun; False, and nothing done, where it is not paid."""
    end = turn.tariff(service).tariff_end
    if end is not None and turn.today >= end:
        return False
    dates, days, posted = service.order_period, service.days, service.posted
    if dates is None or turn.today >= dates[1]:
        dates, days, posted = _order_period(turn, service, turn.today), 0, posted * 0
    turn.set(service, days=days, posted=posted)
    if charged:
        _post_day(turn, service, dates, days=days, posted=posted)
    if not turn.pays(service.client):
        turn.forget()
        return False
    tomorrow = turn.midnight(turn.today + timedelta(days=1))
    turn.set(service, expires=tomorrow, order_period=dates, uncharged=not charged)
    turn.plan(tomorrow, "renewal: day", service)
    return True


def charge_resumed(turn: Turn, service: Service) -> Refusal | None:
    """Charge a day whose downtime ends before it does: the service is not suspended all day."""
    if not service.uncharged or service.order_period is None:
        return None
    _post_day(turn, service, service.order_period, days=service.days, posted=service.posted)
    turn.set(service, uncharged=False)
    return not_enough(turn, service, "billmanager.charge.daily.suspension")
