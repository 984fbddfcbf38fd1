"""Expiry, suspension and deletion."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from prorata.reference.billmanager import charge
from prorata.reference.billmanager import delete as deletion
from prorata.reference.billmanager import suspend as suspension
from prorata.reference.billmanager.lifecycle import status
from prorata.reference.billmanager.order import minimum_runs
from prorata.reference.engine.billmanager.daily import charge_resumed
from prorata.reference.engine.billmanager.groups import may
from prorata.reference.engine.billmanager.renew import ends_unpaid
from prorata.reference.engine.state import Unpaid
from prorata.reference.periods import day_or_hour

if TYPE_CHECKING:
    from prorata.reference.engine.billmanager.catalogue import Tariff
    from prorata.reference.engine.state import Service
    from prorata.reference.engine.turn import Turn
    from prorata.reference.refusal import Refusal

__all__ = [
    "delete",
    "delete_unpaid",
    "expire",
    "held_by_seller",
    "in_minimum",
    "plan_deletion",
    "resume",
    "suspend",
    "suspend_unpaid",
]


def expire(turn: Turn, service: Service) -> None:
    """Let an unpaid service run until it is to be suspended."""
    rule, arguments = ends_unpaid(turn, service, turn.tariff(service))
    until = turn.decide("suspended", rule, service, **arguments)
    ran = (turn.now, None) if service.status == "active" else None
    turn.set(service, unpaid=Unpaid(until, ran))
    # One that was made after its expiry is suspended as soon as it is there.
    turn.plan(max(until, turn.now), "suspension", service)


def suspend_unpaid(turn: Turn, service: Service) -> None:
    """Suspend a service for non-payment, unless it was renewed meanwhile."""
    if service.status == "deleted" or turn.since(service.ends) < timedelta():
        return
    _suspend(turn, service, "non-payment")
    plan_deletion(turn, service, turn.tariff(service))


def plan_deletion(turn: Turn, service: Service, tariff: Tariff) -> None:
    """Plan the deletion of a service that is suspended for non-payment."""
    when = turn.decide("deleted", deletion.auto, service, **_deletion(turn, service, tariff))
    if when is not None:
        turn.plan(max(turn.instant(when), turn.now), "deletion", service)


def _deletion(turn: Turn, service: Service, tariff: Tariff) -> dict[str, Any]:
    return {
        "expires": day_or_hour(service.ends),
        "days": tariff.auto_deletion,
        "type_days": turn.book.settings.product_type.auto_deletion,
    }


def delete_unpaid(turn: Turn, service: Service) -> None:
    """Delete a service that is still suspended for non-payment."""
    if "non-payment" not in service.suspended_by:
        return
    when = turn.rule(deletion.auto, **_deletion(turn, service, turn.tariff(service)))
    due = when is not None and turn.since(turn.instant(when)) >= timedelta()
    if service.status == "suspended" and due:
        _delete(turn, service)


def suspend(turn: Turn, /, *, service: str, by: str = "client") -> Refusal | None:
    """Suspend a service by its client or by staff."""
    suspended = turn.book.services[int(service)]
    refusal = turn.rule(status, has=suspended.status, needs=("active", "suspended")) or _allowed(
        turn, suspended, by
    )
    if refusal is None:
        _suspend(turn, suspended, by)
    return refusal


def resume(turn: Turn, /, *, service: str, by: str = "client") -> Refusal | None:
    """Lift a suspension of the same kind; the others stay, and that for non-payment too."""
    resumed = turn.book.services[int(service)]
    has = {"suspended_by": resumed.suspended_by}
    client_may = _allowed(turn, resumed, "client") is None
    own = turn.rule(suspension.lifts, by=by, client_may=client_may)
    refusal = turn.rule(status, has=resumed.status, needs=("suspended",)) or _allowed(
        turn, resumed, by
    )
    if refusal is None and not own & resumed.suspended_by:
        refusal = turn.rule(suspension.non_payment, **has) or turn.rule(
            suspension.own_kind, by=by, **has
        )
    if refusal is not None:
        return refusal
    lifted = resumed.suspended_by - own
    turn.set(resumed, suspended_by=lifted, status="suspended" if lifted else "active")
    if lifted:
        return None
    _runs_on(turn, resumed)
    turn.panel("resume", resumed)
    return charge_resumed(turn, resumed)


def delete(turn: Turn, /, *, service: str, by: str = "client") -> Refusal | None:
    """Delete a service; nothing is refunded."""
    deleted = turn.book.services[int(service)]
    needs = "ordered", "active", "suspended", "processing"
    refusal = turn.rule(status, has=deleted.status, needs=needs)
    refusal = refusal or _deletable(turn, deleted, by)
    if refusal is None:
        _delete(turn, deleted)
    return refusal


def _deletable(turn: Turn, service: Service, by: str) -> Refusal | None:
    """Ask whether `by` may delete a service: staff always, a client with the right to, in time."""
    if by == "staff":
        return None
    allowed = may(turn, turn.book.clients[service.client], "delete")
    return turn.rule(deletion.client, allowed=allowed) or in_minimum(turn, service)


def in_minimum(turn: Turn, service: Service) -> Refusal | None:
    """Refuse to take from a service whose minimum period runs; it begins with the service."""
    if service.starts is None:
        return None
    return turn.rule(
        minimum_runs,
        today=turn.today,
        starts=service.starts.date(),
        minimum=turn.tariff(service).minimum_period,
    )


def _allowed(turn: Turn, service: Service, by: str) -> Refusal | None:
    """Ask whether `by` may suspend and resume: a tariff charged by day decides for its clients."""
    daily = turn.tariff(service).daily
    if daily is not None:
        return turn.rule(charge.daily_right, allowed=by == "staff" or daily.clients_may_suspend)
    owner = turn.book.clients[service.client]
    return turn.rule(suspension.client, allowed=by == "staff" or may(turn, owner, "suspend"))


def held_by_seller(turn: Turn, service: Service, *, held: bool) -> None:
    """Suspend a service that is suspended where it was bought, or lift that; nobody is asked."""
    if service.status == "processing":
        return
    if held:
        _stop(turn, service, "seller")
        return
    lifted = service.suspended_by - {"seller"}
    turn.set(service, suspended_by=lifted, status="suspended" if lifted else "active")
    if not lifted:
        _runs_on(turn, service)


def _suspend(turn: Turn, service: Service, by: str) -> None:
    _stop(turn, service, by)
    if not service.suspended_by:
        turn.panel("suspend", service)


def _stop(turn: Turn, service: Service, by: str) -> None:
    turn.set(service, status="suspended", suspended_by=service.suspended_by | {by})
    unpaid = service.unpaid
    if unpaid is not None and unpaid.ran is not None and unpaid.ran[1] is None:
        turn.set(service, unpaid=Unpaid(unpaid.until, (unpaid.ran[0], turn.now)))


def _runs_on(turn: Turn, service: Service) -> None:
    """Note that a service runs unpaid from now on, where it has expired."""
    if service.unpaid is not None:
        began = service.unpaid.ran[0] if service.unpaid.ran else turn.now
        turn.set(service, unpaid=Unpaid(service.unpaid.until, (began, None)))


def _delete(turn: Turn, service: Service) -> None:
    turn.set(service, status="deleted", deleted=turn.now)
    if service.status != "ordered":
        turn.panel("delete", service)
