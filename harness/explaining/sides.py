"""Both sides of a purchase: what a client was charged here, and what that cost at the seller."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from prorata.harness.explaining.deciding import explain
from prorata.reference.ledger import TO_CLIENT
from prorata.reference.readings import choose

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

    from prorata.harness.explaining.deciding import Explained
    from prorata.harness.explaining.watching import Happened
    from prorata.harness.running.panels import ScenarioPanels
    from prorata.harness.scenario import Scenario
    from prorata.reference.ledger import Line

__all__ = ["Resale", "SideCharge", "Sides"]


@dataclass(frozen=True, slots=True)
class SideCharge:
    """What a client was charged at an instant, less what was given back."""

    at: datetime
    amount: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class Resale:
    """What a seller charged its client for a service that is sold on, with its lines.

    `here` is what the service's own client was charged for the same, None where that was nothing.
    """

    seller: str
    service: str
    cost: SideCharge
    lines: tuple[Explained[Line], ...]
    here: SideCharge | None = None

    @property
    def margin(self) -> Decimal | None:
        """What is left between the two; None where they are in two currencies."""
        if self.here is None:
            return -self.cost.amount
        same = self.here.currency == self.cost.currency
        return self.here.amount - self.cost.amount if same else None


@dataclass(slots=True)
class Sides:
    """Finds the purchases of a scenario: the first charge here belongs to the first there."""

    scenario: Scenario
    panels: ScenarioPanels
    _open: dict[str, deque[SideCharge]] = field(default_factory=dict)

    def of(self, happened: Happened, labels: Mapping[str, str]) -> Iterator[Resale]:
        """Yield what was bought by a message; `labels` are by the number of a service."""
        for number in dict.fromkeys(line.service for line in happened.lines):
            own = [line for line in happened.lines if line.service == number]
            label = labels.get(str(number), "")
            self._open.setdefault(label, deque()).append(_sum(own))
        bought: dict[tuple[str, str, datetime], list[Line]] = {}
        for seller, line in happened.bought:
            item = self.panels.sellers[seller].state.items.get(line.service)
            label = labels.get(item.remoteid, "") if item else ""
            if label:  # what another buyer has is none of this billing's
                bought.setdefault((seller, label, line.at), []).append(line)
        for (seller, label, _), lines in bought.items():
            waiting = self._open.get(label)
            here = waiting.popleft() if waiting else None
            yield Resale(seller, label, _sum(lines), self._explained(seller, lines), here)

    def _explained(self, seller: str, lines: Iterable[Line]) -> tuple[Explained[Line], ...]:
        chosen = choose(self.scenario.others[seller].readings)
        return tuple(explain(line, chosen, line.amount.currency) for line in lines)


def _sum(lines: list[Line]) -> SideCharge:
    amounts = (
        Decimal(str(line.amount)) * (-1 if line.kind in TO_CLIENT else 1)
        for line in lines
        if not line.inside
    )
    return SideCharge(lines[0].at, sum(amounts, Decimal()), lines[0].amount.currency)
