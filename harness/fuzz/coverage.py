"""What histories reached: rules, by the readings under which they were and by boundary classes."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from prorata.harness.protocol import RefusedAct
from prorata.reference.readings import DEFAULTS
from prorata.reference.rules import rules

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from prorata.harness.running.story import Story
    from prorata.harness.running.trial import Trial
    from prorata.harness.running.verdict import Verdict

__all__ = ["Coverage", "reached"]


def reached(verdict: Verdict, trial: Trial, classes: Iterable[tuple[str, str]]) -> Verdict:
    """Return a verdict with what its history reached, by the reference's own run."""
    scenario = trial.scenario
    found = {*_rules(trial.judge.story), *scenario.rules} & rules().keys()
    told = {
        "rules": sorted(found),
        "readings": dict(scenario.readings),
        "classes": sorted(each for each in classes if each[0] in found),
    }
    return replace(verdict, record=told)


def _rules(story: Story) -> Iterator[str]:
    """Yield the rules of lines, dates and refusals."""
    for moments in story.steps:
        for moment in moments:
            yield from (line.rule for line in moment.lines)
            yield from (made.rule for made in moment.decisions)
    for seen in story.whole:
        for each in (seen, *seen.others.values()):
            if isinstance(each.answer, RefusedAct) and each.answer.rule:
                yield each.answer.rule


@dataclass(slots=True)
class Coverage:
    """How many histories reached what."""

    rules: Counter[str] = field(default_factory=Counter)
    #: By rule, reading and value; and by rule and class.
    readings: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    classes: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(self, record: Mapping[str, Any]) -> None:
        """Take what one history reached."""
        self.classes.update(record.get("classes", ()))
        chosen = {**DEFAULTS, **record.get("readings", {})}
        for rule in record.get("rules", ()):
            self.rules[rule] += 1
            self.readings.update((rule, each, chosen[each]) for each in rules()[rule].readings)
