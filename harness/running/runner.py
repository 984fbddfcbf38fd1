"""Running scenarios one after the other, each to a verdict."""

from __future__ import annotations

from dataclasses import replace
from fnmatch import fnmatchcase
from itertools import takewhile, tee
from math import inf
from typing import TYPE_CHECKING, Final

from prorata.harness.implementations.base import CannotStart, merges, takes_readings
from prorata.harness.implementations.reference import Reference
from prorata.harness.protocol import OLDEST
from prorata.harness.running.batches import batch_numbers
from prorata.harness.running.comparing import ToldNames
from prorata.harness.running.pending import Pending
from prorata.harness.running.player import PATIENCE, Watch
from prorata.harness.running.selection import own_file
from prorata.harness.running.sitting import Sitting
from prorata.harness.running.timeline import judged_together
from prorata.harness.running.trial import Bench
from prorata.harness.running.verdict import Verdict
from prorata.harness.scenario.acts import Paying
from prorata.reference.readings import DEFAULTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from prorata.harness.implementations.base import (
        Implementation,
        Merges,
    )
    from prorata.harness.running.panels import ScenarioPanels
    from prorata.harness.running.player import Trace
    from prorata.harness.scenario import Scenario

__all__ = ["judge_all", "skipped_by", "watch_of"]


#: At how many due moments on the way to a step each is looked at where only files judge: three
#: months of days.
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
    records: bool = False,
    explains: bool = False,
) -> Iterator[Verdict]:
    """Yield a verdict for each scenario; after an error the implementation is started afresh.

    `whole` compares everything with the reference's own run, not only what files expect;
    `patience` is how many seconds a scenario may take, and `watch` how closely the implementation
    is watched. `enough` tells before each scenario whether the run is to end there. With `records`
    each verdict has the record of its scenario, which a log holds for reports; where it `explains`,
    the first of failures that are alike says under what it would be none. Those scenarios
    come last in which something was not told: whether that is a failure shows at the end of the
    run. Raises `CannotStart` where a fresh start fails, and `OSError` where the trace cannot be
    written.
    """
    watched = watch or watch_of(implementation, whole=whole, records=records)._replace(
        patience=patience
    )
    explained: dict[tuple[str, ...], str] | None = {} if explains else None
    bench = Bench(
        implementation, panels, trace, whole, watched, records=records, explained=explained
    )
    # The reference is asked in this process, and answers at once or not at all.
    pending = Pending(1) if isinstance(implementation, Reference) else Pending()
    told = ToldNames()
    ended: BaseException | None = None
    try:
        asked = takewhile(lambda _: not enough(), scenarios)
        if merges(implementation):
            yield from _together(asked, replace(bench, told=told), implementation, pending)
        else:
            yield from _each(asked, bench, told, pending)
    except (CannotStart, KeyboardInterrupt) as error:
        ended = error
    yield from pending.end(told)
    if ended is not None:
        raise ended


def _together(
    scenarios: Iterable[Scenario], bench: Bench, implementation: Merges, pending: Pending
) -> Iterator[Verdict]:
    """Yield the verdicts of scenarios that share one timeline."""
    asked: dict[int, Scenario] = {}
    for number, scenario in enumerate(scenarios, start=1):
        skipped = skipped_by(scenario, bench.implementation)
        if skipped is None:
            asked[number] = scenario
        else:
            yield from pending.skip(skipped)
    for trial, verdict in judged_together(asked, implementation, bench):
        yield from pending.add(trial, verdict)


def _each(
    scenarios: Iterable[Scenario], bench: Bench, told: ToldNames, pending: Pending
) -> Iterator[Verdict]:
    """Yield the verdicts as they become final; note what is told in each batch."""
    sitting = Sitting(bench.implementation)
    counted, filed = tee(scenarios)
    batches = batch_numbers(each.place(()).file for each in filed)
    last = 0
    for number, (scenario, batch) in enumerate(zip(counted, batches, strict=False), start=1):
        if batch != last:
            sitting.settle(pending.blame)
            bench, last = bench.afresh(ToldNames()), batch
        skipped = skipped_by(scenario, bench.implementation)
        if skipped is not None:
            yield from pending.skip(skipped)
            continue
        trial, verdict = sitting.judge(scenario, bench, number, pending.blame)
        told.names |= bench.told.names
        yield from pending.add(trial, verdict)


def watch_of(implementation: Implementation, *, whole: bool, records: bool = False) -> Watch:
    """Return how closely an implementation is watched; of the reference its own tests are told."""
    if isinstance(implementation, Reference):
        return Watch(moments=whole or records, beside=whole)
    return Watch(moments=True, most=inf if whole else _SEEN, twice=True, beside=whole)


def skipped_by(scenario: Scenario, implementation: Implementation) -> Verdict | None:
    """Return the verdict of a scenario that is not for this implementation, None for others."""
    found = _skipped(scenario, implementation)
    if found is None:
        return None
    why, reason = found
    verdict = Verdict(scenario.id, scenario.rules, "skipped", 0.0, why=why, reason=reason)
    return replace(verdict, file=own_file(scenario))


def _newer(scenario: Scenario) -> str:
    """Return what a scenario is about that protocol 0 does not have, nothing for the others."""
    if any(step.quote for step in scenario.steps):
        return "quotes"
    if any(step.again for step in scenario.steps):
        return "ids of acts"
    paid = (step.act[1] for step in scenario.steps if step.act)
    named = any(isinstance(act, Paying) and act.payment is not None for act in paid)
    return "ids of payments" if named else ""


def _skipped(scenario: Scenario, implementation: Implementation) -> tuple[str, str] | None:
    """Tell why a scenario is not for this implementation, from what it declares."""
    declared = implementation.declared
    for name, pinned in scenario.readings.items():
        reads = declared.readings.get(name)
        if takes_readings(implementation) and reads is None:
            continue
        if (reads or DEFAULTS[name]) != pinned:
            said = (
                f"declares {name}: {reads}" if reads else f"{name}: {DEFAULTS[name]}, the default"
            )
            return "reading", said
    newer = "" if declared.protocol > OLDEST else _newer(scenario)
    if newer:
        return "unsupported", f"speaks protocol {declared.protocol}, which has no {newer}"
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
