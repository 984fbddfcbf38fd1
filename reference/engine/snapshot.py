"""Snapshots: a billing as it stood, from which any number of billings go on, each by itself.

The state is plain data, so a snapshot is a copy. What is no state is not copied: the rulebook, the
rules under their readings, and what lies outside, which is the panel and the clock.
"""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

from prorata.reference.clock import Clock

if TYPE_CHECKING:
    from datetime import datetime

    from prorata.reference.engine.billing import Billing
    from prorata.reference.engine.ports import Panel

__all__ = ["Snapshot"]


class Snapshot:
    """Everything that a billing knows and has planned at one instant.

    A copy of the panel is its own affair: `restore` takes the panel with which to go on, and the
    clock that it shares with the billing.
    """

    __slots__ = ("_billing",)

    def __init__(self, billing: Billing) -> None:
        self._billing = _copied(billing, Clock(billing.clock.now()), billing.panel)

    @property
    def at(self) -> datetime:
        """The instant at which it was taken, in UTC."""
        return self._billing.clock.now()

    def restore(self, *, panel: Panel, clock: Clock | None = None) -> Billing:
        """Return a billing that goes on from here.

        `clock` must stand at the instant of the snapshot (`ValueError`); without one it is fresh.
        """
        clock = clock or Clock(self.at)
        if clock.now() != self.at:
            message = f"the snapshot is of {self.at.isoformat()}, not {clock.now().isoformat()}"
            raise ValueError(message)
        return _copied(self._billing, clock, panel)


def _copied(billing: Billing, clock: Clock, panel: Panel) -> Billing:
    rules = (billing._readings, billing._instead, billing._rulings)  # noqa: SLF001  a copy is its own friend
    same = (billing.rulebook, *rules, billing.book.zone)
    memo: dict[int, Any] = {id(part): part for part in same}
    memo[id(billing.clock)] = clock
    memo[id(billing.panel)] = panel
    if billing.trade is not None:
        memo[id(billing.trade.sellers)] = billing.trade.sellers
    if billing.heard is not None:
        memo[id(billing.heard)] = None  # who listens to a billing does not listen to its copy
    return deepcopy(billing, memo)
