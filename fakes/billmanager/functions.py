"""Every function of the panel, by name."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from prorata.fakes.billmanager import (
    account,
    addons,
    basket,
    dashboard,
    events,
    ips,
    money,
    operations,
    orders,
    payers,
    paying,
    service,
    services,
    setup,
    soft,
    tariffs,
    tickets,
)
from prorata.fakes.billmanager.refusals import telling
from prorata.fakes.mgr5 import login
from prorata.fakes.mgr5.functions import Function, table
from prorata.fakes.mgr5.traffic import USER

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prorata.fakes.billmanager.panel import Billmanager

__all__ = ["FUNCTIONS"]


def _active(panel: Billmanager, name: str) -> bool:
    return panel.state.logins[name].active


_ALL: Mapping[str, Function[Billmanager]] = table(
    login.functions(active=_active, profile=account.profile),
    orders.FUNCTIONS,
    services.FUNCTIONS,
    soft.FUNCTIONS,
    service.FUNCTIONS,
    ips.FUNCTIONS,
    basket.FUNCTIONS,
    paying.FUNCTIONS,
    money.FUNCTIONS,
    account.FUNCTIONS,
    payers.FUNCTIONS,
    tariffs.FUNCTIONS,
    addons.FUNCTIONS,
    setup.FUNCTIONS,
    operations.FUNCTIONS,
    events.FUNCTIONS,
    tickets.FUNCTIONS,
    dashboard.FUNCTIONS,
)
#: A partner's client opens the partner's own sessions by keys.
_KEYS = replace(_ALL["session.newkey"], level=USER)
FUNCTIONS: Mapping[str, Function[Billmanager]] = {
    name: telling(function) for name, function in {**_ALL, _KEYS.name: _KEYS}.items()
}
