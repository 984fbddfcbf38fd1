"""Cycle after cycle: when the next invoice of a service is issued, with what it asks."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from prorata.reference.engine.hostbill.belonging import along, goes_with, shared, staying, stops
from prorata.reference.engine.hostbill.effects import bring
from prorata.reference.engine.hostbill.held import cycle_of_product, held, last_of
from prorata.reference.engine.hostbill.invoices import (
    ENDED,
    Asked,
    issue,
    together,
    unpaid_of,
)
from prorata.reference.engine.hostbill.lines import cell_line
from prorata.reference.engine.hostbill.metered import (
    close,
    months_over,
    plan_month,
    usage_lines,
)
from prorata.reference.engine.hostbill.parts import over_lines
from prorata.reference.engine.hostbill.periods import (
    a_cycle_on,
    cells_left,
    left_alone,
    move_expiry,
    recurring,
)
from prorata.reference.engine.hostbill.reminding import plan_expiry_notices
from prorata.reference.engine.hostbill.statuses import status_of
from prorata.reference.engine.hostbill.times import plan_for, run_of
from prorata.reference.engine.resell.seeing import closed, prolong
from prorata.reference.engine.state import Grant
from prorata.reference.hostbill import automation
from prorata.reference.hostbill import invoice as rules
from prorata.reference.hostbill import renew as renewing
from prorata.reference.hostbill.auto_renewal import auto_renewal
from prorata.reference.hostbill.billing_type import invoiced_at_end
from prorata.reference.hostbill.cycle import CYCLES
from prorata.reference.hostbill.metered import METERED
from prorata.reference.hostbill.metered import due as usage_due
from prorata.reference.hostbill.order import goes_along
from prorata.reference.periods import kept_anchor

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date, datetime

    from prorata.reference.engine.hostbill.catalogue import Product
    from prorata.reference.engine.state import Cell, Invoice, Service
    from prorata.reference.engine.turn import Turn
    from prorata.reference.refusal import Refusal

__all__ = [
    "at_end",
    "by_hand",
    "cycle_of",
    "ends_by_itself",
    "generate",
    "missed",
    "next_planned",
    "plan_next",
    "renew",
]

_NONE: Final = timedelta()


def at_end(turn: Turn, service: Service) -> bool:
    """Tell whether the cycles of a service are invoiced when they are over."""
    billing_type = turn.tariff(service).billing_type
    return turn.rule(invoiced_at_end, billing_type=billing_type, recurring=recurring(service))


def _next_due(service: Service) -> datetime:
    assert service.next_due is not None  # noqa: S101  only what recurs is asked
    return service.next_due


def _generated(turn: Turn, service: Service, next_due: datetime) -> dict[str, Any]:
    cell = held(service)
    if at_end(turn, service):
        return {"next_due": next_due.date(), "days_before": 0}
    if cell is not None:
        return {"next_due": cell.expires.date(), "days_before": 0}
    days = turn.tariff(service).invoice_days_before
    return {"next_due": next_due.date(), "days_before": days}


def plan_next(turn: Turn, service: Service, next_due: datetime) -> None:
    """Plan the invoice that is due then, or the end of a service that does not go on."""
    if _goes_on(turn, service):
        counted = _generated(turn, service, next_due)
        day = turn.decide("next invoice", rules.schedule, service, **counted)
        plan_for(turn, day, "invoice", service)
    else:
        # Its expiry may be moving in this very turn.
        turn.plan(turn.now, "invoice: next", service)


def next_planned(turn: Turn, service: Service) -> None:
    """Plan the next invoice of a service, or the end of one that does not go on by itself."""
    if _goes_on(turn, service):
        plan_next(turn, service, _next_due(service))
    elif service.expires is not None:
        plan_for(turn, service.ends.date(), "deletion: not renewed", service)


def ends_by_itself(turn: Turn, service: Service) -> bool:
    """Tell whether a service ends with the time that is paid."""
    return not _goes_on(turn, service)


def _goes_on(turn: Turn, service: Service) -> bool:
    product: Product = turn.tariff(service)
    return turn.rule(
        auto_renewal,
        wanted=product.auto_renewal,
        recurring=recurring(service),
        billing_type=product.billing_type,
        metered=service.cycle == METERED,
    )


class _Part(NamedTuple):
    """What an invoice is issued for: the next cycle of a service, or its usage alone."""

    service: Service
    due: date
    renews: bool = True


def generate(turn: Turn, service: Service) -> None:
    """Issue the invoice of the next cycle, or of usage, unless an unpaid one stands before it."""
    if _has_held(turn, service) and _due(turn, service):
        _ask_held(turn, service, "invoice")
        return
    part = _part(turn, service)
    if part is None:
        return
    merged = [part]
    merged += [each for each in _mergeable(turn, service) if _merges(turn, part.due, each.due)]
    merged.sort(key=_number)
    # All of them are changed first, so that they are still on one invoice.
    begun = [_begins_another(turn, each.service, "invoice") for each in merged if each.renews]
    if any(begun):
        return
    wanted = [each for one in merged for each in _along(turn, one)]
    _issue(turn, wanted, min(each.due for each in merged))


def _along(turn: Turn, part: _Part) -> Iterator[_Part]:
    """Yield what is invoiced with a service: its addons, the parts of its fixed price."""
    if not part.renews:
        yield part
        return
    for each in along(turn, part.service):
        yield _Part(each, part.due)


def _number(part: _Part) -> int:
    return part.service.number


def _part(turn: Turn, service: Service) -> _Part | None:
    """Return what is to be invoiced of a service in this run."""
    if _due(turn, service) and not _has_held(turn, service):
        return _Part(service, _invoice_due(turn, service))
    if months_over(turn, service) and _free(turn, service):
        return _usage(turn, service)
    return None


def _usage(turn: Turn, service: Service) -> _Part:
    return _Part(service, turn.rule(usage_due, **_used_due(turn, service)), renews=False)


def _used_due(turn: Turn, service: Service) -> dict[str, Any]:
    product: Product = turn.tariff(service)
    return {"issued": turn.today, "moved": product.due_days_later}


def _begins_another(turn: Turn, service: Service, what: str) -> bool:
    """Give a service the cycle that its next invoice is for, and have that issued after it."""
    wanted = service.next_cycle
    if wanted:
        # Its months are counted from the end of the old cycle.
        anchor = kept_anchor(_next_due(service).date(), service.period, service.anchor)
        turn.set(service, cycle=wanted, period=CYCLES[wanted], anchor=anchor, next_cycle="")
        left_alone(turn, service, service.missed_since or turn.now)
        turn.plan(turn.now, what, service)
    return bool(wanted)


def _has_held(turn: Turn, service: Service) -> bool:
    """Tell whether a cycle that is asked at its end comes before one that is paid ahead, or none.

    None comes after that in which the seller of a licence has closed it.
    """
    cell, last = held(service), last_of(turn, service)
    if cell is None:
        return False
    return not at_end(turn, service) or (last is not None and cell.expires.date() >= last)


def _stops(turn: Turn, service: Service) -> bool:
    """Tell whether a service is asked nothing more: of what its seller has closed one cycle is."""
    asks_last = last_of(turn, service) is not None and held(service) is not None
    return stops(turn, service) and not asks_last


def _ask_held(turn: Turn, service: Service, what: str) -> None:
    """Invoice a cycle that is over and what waits, and have the cycle ahead invoiced after it."""
    asked = along(turn, service) if at_end(turn, service) else [service]
    lines = [line for each in asked for line in (*over_lines(turn, each), *each.waiting)]
    asks = Asked(tuple(lines), (Grant("held", service.number),))
    cell = held(service)
    assert cell is not None  # noqa: S101  it is what is asked
    due = turn.decide("invoice due", rules.due, service, **_due_from(turn, service, cell.expires))
    invoice = issue(turn, service.client, due, asks)
    for each in asked:
        turn.set(each, waiting=(), cells=tuple(cell for cell in each.cells if not cell.held))
    turn.plan(turn.now, what, service)
    # The cycle ahead may be asked already, and the one after it is not due yet.
    turn.plan(turn.now, "invoice: next", service)
    if invoice is None or invoice.status == "paid":
        bring(turn, asks.grants, invoice)


def by_hand(turn: Turn, service: Service) -> None:
    """Issue the next invoice of a service, whose cycle has just been changed."""
    due = _invoice_due(turn, service)
    _issue(turn, [*_along(turn, _Part(service, due))], due)


def _due(turn: Turn, service: Service) -> bool:
    """Tell whether the next invoice of a service is issued in this run."""
    if service.status in ENDED or service.order_unpaid or _stops(turn, service):
        return False
    if service.next_due is None or goes_with(turn, service):
        return False
    day = turn.rule(rules.schedule, **_generated(turn, service, service.next_due))
    if turn.since(run_of(turn, day)) < _NONE or not _goes_on(turn, service):
        return False
    return _free(turn, service)


def _free(turn: Turn, service: Service) -> bool:
    """Tell whether no unpaid invoice holds further ones up."""
    return turn.rule(
        rules.continue_,
        continued=turn.book.settings.invoicing.continued,
        has_unpaid=any(unpaid_of(turn, service)),
    )


def _invoice_due(turn: Turn, service: Service) -> date:
    return turn.rule(rules.due, **_dued(turn, service))


def _dued(turn: Turn, service: Service) -> dict[str, Any]:
    return _due_from(turn, service, _next_due(service))


def _due_from(turn: Turn, service: Service, next_due: datetime) -> dict[str, Any]:
    product: Product = turn.tariff(service)
    return {
        "next_due": next_due.date(),
        "expected": product.expected_days_before,
        "moved": product.due_days_later,
        "issued": turn.today,
    }


def _mergeable(turn: Turn, service: Service) -> Iterator[_Part]:
    """Yield what is invoiced in this run for the client's other services."""
    if turn.book.settings.invoicing.merge == "never":
        return
    for other in turn.book.services.values():
        same = other.client == service.client and other is not service
        part = _part(turn, other) if same else None
        if part is not None:
            yield part


