"""The work of one worker: scenarios loaded from files, and judged batch by batch."""

from __future__ import annotations

from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeAlias

from prorata.harness.running.api import end, open_any
from prorata.harness.running.comparing import ToldNames
from prorata.harness.running.panels import open_panels
from prorata.harness.running.runner import skipped_by, watch_of
from prorata.harness.running.sitting import Sitting
from prorata.harness.running.trial import Bench
from prorata.harness.workers.job import Outcome, head_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from prorata.harness.implementations.base import Implementation, ImplementationFault
    from prorata.harness.implementations.server import StartedServer
    from prorata.harness.running.panels import ScenarioPanels
    from prorata.harness.running.trial import Trial
    from prorata.harness.scenario import Scenario
    from prorata.harness.workers.job import Batch, Job, ScenarioHead, ScenarioSource

    Opened: TypeAlias = Callable[[ScenarioPanels], Implementation]

__all__ = ["FileShelf", "WorkDesk", "opening"]


@dataclass(slots=True)
class FileShelf:
    """The files that have been loaded, each once."""

    _loaded: dict[ScenarioSource, dict[str, Scenario]] = field(default_factory=dict)

    def heads(self, file: ScenarioSource) -> list[ScenarioHead]:
        """Return what is in a file; raise `ScenarioErrors`."""
        return [head_of(scenario, file) for scenario in self._of(file).values()]

    def scenario(self, head: ScenarioHead) -> Scenario:
        """Return a scenario; raise `ScenarioErrors`."""
        return self._of(head.file)[head.id]

    def _of(self, file: ScenarioSource) -> dict[str, Scenario]:
        if not file.kept:
            return {scenario.id: scenario for scenario in file.load()}
        if file not in self._loaded:
            self._loaded[file] = {scenario.id: scenario for scenario in file.load()}
        return self._loaded[file]


class WorkDesk:
    """An implementation with panels of its own, and what is judged on it; raises `CannotStart`."""

    def __init__(self, job: Job, shelf: FileShelf, opened: Opened | None = None) -> None:
        """Open what the job names, or what `opened` makes for the panels here."""
        self._shelf = shelf
        self._stack = ExitStack()
        panels = self._stack.enter_context(open_panels(job.panels))
        try:
            implementation = opened(panels) if opened else opening(job, panels)
        except BaseException:
            self._stack.close()
            raise
        self._panels: ScenarioPanels = panels
        self._sitting = Sitting(implementation)
        watch = watch_of(implementation, whole=job.whole, records=job.records)
        watch = watch._replace(patience=job.patience)
        self._bench = Bench(
            implementation, panels, None, job.whole, watch, records=job.records, explained={}
        )
        self.declared = implementation.declared

    def outcomes(self, batch: Batch) -> Iterator[Outcome]:
        """Yield the outcome of each scenario of a batch, in their order; raise `CannotStart`."""
        told = ToldNames(set(batch.told))
        bench = replace(self._bench, told=told, innocent=Counter(dict(batch.innocent)))
        if batch.again:
            bench = replace(bench, explained={})
        waiting, known = _Waiting(), set(batch.told)
        for number, head in zip(batch.numbers, batch.heads, strict=True):
            if batch.again:
                bench = bench.afresh(ToldNames(set(batch.told)))
            scenario = self._shelf.scenario(head)
            skipped = skipped_by(scenario, bench.implementation)
            if skipped is not None:
                innocent = tuple(bench.innocent.items())
                yield from waiting.behind(Outcome(number, skipped, innocent=innocent))
                continue
            trial, verdict = self._sitting.judge(scenario, bench, number, waiting.blame)
            yield from waiting.end()
            new = frozenset(bench.told.names - known)
            known |= new
            told_here = head.file.told(verdict, trial)
            outcome = Outcome(number, told_here, new, tuple(bench.innocent.items()))
            yield from waiting.add(trial, outcome)
        if not batch.last:
            self._sitting.settle(waiting.blame)
        yield from waiting.end()

    def close(self) -> str:
        """End the implementation and its panels; return what was wrong with its goodbye."""
        with self._stack:
            return end(self._bench.implementation)


def opening(
    job: Job, panels: ScenarioPanels, server: StartedServer | None = None
) -> Implementation:
    """Open the implementation that a job names, of a `server` that was started for it, if any."""
    return open_any(
        job.implementation,
        panels,
        readings=job.readings,
        timeout=job.timeout,
        cwd=job.cwd,
        clock=job.clock,
        server=server,
    )


@dataclass(slots=True)
class _Waiting:
    """The outcome of the last scenario that conforms: the next may show that it spoke late."""

    _trial: Trial | None = None
    _outcomes: list[Outcome] = field(default_factory=list)

    def add(self, trial: Trial, outcome: Outcome) -> Iterator[Outcome]:
        if outcome.verdict.verdict == "pass":
            self._trial, self._outcomes = trial, [outcome]
        else:
            yield outcome

    def behind(self, outcome: Outcome) -> Iterator[Outcome]:
        if self._outcomes:
            self._outcomes.append(outcome)
        else:
            yield outcome

    def blame(self, late: ImplementationFault) -> bool:
        """Let it answer for what was said late, unless that is another one's."""
        if self._trial is None or late.of not in {None, self._trial.number}:
            return late.of is None
        first, *behind = self._outcomes
        blamed = replace(first, verdict=self._trial.spoke_late(first.verdict, late))
        self._outcomes = [blamed, *behind]
        return True

    def end(self) -> Iterator[Outcome]:
        """Yield what waited."""
        yield from self._outcomes
        self._trial, self._outcomes = None, []
