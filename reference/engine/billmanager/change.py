"""Changing the tariff of a running service, by the policy of the tariff that it has."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from prorata.reference.billmanager import change as rules
from prorata.reference.billmanager.lifecycle import status
from prorata.reference.billmanager.order import trial_sold
from prorata.reference.billmanager.tariff import enabled
from prorata.reference.engine.billmanager.currency import same_currency
from prorata.reference.engine.billmanager.groups import in_group
from prorata.reference.engine.billmanager.purchase import (
    Terms,
    asked,
    not_enough,
    paid_for,
    purchase,
)
from prorata.reference.periods import Length
from prorata.reference.proration import DAY_COUNT, Day, Stretch, day_of, moment_of
from prorata.reference.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

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
    old, owner = turn.tariff(changed), turn.book.clients[changed.client]
    refusal = (
        status(has=changed.status, needs=("active",))
        or enabled(tariff=new.name, is_enabled=new.enabled)
        or in_group(owner, new)
        or same_currency(turn, changed)
        or _paid(turn, changed, old)
    )
    if refusal:
        return refusal
    length = Length.of(period) if period else changed.period
    if changed.trial:
        return _from_trial(turn, changed, new, length)
    if old.daily is not None or new.daily is not None:
        return _by_day(turn, changed, old, new)
    return _POLICIES[turn.tariff(changed).change_policy](turn, changed, new, length)


def _paid(turn: Turn, service: Service, old: Tariff) -> Refusal | None:
    """Refuse what runs on over a weekend unpaid: nothing is left of it to change (ours)."""
    if old.daily is not None or service.ends > turn.now:
        return None
    why = f"the service expired on {service.ends.date()}; renew it first"
    return Refusal("billmanager.lifecycle.status", why)


def _from_trial(turn: Turn, service: Service, new: Tariff, period: Length) -> Refusal | None:
    """Change a trial: full payment ends it, any other policy goes on with the new tariff's."""
    policy = turn.tariff(service).change_policy
    if policy == "forbidden":
        return rules.forbidden()
    if policy == "full payment":
        if new.daily is not None:
            why = "a trial is not changed to charging by day"
            return Refusal("billmanager.charge.daily", why)
        return _full_payment(turn, service, new, period)
    client = turn.book.clients[service.client]
    refusal = trial_sold(tariff=new.name, days=new.trial, had=new.name in client.trials)
    if refusal:
        return refusal
    turn.set(client, trials=client.trials | {new.name})
    _switch(turn, service, new)
    return None


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
    """Return the bought times at what the new tariff asks today for the same purchases.

    Resources are priced by all that the service has of them, however often they were ordered.
    """
    stretches: list[Stretch] = []
    for stretch in service.stretches:
        if stretch.item != "tariff":
            continue
        period = Length(months=stretch.months) if stretch.months else service.period
        refusal = _sells(new, period, renewal=stretch.renewal)
        if refusal:
            return refusal
        stretches += _items(stretch, service, new, period)
    return tuple(stretches)


def _sells(new: Tariff, period: Length, *, renewal: bool) -> Refusal | None:
    if new.price(period, renewal=renewal) is not None:
        return None
    return Refusal("billmanager.order.price", f"tariff {new.name} has no price for {period}")


def _items(stretch: Stretch, service: Service, new: Tariff, period: Length) -> Iterator[Stretch]:
    """Yield a bought time once for the tariff and for each resource, at the new tariff's prices."""
    share = stretch.months if stretch.calendar else 1
    for item, amount in (("tariff", 0), *service.resources.items()):
        price = asked(new, item, amount, period, renewal=stretch.renewal)
        if item == "tariff" or price:
            yield replace(stretch, item=item, price=price / share)


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
    arguments = {"old": service.stretches, "new": priced, "paid": paid_for(turn, service.stretches)}
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
    waits = service.next_tariff is not None and service.status != "deleted"
    if waits and service.next_tariff and not turn.since(service.next_tariff[1]):
        _switch(turn, service, turn.book.catalogue[service.next_tariff[0]])