def _merges(turn: Turn, due: date, other: date) -> bool:
    how = turn.book.settings.invoicing.merge
    return turn.rule(rules.merge, how=how, due=due, other=other)


def _issue(turn: Turn, wanted: Sequence[_Part], due: date) -> None:
    """Issue one invoice for next cycles of services and usage, and move their next due dates."""
    services = [each.service for each in wanted if each.renews]
    parts = [cycle_of(turn, service) for service in services]
    ended = {each.service.number: _ended(turn, each) for each in wanted}
    used = [_used(turn, each.service, ended[each.service.number]) for each in wanted]
    for service, _, renews in wanted:
        if renews and not _opens(turn, service):
            turn.decide("invoice due", rules.due, service, **_dued(turn, service))
        elif any(part.lines for part in used):
            turn.decide("invoice due", usage_due, service, **_used_due(turn, service))
    asks = together([*parts, *used])
    invoice = issue(turn, wanted[0].service.client, due, asks) if asks.grants else None
    for service, part in zip(services, parts, strict=True):
        _move_on(turn, service, part, invoice)
    for each in wanted:
        if ended[each.service.number]:
            close(turn, each.service, ended[each.service.number][-1])
    if invoice is None or invoice.status == "paid":
        bring(turn, asks.grants, invoice)


