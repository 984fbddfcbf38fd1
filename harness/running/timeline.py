"""Many scenarios in one timeline, for a billing that is never put back.

Each is played and judged as ever, in a thread of its own, and only one of them runs at a time: the
one that waits for the earliest instant.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from heapq import heapify, heappop, heappush
from math import inf
from threading import Event, Thread
from typing import TYPE_CHECKING

from prorata.harness.protocol import Advance
from prorata.harness.running.trial import judged

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from prorata.harness.implementations.base import Implementation, Merges
    from prorata.harness.protocol import Answer, Request, Started
    from prorata.harness.running.trial import Bench, Trial
    from prorata.harness.running.verdict import Verdict
    from prorata.harness.scenario import Scenario

__all__ = ["judged_together"]


class _Lane:
    """An implementation whose clock waits until no other scenario has anything to do before."""

    def __init__(self, inner: Implementation) -> None:
        self._inner = inner
        self._now: datetime | None = None
        self.wanted: datetime | None = None
        self._go, self._back = Event(), Event()

    @property
    def name(self) -> str:
        """That of the implementation."""
        return self._inner.name

    @property
    def declared(self) -> Started:
        """What the implementation declares."""
        return self._inner.declared

    def ask(self, request: Request) -> Answer:
        """Wait where time is to move on; else pass the request on."""
        if isinstance(request, Advance) and (self._now is None or request.to > self._now):
            self._now = self.wanted = request.to
            self._back.set()
            self._go.wait()
            self._go.clear()
        return self._inner.ask(request)

    def abandon(self) -> tuple[str, ...]:
        """Give the scenario up."""
        return self._inner.abandon()

    def restart(self) -> None:
        """Nothing is started anew: others are being played."""

    close = restart

    def resume(self) -> None:
        """Let it run until it waits again, or is done."""
        self._back.clear()
        self.wanted = None
        self._go.set()
        self._back.wait()

    def done(self) -> None:
        """Tell that it waits for nothing any more."""
        self._back.set()

    def begin(self, thread: Thread) -> None:
        """Start it, and return when it waits or is done."""
        thread.start()
        self._back.wait()


@dataclass(slots=True)
class _Played:
    """A scenario of the timeline, and what came of it."""

    scenario: Scenario
    number: int
    lane: _Lane
    bench: Bench
    verdict: tuple[Trial, Verdict] | None = None
    raised: BaseException | None = None
    begun: bool = field(default=False)

    def play(self) -> None:
        """Judge the scenario, in a thread of its own."""
        try:
            self.verdict = judged(self.scenario, self.bench, self.number)
        except BaseException as error:  # noqa: BLE001  it is raised where the threads meet
            self.raised = error
        finally:
            self.lane.abandon()
            self.lane.done()

    def go_on(self) -> datetime | None:
        """Let it run; return the instant that it waits for then, None where it is over."""
        if self.begun:
            self.lane.resume()
        else:
            self.begun = True
            thread = Thread(target=self.play, name=f"scenario {self.number}", daemon=True)
            self.lane.begin(thread)
        if self.raised is not None:
            raise self.raised
        return self.lane.wanted


def judged_together(
    scenarios: Mapping[int, Scenario], merges: Merges, bench: Bench
) -> Iterator[tuple[Trial, Verdict]]:
    """Play scenarios, by their numbers, in one timeline; yield their verdicts in their order.

    Raises what a scenario's own trial raises, such as `OSError` for a trace.
    """
    # Nothing is played a second time, and a scenario takes as long as those around it.
    watch = bench.watch._replace(patience=inf, twice=False)
    lanes = []
    for number, scenario in scenarios.items():
        lane = _Lane(merges.lane(number))
        own = replace(bench, implementation=lane, panels=bench.panels.lane(number), watch=watch)
        lanes.append(_Played(scenario, number, lane, own))
    _run(lanes)
    for each in lanes:
        if each.verdict is not None:
            yield each.verdict


def _run(lanes: Sequence[_Played]) -> None:
    """Play all of them, always the one with the earliest instant next."""
    waiting = [(each.scenario.steps[0].at, index) for index, each in enumerate(lanes)]
    heapify(waiting)
    while waiting:
        _, index = heappop(waiting)
        wanted = lanes[index].go_on()
        if wanted is not None:
            heappush(waiting, (wanted, index))
