"""The diagnosis of a billing: the most telling probes first, until nothing more can be told."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from prorata.harness.diagnosing.asking import Nothing
from prorata.harness.diagnosing.evidence import Asked, Evidence, Telling
from prorata.harness.diagnosing.probes import probes
from prorata.reference.readings import DEFAULTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from prorata.harness.diagnosing.asking import Billing
    from prorata.harness.diagnosing.hypothesis import Hypothesis

__all__ = ["Search", "searched"]

#: A reading about which so many probes showed what nothing explains is asked no further.
_ODD: Final = 2


@dataclass(slots=True)
class Search:
    """How far a diagnosis is: what may still be asked, what was learnt, and what could not be."""

    left: dict[str, Telling]
    evidence: Evidence = field(default_factory=Evidence)
    #: Why probes showed nothing, by the readings that they tell of.
    lacking: dict[str, list[Nothing]] = field(default_factory=dict)

    def next(self) -> Telling | None:
        """Return the probe that tells most of what is open; None where none tells anything."""
        for gain in (self._by_purpose, self._by_explanation, self._by_chance, self._by_doubt):
            gains = {name: gain(each) for name, each in self.left.items()}
            best = max(gains, key=lambda name: gains[name], default="")
            if best and gains[best] > 0:
                return self.left.pop(best)
        return None

    def _open(self, names: Iterable[str]) -> Iterator[list[Hypothesis]]:
        """Yield what may be so of each reading that is open."""
        best = self.evidence.best
        for name in names:
            values = self.evidence.candidates[name]
            odd = sum(name in each.telling.probe.tells for each in self.evidence.odd)
            if len(values) > 1 and odd < _ODD:
                yield [best.but(name, value) for value in values]

    def _by_purpose(self, telling: Telling) -> float:
        """Return what a probe tells of the readings that it was written for."""
        return sum(map(telling.gain, self._open(sorted(telling.probe.tells))))

    def _by_explanation(self, telling: Telling) -> float:
        """Return what a probe tells apart of several explanations."""
        return telling.gain(self.evidence.explaining)

    def _by_chance(self, telling: Telling) -> float:
        """Return what a probe tells of any reading."""
        asked = telling.stories.asked(self.evidence.best)
        return sum(map(telling.gain, self._open(sorted(asked))))

    def _by_doubt(self, telling: Telling) -> float:
        """Return of how much a probe is the second witness that is not at its default."""
        evidence = self.evidence
        doubted = [
            other
            for other in simpler(evidence.best)
            if sum(each.telling.differs(evidence.best, other) is not None for each in evidence.asked)
            == 1
            and not any(each.telling.differs(evidence.best, other) for each in evidence.odd)
        ]
        return sum(telling.differs(evidence.best, other) is not None for other in doubted)


def simpler(hypothesis: Hypothesis) -> Iterator[Hypothesis]:
    """Yield what is left of a hypothesis without one of its readings, or its convention."""
    for name in hypothesis.readings:
        yield hypothesis.but(name, DEFAULTS[name])
    if hypothesis.convention:
        yield hypothesis._replace(convention="")


def searched(
    billing: Billing, told: Callable[[str], None] = lambda _name: None
) -> Search:
    """Ask a billing until nothing more can be told; `told` is called with each probe's name.

    Raises `CannotStart` where it broke and cannot start again.
    """
    search = Search({})
    for probe in probes():
        why = billing.lacks(probe.scenario)
        if why:
            for name in probe.tells:
                search.lacking.setdefault(name, []).append(Nothing("unsupported", why))
        else:
            search.left[probe.scenario.id] = Telling(probe)
    while telling := search.next():
        told(telling.probe.scenario.id)
        run = billing.ask(telling.probe.scenario)
        if isinstance(run, Nothing):
            for name in telling.probe.tells:
                search.lacking.setdefault(name, []).append(run)
        else:
            search.evidence.take(Asked(telling, run))
    return search
