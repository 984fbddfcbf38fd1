"""Renewing a service, by hand and at its expiry."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

from prorata.reference.billmanager import renew as rules
from prorata.reference.billmanager.lifecycle import status
from prorata.reference.billmanager.order import trial_ends
from prorata.reference.engine.billmanager.order import begin_day
from prorata.reference.engine.billmanager.purchase import Purchase, Terms, not_enough, purchase
from prorata.reference.periods import Length
from prorata.reference.refusal import Refusal

if TYPE_CHECKING:
    from prorata.reference.engine.catalogue import Tariff
    from prorata.reference.engine.state import Service
    from prorata.reference.engine.turn import Turn
    from prorata.reference.proration import Stretch

__all__ = ["renew", "renew_or_expire", "retry", "runs_until"]

_NONE = timedelta()
_PENALTIES = ("fixed", "percent")
#: What a renewed service becomes: one that is still being made stays so.
_LIFTED = {"suspended": "active"}


def runs_until(turn: Turn, service: Service, tariff: Tariff) -> datetime:
    """Return when a service is suspended that nobody renews."""
    by_type = tariff.weekend == "product type"
    policy = turn.book.settings.product_type.weekend if by_type else tariff.weekend
    return rules.weekend_runs_until(
        expires=service.ends,
        runs_on=policy == "do not suspend",
        weekend_end=rules.WEEKEND_END[turn.reading("weekend_end")],
    )


def renew(turn: Turn, /, *, service: str, period: str) -> Refusal | None:
    """Renew a service for a period, from the balance."""
    renewed = turn.book.services[int(service)]
    refusal = status(has=renewed.status, needs=("active", "suspended")) or trial_ends(
        is_trial=renewed.trial
    )
    if refusal:
        return refusal
    by_day = turn.tariff(renewed).daily is not None
    return _renew_day(turn, renewed) if by_day else _renew(turn, renewed, Length.of(period))


def _renew_day(turn: Turn, service: Service) -> Refusal | None:
    """Go on with a service charged by day, which a lack of money has suspended."""
    if "non-payment" not in service.suspended_by:
        return Refusal("billmanager.charge.daily", "the service is charged by day as it runs")
    if not begin_day(turn, service, charged=True):
        balance, currency = turn.left(service.client), turn.book.currency
        return Refusal("billmanager.charge.daily", f"{balance} {currency} do not pay a day")
    _lift(turn, service)
    return None


def _lift(turn: Turn, service: Service) -> None:
    """Lift the suspension for non-payment; the others stay."""
    lifted = service.suspended_by - {"non-payment"}
    becomes = "suspended" if lifted else _LIFTED.get(service.status, service.status)
    turn.set(service, suspended_by=lifted, status=becomes)
    if service.status == "suspended" and not lifted:
        turn.panel("resume", service)


def _renew(turn: Turn, service: Service, period: Length) -> Refusal | None:
    tariff = turn.book.catalogue[service.next_tariff[0] if service.next_tariff else service.tariff]
    ends = service.ends
    starts = expires = ends.date()
    late = rules.late(expires=expires, renewed=turn.today)
    until = runs_until(turn, service, tariff) if late else ends
    if late:
        starts = turn.rule(
            "billmanager.renew.late-policy",
            policy=tariff.late_policy,
            expires=expires,
            suspended=until.date(),
            renewed=turn.today,
        )
    anchor = starts.day if starts != expires else service.anchor
    terms = Terms(tariff, period, starts, anchor, renewal=True, resources=service.resources)
    bought = purchase(turn, terms)
    if isinstance(bought, Refusal):
        return bought
    if late:
        refusal = _late(turn, service, until, bought, terms)
        if refusal:
            return refusal
    # An expiry with an hour, which a change of the period can leave, keeps its hour.
    plain = bought.starts == expires
    into = timedelta(hours=ends.hour, minutes=ends.minute, seconds=ends.second) if plain else _NONE
    covers = turn.midnight(bought.starts) + into, turn.midnight(bought.expires) + into
    stretches = bought.post(turn, service, covers)
    refusal = not_enough(turn, service, "billmanager.renew.plain")
    if refusal:
        return refusal
    _take_effect(turn, service, stretches, terms, covers[1])
    return None


def _late(
    turn: Turn,
    service: Service,
    until: datetime,
    bought: Purchase,
    terms: Terms,
) -> Refusal | None:
    """Post what renewing late costs, or refuse a time that has passed already."""
    tariff = terms.tariff
    if tariff.late_policy == "from suspension":
        if bought.expires > turn.today:
            return None
        again: Refusal | date = turn.rule(
            "billmanager.renew.from-suspension",
            suspended=terms.starts,
            renewed=turn.today,
            period=terms.period,
            anchor=terms.anchor,
        )
        why = f"the tariff ends on {bought.expires}, before the renewal"
        rule = "billmanager.renew.from-suspension"
        return again if isinstance(again, Refusal) else Refusal(rule, why)
    if tariff.late_policy not in _PENALTIES:
        return None
    ran = min(until.date(), turn.today)
    if ran > service.ends.date():
        turn.post(
            "period",
            "billmanager.renew.weekend",
            service,
            (service.ends, turn.midnight(ran)),
            stretches=service.stretches,
            expired=service.ends.date(),
            until=ran,
        )
    if turn.today < until.date():
        # It runs still: nothing is renewed late but the days that it ran.
        return None
    if tariff.late_policy == "fixed":
        turn.post("late fee", "billmanager.renew.late-fee.fixed", service, amount=tariff.late_fee)
        return None
    turn.post(
        "late fee",
        "billmanager.renew.late-fee.percent",
        service,
        stretches=service.stretches,
        expired=until,
        renewed=turn.now,
        percent=tariff.late_fee,
    )
    return None


def _take_effect(
    turn: Turn,
    service: Service,
    bought: tuple[Stretch, ...],
    terms: Terms,
    expires: datetime,
) -> None:
    today = turn.today.toordinal()
    running = [stretch for stretch in service.stretches if stretch.expires > today]
    turn.set(
        service,
        period=terms.period,
        expires=expires,
        anchor=terms.anchor,
        stretches=(*running, *bought),
    )
    turn.plan(expires, "renewal", service)
    _lift(turn, service)


def renew_or_expire(turn: Turn, service: Service) -> None:
    """At its expiry, renew a service from the balance if its client wants that, else expire it."""
    if turn.since(service.ends) or service.status not in {"active", "suspended", "processing"}:
        return
    if _renew_by_itself(turn, service):
        return
    turn.plan(turn.now, "expiry", service)
    _try_again(turn, service)


def retry(turn: Turn, service: Service) -> None:
    """At a midnight after its expiry, try again to renew a service by itself."""
    unpaid = turn.since(service.ends) > timedelta() and service.status != "deleted"
    if unpaid and not _renew_by_itself(turn, service):
        _try_again(turn, service)


def _renew_by_itself(turn: Turn, service: Service) -> bool:
    """Renew a service for the period that its client set, if the balance pays it."""
    period = service.auto_renewal
    before = turn.units_left(service.client)
    refusal = None if period is None else _renew(turn, service, period)
    cost = before - turn.units_left(service.client)
    paid = rules.auto(wanted=period is not None, balance=Fraction(before), cost=Fraction(cost))
    if paid and refusal is None:
        return True
    turn.forget()
    return False


def _try_again(turn: Turn, service: Service) -> None:
    if service.auto_renewal is not None and rules.AUTO_RETRY[turn.reading("auto_retry")]:
        turn.plan(turn.midnight(turn.today + timedelta(days=1)), "renewal: again", service)
