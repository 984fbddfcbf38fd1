"""What buyers have bought from a billing of the world, by the labels of their services."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from prorata.fakes.billmanager.events import EVENTS, tell
from prorata.fakes.billmanager.functions import FUNCTIONS
from prorata.fakes.billmanager.licences import key_of
from prorata.harness.running.seen import Sold

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from prorata.fakes.billmanager import Billmanager
    from prorata.fakes.billmanager.host import BillmanagerHost
    from prorata.fakes.mgr5.functions import Function

__all__ = ["Calls", "bought_for", "counted", "licences", "move", "unsold"]


def bought_for(panel: Billmanager, label: Mapping[str, str]) -> dict[str, list[int]]:
    """Return the numbers of the licences of each label, those that are there before the others.

    `label` has that of a service by what its buyer calls its licence.
    """
    services = panel.billing.book.services
    found: dict[str, list[int]] = {}
    for number, item in panel.state.items.items():
        if item.remoteid in label:
            found.setdefault(label[item.remoteid], []).append(number)
    for numbers in found.values():
        numbers.sort(key=lambda number: services[number].status == "deleted")
    return found


def licences(panel: Billmanager, bought: Mapping[str, list[int]]) -> dict[str, Sold]:
    """Return what was bought, by label."""
    return {label: _sold(panel, numbers) for label, numbers in bought.items()}


def unsold(panel: Billmanager, label: Mapping[str, str]) -> int:
    """Return how many licences there are that were bought for no service of these."""
    services = panel.billing.book.services
    return sum(
        bool(item.remoteid) and item.remoteid not in label and services[number].status != "deleted"
        for number, item in panel.state.items.items()
    )


def move(panel: Billmanager, number: int, ip: str) -> None:
    """Move a licence to another address at its seller, as its staff do."""
    panel.state.items[number] = replace(panel.state.items[number], ip=ip)
    tell(panel, panel.billing.book.services[number], "setparam")


def _sold(panel: Billmanager, numbers: list[int]) -> Sold:
    services = panel.billing.book.services
    service, item = services[numbers[0]], panel.state.items[numbers[0]]
    there = sum(services[number].status != "deleted" for number in numbers)
    key = key_of(service, item)
    return Sold(
        service.status,
        service.tariff,
        service.expires,
        item.ip,
        item.licname,
        key,
        there,
        tuple(map(str, numbers)),
    )


@cache
def counted() -> Collection[str]:
    """Return the functions whose calls are counted."""
    return frozenset(name for name, each in FUNCTIONS.items() if not each.shows) | {EVENTS}


def _counts(function: Function[BillmanagerHost] | None, params: Mapping[str, str]) -> bool:
    return function is not None and (function.name == EVENTS or function.changes(params))


class Calls:
    """The calls of a panel's functions since it was last asked."""

    def __init__(self, panel: Billmanager) -> None:
        self._panel = panel
        self._told = 0

    def new(self, label: Mapping[str, str]) -> dict[str, list[Mapping[str, str]]]:
        """Return the parameters of each call since that was to change something, by function.

        How often somebody looks is their own affair, but for the list of events.
        `label` has that of a service by what its buyer calls its licence: a licence that a call
        names is called so.
        """
        items = self._panel.state.items
        own = {str(number): label[item.remoteid] for number, item in items.items()
               if item.remoteid in label}  # fmt: skip
        named = {"remoteid": label, "elid": own}
        found: dict[str, list[Mapping[str, str]]] = {}
        for call in self._panel.state.traffic.calls.find(since=self._told):
            self._told = call.number
            if not _counts(self._panel.functions.get(call.func), call.params):
                continue
            params = {
                name: named.get(name, {}).get(text, text) for name, text in call.params.items()
            }
            found.setdefault(call.func, []).append(params)
        return found
