"""Changing the tariff of a running service, by the policy of the tariff that it has."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

from prorata.reference.billmanager import change as rules
from prorata.reference.billmanager import charge
from prorata.reference.billmanager import order as ordering
from prorata.reference.billmanager.lifecycle import paid, status
from prorata.reference.billmanager.tariff import enabled
from prorata.reference.engine.billmanager.bundle import prolong
from prorata.reference.engine.billmanager.change_period import change_period
from prorata.reference.engine.billmanager.currency import same_currency
from prorata.reference.engine.billmanager.goods import (
    above_included,
    amounts_sold,
    kept,
    laid_out,
    still_sold,
)
from prorata.reference.engine.billmanager.groups import in_group
from prorata.reference.engine.billmanager.paid import (
    by_item,
    cut,
    left,
    paid_before,
    shared_out,
    within,
)
from prorata.reference.engine.billmanager.purchase import (
    Purchase,
    PurchaseLine,
    Terms,
    not_enough,
    purchase,
)
from prorata.reference.engine.billmanager.resold import made_by
from prorata.reference.engine.billmanager.switch import prices, sells, switch
from prorata.reference.engine.turn import Posted
from prorata.reference.periods import Length
from prorata.reference.proration import Day, Paid, Stretch, day_of, part
from prorata.reference.refusal import Refusal
from prorata.reference.resell.licence import same_seller

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from prorata.reference.engine.billmanager.catalogue import Tariff
    from prorata.reference.engine.state import Service
    from prorata.reference.engine.turn import Turn
    from prorata.reference.proration import Counting

__all__ = ["change_tariff", "switch_at_expiry"]


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
    old: Tariff = turn.tariff(changed)
    refusal = (
        turn.rule(status, has=changed.status, needs=("active",))
        or turn.rule(paid, expires=changed.ends, now=turn.now)
        or (turn.rule(rules.forbidden) if old.change_policy == "forbidden" else None)
        or turn.rule(rules.another, has=old.name, wants=new.name)
        or _takes(turn, changed, new)
        or turn.rule(
            same_seller,
            has=made_by(turn, old),
            wants=made_by(turn, new),
        )
        or same_currency(turn, changed)
    )
    if refusal:
        return refusal
    length = Length.of(period) if period else changed.period
    if changed.trial and old.change_policy != "full payment":
        return _from_trial(turn, changed, new)
    by_day = old.daily is not None and not changed.trial, new.daily is not None
    refusal = turn.rule(charge.same_kind, old_by_day=by_day[0], new_by_day=by_day[1])
    if refusal is None and new.daily is not None:
        refusal = amounts_sold(turn, new, kept(new, changed), length)
        if refusal is None:
            switch(turn, changed, new)
        return refusal
    return refusal or _POLICIES[old.change_policy](turn, changed, new, length)


def _takes(turn: Turn, service: Service, new: Tariff) -> Refusal | None:
    """Refuse a tariff that would not take an order of the client, whatever the period."""
    return (
        turn.rule(enabled, tariff=new.name, is_enabled=new.enabled)
        or still_sold(turn, new)
        or turn.rule(
            charge.one_kind,
            by_day=new.daily is not None,
            by_calendar=new.pro_rata_day is not None,
        )
        or in_group(turn, turn.book.clients[service.client], new)
    )


def _from_trial(turn: Turn, service: Service, new: Tariff) -> Refusal | None:
    """Change a trial, which goes on as that of the new tariff."""
    client = turn.book.clients[service.client]
    had = new.name in client.trials
    refusal = turn.rule(
        ordering.trial_sold, tariff=new.name, days=new.trial, had=had
    ) or amounts_sold(turn, new, kept(new, service), None)
    if refusal is None:
        turn.set(client, trials=client.trials | {new.name})
        switch(turn, service, new)
    return refusal


def _anew(turn: Turn, service: Service, new: Tariff, first: Day) -> tuple[Stretch, ...] | Refusal:
    """Return the days left as the new tariff charges them, or why it would not take them."""
    bought = [each for each in service.bought if each.expires > first]
    refusal = sells(turn, service, new, bought)
    return refusal or laid_out(new, bought, first, prices(service, new))


def _funds(turn: Turn, service: Service, new: Tariff, _period: Length) -> Refusal | None:
    now = {"now": turn.now, "expires": service.ends}
    first = turn.rule(rules.first_new_day, **now)
    priced = _anew(turn, service, new, first)
    if isinstance(priced, Refusal):
        return priced
    counting, last = turn.rule.counting, day_of(service.ends)
    held = service.stretches, service.paid
    tax = left(*held, first, counting).tax
    posted = turn.post(
        "tariff change",
        rules.funds,
        service,
        None,
        tax - turn.tax(part(priced, first, last, counting)),
        old=service.stretches,
        new=priced,
        paid=by_item(*held, first, counting),
        **now,
    )
    fields = _priced_anew(turn, service, new, priced=priced, first=first, posted=posted)
    switch(turn, service, new, **fields)
    return not_enough(turn, service, rules.funds)


def _priced_anew(
    turn: Turn,
    service: Service,
    new: Tariff,
    *,
    priced: tuple[Stretch, ...],
    first: Day,
    posted: Posted,
) -> dict[str, Any]:
    """Return what a service holds after a change that posted so much for its days from `first`.

    A resource has paid its exact part of the line, with the tax on that; the tariff the rest.
    """
    counting, last = turn.rule.counting, day_of(service.ends)
    resources = kept(new, service)
    units = {name: above_included(new, name, amount) for name, amount in resources.items()}
    paid_for = [
        each._replace(units=units[each.item]) if each.expires > first else each
        for each in paid_before(service.paid, first, counting, but=resources)
    ]
    for name in resources:
        times = (
            *_costing(priced, name, (first, last), counting),
            *_costing(service.stretches, name, (first, last), counting, sign=-1),
        )
        more = sum((each.paid for each in times), Fraction(0))
        if more:
            taxed = turn.tax(more) / more
            paid_for.append(Paid(name, first, last, more, taxed, times, units[name]))
    had = left(service.stretches, service.paid, first, counting)
    own = left((), paid_for, first, counting)
    rest = Posted(had.amount + posted.amount - own.amount, had.tax + posted.tax - own.tax)
    after = within(priced, first, last, counting)
    tariff = shared_out([s for s in after if s.item == "tariff"], rest, counting)
    others = (s for s in after if s.item != "tariff")
    stretches = (*cut(service.stretches, first, counting), *tariff, *others)
    return {"stretches": stretches, "paid": tuple(paid_for)}


def _costing(
    stretches: Iterable[Stretch],
    item: str,
    days: tuple[Day, Day],
    counting: Counting,
    *,
    sign: int = 1,
) -> Iterator[Stretch]:
    """Yield the times of an item within some days, each with what these cost as what is paid."""
    for each in within((s for s in stretches if s.item == item), *days, counting):
        yield each._replace(paid=sign * part((each,), each.starts, each.expires, counting))


def _extra_charge_only(
    turn: Turn, service: Service, new: Tariff, _period: Length
) -> Refusal | None:
    now = {"now": turn.now, "expires": service.ends}
    first = turn.rule(rules.first_new_day, **now)
    priced = _anew(turn, service, new, first)
    if isinstance(priced, Refusal):
        return priced
    if not turn.rule(rules.waits):
        priced = tuple(_as_sold(each, service, first) for each in priced)
    sides = {"old": service.stretches, "new": priced}
    posted = turn.post("tariff change", rules.extra_charge_only, service, **sides, **now)
    if turn.rule(rules.is_downgrade, **sides, **now):
        _downgrade(turn, service, new)
        return None
    held = _priced_anew(turn, service, new, priced=priced, first=first, posted=posted)
    switch(turn, service, new, **held)
    return not_enough(turn, service, rules.extra_charge_only)


def _as_sold(new: Stretch, service: Service, first: Day) -> Stretch:
    """Return days of the tariff at which they are paid for as they were sold, others as they are.

    So returning to it costs nothing, whatever it asks since. The same goes for a resource of which
    no other tariff sold any for these days.
    """
    days = max(new.starts, first), new.expires
    sold = [
        each
        for each in service.stretches
        if each.item == new.item and max(each.starts, days[0]) < min(each.expires, days[1])
    ]
    full = new.tariff, new.full_starts, new.full_expires, new.calendar
    if not sold or any(
        (each.tariff, each.full_starts, each.full_expires, each.calendar) != full for each in sold
    ):
        return new
    price = sum((each.price for each in sold), Fraction(0))
    return new._replace(price=min(new.price, price))


def _downgrade(turn: Turn, service: Service, new: Tariff) -> None:
    """Give a service a cheaper tariff now, without a refund, or let it wait for the expiry."""
    if turn.rule(rules.waits):
        turn.set(service, next_tariff=(new.name, service.ends))
        turn.plan(service.ends, "change: tariff", service)
    else:
        # The stretches stay: until the expiry it is the dearer tariff that is paid for.
        switch(turn, service, new)


def switch_at_expiry(turn: Turn, service: Service) -> None:
    """Give a service the tariff that a downgrade waited for."""
    waits = service.next_tariff
    if waits is not None and service.status != "deleted" and not turn.since(waits[1]):
        switch(turn, service, turn.book.catalogue[waits[0]])


def _full_payment(turn: Turn, service: Service, new: Tariff, period: Length) -> Refusal | None:
    renew_from = turn.tariff(service).renew_from
    starts = turn.rule(
        rules.full_payment_starts, now=turn.now, expires=service.ends, renew_from=renew_from
    )
    anchor = service.anchor if starts.toordinal() == service.ends.toordinal() else starts.day
    dates = {"starts": starts, "period": period, "anchor": anchor}
    terms = Terms(
        new, period, starts, anchor, kept(new, service), rules.full_payment_expires, dates
    )
    bought = purchase(turn, service, terms)
    if isinstance(bought, Refusal):
        return bought
    whole = bought._replace(lines=tuple(map(_whole, _without_setup(bought))))
    covers = bought.covers(turn)
    held = whole.post(turn, service, covers)
    refusal = not_enough(turn, service, rules.full_payment)
    if refusal:
        return refusal
    expires, first = covers[1], day_of(starts)
    counting = turn.rule.counting
    switch(
        turn,
        service,
        new,
        bought=(*cut(service.bought, first, counting), *held.bought),
        stretches=(*cut(service.stretches, first, counting), *held.stretches),
        paid=(*paid_before(service.paid, first, counting), *held.paid),
        expires=expires,
        anchor=bought.anchor,
        period=period,
        auto_renewal=period if service.auto_renewal else None,
        trial=False,
    )
    prolong(turn, service, period, covers[1], covers[0])
    turn.plan(expires, "renewal", service)
    return None


def _without_setup(bought: Purchase) -> Iterable[PurchaseLine]:
    return (line for line in bought.lines if line.kind != "setup")


def _whole(line: PurchaseLine) -> PurchaseLine:
    """Return the line of a period as one of a change, which may end the older time early."""
    if line.kind != "period":
        return line
    stretches = line.arguments.get("stretches") or line.arguments.get("stretch")
    told = {"price": line.arguments["period_price"]} if stretches is None else {
        "stretches": (stretches,) if isinstance(stretches, Stretch) else stretches
    }  # fmt: skip
    return line._replace(rule=rules.full_payment, arguments=told)


#: What a change does, by the policy of the tariff that the service has.
_POLICIES: Final[Mapping[str, Callable[[Turn, Service, Tariff, Length], Refusal | None]]] = {
    "add funds": _funds,
    "change period": change_period,
    "extra charge only": _extra_charge_only,
    "full payment": _full_payment,
}
