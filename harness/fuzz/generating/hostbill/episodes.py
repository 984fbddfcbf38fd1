"""What takes a HostBill days or weeks: each has an end that one act alone does not come to."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from prorata.harness.fuzz.generating.hostbill.ordering import after, order
from prorata.harness.fuzz.generating.hostbill.standing import WHO, mend
from prorata.harness.fuzz.generating.moments import pass_time

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from prorata.harness.fuzz.generating.draft import HistoryDraft, Known

    Deed = Callable[[HistoryDraft, Known], None]

__all__ = ["EPISODES"]


def _suspended_again(draft: HistoryDraft, service: Known) -> None:
    """Let two cycles come due unpaid, and pay one of them, or nearly all."""
    choose = draft.choose
    mend(draft, service)
    for _ in range(2):
        pass_time(draft, service, "the expiry")
        draft.do("wait")
        service.expires = after(draft, service.period, service.expires)
    draft.now += timedelta(days=choose.integer(0, 2), hours=9)
    if service.invoiced:
        draft.do("pay", invoice=service.label, amount=choose.one((None, None, "1.00")))
        draft.now += timedelta(hours=choose.one((1, 30)))
        draft.do("pay", invoice=service.label)
    draft.do("wait")


def _pay_late(draft: HistoryDraft, service: Known) -> None:
    """Pay an order some days or weeks after it."""
    days = draft.choose.one((0, 1, 3, 4, 7, 8, 12, 29, 31, 35))
    draft.reach(service.ordered + timedelta(days=days, hours=draft.choose.one((0, 5))), "")
    mend(draft, service)
    draft.do("wait")


def _on_a_first(draft: HistoryDraft, service: Known) -> None:
    """Order on the first of a month."""
    pass_time(draft, service, "the first of a month")
    draft.now += timedelta(hours=draft.choose.one((0, 9)))
    made = order(draft, service.sold)
    if made is not None:
        mend(draft, made)


def _renew_oddly(draft: HistoryDraft, service: Known) -> None:
    """Renew by hand what nobody has paid yet, or what is to end."""
    pass_time(draft, service)
    if draft.choose.chance(1, 2):
        mend(draft, service)
        draft.do("cancel", service=service.label, when="end of period")
    draft.do("renew", service=service.label, by=draft.choose.one(WHO))


def _asked_for_usage(draft: HistoryDraft, service: Known) -> None:
    """Report usage in the running month, and see what is asked for it."""
    choose = draft.choose
    mend(draft, service)
    for _ in range(choose.integer(1, 3)):
        pass_time(draft, service, choose.one(("the same instant", "the same day", "some days")))
        amount = choose.one(("55", "9.5", "1000", "10", "20", "50.5"))
        draft.do("report_usage", service=service.label, variable="traffic", amount=amount)
    pass_time(draft, service, choose.one(("the expiry", "the first of a month")))
    draft.do("wait")
    pass_time(draft, service, "some days")
    draft.do("wait")
    service.expires = after(draft, service.period, service.expires)


def _order_addon(draft: HistoryDraft, service: Known) -> None:
    """Order an addon beside a product that may not have it, or by itself."""
    pass_time(draft, service)
    addons = [name for name, row in draft.sold.items() if row.get("addon") == "yes"]
    if not addons:
        return
    label, name = draft.label(), draft.choose.one(addons)
    product = draft.choose.one((*draft.sold, name))
    cycle = next(iter(draft.sold[product].get("prices", ())), "monthly")
    beside = None if product == name else {name: "monthly"}
    made = draft.do(
        "order", **{"as": label, "client": service.client}, product=product, cycle=cycle,
        hostname=f"{label}.anna.example.com", addons=beside,
    )  # fmt: skip
    if made is not None:
        odd = replace(service, label=label, sold=product, sure=False)
        draft.services.append(odd)


def _delete_twice(draft: HistoryDraft, service: Known) -> None:
    """Delete an order, and delete it again."""
    for _ in range(2):
        pass_time(draft, service, draft.choose.one(("the same instant", "some days")))
        data = draft.choose.one((None, "yes"))
        draft.do("delete_order", service=service.label, data=data)
    service.ended = True


#: What happens to a service, by name.
EPISODES: Final[Mapping[str, Deed]] = {
    "delete the order twice": _delete_twice,
    "order an addon oddly": _order_addon,
    "order on a first": _on_a_first,
    "pay the order late": _pay_late,
    "pay a part of what is due": _suspended_again,
    "renew oddly": _renew_oddly,
    "use and be asked": _asked_for_usage,
}
