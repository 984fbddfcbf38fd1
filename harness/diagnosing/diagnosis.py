"""The diagnosis of a billing: the most telling probes first, until nothing more can be told."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from prorata.harness.diagnosing.asking import Silence
from prorata.harness.diagnosing.conventions import CONVENTIONS
from prorata.harness.diagnosing.evidence import Evidence, Telling, Testimony
from prorata.harness.diagnosing.probes import probes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from prorata.harness.diagnosing.asking import Witness
    from prorata.harness.diagnosing.hypothesis import Hypothesis

__all__ = ["Questioning", "searched"]

#: A reading about which so many probes showed what nothing explains is asked no further.
_ODD: Final = 2


@dataclass(slots=True)
class Questioning:
    """How far a diagnosis is: what may still be asked, what was learnt, and what could not be."""

    left: dict[str, Telling]
    evidence: Evidence = field(default_factory=Evidence)
    #: Why probes showed nothing, by the readings that they tell of.
    lacking: dict[str, list[Silence]] = field(default_factory=dict)

    def next(self) -> Telling | None:
        """Return the probe that tells most of what is open; None where none tells anything."""
        for gains_of in (
            self._by_purpose, self._by_explanation, self._by_chance, self._by_convention,
            self._by_doubt,
        ):  # fmt: skip
            gains = gains_of()
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

    def _by_purpose(self) -> dict[str, float]:
        """Return what each probe tells of the readings that it was written for."""
        return {
            name: sum(map(each.gain, self._open(sorted(each.probe.tells))))
            for name, each in self.left.items()
        }

    def _by_explanation(self) -> dict[str, float]:
        """Return what each probe tells apart of several explanations."""
        return {name: each.gain(self.evidence.explaining) for name, each in self.left.items()}

    def _by_chance(self) -> dict[str, float]:
        """Return what each probe tells of any reading that is open."""
        best = self.evidence.best
        return {
            name: sum(map(each.gain, self._open(sorted(each.stories.asked(best)))))
            for name, each in self.left.items()
        }

    def _by_convention(self) -> dict[str, float]:
        """Return what each probe that is written for conventions tells of those not ruled out."""
        best = self.evidence.best
        rivals = [
            other
            for begin in (best, *best.simpler())
            for name in CONVENTIONS
            if self.evidence.consistent(other := begin.by(name))
        ]
        own = {name: each for name, each in self.left.items() if each.probe.own}
        return {name: each.gain((best, *rivals)) for name, each in own.items()}

    def _by_doubt(self) -> dict[str, float]:
        """Return of how much that is not at its default each probe would be the second witness."""
        evidence, best = self.evidence, self.evidence.best
        doubted = [
            other
            for other in best.simpler()
            if len(evidence.witnesses(other)) == 1
            and not any(each.telling.differs(best, other) for each in evidence.odd)
        ]
        return {
            name: sum(each.differs(best, other) is not None for other in doubted)
            for name, each in self.left.items()
        }


def searched(billing: Witness, told: Callable[[str], None] = lambda _name: None) -> Questioning:
    """Ask a billing until nothing more can be told; `told` is called with each probe's name.

    Raises `CannotStart` where it broke and cannot start again.
    """
    questioning = Questioning({})
    for probe in probes():
        why = billing.lacks(probe.scenario)
        if why:
            for name in probe.tells:
                questioning.lacking.setdefault(name, []).append(Silence("unsupported", why))
        else:
            questioning.left[probe.scenario.id] = Telling(probe)
    while telling := questioning.next():
        told(telling.probe.scenario.id)
        run = billing.ask(telling.probe.scenario)
        if isinstance(run, Silence):
            for name in telling.probe.tells:
                questioning.lacking.setdefault(name, []).append(run)
        else:
            questioning.evidence.take(Testimony(telling, run))
    return questioning
