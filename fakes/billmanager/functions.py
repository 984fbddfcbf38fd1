"""Every function of the panel, by name."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from prorata.fakes.billmanager import (
    access,
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
from prorata.fakes.mgr5.functions import Function, table
from prorata.fakes.mgr5.traffic import USER

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prorata.fakes.billmanager.host import BillmanagerHost

__all__ = ["FUNCTIONS"]

_ALL: Mapping[str, Function[BillmanagerHost]] = table(
    access,
    orders,
    services,
    soft,
    service,
    ips,
    basket,
    paying,
    money,
    account,
    payers,
    tariffs,
    addons,
    setup,
    operations,
    events,
    tickets,
    dashboard,
)
#: A partner's client opens the partner's own sessions by keys.
_KEYS = replace(_ALL["session.newkey"], level=USER)
FUNCTIONS: Mapping[str, Function[BillmanagerHost]] = {
    name: telling(function) for name, function in {**_ALL, _KEYS.name: _KEYS}.items()
}
