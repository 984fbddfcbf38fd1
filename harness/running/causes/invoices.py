"""Which rule of HostBill sets what an invoice is: with whom, how paid, and when due."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final

from prorata.harness.running.causes.acts import by_act
from prorata.harness.running.causes.invoicing import (
    ended_now,
    grouped,
    same_but_tax,
    services_of,
)
from prorata.harness.running.causes.together import ordered_together

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prorata.harness.protocol import ObservedInvoice
    from prorata.harness.running.causes.scene import Scene

__all__ = ["asks_nothing", "invoices"]

_PAY: Final = "hostbill.invoice.pay"


def invoices(index: int, scene: Scene) -> str:
    """Return the rule of an invoice, where what is asked is the same."""
    ours, theirs = scene.moment.seen.invoices, scene.theirs.invoices
    if _nothings(ours) != _nothings(theirs):
        return "hostbill.invoice.zero"
    if grouped(scene.moment.seen) != grouped(scene.theirs):
        merged = same_but_tax(scene) and scene.by_itself
        return (_together(scene) or "hostbill.invoice.merge") if merged else ""
    if index >= min(len(ours), len(theirs)):
        return ""
    one, other = ours[index], theirs[index]
    if one.status != other.status:
        return _settled(one, other.status, scene)
    if Decimal(one.total) != Decimal(other.total) or one.due == other.due:
        return ""
    return _moved(index, one, scene) or _due(one, scene)


def _settled(invoice: ObservedInvoice, other: str, scene: Scene) -> str:
    """Return the rule by which an invoice is paid, or cancelled, and has not the other status."""
    statuses = {invoice.status, other}
    if statuses == {"paid", "unpaid"}:
        return _PAY
    if scene.verb == "delete_order":
        return by_act(scene)
    own = services_of(invoice, scene.moment.seen)
    ended = {status for label, status in ended_now(scene) if label in own}
    terminated = statuses == {"cancelled", "unpaid"} and ended == {"terminated"}
    return "hostbill.terminate" if terminated else ""


def _together(scene: Scene) -> str:
    """Return the rule by which services are on one invoice that were ordered together."""
    apart = grouped(scene.moment.seen) - grouped(scene.theirs)
    rules = (ordered_together(group, scene) for group in apart)
    return next(filter(None, rules), "")


def _moved(index: int, invoice: ObservedInvoice, scene: Scene) -> str:
    """Return the rule of what is done now to an invoice that was there before, due as it is."""
    before = scene.before[-1].seen.invoices if scene.before else ()
    if index >= len(before) or before[index].due != invoice.due:
        return ""
    fee = any(line.kind == "late fee" for line in scene.moment.lines)
    return "hostbill.late-fee" if fee else _PAY if scene.verb == "pay" else ""


def _due(invoice: ObservedInvoice, scene: Scene) -> str:
    """Return the rule of the day on which an invoice is due."""
    if _due_otherwise(scene):
        return "hostbill.invoice.merge"
    usage = {line.kind for line in invoice.lines} <= {"usage", "tax"}
    return "hostbill.metered" if usage else "hostbill.invoice.schedule"


def _due_otherwise(scene: Scene) -> bool:
    """Tell whether services that are on one invoice now would be due on different days."""
    several = any(len(each) > 1 for each in grouped(scene.moment.seen))
    counted = [(made.function, *made.arguments.items()) for made in scene.now("invoice due")]
    return several and len({*counted}) > 1


def asks_nothing(scene: Scene) -> bool:
    """Tell whether an implementation has an invoice of nothing wait for its payment."""
    return any(
        each.status == "unpaid" and not Decimal(each.total) for each in scene.theirs.invoices
    )


def _nothings(found: Sequence[ObservedInvoice]) -> int:
    return sum(not Decimal(each.total) for each in found)
