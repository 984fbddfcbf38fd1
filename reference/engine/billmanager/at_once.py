"""Renewing many services at one instant by decisions made once for all that are alike.

A renewal at the expiry depends on the tariff, the period, the anchor day and the instant alone,
unless something is special about the service. So it is decided by the handler for the first one of
a kind, as if its client could pay anything, and what was decided is applied to each whose client
pays it.
"""

from __future__ import annotations

from datetime import time
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from prorata.reference.engine.applying import Alike
from prorata.reference.engine.billmanager.renew import renew_or_expire

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from prorata.reference.engine.billing import Billing
    from prorata.reference.engine.state import Service

__all__ = ["renewals"]

#: What a renewal sets of an active service; one that sets anything else is special.
_SET: Final = ("period", "expires", "anchor", "bought", "stretches", "paid")


class _Renewal(NamedTuple):
    """What was decided for all that are alike, and what it sets, in the order of `_SET`."""

    alike: Alike
    values: tuple[Any, ...]


def renewals(billing: Billing, now: datetime) -> Callable[[Service], bool]:
    """Return what renews a service that expires `now`, where nothing is special about it."""
    decided: dict[tuple[Any, ...], _Renewal | None] = {}
    clients = billing.book.clients
    # Within a day, the time that ends now is a part of today, which each service keeps as it is.
    midnight = now.time() == time()

    def renew(service: Service) -> bool:
        period = service.auto_renewal
        if (
            not midnight
            or period is None
            or service.status != "active"
            or service.resources
            or service.expires != now
        ):
            return False
        kind = (service.tariff, period.months, period.days, service.anchor)
        if kind in decided:
            known = decided[kind]
        else:
            known = decided[kind] = _decide(billing, service)
        if known is None:
            return False
        alike, values = known
        client = clients[service.client]
        if client.units < alike.units:
            return False
        alike.apply(service, client)
        (
            service.period,
            service.expires,
            service.anchor,
            service.bought,
            service.stretches,
            service.paid,
        ) = values
        return True

    return renew


def _decide(billing: Billing, service: Service) -> _Renewal | None:
    """Have the handler decide for one service; None where more than a renewal comes of it."""
    turn = billing.affordable(service.client)
    renew_or_expire(turn, service)
    known = Alike.of(billing, turn, service)
    if turn.tasks or known is None or known.fields.keys() != set(_SET):
        return None
    fields, known.fields = known.fields, {}
    return _Renewal(known, tuple(fields[name] for name in _SET))
