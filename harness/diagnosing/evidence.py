"""What a billing showed of probes so far, and which hypotheses explain all of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import combinations
from math import log2
from typing import TYPE_CHECKING, NamedTuple

from prorata.harness.diagnosing.conventions import CONVENTIONS
from prorata.harness.diagnosing.hypothesis import BY_DEFAULT, Hypothesis
from prorata.reference.readings import READINGS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from prorata.harness.diagnosing.playing import Ran
    from prorata.harness.diagnosing.probes import Probe
    from prorata.harness.running.comparing import Difference, Parted

__all__ = ["Evidence", "Telling", "Testimony"]

#: So many readings or conventions at most are taken to be otherwise because of one probe.
_AT_ONCE = 2
#: So many hypotheses that explain a probe, and not those before it, are tried further.
_MENDED = 8


class Telling:
    """A probe, with the reference's runs of it, and what it tells apart."""

    def __init__(self, probe: Probe) -> None:
        self.probe = probe
        self.stories = probe.stories
        self._differences: dict[Difference, None] = {}
        self._agreed: dict[tuple[int, ...], bool] = {}

    def differs(self, one: Hypothesis, other: Hypothesis, like: Ran | None = None) -> Parted | None:
        """Return where the reference's runs under two hypotheses part, told as a billing tells."""
        where = self.stories.between(one, other, like)
        self._differences |= dict.fromkeys(where.differences if where else ())
        return where

    def agrees(self, hypothesis: Hypothesis, run: Ran) -> bool:
        """Tell whether a billing's run is like the reference's under a hypothesis."""
        story = self.stories.under(hypothesis)
        key = id(story), id(run.stages), len(run.told.names), len(self._differences)
        if key not in self._agreed:
            self._agreed[key] = self.stories.agrees(hypothesis, run, self._differences)
        return self._agreed[key]

    def apart(self, hypothesis: Hypothesis, run: Ran) -> Parted | None:
        """Return where a billing's run parts from the reference's under a hypothesis."""
        return self.stories.apart(hypothesis, run, self._differences)

    def groups(self, hypotheses: Iterable[Hypothesis]) -> list[list[Hypothesis]]:
        """Put together the hypotheses under which the reference shows the same."""
        found: list[list[Hypothesis]] = []
        for each in hypotheses:
            alike = (g for g in found if self.differs(g[0], each) is None)
            group = next(alike, None)
            if group is None:
                found.append([each])
            else:
                group.append(each)
        return found

    def gain(self, hypotheses: Iterable[Hypothesis]) -> float:
        """Return how many bits the answer to this probe tells of hypotheses that are as likely."""
        sizes = [len(group) for group in self.groups(hypotheses)]
        whole = sum(sizes)
        return sum(size / whole * log2(whole / size) for size in sizes)


class Testimony(NamedTuple):
    """A probe that was asked, and what the billing showed."""

    telling: Telling
    run: Ran


