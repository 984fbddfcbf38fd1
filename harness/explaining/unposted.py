"""Why an act posted nothing where no rule was asked for an amount."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from prorata.harness.explaining.watching import Happened
    from prorata.reference.engine import Billing
    from prorata.reference.engine.state import Service

__all__ = ["Unposted", "unposted"]


class Unposted(NamedTuple):
    """Why nothing was posted, and the rule that says so."""

    why: str
    rule: str


_TRIAL = "billmanager.order.trial"
_DAILY = "billmanager.charge.daily"


def unposted(happened: Happened, number: int, billing: Billing) -> Unposted | None:
    """Return why an act posted nothing for a service, None where no one would expect it to."""
    said = _SAID.get((billing.rulebook.system, happened.act or ""))
    return said(happened.after.services[number], billing) if said else None


def _order(after: Service, _billing: Billing) -> Unposted | None:
    return Unposted("a trial costs nothing", _TRIAL) if after.trial else None


def _changed(after: Service, billing: Billing) -> Unposted:
    if after.trial:
        return Unposted("a trial goes on as that of the new tariff", _TRIAL)
    if billing.book.catalogue[after.tariff].daily is not None:
        return Unposted("the next day is charged at the new tariff", _DAILY)
    why = "no money moves: what is left pays for days at the new tariff"
    return Unposted(why, "billmanager.change.period")


def _product(after: Service, _billing: Billing) -> Unposted:
    if after.waiting:
        why = "what it costs, or costs less, waits for the next invoice"
        return Unposted(why, "hostbill.upgrade.queue")
    why = "a product that costs no more is changed to at once, and gives nothing back"
    return Unposted(why, "hostbill.upgrade.pro-rata")


def _deleted(_after: Service, _billing: Billing) -> Unposted:
    return Unposted("a deleted service gives nothing back", "billmanager.delete.client")


def _invoiced(_after: Service, _billing: Billing) -> Unposted:
    why = "the lines of the invoice were posted when it was issued"
    return Unposted(why, "hostbill.billing-type.prepaid")


_SAID: Mapping[tuple[str, str], Callable[[Service, Billing], Unposted | None]] = {
    ("billmanager", "order"): _order,
    ("billmanager", "change_tariff"): _changed,
    ("billmanager", "delete"): _deleted,
    ("hostbill", "change_tariff"): _product,
    ("hostbill", "pay"): _invoiced,
}
