"""Changing the tariff of a running service, by the policy of the tariff that it has."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from prorata.reference.billmanager import change as rules
from prorata.reference.billmanager.lifecycle import status
from prorata.reference.billmanager.tariff import enabled
from prorata.reference.engine.billmanager.purchase import Terms, asked, not_enough, purchase
from prorata.reference.periods import Length
from prorata.reference.proration import DAY_COUNT, Day, Stretch, day_of, moment_of
from prorata.reference.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable
    from fractions import Fraction

    from prorata.reference.engine.catalogue import Tariff
    from prorata.reference.engine.state import Service
    from prorata.reference.engine.turn import Turn

__all__ = ["change_tariff", "switch_at_expiry"]

_PERIOD = "billmanager.change.period"
_FULL = "billmanager.change.full-payment"


def change_tariff(
    turn: Turn,
    /,
    *,
    service: str,
    tariff: str,
    period: str | None = None,
) -> Refusal | None:
    """Change the tariff of an active service; `period` is for the policy of full payment."""
    changed, new = turn.book.services[int(service)], turn.book.catalogue[tariff]
    refusal = status(has=changed.status, needs=("active",)) or enabled(
        tariff=new.name,
        is_enabled=new.enabled,
    )
    if refusal:
        return refusal
    length = Length.of(period) if period else changed.period
    old = turn.tariff(changed)
    if old.daily is not None or new.daily is not None:
        return _by_day(turn, changed, old, new)
    return _POLICIES[turn.tariff(changed).change_policy](turn, changed, new, length)


def _by_day(turn: Turn, service: Service, old: Tariff, new: Tariff) -> Refusal | None:
    """Change between tariffs charged by day: the next day is charged at the new one's price."""
    if old.change_policy == "forbidden":
        return rules.forbidden()
    if old.daily is None or new.daily is None:
        why = "a service is not changed between charging by day and by period"
        return Refusal("billmanager.charge.daily", why)
    _switch(turn, service, new)
    return None


def _priced(service: Service, new: Tariff) -> tuple[Stretch, ...] | Refusal:
    """Return the bought stretches at what the new tariff asks today for the same purchases."""
    stretches = []
    for stretch in service.stretches:
        period = Length(months=stretch.months) if stretch.months else service.period
        if new.price(period, renewal=stretch.renewal) is None:
            why = f"tariff {new.name} has no price for {period}"
            return Refusal("billmanager.order.price", why)
        amount = service.resources.get(stretch.item, 0)
        price = asked(new, stretch.item, amount, period, renewal=stretch.renewal)
        share = stretch.months if stretch.calendar else 1
        stretches.append(replace(stretch, price=price / share))
    return tuple(stretches)


def _first_new_day(turn: Turn, service: Service) -> Day:
    return rules.first_new_day(
        now=turn.now,
        expires=service.ends,
        day_count=DAY_COUNT[turn.reading("day_count")],
        change_day=rules.CHANGE_DAY[turn.reading("change_day")],
    )


def _joined(old: tuple[Stretch, ...], new: tuple[Stretch, ...], day: Day) -> tuple[Stretch, ...]:
    """Return the old stretches up to `day` and the new ones from it on."""
    before = (stretch.within(stretch.starts, day) for stretch in old)
    after = (stretch.within(day, stretch.expires) for stretch in new)
    return tuple(stretch for stretch in (*before, *after) if stretch)


def _switch(turn: Turn, service: Service, new: Tariff, **fields: object) -> None:
    turn.set(service, tariff=new.name, next_tariff=None, **fields)
    turn.panel("change_preset", service, new.template)


def _forbidden(_turn: Turn, _service: Service, _new: Tariff, _period: Length) -> Refusal:
    return rules.forbidden()


def _funds(turn: Turn, service: Service, new: Tariff, _period: Length) -> Refusal | None:
    priced = _priced(service, new)
    if isinstance(priced, Refusal):
        return priced
    rule = "billmanager.change.funds"
    arguments = {"old": service.stretches, "new": priced, "paid": service.paid}
    turn.post("tariff change", rule, service, now=turn.now, expires=service.expires, **arguments)
    joined = _joined(service.stretches, priced, _first_new_day(turn, service))
    _switch(turn, service, new, stretches=joined)
    return not_enough(turn, service, rule)


