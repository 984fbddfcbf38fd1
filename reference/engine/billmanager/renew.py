"""Renewing a service, by hand and at its expiry."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from prorata.reference.billmanager import charge
from prorata.reference.billmanager import renew as rules
from prorata.reference.billmanager import suspend as suspension
from prorata.reference.billmanager.lifecycle import status
from prorata.reference.billmanager.order import trial_ends
from prorata.reference.engine.billmanager.bundle import prolong
from prorata.reference.engine.billmanager.daily import a_day, begin_day, begin_or_expire
from prorata.reference.engine.billmanager.goods import kept
from prorata.reference.engine.billmanager.purchase import (
    Held,
    Purchase,
    Terms,
    not_enough,
    purchase,
)
from prorata.reference.engine.resell.seeing import closed
from prorata.reference.periods import Length, day_or_hour, elapsed
from prorata.reference.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from prorata.reference.engine.billmanager.catalogue import Tariff
    from prorata.reference.engine.state import Service
    from prorata.reference.engine.turn import Turn
    from prorata.reference.proration import Stretch

__all__ = [
    "catch_up",
    "ends_unpaid",
    "renew",
    "renew_or_expire",
    "renewed_as",
    "retry",
    "runs_until",
]

_NONE: Final = timedelta()


def ends_unpaid(
    turn: Turn, service: Service, tariff: Tariff
) -> tuple[Callable[..., datetime], dict[str, Any]]:
    """Return the rule for when a service is suspended that nobody renews, and its arguments."""
    by_type = tariff.weekend == "product type"
    policy = turn.book.settings.product_type.weekend if by_type else tariff.weekend
    runs_on = policy == "do not suspend"
    rule = rules.weekend_runs_until if runs_on else suspension.at_expiry
    return rule, {"expires": service.ends}


def runs_until(turn: Turn, service: Service) -> datetime:
    """Return when a service is suspended that nobody renews, as was decided at its expiry."""
    if service.unpaid is not None:
        return service.unpaid.until
    rule, arguments = ends_unpaid(turn, service, turn.tariff(service))
    return turn.rule(rule, **arguments)


def renew(turn: Turn, /, *, service: str, period: str) -> Refusal | None:
    """Renew a service for a period, from the balance."""
    renewed = turn.book.services[int(service)]
    refusal = (
        turn.rule(status, has=renewed.status, needs=("active", "suspended"))
        or turn.rule(trial_ends, is_trial=renewed.trial)
        or closed(turn, renewed)
    )
    if refusal:
        return refusal
    if turn.tariff(renewed).daily is not None:
        return _renew_day(turn, renewed)
    return _renew(turn, renewed, Length.of(period), _late_terms)


def _renew_day(turn: Turn, service: Service) -> Refusal | None:
    """Go on with a service charged by day, which a lack of money has stopped."""
    refusal = turn.rule(charge.runs_out, expires=service.ends, now=turn.now)
    if refusal:
        return refusal
    tariff: Tariff = turn.tariff(service)
    assert tariff.daily is not None  # noqa: S101  what has no day price is charged by periods
    if turn.rule(rules.late, expires=service.ends.date(), renewed=turn.today):
        _LATE[tariff.late_policy](turn, service)
    # Who else suspended it holds it still.
    downtime = {
        "suspended": bool(service.suspended_by - {"non-payment"}),
        "charge_after_suspension": tariff.daily.charge_after_suspension,
    }
    charged = turn.rule(charge.daily_suspension, **downtime)
    refusal = begin_day(turn, service, charged=charged)
    if refusal is None:
        if not charged:
            turn.decide("nothing: daily", charge.daily_suspension, service, **downtime)
        _lift(turn, service)
    return refusal


def _lift(turn: Turn, service: Service) -> None:
    """Lift the suspension for non-payment; the others stay."""
    if service.status == "active":
        return
    lifted = service.suspended_by - {"non-payment"}
    turn.set(service, suspended_by=lifted, status="suspended" if lifted else "active")
    if not lifted:
        turn.panel("resume", service)


def renewed_as(turn: Turn, service: Service) -> tuple[Tariff, Mapping[str, int]]:
    """Return the tariff and the resources by which a service is renewed.

    Where a downgrade waits, these are what it will have then.
    """
    waits = service.next_tariff
    tariff: Tariff = turn.book.catalogue[waits[0] if waits else service.tariff]
    return tariff, kept(tariff, service) if waits else service.resources


def _renew(
    turn: Turn,
    service: Service,
    period: Length,
    terms_for: Callable[[Turn, Service, Length], Terms],
    *,
    reaching: bool = True,
) -> Refusal | None:
    """Renew a service; `reaching` refuses a time that does not reach past today."""
    terms = terms_for(turn, service, period)
    tariff = terms.tariff
    bought = purchase(turn, service, terms)
    if isinstance(bought, Refusal):
        return bought
    refusal = None
    if terms.dated is rules.late_policy:
        _LATE[tariff.late_policy](turn, service)
    elif reaching:
        refusal = _reaches(turn, terms, bought)
    if refusal:
        return refusal
    covers = bought.covers(turn)
    held = bought.post(turn, service, covers)
    refusal = not_enough(turn, service, rules.plain)
    if refusal is None:
        anchor = bought.anchor
        _take_effect(turn, service, held, period=period, expires=covers[1], anchor=anchor)
    return refusal


def _late_terms(turn: Turn, service: Service, period: Length) -> Terms:
    """Return the terms of a renewal today, which may be late."""
    expired = service.ends.date()
    if not turn.rule(rules.late, expires=expired, renewed=turn.today):
        return _plain_terms(turn, service, period)
    dated: dict[str, Any] = {"renewed": turn.today, "period": period}
    tariff, _ = renewed_as(turn, service)
    if tariff.late_policy != "from suspension":
        day = turn.today.day
        late = _Dating(turn.today, day, rules.late_policy, dated)
        return _terms(turn, service, period, late)
    suspended = day_or_hour(service.ends)
    dated |= {"suspended": suspended, "anchor": service.anchor}
    dated["renewed"] = _renewed(turn, suspended)
    late = _Dating(suspended, service.anchor, rules.from_suspension, dated)
    return _terms(turn, service, period, late)


def _plain_terms(turn: Turn, service: Service, period: Length) -> Terms:
    """Return the terms of a renewal that goes on from the expiry."""
    expires, anchor = day_or_hour(service.ends), service.anchor
    dated = {"starts": expires, "period": period, "anchor": anchor}
    return _terms(turn, service, period, _Dating(expires, anchor, rules.plain, dated))


class _Dating(NamedTuple):
    """From when a renewal counts, the day of the month that it keeps, and the rule of its end."""

    starts: date
    anchor: int
    rule: Callable[..., date | Refusal]
    arguments: Mapping[str, Any]


def _terms(turn: Turn, service: Service, period: Length, dating: _Dating) -> Terms:
    tariff, resources = renewed_as(turn, service)
    starts, anchor, rule, arguments = dating
    return Terms(tariff, period, starts, anchor, resources, rule, arguments, renewal=True)


def _late_free(_turn: Turn, _service: Service) -> None:
    """Ask nothing for renewing late, nor for the days that it ran over a weekend."""


def _reaches(turn: Turn, terms: Terms, bought: Purchase) -> Refusal | None:
    """Refuse a time that is over already; by calendar months, more of them reach past today."""
    expires, by_month = bought.expires, terms.tariff.pro_rata_day
    if by_month is None or expires == terms.tariff.tariff_end:
        return turn.rule(rules.reaches, expires=expires, renewed=_renewed(turn, expires))
    return turn.rule(
        rules.reaches_by_month,
        suspended=bought.starts,
        renewed=_renewed(turn, bought.starts),
        period=terms.period,
        pro_rata_day=by_month,
    )


def _renewed(turn: Turn, beside: date) -> date:
    """Return today, or the instant where what it is compared with has an hour."""
    return turn.now if isinstance(beside, datetime) else turn.today


def _late_fixed(turn: Turn, service: Service) -> None:
    if _extra_days(turn, service) is not None:
        fee = renewed_as(turn, service)[0].late_fee
        turn.post("late fee", rules.late_fee_fixed, service, amount=fee)


def _late_percent(turn: Turn, service: Service) -> None:
    until = _extra_days(turn, service)
    if until is not None:
        turn.post(
            "late fee",
            rules.late_fee_percent,
            service,
            stretches=_priced(turn, service),
            expired=until,
            renewed=turn.now,
            percent=renewed_as(turn, service)[0].late_fee,
        )


def _priced(turn: Turn, service: Service) -> tuple[Stretch, ...]:
    """Return the times by which a day after the expiry is priced: charged by the day, that day."""
    return service.stretches if service.order_period is None else (a_day(turn, service),)


def _extra_days(turn: Turn, service: Service) -> datetime | None:
    """Post the days that a service ran unpaid; return from when it is overdue, None if not yet.

    A day on which it ran for a while is one of them; not today, which the renewal pays, nor the day
    up to which it is suffered to run.
    """
    unpaid = service.unpaid
    if unpaid is None or unpaid.ran is None:
        return service.ends
    began, stopped = unpaid.ran
    last = stopped or turn.now
    if elapsed(began, last) <= _NONE:
        return service.ends if stopped else None
    after = turn.midnight(last.date() + timedelta(days=last.time() != time()))
    until = min(after.date(), unpaid.until.date(), turn.today)
    expired = max(service.ends, turn.midnight(began.date()))
    if until > expired.date():
        turn.post(
            "period",
            rules.weekend,
            service,
            (expired, turn.midnight(until)),
            stretches=_priced(turn, service),
            expired=expired,
            until=until,
        )
    overdue = max(min(after, unpaid.until), last)
    return None if stopped is None or turn.since(overdue) < _NONE else overdue


#: What renewing late costs, by the tariff's policy; counted from the suspension it takes days.
_LATE: Final[Mapping[str, Callable[[Turn, Service], None]]] = {
    "none": _late_free,
    "fixed": _late_fixed,
    "percent": _late_percent,
    "from suspension": _late_free,
}


def _take_effect(turn: Turn, service: Service, held: Held, **dates: Any) -> None:
    today = turn.today.toordinal()
    fields = {
        name: (*[each for each in getattr(service, name) if each.expires > today], *new)
        for name, new in zip(held._fields, held, strict=True)
    }
    turn.set(service, **dates, **fields)
    if service.unpaid is not None:
        turn.set(service, unpaid=None)
    if turn.since(dates["expires"]) < _NONE:
        turn.plan(dates["expires"], "renewal", service)
    prolong(turn, service, dates["period"], dates["expires"], since=service.ends)
    _lift(turn, service)


def renew_or_expire(turn: Turn, service: Service) -> None:
    """At its expiry, renew a service from the balance if its client wants that, else expire it."""
    if turn.since(service.ends) or service.status not in {"active", "suspended"}:
        return
    _renew_or_expire(turn, service)


def catch_up(turn: Turn, service: Service) -> None:
    """Renew or expire a service that was made after its expiry; its dates stay as they were."""
    if service.ends > turn.now:
        return
    if service.order_period is None:
        if not _renew_up_to_now(turn, service):
            _expire(turn, service)
    else:
        begin_or_expire(turn, service, charged=True)


def _renew_or_expire(turn: Turn, service: Service) -> None:
    if not _renew_by_itself(turn, service, _plain_terms):
        _expire(turn, service)


def _expire(turn: Turn, service: Service) -> None:
    turn.plan(turn.now, "expiry", service)
    _try_again(turn, service)


def _renew_up_to_now(turn: Turn, service: Service) -> bool:
    """Renew a service by itself as often as its time takes to reach past now, or not at all."""
    made = replace(service)
    while made.ends <= turn.now:
        if not _renew_by_itself(turn, made, _plain_terms, reaching=False):
            return False
        for what, fields in turn.changes:
            if what is made:
                for name, value in fields.items():
                    setattr(made, name, value)
    turn.changes = [(service if what is made else what, fields) for what, fields in turn.changes]
    return True


def retry(turn: Turn, service: Service) -> None:
    """At a midnight after its expiry, try again to renew a service by itself."""
    unpaid = turn.since(service.ends) > _NONE and service.status in {"active", "suspended"}
    if unpaid and not _renew_by_itself(turn, service, _late_terms):
        _try_again(turn, service)


def _renew_by_itself(
    turn: Turn,
    service: Service,
    terms_for: Callable[[Turn, Service, Length], Terms],
    *,
    reaching: bool = True,
) -> bool:
    """Renew a service for the period that its client set, if the balance pays it."""
    period = service.auto_renewal
    before = turn.units_left(service.client)
    refusal = None
    if period is not None:
        refusal = _renew(turn, service, period, terms_for, reaching=reaching)
    cost = before - turn.units_left(service.client)
    paid = turn.decide(
        "renewed",
        rules.auto,
        service,
        wanted=period is not None,
        balance=Fraction(before),
        cost=Fraction(cost),
    )
    if paid and refusal is None:
        return True
    turn.forget()
    why = {"wanted": period is not None, "refused": refusal}
    turn.decide("nothing: renewal", rules.not_renewed, service, **why)
    return False


def _try_again(turn: Turn, service: Service) -> None:
    if turn.rule(rules.retried, wanted=service.auto_renewal is not None):
        turn.plan(turn.midnight(turn.today + timedelta(days=1)), "renewal: again", service)
