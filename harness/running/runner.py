"""Running scenarios one after the other, each to a verdict."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from itertools import takewhile
from math import inf
from time import perf_counter
from typing import TYPE_CHECKING, Final

from prorata.harness.implementations.base import CannotStart, ImplementationFault
from prorata.harness.implementations.reference import Reference
from prorata.harness.running import breakage
from prorata.harness.running.always import violations
from prorata.harness.running.comparing import Told
from prorata.harness.running.incomparable import incomparable
from prorata.harness.running.judge import Judge
from prorata.harness.running.play import PATIENCE, LostError, UnsupportedError, Watch, play
from prorata.harness.running.selection import own_file
from prorata.harness.running.verdict import Verdict
from prorata.reference.readings import DEFAULTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from prorata.harness.implementations.base import Implementation
    from prorata.harness.running.judge import Missed
    from prorata.harness.running.panels import ScenarioPanels
    from prorata.harness.running.play import Stage, Trace
    from prorata.harness.running.verdict import Mismatch
    from prorata.harness.scenario import Scenario

__all__ = ["judge_all"]


#: At how many due moments on the way to a step it is looked where only files judge: there what is
#: seen tells where a failure began, and a ledger is told as a whole each time.
_SEEN: Final = 100


def judge_all(
    scenarios: Iterable[Scenario],
    implementation: Implementation,
    panels: ScenarioPanels,
    *,
    trace: Trace | None = None,
    whole: bool = False,
    patience: float = PATIENCE,
    watch: Watch | None = None,
    enough: Callable[[], bool] = lambda: False,
) -> Iterator[Verdict]:
    """Yield a verdict for each scenario; after an error the implementation is started afresh.

    `whole` compares everything with the reference's own run, not only what files expect;
    `patience` is how many seconds a scenario may take, and `watch` how closely the implementation
    is watched. `enough` tells before each scenario whether the run is to end there. Those
    scenarios come last in which something was not told: whether that is a failure shows at the
    end of the run. Raises `CannotStart` where a fresh start fails, and `OSError` where the trace
    cannot be written.
    """
    watched = watch or _watch(implementation, whole)._replace(patience=patience)
    bench = _Bench(implementation, panels, trace, whole, watched)
    held: list[tuple[_Trial, Verdict]] = []
    ended: BaseException | None = None
    try:
        yield from _each(takewhile(lambda _: not enough(), scenarios), bench, held)
    except (CannotStart, KeyboardInterrupt) as error:
        ended = error
    for trial, verdict in held:
        yield trial.again(verdict)
    if ended is not None:
        raise ended


def _each(
    scenarios: Iterable[Scenario], bench: _Bench, held: list[tuple[_Trial, Verdict]]
) -> Iterator[Verdict]:
    """Yield the verdicts that are final; hold the others back."""
    implementation, broken = bench.implementation, False
    for number, scenario in enumerate(scenarios, start=1):
        if broken:
            implementation.restart()
        broken = False
        skipped = _skipped(scenario, implementation)
        if skipped is not None:
            yield Verdict(
                scenario.id,
                scenario.rules,
                "skipped",
                0.0,
                why=skipped[0],
                reason=skipped[1],
                file=own_file(scenario),
            )
            continue
        trial, verdict = _judged(scenario, bench, number)
        broken = verdict.verdict == "error"
        verdict = replace(verdict, file=own_file(scenario))
        if verdict.not_told:
            held.append((trial, verdict))
        else:
            yield verdict


def _watch(implementation: Implementation, whole: bool) -> Watch:  # noqa: FBT001  passed on
    """Return how closely an implementation is watched; of the reference its own tests are told."""
    if isinstance(implementation, Reference):
        return Watch(moments=whole, notices=whole)
    return Watch(moments=True, most=inf if whole else _SEEN, twice=True, notices=whole)


def _skipped(scenario: Scenario, implementation: Implementation) -> tuple[str, str] | None:
    """Tell why a scenario is not for this implementation, from what it declares."""
    declared = implementation.declared
    for name, pinned in scenario.readings.items():
        reads = declared.readings.get(name)
        if isinstance(implementation, Reference) and reads is None:
            continue
        if (reads or DEFAULTS[name]) != pinned:
            said = (
                f"declares {name}: {reads}" if reads else f"{name}: {DEFAULTS[name]}, the default"
            )
            return "reading", said
    supports = declared.supports
    if supports.systems is not None and scenario.given.system not in supports.systems:
        return "unsupported", f"does not support {scenario.given.system}"
    acts = {step.act[0] for step in scenario.steps if step.act} - {"wait", "panel"}
    lacking = sorted(acts - set(supports.acts)) if supports.acts is not None else []
    if lacking:
        return "unsupported", f"does not support the act {lacking[0]}"
    if supports.rules is not None:
        for rule in scenario.rules:
            if not any(fnmatchcase(rule, glob) for glob in supports.rules):
                return "unsupported", f"does not support the rule {rule}"
    return None


@dataclass(frozen=True, slots=True)
class _Bench:
    """What scenarios are judged on, and what has been told in all of them."""

    implementation: Implementation
    panels: ScenarioPanels
    trace: Trace | None
    whole: bool
    watch: Watch
    told: Told = field(default_factory=Told)


def _judged(scenario: Scenario, bench: _Bench, number: int) -> tuple[_Trial, Verdict]:
    began = perf_counter()
    declared = bench.implementation.declared
    if isinstance(bench.implementation, Reference):
        bench.implementation.pin(scenario.readings)
    own = isinstance(bench.implementation, Reference)
    judge = Judge(scenario, declared.readings, itemised=declared.itemised, words=own)
    trial = _Trial(scenario, bench, judge)
    verdict = trial.verdict(number)
    return trial, replace(verdict, seconds=round(perf_counter() - began, 6))


@dataclass(slots=True)
class _Trial:
    """One scenario on the bench: how far it has come, and what was wrong until there."""

    scenario: Scenario
    bench: _Bench
    judge: Judge
    stages: list[Stage] = field(default_factory=list)
    missed: list[Missed] = field(default_factory=list)

    def verdict(self, number: int) -> Verdict:
        """Play the scenario and judge it; raise `OSError` where the trace cannot be written."""
        begun = Verdict(self.scenario.id, self.scenario.rules, "pass", 0.0)
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

    def again(self, verdict: Verdict) -> Verdict:
        """Return the verdict when the run is over: told once, a thing is told always."""
        told = self._told(replace(verdict, not_told=()))
        self.bench.told.missing.update(told.not_told)
        return told

    def _told(self, verdict: Verdict) -> Verdict:
        """Return a verdict with what was wrong, and what could not be judged."""
        wrong = self._wrong
        try:
            own = self.judge.told(wrong) if wrong else ()
            verdict = replace(verdict, mismatches=own)
            return self._compared(verdict, failed=bool(wrong))
        except Exception as error:  # noqa: BLE001  whatever was raised, one scenario has it
            return self._fallen(verdict, error)

    def _compared(self, verdict: Verdict, *, failed: bool) -> Verdict:
        """Return a verdict with where the run parts from the reference's; `failed` by its file."""
        bench, told = self.bench, self.bench.told
        untold = tuple(each.found.about for each in self.missed if not told.knows(each.found))
        first = None
        broken = () if isinstance(bench.implementation, Reference) else self._violations()
        if (failed or broken or bench.whole) and self.stages and bench.watch.moments:
            first = self.judge.first(self.stages, told, self._wrong)
        if failed:
            self.judge.check()
        failed = failed or bool(broken) or (first is not None and bench.whole)
        return replace(
            verdict,
            verdict="fail" if (failed or broken) and verdict.verdict == "pass" else verdict.verdict,
            mismatches=(*verdict.mismatches, *broken),
            first=first if failed else None,
            not_told=() if verdict.verdict == "skipped" else untold,
        )

    def _violations(self) -> tuple[Mismatch, ...]:
        """Return what goes against what always holds."""
        found = violations(self.scenario, self.stages)
        return tuple(self.judge.violation(each) for each in found)

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
        if self._wrong:  # what was wrong before stays wrong
            return verdict
        return replace(verdict, verdict="skipped", why="unsupported", reason=str(lacking))

    def _lost(self, verdict: Verdict, lost: LostError) -> Verdict:
        if self._wrong:
            return verdict
        said, whose = self.judge.lost(len(self.stages))
        reason = f"judged up to where {lost}" if said == "pass" else str(lost)
        return replace(verdict, verdict=said, fault=whose, reason=reason)

    def _at_fault(self, verdict: Verdict, fault: ImplementationFault) -> Verdict:
        implementation = self.bench.implementation
        whose = "suite" if isinstance(implementation, Reference) else fault.fault
        stderr = fault.stderr_tail or implementation.abandon()
        broken = replace(verdict, verdict="error", fault=whose, reason=fault.reason, stderr=stderr)
        return self._ended(broken)

    def _ended(self, verdict: Verdict) -> Verdict:
        """Return a verdict with when, at which act and where in the file the scenario ended."""
        at, act, place = self.judge.where(min(len(self.stages), len(self.scenario.steps) - 1))
        return replace(verdict, at=at, act=act, place=place)

    def _fallen(self, verdict: Verdict, error: Exception) -> Verdict:
        """Return the verdict where something raised: whose fault that is shows what was told."""
        told = incomparable(self.stages, self.scenario.given.timezone)
        if told and not isinstance(self.bench.implementation, Reference):
            reason = f"told what cannot be compared: {told}"
            return self._at_fault(verdict, ImplementationFault("implementation", reason))
        return self._broken(verdict, error)

    def _broken(self, verdict: Verdict, error: Exception) -> Verdict:
        """Return the verdict where prorata itself fell over, and tell the trace of it."""
        lines = breakage.lines_of(error)
        if self.bench.trace is not None:
            self.bench.trace({"scenario": self.scenario.id, "traceback": lines})
        reason = breakage.told(error)
        broken = replace(verdict, verdict="error", fault="suite", reason=reason, traceback=lines)
        return self._ended(broken)
