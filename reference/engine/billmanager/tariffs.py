"""What staff make of a tariff."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from prorata.reference.billmanager import charge
from prorata.reference.billmanager.order import sells_anything
from prorata.reference.engine.billmanager.life import plan_deletion

if TYPE_CHECKING:
    from prorata.reference.engine.billmanager.catalogue import Tariff
    from prorata.reference.engine.turn import Turn
    from prorata.reference.refusal import Refusal

__all__ = ["set_tariff"]


def set_tariff(turn: Turn, /, *, tariff: str, **fields: Any) -> Refusal | None:
    """Give fields of a tariff new values.

    Running services keep what they have bought; what is bought next, and every policy from now on,
    goes by the new values.
    """
    old: Tariff = turn.book.catalogue[tariff]
    new = old.changed(fields)
    running = [each for each in turn.book.services.values() if each.status != "deleted"]
    services = [each for each in running if each.tariff == tariff]
    waiting = [each for each in running if each.next_tariff and each.next_tariff[0] == tariff]
    refusal = _refused(turn, old, new, len(services) + len(waiting))
    if refusal:
        return refusal
    turn.set(turn.book, catalogue={**turn.book.catalogue, tariff: new})
    if new.auto_deletion != old.auto_deletion:
        for service in services:
            if "non-payment" in service.suspended_by:
                plan_deletion(turn, service, new)
    return None


def _refused(turn: Turn, old: Tariff, new: Tariff, services: int) -> Refusal | None:
    return (
        turn.rule(sells_anything, tariff=new.name, sells=new.sells_anything())
        or turn.rule(
            charge.one_kind,
            by_day=new.daily is not None,
            by_calendar=new.pro_rata_day is not None,
        )
        or turn.rule(
            charge.keeps_kind,
            tariff=new.name,
            changes=(new.daily is None) != (old.daily is None),
            services=services,
        )
    )
