"""How services of a BILLmanager stand by now, and what makes them run again."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from prorata.harness.fuzz.generating.billmanager.ordering import ends, periods_of
from prorata.harness.fuzz.generating.moments import pass_time

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prorata.harness.fuzz.generating.draft import HistoryDraft, Known

__all__ = ["come", "ready", "renew", "row_of"]


def row_of(draft: HistoryDraft, service: Known) -> Mapping[str, Any]:
    """Return what the tariff of a service says by now."""
    return draft.sold[service.sold]


def come(draft: HistoryDraft, service: Known, to: str | None = None) -> None:
    """Let time go on to where something happens to a service, and see how it stands there."""
    pass_time(draft, service, to)
    _catch_up(draft, service)


def ready(draft: HistoryDraft, service: Known, to: str | None = None) -> None:
    """Do the same, and mostly make the service run where it does not."""
    come(draft, service, to)
    if (service.waits or service.suspended) and draft.choose.chance(7, 8):
        _mend(draft, service)


def _catch_up(draft: HistoryDraft, service: Known) -> None:
    row = row_of(draft, service)
    if service.waits or service.expires > draft.now:
        return
    if "daily" in row and not service.suspended:
        service.expires = draft.day(1)
    while service.auto and service.expires <= draft.now and not service.suspended:
        _prolong(draft, service, service.period)
    if service.expires <= draft.now:
        service.suspended = service.suspended or "unpaid"
    if "auto_deletion" in row and service.suspended == "unpaid":
        days = timedelta(days=int(row["auto_deletion"]))
        service.ended = service.expires + days <= draft.now


def _prolong(draft: HistoryDraft, service: Known, period: str) -> None:
    row = row_of(draft, service)
    if "calendar" in row:
        row = {**row, "calendar": {"pro_rata_day": "31"}}
    starts = service.expires.astimezone(draft.zone).date()
    before, service.expires = service.expires, ends(draft, row, period, starts)
    if service.expires <= before:
        service.auto = False  # it has come to the tariff's end


def _mend(draft: HistoryDraft, service: Known) -> None:
    if service.waits:
        draft.do("pay", client=service.client, amount="1000.00")
        draft.money[service.client] += Decimal(1000)
        service.waits = False
    elif service.suspended == "unpaid":
        renew(draft, service)
    else:
        draft.do("resume", service=service.label, by=service.suspended)
        service.suspended = ""


def renew(draft: HistoryDraft, service: Known) -> None:
    """Have a service renewed, mostly for the period that it has."""
    periods = periods_of(row_of(draft, service))
    said = service.period if service.period in periods else periods[0]
    period = draft.choose.one((said, said, *periods))
    if draft.do("renew", service=service.label, period=period):
        _prolong(draft, service, period)
        if service.suspended == "unpaid":
            service.suspended = ""
