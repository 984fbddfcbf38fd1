"""Running scenarios one after the other, each to a verdict."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from time import perf_counter
from typing import TYPE_CHECKING

from prorata.harness.implementations.base import ImplementationFault
from prorata.harness.implementations.reference import Reference
from prorata.harness.running import breakage
from prorata.harness.running.judge import Judge
from prorata.harness.running.play import LostError, UnsupportedError, play
from prorata.harness.running.selection import own_file
from prorata.harness.running.verdict import Verdict
from prorata.reference.readings import DEFAULTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from prorata.harness.implementations.base import Implementation
    from prorata.harness.running.panels import ScenarioPanels
    from prorata.harness.running.play import Trace
    from prorata.harness.running.verdict import Mismatch
    from prorata.harness.scenario import Scenario

__all__ = ["judge_all"]


def judge_all(
    scenarios: Iterable[Scenario],
    implementation: Implementation,
    panels: ScenarioPanels,
    *,
    trace: Trace | None = None,
) -> Iterator[Verdict]:
    """Yield a verdict for each scenario; after an error the implementation is started afresh.

    Raises `CannotStart` where that fails, and `OSError` where the trace cannot be written.
    """
    bench = _Bench(implementation, panels, trace)
    broken = False
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
        verdict = _judged(scenario, bench, number)
        broken = verdict.verdict == "error"
        yield replace(verdict, file=own_file(scenario))


def _skipped(scenario: Scenario, implementation: Implementation) -> tuple[str, str] | None:
    """Tell why a scenario is not for this implementation, from what it declares."""
    declared = implementation.declared
    for name, pinned in scenario.readings.items():
        reads = declared.readings.get(name)
        if isinstance(implementation, Reference) and reads is None:
            continue
        if (reads or DEFAULTS[name]) != pinned:
            said = "declares" if reads else "reads, by default,"
            return "reading", f"{said} {name}: {reads or DEFAULTS[name]}"
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
    """What a scenario is judged on."""

    implementation: Implementation
    panels: ScenarioPanels
    trace: Trace | None


def _judged(scenario: Scenario, bench: _Bench, number: int) -> Verdict:
    began = perf_counter()
    declared = bench.implementation.declared
    if isinstance(bench.implementation, Reference):
        bench.implementation.pin(scenario.readings)
    judge = Judge(scenario, declared.readings, itemised=declared.itemised)
    trial = _Trial(scenario, bench, judge)
    verdict = trial.verdict(number)
    seconds = round(perf_counter() - began, 6)
    return replace(verdict, seconds=seconds, mismatches=tuple(trial.mismatches))


@dataclass(slots=True)
class _Trial:
    """One scenario on the bench: how far it has come, and what was wrong until there."""

    scenario: Scenario
    bench: _Bench
    judge: Judge
    mismatches: list[Mismatch] = field(default_factory=list)
    steps: int = 0

    def verdict(self, number: int) -> Verdict:
        """Play the scenario and judge it; raise `OSError` where the trace cannot be written."""
        begun = Verdict(self.scenario.id, self.scenario.rules, "pass", 0.0)
        try:
            ended = self._played(begun, number)
        except OSError:
            raise
        except Exception as error:  # noqa: BLE001  what comes from outside is told by `_played`
            ended = self._broken(begun, error)
        wrong = self.mismatches and ended.verdict == "pass"
        return replace(ended, verdict="fail") if wrong else ended

    def _played(self, verdict: Verdict, number: int) -> Verdict:
        implementation, panels, trace = (
            self.bench.implementation,
            self.bench.panels,
            self.bench.trace,
        )
        try:
            for seen in play(self.scenario, implementation, panels, number=number, trace=trace):
                self.mismatches += self.judge.step(self.steps, seen)
                self.steps += 1
        except UnsupportedError as lacking:
            return self._unsupported(verdict, lacking)
        except LostError as lost:
            return self._lost(verdict, lost)
        except ImplementationFault as fault:
            return self._at_fault(verdict, fault)
        return verdict

    def _unsupported(self, verdict: Verdict, lacking: UnsupportedError) -> Verdict:
        if self.mismatches:  # what was wrong before stays wrong
            return verdict
        return replace(verdict, verdict="skipped", why="unsupported", reason=str(lacking))

    def _lost(self, verdict: Verdict, lost: LostError) -> Verdict:
        if self.mismatches:
            return verdict
        said, whose = self.judge.lost(self.steps)
        reason = f"judged up to where {lost}" if said == "pass" else str(lost)
        return replace(verdict, verdict=said, fault=whose, reason=reason)

    def _at_fault(self, verdict: Verdict, fault: ImplementationFault) -> Verdict:
        implementation = self.bench.implementation
        whose = "suite" if isinstance(implementation, Reference) else fault.fault
        stderr = fault.stderr_tail or implementation.abandon()
        return replace(verdict, verdict="error", fault=whose, reason=fault.reason, stderr=stderr)

    def _broken(self, verdict: Verdict, error: Exception) -> Verdict:
        """Return the verdict where prorata itself fell over, and tell the trace of it."""
        lines = breakage.lines_of(error)
        if self.bench.trace is not None:
            self.bench.trace({"scenario": self.scenario.id, "traceback": lines})
        reason = breakage.told(error)
        return replace(verdict, verdict="error", fault="suite", reason=reason, traceback=lines)
