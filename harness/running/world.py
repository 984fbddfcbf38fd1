"""The world of a scenario with several billings: those that are not judged.

A billing that others buy from is a fake BILLmanager, reached by its address as any panel is; one
that buys is the reference.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from prorata.fakes.billmanager import Billmanager
from prorata.fakes.billmanager.catalogue import as_listed
from prorata.fakes.billmanager.events import listen

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from prorata.harness.scenario import Scenario
    from prorata.reference.clock import Clock

__all__ = ["Ahead", "open_sellers"]


class Ahead:
    """A clock that is a constant time ahead of another one."""

    def __init__(self, clock: Clock, by: timedelta) -> None:
        self._clock = clock
        self._by = by

    def now(self) -> datetime:
        """Return what it shows."""
        return self._clock.now() + self._by


def open_sellers(scenario: Scenario, clock: Clock) -> dict[str, Billmanager]:
    """Return the sellers of a scenario as they are when it begins, by their names."""
    return {
        name: _opened(scenario.others[name], clock, first=not place)
        for place, name in enumerate(scenario.sellers())
    }


def _opened(seller: Scenario, clock: Clock, *, first: bool) -> Billmanager:
    given = seller.given
    panel = Billmanager(
        Ahead(clock, given.clock_ahead),
        catalogue={name: as_listed(row) for name, row in seller.catalogue().items()},
        clients={name: dict(row) for name, row in seller.clients().items()},
        currency=given.currency,
        timezone=str(given.timezone),
        readings=seller.readings,
        settings=seller.settings(),
        first_ids=given.first_ids.model_dump(exclude_none=True) if given.first_ids else None,
    )
    if not first:
        panel.move(f"/{seller.name}/billmgr")
    listen(panel)
    return panel
