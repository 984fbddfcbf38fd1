"""The trial of one scenario: how far it came, what was wrong until there, and whose fault it is."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from time import perf_counter
from typing import TYPE_CHECKING, Final

from prorata.harness.implementations.base import ImplementationFault, takes_readings
from prorata.harness.implementations.reference import Reference
from prorata.harness.running import breakage
from prorata.harness.running.agreeing import alone_at_the_end
from prorata.harness.running.always import violations
from prorata.harness.running.comparing import ToldNames
from prorata.harness.running.endings import LostError, UnsupportedError
from prorata.harness.running.incomparable import incomparable
from prorata.harness.running.judge import Judge
from prorata.harness.running.places import SUBJECTS
from prorata.harness.running.places.services import answered
from prorata.harness.running.play import play
from prorata.harness.running.selection import own_file
from prorata.harness.running.story import Story
from prorata.harness.running.verdict import Verdict
from prorata.harness.scenario.grades import REQUIRED

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from prorata.harness.implementations.base import Implementation
    from prorata.harness.reconciling import Alone
    from prorata.harness.running.judge import Missed
    from prorata.harness.running.panels import PanelCall, ScenarioPanels
    from prorata.harness.running.play import Stage
    from prorata.harness.running.player import Trace, Watch
    from prorata.harness.running.verdict import Mismatch
    from prorata.harness.scenario import Scenario
    from prorata.harness.scenario.grades import Grade

__all__ = ["Bench", "Trial", "judged"]


#: What always holds of time that stands still, and how it comes that it does not.
_AGAIN: Final = "asking clock again at an instant changes nothing"
_AT_THE_SAME: Final = "when clock was asked again at the same instant"
#: So many failures of a kind are played once more.
_ENOUGH: Final = 3


@dataclass(frozen=True, slots=True)
class Bench:
    """What scenarios are judged on, and what has been told in all of them."""

    implementation: Implementation
    panels: ScenarioPanels
    trace: Trace | None
    whole: bool
    watch: Watch
    told: ToldNames = field(default_factory=ToldNames)
    #: Whether a verdict comes with the record of its scenario, for reports.
    records: bool = False
    #: The scenarios of which it was told under what they would be no failures, by their kinds;
    #: None where nobody wants to know.
    explained: dict[tuple[str, ...], str] | None = None
    #: How often failures of a kind were found not to come of asking `clock` again.
    innocent: Counter[tuple[str, ...]] = field(default_factory=Counter)

    def afresh(self, told: ToldNames) -> Bench:
        """Return the same bench, on which nothing but this is known of the implementation."""
        return replace(self, told=told, innocent=Counter())


def judged(scenario: Scenario, bench: Bench, number: int) -> tuple[Trial, Verdict]:
    """Play a scenario and judge it; raise `OSError` where the trace cannot be written."""
    began = perf_counter()
    declared = bench.implementation.declared
    if takes_readings(bench.implementation):
        bench.implementation.pin(scenario.readings)
    own = isinstance(bench.implementation, Reference)
    judge = Judge(
        scenario, declared.readings, itemised=declared.itemised, words=own,
        whole_days=declared.whole_days,
    )  # fmt: skip
    trial = Trial(scenario, bench, judge)
    verdict = trial.verdict(number)
    seconds = round(perf_counter() - began, 6)
    if bench.records:
        trial.calls = bench.panels.calls
    told = replace(verdict, seconds=seconds, file=own_file(scenario))
    return trial, trial.recorded(told)


@dataclass(slots=True)
class Trial:
    """One scenario on the bench: how far it has come, and what was wrong until there."""

    scenario: Scenario
    bench: Bench
    judge: Judge
    stages: list[Stage] = field(default_factory=list)
    missed: list[Missed] = field(default_factory=list)
    #: What was said when it began, and belongs to the scenario before.
    late: ImplementationFault | None = None
    number: int = 1
    #: Whether the implementation broke when it was played once more.
    broke: bool = False
    #: What panels were asked, where that is recorded.
    calls: list[PanelCall] = field(default_factory=list)
    #: This very run as the reference's, where it is that which is recorded: no need for another.
    own: Story = field(default_factory=Story)

    def verdict(self, number: int) -> Verdict:
        """Play the scenario and judge it; raise `OSError` where the trace cannot be written."""
        begun = Verdict(self.scenario.id, self.scenario.rules, "pass", 0.0)
        self.number = number
        try:
            played = self._played(begun, number)
        except OSError:
            raise
        except Exception as error:  # noqa: BLE001  what comes from outside is told by `_played`
            return self._fallen(begun, error)
        return self._told(played)

    @property
    def _wrong(self) -> list[Missed]:
        """What was missed, but where the implementation tells nothing of such a thing anywhere."""
        return [each for each in self.missed if self.bench.told.knows(each.found)]

    @property
    def _failing(self) -> list[Missed]:
        """What was missed of all that is required."""
        return [each for each in self._wrong if self._grade(each) == REQUIRED]

    def _grade(self, missed: Missed) -> Grade:
        return self.scenario.steps[missed.step].grade

    def again(self, verdict: Verdict, told: ToldNames) -> Verdict:
        """Return the verdict when the run is over: told once, a thing is told always."""
        if told.names.isdisjoint(verdict.not_told):
            return verdict
        self.bench = self.bench.afresh(told)
        return self.recorded(self._told(replace(verdict, not_told=())))

    def recorded(self, verdict: Verdict) -> Verdict:
        """Return a verdict with the record of its scenario, where that is wanted."""
        if not self.bench.records or verdict.verdict == "skipped":
            return verdict
        from prorata.harness.running.recording import recorded

        conforms = verdict.verdict == "pass"
        try:
            ours = self.own if conforms and self.own.steps else self.judge.story
            told = recorded(self.scenario, self.stages, self.calls, ours, conforms=conforms)
        except Exception as error:  # noqa: BLE001  whatever was raised, one scenario has it
            return self._broken(verdict, error)
        return replace(verdict, record=told)

    def spoke_late(self, verdict: Verdict, fault: ImplementationFault) -> Verdict:
        """Return the verdict where the implementation spoke when the scenario was over."""
        reason = f"when the scenario was over: {fault.reason}"
        broken = replace(verdict, verdict="error", fault=fault.fault, reason=reason)
        return self.recorded(self._ended(replace(broken, stderr=fault.stderr_tail)))

    def _told(self, verdict: Verdict) -> Verdict:
        """Return a verdict with what was wrong, and what could not be judged."""
        try:
            told = self.judge.told(self._wrong)
            own = tuple(each for each in told if each.grade == REQUIRED)
            advice = tuple(each for each in told if each.grade != REQUIRED)
            verdict = replace(verdict, mismatches=own, advice=advice)
            return self._explained(self._compared(verdict, failed=bool(own)))
        except Exception as error:  # noqa: BLE001  whatever was raised, one scenario has it
            return self._fallen(verdict, error)

    def _compared(self, verdict: Verdict, *, failed: bool) -> Verdict:
        """Return a verdict with where the run parts from the reference's; `failed` by its file."""
        bench, told = self.bench, self.bench.told
        untold = tuple(each.found.about for each in self.missed if not told.knows(each.found))
        first = None
        alone = self._alone()
        broken = () if isinstance(bench.implementation, Reference) else self._violations(alone)
        if (failed or broken or bench.whole) and self.stages and bench.watch.moments:
            first, everywhere = self.judge.first(self.stages, told, self._failing)
            if first is not None and verdict.verdict == "pass" and self._asking_made(first):
                first = replace(first, rule=f"always: {_AGAIN}", by=_AT_THE_SAME, derivation=())
            untold = everywhere if bench.whole else untold
        if failed:
            self.judge.check()
        apart = first if bench.whole else None
        if apart is not None and self.scenario.grade != REQUIRED:
            # What no step looks at is of the scenario's grade.
            graded = replace(apart, grade=self.scenario.grade, place="")
            verdict, apart = replace(verdict, advice=(*verdict.advice, graded)), None
        failed = failed or bool(broken) or apart is not None
        return replace(
            verdict,
            verdict="fail" if (failed or broken) and verdict.verdict == "pass" else verdict.verdict,
            mismatches=(*verdict.mismatches, *broken),
            first=first if failed else None,
            not_told=() if verdict.verdict == "skipped" else untold,
            unreconciled=tuple(map(str, alone)),
        )

    def _explained(self, verdict: Verdict) -> Verdict:
        """Return a verdict with under what it would be none: once for failures that are alike."""
        known = self.bench.explained if self.bench.watch.moments and not self.broke else None
        if known is None or verdict.verdict != "fail" or not self._failing:
            return verdict
        from prorata.harness.report.blocks import alike

        if known.setdefault(alike(verdict), verdict.scenario) != verdict.scenario:
            return verdict
        missed = [each.found for each in self._failing]
        return replace(verdict, agrees=self.judge.would_agree(self.stages, self.bench.told, missed))

    def _asking_made(self, first: Mismatch) -> bool:
        """Tell whether a run parts there only because `clock` is asked again at each instant.

        That shows when it is played once more and asked once. Where failures of a kind have been
        found to be of another cause some times, the next of that kind are taken for such too.
        """
        bench = self.bench
        kind = (first.rule, first.path[0] if first.path[0] in SUBJECTS else first.path[-1])
        if not bench.watch.twice or bench.innocent[kind] == _ENOUGH or self.broke:
            return False
        once = bench.watch._replace(twice=False)
        # Before an act and after it is twice, too.
        made = any(self._parts_later(first, each) for each in (once, once._replace(sparing=True)))
        bench.innocent[kind] += not made
        return made

    def _parts_later(self, first: Mismatch, watch: Watch) -> bool:
        """Tell whether a run parts later, or nowhere, where it is watched in another way."""
        bench = self.bench
        if self.broke:
            return False
        stages: list[Stage] = []
        try:
            played = play(
                self.scenario, bench.implementation, bench.panels, number=self.number, watch=watch
            )
            stages.extend(played)
        except ImplementationFault:
            self.broke = True
            return False
        except (UnsupportedError, LostError):
            """It came as far as it did at first, or not so far."""
        # Asked less often, a billing may not say what is due next, and is then not seen there.
        as_far = len(stages) >= len(self.stages)
        if not as_far or self._moments(stages, first) != self._moments(self.stages, first):
            return False
        other, _ = self.judge.first(stages, bench.told, self._failing)
        return other is None or other.at > first.at

    def _moments(self, stages: Sequence[Stage], until: Mismatch) -> list[str]:
        """Return when it was seen until a difference."""
        zone = self.scenario.given.timezone
        seen = (f"{m.at.astimezone(zone):%Y-%m-%d %H:%M}" for s in stages for m in s.moments)
        return [at for at in seen if at <= until.at]

    def _alone(self) -> tuple[Alone, ...]:
        """Return what has no counterpart on the other side, where the scenario was played whole."""
        itemised = self.bench.implementation.declared.itemised
        if not itemised or len(self.stages) < len(self.scenario.steps):
            return ()
        return alone_at_the_end(self.scenario, [stage.seen for stage in self.stages])

    def _violations(self, alone: Sequence[Alone]) -> tuple[Mismatch, ...]:
        """Return what goes against what always holds."""
        whole_days = self.bench.implementation.declared.whole_days
        found = violations(self.scenario, self.stages, whole_days=whole_days)
        return *map(self.judge.violation, found), *self.judge.apart(alone)

    def _played(self, verdict: Verdict, number: int) -> Verdict:
        bench = self.bench
        try:
            for stage in play(
                self.scenario,
                bench.implementation,
                bench.panels,
                number=number,
                trace=bench.trace,
                watch=bench.watch,
            ):
                index = len(self.stages)
                self.stages.append(stage)
                if bench.records and isinstance(bench.implementation, Reference):
                    self.own.add(bench.implementation.billing, stage)
                bench.told.note(stage.seen)
                self.missed += self.judge.step(index, stage)
        except UnsupportedError as lacking:
            return self._unsupported(verdict, lacking)
        except LostError as lost:
            return self._lost(verdict, lost)
        except ImplementationFault as fault:
            return self._at_fault(verdict, fault)
        return verdict

    def _unsupported(self, verdict: Verdict, lacking: UnsupportedError) -> Verdict:
        if self._failing:  # what was wrong before stays wrong
            return verdict
        return replace(verdict, verdict="skipped", why="unsupported", reason=str(lacking))

    def _lost(self, verdict: Verdict, lost: LostError) -> Verdict:
        if self._failing:
            return verdict
        said, whose = self.judge.lost(len(self.stages))
        reason = f"judged up to where {lost}" if said == "pass" else str(lost)
        return replace(verdict, verdict=said, fault=whose, reason=reason)

    def _at_fault(
        self, verdict: Verdict, fault: ImplementationFault, step: int | None = None
    ) -> Verdict:
        """Return the verdict where the implementation failed, or told nonsense at a `step`."""
        implementation = self.bench.implementation
        self.late = fault if fault.late else None
        whose = "suite" if isinstance(implementation, Reference) else fault.fault
        stderr = fault.stderr_tail or implementation.abandon()
        broken = replace(verdict, verdict="error", fault=whose, reason=fault.reason, stderr=stderr)
        unknown = next(self._unknown_ids(), None)
        if unknown is None:
            return self._ended(broken, step)
        index, own = unknown
        reason = f"the order answered {own}, which observe does not have; then: {fault.reason}"
        return self._ended(replace(broken, reason=reason), index)

    def _unknown_ids(self) -> Iterator[tuple[int, str]]:
        """Yield the orders that answered an id under which no service is told, by their steps."""
        for index, stage in enumerate(self.stages):
            for label in stage.seen.services:
                own = answered(label, stage.seen)
                if own and stage.seen.services[label] is None:
                    yield index, own

    def _ended(self, verdict: Verdict, step: int | None = None) -> Verdict:
        """Return a verdict with when, at which act and where in the file the scenario ended."""
        ended = min(len(self.stages), len(self.scenario.steps) - 1)
        at, act, place = self.judge.where(ended if step is None else step)
        return replace(verdict, at=at, act=act, place=place)

    def _fallen(self, verdict: Verdict, error: Exception) -> Verdict:
        """Return the verdict where something raised: whose fault that is shows what was told."""
        told = incomparable(self.stages, self.scenario.given.timezone)
        if told and not isinstance(self.bench.implementation, Reference):
            step, said = told
            reason = f"told what cannot be compared: {said}"
            return self._at_fault(verdict, ImplementationFault("implementation", reason), step)
        return self._broken(verdict, error)

    def _broken(self, verdict: Verdict, error: Exception) -> Verdict:
        """Return the verdict where prorata itself fell over, and tell the trace of it."""
        lines = breakage.lines_of(error)
        if self.bench.trace is not None:
            self.bench.trace({"scenario": self.scenario.id, "traceback": lines})
        reason = breakage.told(error)
        broken = replace(verdict, verdict="error", fault="suite", reason=reason, traceback=lines)
        return self._ended(broken)
