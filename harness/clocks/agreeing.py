"""Whether all stand at one time: the implementation, its processes, and the panels.

A short scenario is played before a run. Nothing of it is judged but the instants that are told: the
clocks of the answers to `clock`, the dates of a service that is ordered, the calls that came to the
panel.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from prorata.harness.clocks.timed import off, told_instant
from prorata.harness.implementations.base import CannotStart, ImplementationFault
from prorata.harness.protocol import (
    Advance,
    Close,
    Failed,
    Observation,
    Observe,
    Perform,
    Result,
)
from prorata.harness.smoke.session import ORDERS, SMOKE_BEGINS, SMOKE_PRESET, smoke_opening
from prorata.reference.clock import Clock

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prorata.harness.clocks.outside import OutsideClock
    from prorata.harness.implementations.base import Implementation
    from prorata.harness.protocol import Body, Request
    from prorata.harness.protocol.words import System
    from prorata.harness.running.panels import ScenarioPanels

__all__ = ["agree"]

#: A day and some hours on: who reads another clock is caught at one of the two.
_LATER: Final = SMOKE_BEGINS + timedelta(days=1, hours=3, minutes=30)
#: How far a date may be from when it came about: midnights differ by zone, and a service may begin
#: with the day or with the next one.
_NEAR: Final = timedelta(days=2)


def agree(implementation: Implementation, clock: OutsideClock, panels: ScenarioPanels) -> None:
    """See that all stand at one time; raise `CannotStart`, which names who does not."""
    try:
        found = list(_Check(implementation, clock, panels).off())
    except ImplementationFault as fault:
        reason = f"while its clocks were compared: {fault.reason}"
        raise CannotStart(reason, fault.stderr_tail) from None
    if found:
        raise CannotStart("\n  ".join(["the clocks are split, and nothing is judged", *found]))


@dataclass(slots=True)
class _Check:
    implementation: Implementation
    clock: OutsideClock
    panels: ScenarioPanels
    time: Clock = field(default_factory=lambda: Clock(SMOKE_BEGINS))
    broke: bool = False

    def off(self) -> Iterator[str]:
        """Yield who is off, a line for each; raise `ImplementationFault`, `CannotStart`."""
        panel = self.panels.place(self.time, {SMOKE_PRESET: {}})
        opening = smoke_opening(self._system, self.panels.access(panel))
        if self._body(opening) is None:
            yield from self.clock.unreached()
            return
        told = list(self._at(SMOKE_BEGINS))
        yield from told
        seen = self._made()
        yield from self.clock.unreached()
        if self.broke:
            self.implementation.restart()
            return
        yield from _dates(seen, SMOKE_BEGINS)
        for call in panel.calls:
            if call.at != SMOKE_BEGINS:
                yield f"the panel took {call.func} at {call.at.isoformat()}"
        self.time.advance_to(_LATER)
        yield from () if told else self._at(_LATER)
        self._body(Close())

    def _made(self) -> Body | None:
        """Order a service, and return what there is then; what breaks, the run will tell."""
        try:
            self._body(Perform.named("order", **ORDERS[self._system]))
            return self._body(Observe(of=["services", "ledger", "invoices"]))
        except ImplementationFault:
            self.broke = True
            return None

    @property
    def _system(self) -> System:
        """The first of the systems that it supports."""
        offered = self.implementation.declared.supports.systems
        return next((name for name in ORDERS if offered is None or name in offered), "billmanager")

    def _at(self, instant: datetime) -> Iterator[str]:
        body = self._body(Advance(to=instant))
        yield from off(body, instant, self.clock.slack)

    def _body(self, request: Request) -> Body | None:
        """Ask, and return the result, None where there is none.

        Raises `ImplementationFault`.
        """
        at = told_instant(request)
        if at is not None:
            self.clock.stand_at(at)
        answer = self.implementation.ask(request)
        if isinstance(answer, Failed):
            raise ImplementationFault("implementation", f"answered {request.type} with {answer}")
        return answer.body if isinstance(answer, Result) else None


def _dates(seen: Body | None, told: datetime) -> Iterator[str]:
    """Yield what was dated far from when it came about."""
    if not isinstance(seen, Observation):
        return
    dated: list[tuple[str, datetime | None]] = [
        *((f"service {own} starts", each.starts) for own, each in (seen.services or {}).items()),
        *((f"a line for {each.kind} is posted", each.at) for each in seen.ledger or ()),
        *((f"invoice {own} is issued", each.issued) for own, each in (seen.invoices or {}).items()),
    ]
    for what, at in dated:
        if at is not None and abs(at - told) > _NEAR:
            yield f"{what} at {at.isoformat()}, and it is {told.isoformat()}"
