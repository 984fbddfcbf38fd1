"""What histories reached: rules, by the readings under which they were and by boundary classes."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, NamedTuple

from prorata.harness.fuzz.generating.reaching import reached
from prorata.reference.readings import DEFAULTS, READINGS
from prorata.reference.rules import ids, rules

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from prorata.harness.running.trial import Trial
    from prorata.harness.running.verdict import Verdict

__all__ = ["Coverage", "CoverageRow", "with_reached"]


def with_reached(verdict: Verdict, trial: Trial, classes: Iterable[tuple[str, str]]) -> Verdict:
    """Return a verdict with what its history reached, by the reference's own run."""
    scenario = trial.scenario
    found = reached(scenario, trial.judge.story) & ids()
    told = {
        "rules": sorted(found),
        "readings": dict(scenario.readings),
        "classes": sorted(each for each in classes if each[0] in found),
    }
    return replace(verdict, record=told)


class CoverageRow(NamedTuple):
    """How many histories reached a rule, under each value of its readings, and at each boundary."""

    rule: str
    histories: int
    readings: Mapping[str, Mapping[str, int]]
    boundaries: Mapping[str, int]

    @property
    def values(self) -> tuple[int, int]:
        """How many values of its readings were reached, and of how many."""
        counts = [n for each in self.readings.values() for n in each.values()]
        return sum(n > 0 for n in counts), len(counts)


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

    def rows(
        self, wanted: Iterable[str], *, readings: Mapping[str, str] | None
    ) -> list[CoverageRow]:
        """Return what was reached of each of the wanted rules.

        `readings` are those that are declared, where no others can be reached.
        """
        return [self._row(rule, readings) for rule in sorted(wanted)]

    def _row(self, rule: str, declared: Mapping[str, str] | None) -> CoverageRow:
        asked = rules()[rule].readings
        values = {
            name: READINGS[name].values if declared is None else ({**DEFAULTS, **declared}[name],)
            for name in asked
        }
        under = {
            name: {value: self.readings[rule, name, value] for value in values[name]}
            for name in asked
        }
        classes = {boundary: n for (of, boundary), n in self.classes.items() if of == rule}
        return CoverageRow(rule, self.rules[rule], under, dict(sorted(classes.items())))