@dataclass(slots=True)
class Evidence:
    """The probes that were asked, and the hypotheses that explain all they showed.

    Those with the fewest readings that are otherwise come first: what explains with less is taken.
    """

    asked: list[Testimony] = field(default_factory=list)
    #: What no hypothesis explains.
    odd: list[Testimony] = field(default_factory=list)
    explaining: list[Hypothesis] = field(default_factory=lambda: [BY_DEFAULT])
    #: The values that each reading may still have.
    candidates: dict[str, tuple[str, ...]] = field(
        default_factory=lambda: {name: reading.values for name, reading in READINGS.items()}
    )

    @property
    def best(self) -> Hypothesis:
        """The hypothesis that explains with the least."""
        return self.explaining[0]

    def consistent(self, hypothesis: Hypothesis) -> bool:
        """Tell whether a hypothesis explains everything that was asked."""
        return all(each.telling.agrees(hypothesis, each.run) for each in self._soonest())

    def _soonest(self) -> Iterator[Testimony]:
        """Yield the probes that were asked, those first that rule out most."""
        yield from self.asked[-1:]
        yield from sorted(self.asked[:-1], key=lambda each: not each.telling.probe.own)

    def take(self, asked: Testimony) -> None:
        """Take in what a probe showed, and what can still be so.

        What nothing explained may be explained by now.
        """
        if self._taken(asked):
            return
        odd, self.odd = self.odd, []
        for each in odd:
            self._taken(each)

    def _taken(self, asked: Testimony) -> bool:
        """Take in what a probe showed; tell whether nothing new was learnt of others by it."""
        telling, run = asked
        for name in telling.probe.tells:
            for value in READINGS[name].values:
                telling.differs(self.best, self.best.but(name, value), run)
        own = [each for each in self.explaining if telling.agrees(each, run)]
        found = own or self._explained(asked)
        if not found:
            self.odd.append(asked)
            return True
        self.asked.append(asked)
        self.explaining = [*dict.fromkeys(map(self._simplified, found))]
        if not own:  # what was out of the question may be in it again
            self.candidates = {name: reading.values for name, reading in READINGS.items()}
        self._narrow()
        return bool(own)

    def _simplified(self, found: Hypothesis) -> Hypothesis:
        """Return what explains as much with less, where something does."""
        enough = next(filter(self.consistent, found.simpler()), None)
        return found if enough is None else self._simplified(enough)

    def _explained(self, asked: Testimony) -> list[Hypothesis]:
        """Return the simplest hypotheses that explain a probe and all before it, if any does."""
        agreeing: list[Hypothesis] = []
        for begin in dict.fromkeys((*self.explaining, BY_DEFAULT)):
            for tries in _tries(begin, asked.telling):
                likely = [each for each in tries if asked.telling.agrees(each, asked.run)]
                found = [*filter(self.consistent, likely)]
                if found:
                    return found
                agreeing += likely
        mended = (self._mended(each, asked) for each in [*dict.fromkeys(agreeing)][:_MENDED])
        return next(filter(None, mended), [])

    def _mended(self, likely: Hypothesis, asked: Testimony) -> list[Hypothesis]:
        """Return what explains a probe as something likely does, and in another way those before.

        What was taken for their explanation was another one then.
        """
        against = next(e for e in self._soonest() if not e.telling.agrees(likely, e.run))
        for tries in _tries(likely, against.telling):
            found = [
                each
                for each in tries
                if against.telling.agrees(each, against.run)
                and asked.telling.agrees(each, asked.run)
                and self.consistent(each)
            ]
            if found:
                return found
        return []

    def _narrow(self) -> None:
        """Work out which values each reading may have."""
        for name, values in self.candidates.items():
            if len(values) > 1:
                self.candidates[name] = tuple(
                    value
                    for value in values
                    if any(self.consistent(each.but(name, value)) for each in self.explaining)
                )

    def witnesses(self, other: Hypothesis) -> list[Testimony]:
        """Return the probes that tell the best explanation from another one."""
        return [each for each in self.asked if each.telling.differs(self.best, other, each.run)]


def _tries(begin: Hypothesis, telling: Telling) -> Iterator[list[Hypothesis]]:
    """Yield hypotheses that a probe tells from one, the simpler ones first."""

    def shows(other: Hypothesis) -> bool:
        return telling.differs(begin, other) is not None

    asked = telling.stories.asked(begin)
    near = [
        (name, value)
        for name, reading in READINGS.items()
        for value in reading.values
        if name in asked and value != begin.value(name) and shows(begin.but(name, value))
    ]
    single = [begin.but(*each) for each in near]
    added = [begin.by(name) for name in CONVENTIONS]
    apart = [each for each in (*map(begin.without, begin.named), *added) if shows(each)]
    yield single
    yield apart
    yield [
        begin.but(*one).but(*other)
        for one, other in combinations(near, _AT_ONCE)
        if one[0] != other[0]
    ]
    yield [each._replace(conventions=other.conventions) for other in apart for each in single]
    further = ((one, one.by(name)) for one in apart for name in CONVENTIONS)
    yield [
        both
        for one, both in dict.fromkeys(further)
        if one.conventions < both.conventions and telling.differs(one, both) is not None
    ]
