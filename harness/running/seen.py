"""What was there at one moment of a scenario, by the scenario's labels."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from prorata.fakes.ispmanager.state import Belongings
    from prorata.harness.protocol import (
        Answer,
        LedgerLine,
        ObservedInvoice,
        ObservedNotification,
        ObservedService,
    )
    from prorata.harness.running.visit import Visit

__all__ = ["Beside", "Rewritten", "Seen", "Sold"]


class Rewritten(NamedTuple):
    """The line with a number, from 1, as it was told before and as it is now: None for no more."""

    number: int
    was: LedgerLine
    now: LedgerLine | None


class Sold(NamedTuple):
    """A licence as its seller has it; `bought` is how many there are for one service.

    `numbers` are those of all that ever were, by which the seller's own ledger calls them.
    """

    status: str
    tariff: str
    expires: datetime | None
    ip: str
    name: str
    key: str
    bought: int
    numbers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Beside:
    """What was answered beside an act: when it came again, and to a quote of it before.

    `charged` are the lines that it posted then.
    """

    repeated: Answer | None = None
    quote: Answer | None = None
    charged: tuple[LedgerLine, ...] = ()


@dataclass(frozen=True, slots=True)
class Seen:
    """What was there at an instant: after a step, or at a moment at which something fell due.

    `lines` and `notifications` are those told since the step before, or since the moment before
    where nothing was done; lines of nothing are none. `rewritten` are earlier lines that have
    changed. `labels` maps the implementation's id of each service to its label, `numbers` to the
    number that the reference gives it; `notifications` are None where none are told.
    """

    at: datetime
    #: What was asked for.
    asked: frozenset[str]
    answer: Answer | None
    services: Mapping[str, ObservedService | None]
    lines: tuple[LedgerLine, ...]
    rewritten: tuple[Rewritten, ...]
    balances: Mapping[str, str]
    invoices: tuple[ObservedInvoice, ...]
    labels: Mapping[str, str]
    numbers: Mapping[str, str]
    #: The numbers of the invoices, which are in the order of their issue.
    invoice_numbers: tuple[str, ...] = ()
    notifications: tuple[ObservedNotification, ...] | None = None
    accounts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    credit_notes: Mapping[str, Sequence[str]] | None = None
    belongings: Mapping[str, Belongings | None] = field(default_factory=dict)
    visit: Visit | None = None
    beside: Beside | None = None
    #: Services that are told and that no order made, by the implementation's id.
    unordered: Mapping[str, ObservedService] = field(default_factory=dict)
    #: Users on the panel that no service has, and that the scenario did not give.
    strangers: tuple[str, ...] = ()
    #: What was bought from this billing, by the label of the service that it was bought for.
    licences: Mapping[str, Sold] = field(default_factory=dict)
    #: How many licences there are whose buyer's name for them is no service's.
    unsold: int = 0
    #: The calls of each of its functions since the step before, by its buyers: their parameters.
    calls: Mapping[str, Sequence[Mapping[str, str]]] = field(default_factory=dict)
    #: What was there of the other billings, by their names.
    others: Mapping[str, Seen] = field(default_factory=dict)

    def same(self, other: Seen) -> bool:
        """Tell whether the very same was there, at whatever instant."""
        return replace(other, at=self.at) == self