def _extra_charge_only(
    turn: Turn,
    service: Service,
    new: Tariff,
    _period: Length,
) -> Refusal | None:
    priced = _priced(service, new)
    if isinstance(priced, Refusal):
        return priced
    rule = "billmanager.change.extra-charge-only"
    arguments = {"old": service.stretches, "new": priced}
    extra = turn.post(
        "tariff change",
        rule,
        service,
        now=turn.now,
        expires=service.expires,
        **arguments,
    )
    if extra:
        joined = _joined(service.stretches, priced, _first_new_day(turn, service))
        _switch(turn, service, new, stretches=joined)
        return not_enough(turn, service, rule)
    waits = rules.DOWNGRADE_EXTRA_CHARGE_ONLY[turn.reading("downgrade_extra_charge_only")]
    if waits:
        turn.set(service, next_tariff=(new.name, service.ends))
        turn.plan(service.ends, "expiry: tariff", service)
    else:
        # The stretches stay: until the expiry it is the dearer tariff that is paid for.
        _switch(turn, service, new)
    return None


def switch_at_expiry(turn: Turn, service: Service) -> None:
    """Give a service the tariff that a downgrade waited for."""
    if service.next_tariff is not None and not turn.since(service.next_tariff[1]):
        _switch(turn, service, turn.book.catalogue[service.next_tariff[0]])


def _change_period(turn: Turn, service: Service, new: Tariff, _period: Length) -> Refusal | None:
    bought = service.period
    price = new.price(bought, renewal=service.stretches[-1].renewal)
    if price is None:
        why = f"tariff {new.name} has no price for {bought}"
        return Refusal("billmanager.order.price", why)
    last = max(service.stretches, key=lambda stretch: stretch.expires)
    refusal = rules.free(old_price=last.price, new_price=price)
    if refusal:
        return refusal
    stretch = _new_stretch(turn, bought, price, renewal=last.renewal)
    expires = turn.decide(
        _PERIOD,
        service,
        old=service.stretches,
        new=stretch,
        now=turn.now,
        expires=service.expires,
    )
    if isinstance(expires, Refusal):
        return expires
    first = max(_first_new_day(turn, service), turn.today.toordinal())
    granted = replace(stretch, starts=first, expires=expires)
    day, into = moment_of(expires)
    when = turn.midnight(day) + into
    joined = (*_joined(service.stretches, (), first), granted)
    _switch(turn, service, new, stretches=joined, expires=when, anchor=turn.today.day)
    turn.plan(when, "renewal", service)
    return None


def _new_stretch(turn: Turn, period: Length, price: Fraction, *, renewal: bool) -> Stretch:
    """Return one bought period of the new tariff from today on."""
    rule = "billmanager.charge.periodic"
    full = turn.rule(rule, starts=turn.today, period=period, anchor=turn.today.day)
    first, last = turn.today.toordinal(), full.toordinal()
    return Stretch(first, last, price, first, last, months=period.months, renewal=renewal)


def _full_payment(turn: Turn, service: Service, new: Tariff, period: Length) -> Refusal | None:
    from_today = turn.tariff(service).renew_from == "current date"
    starts = turn.today if from_today else service.ends.date()
    anchor = starts.day if from_today else service.anchor
    bought = purchase(turn, Terms(new, period, starts, anchor, resources=service.resources))
    if isinstance(bought, Refusal):
        return bought
    for kind, rule, arguments in bought.lines:
        if kind == "setup":
            continue
        covers = turn.midnight(bought.starts), turn.midnight(bought.expires)
        if rule == "billmanager.order.price":
            price = {"price": arguments["period_price"]}
            turn.post(kind, _FULL, service, covers, **price)
        else:
            turn.post(kind, rule, service, covers if kind == "period" else None, **arguments)
    refusal = not_enough(turn, service, _FULL)
    if refusal:
        return refusal
    expires = turn.midnight(bought.expires)
    kept = _joined(service.stretches, (), day_of(starts)) if from_today else service.stretches
    _switch(
        turn,
        service,
        new,
        stretches=kept + bought.stretches,
        expires=expires,
        anchor=anchor,
        period=period,
    )
    turn.plan(expires, "renewal", service)
    return None


_POLICIES: dict[str, Callable[[Turn, Service, Tariff, Length], Refusal | None]] = {
    "add funds": _funds,
    "change period": _change_period,
    "forbidden": _forbidden,
    "extra charge only": _extra_charge_only,
    "full payment": _full_payment,
}
