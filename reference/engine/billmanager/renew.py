"""Renewing a service, by hand and at its expiry."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from prorata.reference.billmanager import renew as rules
from prorata.reference.billmanager.lifecycle import status
from prorata.reference.engine.billmanager.purchase import Purchase, Terms, not_enough, purchase
from prorata.reference.periods import Length
from prorata.reference.refusal import Refusal

if TYPE_CHECKING:
    from prorata.reference.engine.catalogue import Tariff
    from prorata.reference.engine.state import Service
    from prorata.reference.engine.turn import Turn

__all__ = ["renew", "renew_or_expire", "runs_until"]

_PENALTIES = ("fixed", "percent")


def runs_until(turn: Turn, service: Service, tariff: Tariff) -> datetime:
    """Return when a service is suspended that nobody renews."""
    return rules.weekend_runs_until(
        expires=service.ends,
        runs_on=tariff.weekend == "do not suspend",
        weekend_end=rules.WEEKEND_END[turn.reading("weekend_end")],
    )


def renew(turn: Turn, /, *, service: str, period: str) -> Refusal | None:
    """Renew a service for a period, from the balance."""
    renewed = turn.book.services[int(service)]
    refusal = status(has=renewed.status, needs=("active", "suspended"))
    return refusal or _renew(turn, renewed, Length.of(period))


def _renew(turn: Turn, service: Service, period: Length) -> Refusal | None:
    tariff = turn.book.catalogue[service.next_tariff or service.tariff]
    expires = service.ends.date()
    late = rules.late(expires=expires, renewed=turn.today)
    until = runs_until(turn, service, tariff)
    starts = turn.rule(
        "billmanager.renew.late-policy",
        policy=tariff.late_policy,
        expires=expires,
        suspended=until.date(),
        renewed=turn.today,
    )
    anchor = starts.day if late else service.anchor
    terms = Terms(tariff, period, starts, anchor, renewal=True, resources=service.resources)
    bought = purchase(turn, terms)
    if isinstance(bought, Refusal):
        return bought
    if late:
        refusal = _late(turn, service, until, bought, terms)
        if refusal:
            return refusal
    bought.post(turn, service)
    refusal = not_enough(turn, service, "billmanager.renew.plain")
    if refusal:
        return refusal
    _take_effect(turn, service, bought, period, anchor)
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
    bought: Purchase,
    period: Length,
    anchor: int,
) -> None:
    expires = turn.midnight(bought.expires)
    if service.ends.date() == bought.starts:
        # An expiry with an hour, which a change of the period can leave, keeps its hour.
        expires += timedelta(hours=service.ends.hour, minutes=service.ends.minute)
    today = turn.today.toordinal()
    running = tuple(stretch for stretch in service.stretches if stretch.expires > today)
    lifted = service.suspended_by - {"non-payment"}
    turn.set(
        service,
        period=period,
        tariff=service.next_tariff or service.tariff,
        next_tariff=None,
        expires=expires,
        anchor=anchor,
        stretches=running + bought.stretches,
        suspended_by=lifted,
        status="suspended" if lifted else "active",
    )
    turn.plan(expires, "renewal", service)
    if service.status == "suspended" and not lifted:
        turn.panel("resume", service)


def renew_or_expire(turn: Turn, service: Service) -> None:
    """At its expiry, renew a service from the balance if its client wants that, else expire it."""
    if turn.since(service.ends) or service.status not in {"active", "suspended", "processing"}:
        return
    if service.auto_renewal is not None:
        refusal = _renew(turn, service, service.auto_renewal)
        if refusal is None:
            return
        turn.forget()
    turn.plan(turn.now, "expiry", service)
