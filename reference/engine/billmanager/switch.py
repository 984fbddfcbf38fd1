"""What every change of a tariff does: ask whether it is taken, price it, switch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prorata.reference.billmanager import charge
from prorata.reference.billmanager import order as ordering
from prorata.reference.engine.billmanager.bundle import follow
from prorata.reference.engine.billmanager.goods import amounts_sold, asked, kept, priced_periods

if TYPE_CHECKING:
    from collections.abc import Iterable

    from prorata.reference.engine.billmanager.catalogue import Tariff
    from prorata.reference.engine.billmanager.goods import Price
    from prorata.reference.engine.state import Service
    from prorata.reference.engine.turn import Turn
    from prorata.reference.proration import Stretch
    from prorata.reference.refusal import Refusal

__all__ = ["prices", "sells", "switch"]


def sells(turn: Turn, service: Service, new: Tariff, bought: Iterable[Stretch]) -> Refusal | None:
    """Refuse a tariff that would not take an order of the periods that were bought."""
    resources = kept(new, service)
    for period, renewal in dict.fromkeys((each.period, each.renewal) for each in bought):
        refusal = turn.rule(
            ordering.period_sold,
            tariff=new.name,
            period=period,
            prices=priced_periods(new, renewal=renewal),
            disabled=new.disabled_periods,
            renewal=False,
        )
        if refusal is None and new.pro_rata_day is not None:
            refusal = turn.rule(charge.months_sold, months=period.months)
        refusal = refusal or amounts_sold(turn, new, resources, period)
        if refusal:
            return refusal
    return None


def prices(service: Service, new: Tariff) -> dict[str, Price]:
    """Return what the new tariff asks for itself and for all that the service has of resources."""

    def price(item: str, amount: int) -> Price:
        return lambda period, renewal: asked(new, item, amount, period, renewal=renewal)

    items = {"tariff": 0, **kept(new, service)}
    return {item: price(item, amount) for item, amount in items.items()}


def switch(turn: Turn, service: Service, new: Tariff, **fields: object) -> None:
    """Give a service another tariff; resources that this lacks end."""
    old: Tariff = turn.tariff(service)
    had = {**old.own_resources, **service.resources}
    # Other limits follow the preset; addresses were given one by one, and are so taken.
    ended = (name for name in had if name.endswith("addresses"))
    resources = kept(new, service)
    turn.set(service, tariff=new.name, next_tariff=None, resources=resources, **fields)
    if service.is_server:
        follow(turn, service, new, resources)
    else:
        turn.panel("change_preset", service, new.template, *ended)