def _ended(turn: Turn, part: _Part) -> tuple[datetime, ...]:
    """Return the ends of the months whose usage an invoice has: not of those after its cycle."""
    ends = months_over(turn, part.service)
    return tuple(end for end in ends if not part.renews or end <= _next_due(part.service))


def _used(turn: Turn, service: Service, ended: Sequence[datetime]) -> Asked:
    if not ended:
        return Asked(())
    return Asked(usage_lines(turn, service, ended[-1]), (Grant("usage", service.number),))


def _opens(turn: Turn, service: Service) -> bool:
    """Tell whether nothing is asked at a due date: what ends then was paid ahead."""
    return at_end(turn, service) and held(service) is None


def _move_on(turn: Turn, service: Service, part: Asked, invoice: Invoice | None) -> None:
    due = a_cycle_on(turn, service, "next due", _next_due(service), renewing.next_due)
    waiting = service.waiting if _opens(turn, service) else ()
    turn.set(service, next_due=due, waiting=waiting)
    plan_next(turn, service, due)
    if at_end(turn, service):
        product: Product = turn.tariff(service)
        running = cycle_of_product(_next_due(service), due, product, service.cycle, held=True)
        a_cycle_on(turn, service, "expires", _next_due(service))
        turn.set(service, expires=due, cells=(*cells_left(turn, service), running))
        prolong(turn, service, service.period, due)
        plan_expiry_notices(turn, service, due)
    elif part.grants[0].what == "issued":
        if invoice is not None and invoice.status == "unpaid":
            invoice.moved += ((service.number, service.expires),)
        move_expiry(turn, service, part.grants[0])


