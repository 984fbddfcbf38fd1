"""Renewing many services at one instant by decisions made once for all that are alike.

A renewal at the expiry depends on the tariff, the period, the anchor day and the instant alone,
unless something is special about the service. So it is decided by the handler for the first one of
a kind, and what was decided is applied to the others. The balance is each client's own.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING, Any

from prorata.reference.engine.billmanager.renew import renew_or_expire
from prorata.reference.engine.rulebook import PHASES

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from prorata.reference.engine.billing import Billing
    from prorata.reference.engine.state import Service

__all__ = ["renewals"]

#: What a renewal sets; one that sets anything else is special.
_SET = {"period", "expires", "anchor", "stretches", "suspended_by", "status"}


_RENEWAL = PHASES.index("renewal")


@dataclass(slots=True)
class _Decided:
    """What a renewal does: its lines without their client and service, and what it sets."""

    units: int
    lines: list[tuple[Any, ...]]
    fields: tuple[Any, ...]
    bucket: list[int]


def renewals(billing: Billing, now: datetime) -> Callable[[Service], bool]:
    """Return what renews a service that expires `now`, where nothing is special about it."""
    decided: dict[tuple[Any, ...], _Decided | None] = {}
    clients, post = billing.book.clients, billing.ledger.rows.append

    def renew(service: Service) -> bool:
        period = service.auto_renewal
        if (
            period is None
            or service.status != "active"
            or service.resources
            or service.trial
            or service.bought_in is not None
            or service.next_tariff is not None
            or service.expires != now
        ):
            return False
        kind = (service.tariff, period.months, period.days, service.anchor)
        known = decided.get(kind)
        if known is None:
            if kind in decided:
                return False
            known = decided[kind] = _decide(billing, service)
        client = clients[service.client]
        if known is None or client.units < known.units:
            return False
        client.units -= known.units
        name, number = client.name, service.number
        for kind_of_line, amount, covers, rule, arguments in known.lines:
            post((now, kind_of_line, amount, name, number, covers, rule, arguments))
        service.period, service.expires, service.anchor, service.stretches = known.fields
        known.bucket.append(number)
        return True

    return renew


def _decide(billing: Billing, service: Service) -> _Decided | None:
    """Have the handler decide for one service; None where more than a renewal comes of it."""
    turn = billing.turn()
    renew_or_expire(turn, service)
    if len(turn.plans) != 1 or turn.tasks or turn.decisions or turn.notices:
        return None
    (plan,) = turn.plans
    fields: dict[str, Any] = {}
    for what, changed in turn.changes:
        if what is not service:
            return None
        fields |= changed
    plain = (
        plan.what == "renewal"
        and fields.keys() == _SET
        and fields["status"] == "active"
        and not fields["suspended_by"]
    )
    if not plain:
        return None
    units, lines = 0, []
    for entry in turn.entries:
        units += entry.units
        lines.append((entry.kind, entry.amount, entry.covers, entry.rule, entry.arguments))
    return _Decided(
        units,
        lines,
        (fields["period"], fields["expires"], fields["anchor"], fields["stretches"]),
        billing.schedule.bucket(plan.when.astimezone(UTC), _RENEWAL, "renewal"),
    )
