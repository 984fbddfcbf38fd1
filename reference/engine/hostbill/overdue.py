"""What becomes of a service whose invoice is not paid: late fee, suspension, termination."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from prorata.reference.engine.hostbill.belonging import (
    addons_of,
    all_of,
    left_with_others,
    with_addons,
)
from prorata.reference.engine.hostbill.cycles import ends_by_itself
from prorata.reference.engine.hostbill.downgrades import credited
from prorata.reference.engine.hostbill.effects import cancel_for
from prorata.reference.engine.hostbill.invoices import (
    ENDED,
    Asked,
    add_line,
    asked,
    issue,
    tax_in,
    unpaid_of,
)
from prorata.reference.engine.hostbill.metered import usage_lines
from prorata.reference.engine.hostbill.notices import tell, tell_ended
from prorata.reference.engine.hostbill.parts import over_lines, still_asked
from prorata.reference.engine.hostbill.statuses import status_of
from prorata.reference.engine.hostbill.times import plan_for, run_after
from prorata.reference.engine.hostbill.unmade import give_back_unmade, is_unmade
from prorata.reference.hostbill.late_fee import charged_on, late_fee
from prorata.reference.hostbill.suspend import by_staff, suspend
from prorata.reference.hostbill.terminate import licence, terminate
from prorata.reference.resell.events import held_there

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from prorata.reference.engine.hostbill.catalogue import Product
    from prorata.reference.engine.state import Invoice, Service
    from prorata.reference.engine.turn import Turn
    from prorata.reference.refusal import Refusal

__all__ = [
    "add_late_fee",
    "begin_addons",
    "cancel_unpaid",
    "finish",
    "not_renewed",
    "resume_by_staff",
    "suspend_by_staff",
    "suspend_unpaid",
    "terminate_by_staff",
    "terminate_unpaid",
    "unpaid_yet",
]


_NONE: Final = timedelta()
_SELLER: Final = frozenset({"seller"})


def add_late_fee(turn: Turn, service: Service) -> None:
    """Add the late fee of a service to its invoices that are past due by so many days, once."""
    product: Product = turn.tariff(service)
    fee = product.late_fee
    if fee is None:
        return
    for invoice in unpaid_of(turn, service):
        due = invoice.due.date()
        late = turn.rule(charged_on, due=due, days=fee.after) <= turn.today
        if late and not invoice.fee and _charges(turn, invoice) == service.number:
            lines = asked(
                turn,
                "late fee",
                late_fee,
                service,
                total=invoice.total.exact,
                tax=tax_in(invoice.lines),
                percent=fee.percent,
            )
            add_line(turn, invoice, lines, fee=True)


def _charges(turn: Turn, invoice: Invoice) -> int | None:
    """Return the service whose late fee an invoice bears: the first that has one."""
    for number in invoice.services:
        service = turn.book.services[number]
        if service.status not in ENDED and turn.tariff(service).late_fee is not None:
            return number
    return None


def _leave_late_fee(turn: Turn, invoice: Invoice) -> None:
    """Have fees added in the next run whose day is over, and that stood back for one that ends."""
    others = (turn.book.services[number] for number in invoice.services)
    for other in () if invoice.fee else others:
        fee = None if other.status in ENDED else turn.tariff(other).late_fee
        if fee is not None:
            day = turn.rule(charged_on, due=invoice.due.date(), days=fee.after)
            if day <= turn.today:
                plan_for(turn, day, "late fee", other)


def suspend_unpaid(turn: Turn, service: Service) -> None:
    """Suspend a service that has an invoice past due by so many days."""
    if service.status not in {"active", "suspended"} or "non-payment" in service.suspended_by:
        return
    found = _past(turn, service, suspend, turn.tariff(service).suspend_after)
    if found is None:
        return
    turn.decide("suspended", suspend, service, **found)
    turn.set(service, status="suspended", suspended_by=service.suspended_by | {"non-payment"})
    if not service.suspended_by:
        turn.panel("suspend", service)
        tell(turn, service, "suspended")


def unpaid_yet(turn: Turn, service: Service) -> None:
    """Suspend a service as soon as it is made, and its addons, where that was due before.

    Where its termination was, that is done in the next run.
    """
    for each in with_addons(turn, service):
        suspend_unpaid(turn, each)
        found = _past(turn, each, terminate, turn.tariff(each).terminate_after)
        day = found and turn.rule(terminate, **found)
        if day:
            plan_for(turn, day, "deletion", each)


def begin_addons(turn: Turn, service: Service) -> None:
    """Let the addons of a service run, which is made."""
    for addon in addons_of(turn, service):
        if addon.status == "pending":
            turn.set(addon, status="active")


def terminate_unpaid(turn: Turn, service: Service) -> None:
    """Terminate a service that has an invoice past due by so many days."""
    if service.status in ENDED or service.status == "pending":
        return
    found = _past(turn, service, terminate, turn.tariff(service).terminate_after)
    if found is not None:
        turn.decide("terminated", terminate, service, **found)
        end(turn, service)


def _counted(invoice: Invoice, days: int | None) -> dict[str, Any]:
    return {"due": invoice.due.date(), "days": days}


def _past(
    turn: Turn, service: Service, rule: Callable[..., date | None], days: int | None
) -> dict[str, Any] | None:
    """Return what a rule counts to a run that is now or over, of the first such unpaid invoice."""
    for invoice in unpaid_of(turn, service):
        counted = _counted(invoice, days)
        day = turn.rule(rule, **counted)
        if day is not None and turn.since(run_after(turn, invoice.issued, day)) >= _NONE:
            return counted
    return None


def suspend_by_staff(turn: Turn, /, *, service: str) -> Refusal | None:
    """Suspend a service until staff resume it; at a fixed price all parts of the bundle are."""
    suspended = turn.book.services[int(service)]
    refusal = turn.rule(by_staff, has=status_of(suspended), needs=("active",))
    if refusal is None:
        for each in _that_are("active", turn, suspended):
            turn.set(each, status="suspended", suspended_by=frozenset({"staff"}))
            turn.panel("suspend", each)
            tell(turn, each, "suspended")
    return refusal


def _that_are(status: str, turn: Turn, service: Service) -> list[Service]:
    return [each for each in all_of(turn, service) if each.status == status]


def resume_by_staff(turn: Turn, /, *, service: str) -> Refusal | None:
    """Resume a service, whatever suspended it; at a fixed price all parts of the bundle are."""
    resumed = turn.book.services[int(service)]
    refusal = turn.rule(by_staff, has=status_of(resumed), needs=("suspended",)) or turn.rule(
        held_there, held=resumed.suspended_by == _SELLER
    )
    if refusal is None:
        for each in _that_are("suspended", turn, resumed):
            _resume(turn, each)
    return refusal


def _resume(turn: Turn, service: Service) -> None:
    """Lift what suspended a service, but for its seller."""
    left = service.suspended_by & _SELLER
    turn.set(service, status="suspended" if left else "active", suspended_by=left)
    if service.suspended_by != _SELLER:
        turn.panel("resume", service)
    if not left:
        tell(turn, service, "unsuspended")


def terminate_by_staff(turn: Turn, /, *, service: str) -> Refusal | None:
    """Terminate a service; its unpaid invoices are cancelled where its product says so."""
    terminated = turn.book.services[int(service)]
    refusal = None
    if terminated.status != "processing":
        needs = "active", "suspended"
        refusal = turn.rule(by_staff, has=terminated.status, needs=needs)
    if refusal is None:
        end(turn, terminated)
    return refusal


def not_renewed(turn: Turn, service: Service) -> None:
    """Terminate a service that does not go on by itself, at the end of the time paid."""
    if service.status in ENDED or not ends_by_itself(turn, service):
        return
    if service.ends <= turn.now:
        end(turn, service)


def end(turn: Turn, service: Service) -> None:
    """Terminate a service: what waited is invoiced, its unpaid invoices are cancelled where set.

    Its addons end with it, and all parts of a bundle at a fixed price as one.
    """
    ending = tuple(each for one in all_of(turn, service) for each in with_addons(turn, one))
    asks = list(left_with_others(turn, ending))
    if turn.tariff(service).cancel_unpaid_invoices:
        cancel_unpaid(turn, *ending)
        asks = []
    for each in ending:
        product: Product = turn.tariff(each)
        by_the_part = product.cancel_pro_rata == product.billing_type == "postpaid"
        waits = (*over_lines(turn, each), *each.waiting, *usage_lines(turn, each))
        asks += still_asked(turn, each) if by_the_part else waits
        finish(turn, each, "terminated")
        _give_nothing_back(turn, each, product)
    if asks:
        issue(turn, service.client, turn.today, Asked(tuple(asks)))


def _give_nothing_back(turn: Turn, service: Service, product: Product) -> None:
    """Tell of a licence that is terminated before its expiry that nothing of it is refunded."""
    is_there = product.licence and not is_unmade(service)
    paid_ahead = is_there and product.billing_type != "postpaid"
    if paid_ahead and service.expires is not None and service.ends > turn.now:
        paid = {"terminated": turn.today, "expires": service.ends.date()}
        credited(turn, service, licence, paid)


def cancel_unpaid(turn: Turn, *services: Service) -> None:
    """Cancel what is unpaid of services."""
    for invoice in tuple(unpaid_of(turn, *services)):
        cancel_for(turn, invoice, *services)


def finish(turn: Turn, service: Service, status: str) -> None:
    """End a service, and its account where it is made; its unpaid invoices go on for others."""
    turn.set(service, status=status, deleted=turn.now, waiting=(), cancelling="", usage=())
    for invoice in unpaid_of(turn, service):
        _leave_late_fee(turn, invoice)
    if service.status == "pending":
        give_back_unmade(turn, service)
    else:
        turn.panel("delete", service)
        tell_ended(turn, service)