def _change_period(turn: Turn, service: Service, new: Tariff, _period: Length) -> Refusal | None:
    last = max(service.stretches, key=lambda stretch: (stretch.expires, stretch.item == "tariff"))
    period, renewal = service.period, last.renewal
    refusal = _sells(new, period, renewal=renewal)
    if refusal:
        return refusal
    items = tuple(_items(_from_today(turn, period, renewal=renewal), service, new, period))
    whole = replace(items[0], price=sum((item.price for item in items), Fraction(0)))
    refusal = rules.free(old_price=last.price, new_price=items[0].price)
    if refusal:
        return refusal
    arguments = {"old": service.stretches, "new": whole}
    expires = turn.decide(_PERIOD, service, now=turn.now, expires=service.expires, **arguments)
    if isinstance(expires, Refusal):
        return expires
    first = _first_bought_day(turn, service)
    granted = tuple(replace(item, starts=first, expires=expires) for item in items)
    day, into = moment_of(expires)
    when = turn.midnight(day) + into
    joined = (*_joined(service.stretches, (), first), *granted)
    _switch(turn, service, new, stretches=joined, expires=when, anchor=turn.today.day)
    turn.plan(when, "renewal", service)
    return None


def _first_bought_day(turn: Turn, service: Service) -> Day:
    left, _ = rules.CHANGE_PERIOD_ROUNDING[turn.reading("change_period_rounding")]
    day_count = DAY_COUNT[turn.reading("day_count")]
    change_day = rules.CHANGE_DAY[turn.reading("change_day")]
    first: Day = left(turn.now, service.ends, day_count, change_day)
    return max(first, turn.today.toordinal())


def _from_today(turn: Turn, period: Length, *, renewal: bool) -> Stretch:
    """Return one bought period from today on, without its price."""
    rule = "billmanager.charge.periodic"
    full = turn.rule(rule, starts=turn.today, period=period, anchor=turn.today.day)
    first, last = turn.today.toordinal(), full.toordinal()
    nothing = Fraction(0)
    return Stretch(first, last, nothing, first, last, months=period.months, renewal=renewal)


def _full_payment(turn: Turn, service: Service, new: Tariff, period: Length) -> Refusal | None:
    from_today = turn.tariff(service).renew_from == "current date"
    starts = turn.today if from_today else service.ends.date()
    anchor = starts.day if from_today else service.anchor
    bought = purchase(turn, Terms(new, period, starts, anchor, resources=service.resources))
    if isinstance(bought, Refusal):
        return bought
    covers, amounts = (turn.midnight(bought.starts), turn.midnight(bought.expires)), []
    for kind, rule, arguments in bought.lines:
        if kind == "setup":
            continue
        if kind == "period":
            # Whatever it is priced by, the line says that it may end the older time early.
            amount = turn.post(kind, _FULL, service, covers, **_whole(arguments))
        else:
            amount = turn.post(kind, rule, service, **arguments)
        amounts.append(amount)
    refusal = not_enough(turn, service, _FULL)
    if refusal:
        return refusal
    expires = turn.midnight(bought.expires)
    kept = _joined(service.stretches, (), day_of(starts)) if from_today else service.stretches
    _switch(
        turn,
        service,
        new,
        stretches=kept + bought.with_paid(turn, amounts),
        expires=expires,
        anchor=anchor,
        period=period,
        trial=False,
    )
    turn.plan(expires, "renewal", service)
    return None


def _whole(arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what a period costs, from the arguments of the rule that prices it."""
    if "period_price" in arguments:
        return {"price": arguments["period_price"]}
    return {"stretches": arguments.get("stretches") or (arguments["stretch"],)}


_POLICIES: dict[str, Callable[[Turn, Service, Tariff, Length], Refusal | None]] = {
    "add funds": _funds,
    "change period": _change_period,
    "forbidden": _forbidden,
    "extra charge only": _extra_charge_only,
    "full payment": _full_payment,
}
