"""The control panel of a running server: another one, none, or the first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from prorata.reference.engine.billmanager.bundle import follow, panel_sold
from prorata.reference.engine.billmanager.catalogue import ControlPanel
from prorata.reference.engine.billmanager.resources import changeable, exchange

if TYPE_CHECKING:
    from prorata.reference.engine.billmanager.catalogue import Tariff
    from prorata.reference.engine.state import Service
    from prorata.reference.engine.turn import Turn
    from prorata.reference.periods import Length
    from prorata.reference.refusal import Refusal

__all__ = ["set_control_panel"]

#: What stands for no control panel.
_NONE: Final = "none"


def set_control_panel(
    turn: Turn, /, *, service: str, value: str, by: str = "client"
) -> Refusal | None:
    """Give a server another control panel, or none; its licence follows.

    What it costs more is ordered as a resource is, what it costs less is cancelled as one is.
    """
    found = turn.book.services[int(service)]
    tariff: Tariff = turn.tariff(found)
    has, wants = ControlPanel.value(found.resources), "" if value == _NONE else value
    refusal = changeable(turn, found)
    # None is sold by whatever sells any.
    if refusal is None and (wants or tariff.control_panel is None):
        refusal = _sold(turn, found, tariff, value)
    if refusal or wants == has:
        return refusal
    old, new = (ControlPanel.addon(each) if each else "" for each in (has, wants))
    refusal = exchange(turn, found, tariff, old, new, by=by)
    if refusal is None:
        follow(turn, found, tariff, {new: 1} if new else {})
    return refusal


def _sold(turn: Turn, service: Service, tariff: Tariff, value: str) -> Refusal | None:
    """Refuse a control panel that is not sold for each time that the server has bought."""
    today = turn.today.toordinal()
    periods: set[Length | None] = {s.period for s in service.bought if s.expires > today}
    for period in {None} if service.trial else periods or {service.period}:
        refusal = panel_sold(turn, tariff, value, period)
        if refusal:
            return refusal
    return None
