"""What happens to a HostBill only where a history is asked for the rule that it shows."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from prorata.harness.fuzz.generating.hostbill.ordering import order
from prorata.harness.fuzz.generating.hostbill.standing import mend
from prorata.harness.fuzz.generating.moments import pass_time

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from prorata.harness.fuzz.generating.draft import HistoryDraft, Known

__all__ = ["CORNERS"]


def _never_made(draft: HistoryDraft, service: Known) -> None:
    """Pay an order while the panel is down, and end it before the panel answers."""
    pass_time(draft, service)
    draft.do("panel", state="down")
    made = order(draft, service.sold)
    if made is not None:
        mend(draft, made)
        draft.now += timedelta(minutes=1)
        draft.do("delete", service=made.label, by="staff")
        made.ended = True
    draft.now += timedelta(minutes=6)
    draft.do("panel", state="up")
    draft.now += timedelta(hours=1)
    draft.do("wait")


def _pass_on(draft: HistoryDraft, service: Known) -> None:
    to = draft.choose.one([each for each in draft.money if each != service.client] or ["anna"])
    draft.do("transfer", service=service.label, to=to)
    service.client = to


def _pass_on_and_end(draft: HistoryDraft, service: Known) -> None:
    """Pass a service on, and end it within the same cycle or with that."""
    mend(draft, service)
    pass_time(draft, service, "some days")
    _pass_on(draft, service)
    draft.now += timedelta(days=draft.choose.integer(0, 3), hours=1)
    if draft.choose.chance(1, 2):
        draft.do("delete", service=service.label, by="staff")
    else:
        draft.do("cancel", service=service.label, when="end of period", by="staff")
        pass_time(draft, service, "days after the expiry")
    draft.do("wait")
    service.ended = True


def _owe(draft: HistoryDraft, service: Known) -> None:
    """Change to another product while an invoice is unpaid, pass the service on, and pay that."""
    mend(draft, service)
    unpaid = order(draft)
    pass_time(draft, service, draft.choose.one(("some days", "half of what is bought")))
    product = draft.choose.one([name for name in draft.sold if name != service.sold] or ["small"])
    if draft.do("change_tariff", service=service.label, product=product):
        service.sold = product
    draft.now += timedelta(hours=draft.choose.integer(0, 2))
    _pass_on(draft, service)
    if unpaid is not None and unpaid.invoiced:
        draft.do("pay", invoice=unpaid.label)
        unpaid.waits = False


def _reminded(draft: HistoryDraft, service: Known) -> None:
    """Change to another product on a day on which an invoice is reminded of."""
    mend(draft, service)
    days = draft.sold[service.sold].get("reminders", {}).get("before", "3")
    day = service.expires - timedelta(days=int(days))
    draft.reach(day, "")
    products = [name for name in draft.sold if name != service.sold]
    product = draft.choose.one(products or [service.sold])
    draft.now += timedelta(hours=draft.choose.one((0, 1)))
    draft.do("change_tariff", service=service.label, product=product)
    draft.now += timedelta(days=2)
    draft.do("wait")


#: What happens to a service, by name.
CORNERS: Final[Mapping[str, Callable[[HistoryDraft, Known], None]]] = {
    "change on the day of a reminder": _reminded,
    "end what was never made": _never_made,
    "pass on and end": _pass_on_and_end,
    "pass on what is owed": _owe,
}
