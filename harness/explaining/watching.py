"""The reference, watched: what each message made it post, decide, tell and ask of the panel."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from prorata.harness.implementations.reference import Reference
from prorata.harness.protocol import Advance, Perform

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from prorata.harness.protocol import Answer, Request
    from prorata.harness.running.panels import ScenarioPanels
    from prorata.reference.engine import Billing
    from prorata.reference.engine.decisions import Decision
    from prorata.reference.engine.state import Notification, Operation, Service
    from prorata.reference.ledger import Line

__all__ = ["Happened", "Look", "Watched"]


@dataclass(frozen=True, slots=True)
class Look:
    """What there is at one moment: how much was kept so far, and each service and operation."""

    lines: int
    decisions: int
    notices: int
    services: Mapping[int, Service]
    operations: Mapping[int, Operation]

    @classmethod
    def at(cls, billing: Billing) -> Look:
        """Look at a billing."""
        book = billing.book
        return cls(
            len(billing.ledger),
            billing.decisions.mark,
            len(book.notifications),
            {number: copy(service) for number, service in book.services.items()},
            {number: copy(operation) for number, operation in book.operations.items()},
        )


@dataclass(frozen=True, slots=True)
class Happened:
    """What one message did: an act, or time that went on to `at`.

    `bought` are the lines that sellers posted meanwhile, with their names.
    """

    act: str | None
    at: datetime
    before: Look
    after: Look
    lines: tuple[Line, ...]
    decisions: tuple[Decision, ...]
    notices: tuple[Notification, ...]
    bought: tuple[tuple[str, Line], ...] = ()

    @property
    def operations(self) -> tuple[Operation, ...]:
        """What was asked of the panel, or asked again."""
        before = self.before.operations
        return tuple(
            each for number, each in self.after.operations.items() if before.get(number) != each
        )

    @property
    def changed(self) -> tuple[int, ...]:
        """The services that are not what they were."""
        before = self.before.services
        return tuple(
            number for number, each in self.after.services.items() if before.get(number) != each
        )


class Watched(Reference):
    """The reference, which keeps what each act and each step of time did."""

    def __init__(self, panels: ScenarioPanels, **named: Any) -> None:
        super().__init__(version="", transport=panels.transport, **named)
        self.happened: list[Happened] = []
        self._panels = panels
        self._posted: dict[str, int] = {}

    def ask(self, request: Request) -> Answer:
        """Answer a request, and keep what came of it."""
        if not isinstance(request, Perform | Advance):
            return super().ask(request)
        before = Look.at(self.billing)
        answer = super().ask(request)
        billing, after = self.billing, Look.at(self.billing)
        self.happened.append(
            Happened(
                request.act if isinstance(request, Perform) else None,
                billing.clock.now().astimezone(billing.book.zone),
                before,
                after,
                tuple(billing.ledger.since(before.lines)),
                tuple(billing.decisions.since(before.decisions)),
                tuple(billing.book.notifications[before.notices :]),
                tuple(self._bought()),
            )
        )
        return answer

    def _bought(self) -> Iterator[tuple[str, Line]]:
        """Yield what sellers have posted since they were looked at last."""
        for name, seller in self._panels.sellers.items():
            ledger = seller.billing.ledger
            yield from ((name, line) for line in ledger.since(self._posted.get(name, 0)))
            self._posted[name] = len(ledger)
