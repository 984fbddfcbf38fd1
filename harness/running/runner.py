"""Running scenarios one after the other, each to a verdict."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from time import perf_counter
from typing import TYPE_CHECKING

from prorata.harness.implementations.base import ImplementationFault
from prorata.harness.implementations.reference import Reference
from prorata.harness.running.judge import Judge
from prorata.harness.running.play import LostError, UnsupportedError, play
from prorata.harness.running.selection import own_file
from prorata.harness.running.verdict import Verdict
from prorata.reference.readings import DEFAULTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from prorata.harness.implementations.base import Implementation
    from prorata.harness.running.panels import Panels
    from prorata.harness.running.play import Trace
    from prorata.harness.running.verdict import Mismatch
    from prorata.harness.scenario import Scenario

__all__ = ["judge_all"]


def judge_all(
    scenarios: Iterable[Scenario],
    implementation: Implementation,
    panels: Panels,
    *,
    trace: Trace | None = None,
) -> Iterator[Verdict]:
    """Yield a verdict for each scenario; after a fault the implementation is started afresh.

    Raises `CannotStart` where that fails.
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
        broken = verdict.verdict == "error" and verdict.fault != "suite"
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
    panels: Panels
    trace: Trace | None


def _judged(scenario: Scenario, bench: _Bench, number: int) -> Verdict:
    began = perf_counter()
    implementation = bench.implementation
    declared = implementation.declared
    if isinstance(implementation, Reference):
        implementation.pin(scenario.readings)
    judge = Judge(scenario, declared.readings, itemised=declared.itemised)
    mismatches: list[Mismatch] = []
    steps = 0
    verdict = Verdict(scenario.id, scenario.rules, "pass", 0.0)
    try:
        played = play(scenario, implementation, bench.panels, number=number, trace=bench.trace)
        for seen in played:
            mismatches += judge.step(steps, seen)
            steps += 1
    except UnsupportedError as lacking:
        # What was wrong before stays wrong.
        if not mismatches:
            return replace(verdict, verdict="skipped", why="unsupported", reason=str(lacking))
    except ImplementationFault as fault:
        verdict = replace(
            verdict,
            verdict="error",
            fault=fault.fault,
            reason=fault.reason,
            stderr=fault.stderr_tail,
        )
    except LostError as lost:
        if not mismatches:
            said, whose = judge.lost(steps)
            reason = f"judged up to where {lost}" if said == "pass" else str(lost)
            verdict = replace(verdict, verdict=said, fault=whose, reason=reason)
    if mismatches and verdict.verdict == "pass":
        verdict = replace(verdict, verdict="fail")
    seconds = round(perf_counter() - began, 6)
    return replace(verdict, seconds=seconds, mismatches=tuple(mismatches))