def cycle_of(turn: Turn, service: Service) -> Asked:
    """Return what the next invoice of a service asks: a cycle, and what waits for it."""
    over = at_end(turn, service)
    cell = held(service) if over else _cell_ahead(turn, service)
    if cell is None:
        return Asked(())
    period = cell_line(turn, service, cell, None if over else staying(turn, service))
    with_issue = turn.rule(
        automation.renew, setting=turn.tariff(service).renew_account, event="issue"
    )
    what = "held" if over else "issued" if with_issue else "renewal"
    return Asked((*period, *service.waiting), (Grant(what, service.number, cells=(cell,)),))


def _cell_ahead(turn: Turn, service: Service) -> Cell:
    """Return the next cycle, which is paid ahead."""
    due = _next_due(service)
    ends = turn.rule(
        renewing.renew, starts=due.date(), period=service.period, anchor=service.anchor
    )
    cell = cycle_of_product(due, turn.midnight(ends), turn.tariff(service), service.cycle)
    return shared(turn, service, cell, staying(turn, service))


def missed(turn: Turn, service: Service) -> None:
    """Issue the invoices that a service missed while another was unpaid, each for its cycle."""
    since = service.missed_since
    if since is None or service.status in ENDED or _stops(turn, service) or service.order_unpaid:
        _usage_follows(turn, service)
        return
    due = _next_due(service)
    if goes_with(turn, service):
        turn.set(service, missed_since=None)
        # It may be on its own by then.
        plan_next(turn, service, due)
        return
    generated = turn.rule(rules.schedule, **_generated(turn, service, due))
    follows = _goes_on(turn, service) and turn.rule(
        rules.missed,
        generated=run_of(turn, generated),
        due=run_of(turn, due.date()),
        since=since,
        now=turn.now,
    )
    if follows and _has_held(turn, service):
        _ask_held(turn, service, "invoice: missed")
        return
    if follows and _begins_another(turn, service, "invoice: missed"):
        return
    if follows:
        by_hand(turn, service)
        turn.plan(turn.now, "invoice: missed", service)
    else:
        turn.set(service, missed_since=None)
        plan_next(turn, service, due)
        _usage_follows(turn, service)


def _usage_follows(turn: Turn, service: Service) -> None:
    """Issue the usage of months that were over while an invoice was unpaid, or plan the next."""
    if months_over(turn, service):
        part = _usage(turn, service)
        _issue(turn, [part], part.due)
    elif service.status not in ENDED:
        plan_month(turn, service)


def renew(turn: Turn, /, *, service: str) -> Refusal | None:
    """Issue the next invoice of a service before its time, due at its ordinary date."""
    renewed = turn.book.services[int(service)]
    leads = goes_with(turn, renewed)
    refusal = (
        turn.rule(goes_along, is_addon=not renewed.has_account and leads is not None)
        or turn.rule(renewing.renewable, has=status_of(renewed))
        or turn.rule(renewing.regular, metered=renewed.cycle == METERED)
        or turn.rule(renewing.begun, order_unpaid=renewed.order_unpaid)
        or turn.rule(renewing.kept, cancelling=bool(renewed.cancelling))
        or closed(turn, renewed)
        or turn.rule(
            renewing.manual,
            recurring=recurring(renewed),
            billing_type=turn.tariff(renewed).billing_type,
            unpaid=sum(1 for _ in unpaid_of(turn, renewed)),
        )
    )
    renewed = leads or renewed
    if refusal is None and not _begins_another(turn, renewed, "invoice: by hand"):
        by_hand(turn, renewed)
    return refusal
