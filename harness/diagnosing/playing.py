"""The reference's runs of a scenario under hypotheses, and what of them a billing's run is like."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from prorata.harness.diagnosing.conventions import CONVENTIONS
from prorata.harness.running.comparing import ToldNames, bears_on, first_parting
from prorata.harness.running.endings import LostError
from prorata.harness.running.places import Writer
from prorata.harness.running.play import Stage
from prorata.harness.running.story import reference_story
from prorata.reference.readings import DEFAULTS, choose

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from prorata.harness.diagnosing.hypothesis import Hypothesis
    from prorata.harness.running.comparing import Difference, Parted
    from prorata.harness.running.story import Story
    from prorata.harness.scenario import Scenario

__all__ = ["Ran", "Stories", "ran"]

#: What every amount that is posted hangs on.
_POSTING = frozenset({"rounding", "posting_digits"})


class Ran(NamedTuple):
    """A run of a scenario, as far as it went: what was seen, and of whom that is known."""

    stages: Sequence[Stage]
    told: ToldNames
    itemised: bool = True
    whole_days: bool = False


class _Played(NamedTuple):
    """A run of the reference, with the readings that it hangs on and their values.

    `asked` are those readings and the rules, as far as a convention may have them otherwise.
    """

    under: frozenset[tuple[str, str]]
    conventions: frozenset[str]
    asked: frozenset[object]
    story: Story

    def hangs_on(self, conventions: Iterable[str]) -> bool:
        """Tell whether any of these conventions would make it another run."""
        return any(CONVENTIONS[name].seams & self.asked for name in conventions)


@dataclass(slots=True)
class Stories:
    """The reference's runs of one scenario, each played once: most readings change nothing."""

    scenario: Scenario
    _played: list[_Played] = field(default_factory=list)
    _found: dict[Hypothesis, _Played] = field(default_factory=dict)
    _parted: dict[tuple[int, ...], Parted | None] = field(default_factory=dict)

    def under(self, hypothesis: Hypothesis) -> Story:
        """Return the reference's run under a hypothesis."""
        return self._run(hypothesis).story

    def asked(self, hypothesis: Hypothesis) -> frozenset[str]:
        """Return the readings that a run under a hypothesis hangs on."""
        return frozenset(name for name, _ in self._run(hypothesis).under)

    def _run(self, hypothesis: Hypothesis) -> _Played:
        if hypothesis not in self._found:
            self._found[hypothesis] = self._known(hypothesis) or self._play(hypothesis)
        return self._found[hypothesis]

    def _known(self, hypothesis: Hypothesis) -> _Played | None:
        """Return a run that is the same, for it hangs on nothing in which the two differ."""
        chosen = {**DEFAULTS, **dict(hypothesis.others)}.items()
        like = (each for each in self._played if each.under <= chosen)
        others = ((each, each.conventions ^ hypothesis.conventions) for each in like)
        return next((each for each, apart in others if not each.hangs_on(apart)), None)

    def _play(self, hypothesis: Hypothesis) -> _Played:
        story = reference_story(self.scenario, choose(hypothesis.readings), hypothesis.instead)
        rulings = story.billing.rulings if story.billing else None
        readings = rulings.readings_asked if rulings else frozenset()
        rules = frozenset(rulings.asked) if rulings else frozenset()
        under = frozenset((name, hypothesis.value(name)) for name in _POSTING | readings)
        story.billing = None  # which is large, and told by what was seen
        self._played.append(_Played(under, hypothesis.conventions, readings | rules, story))
        return self._played[-1]

    def between(self, one: Hypothesis, other: Hypothesis, like: Ran | None) -> Parted | None:
        """Return where the runs under two hypotheses part, if they do, told as a billing tells."""
        first, second = self.under(one), self.under(other)
        itemised = like is None or like.itemised
        key = id(first), id(second), itemised
        if first is not second and key not in self._parted:
            whole_days = like is not None and like.whole_days
            run = ran(second)._replace(itemised=itemised, whole_days=whole_days)
            self._parted[key] = self.apart(one, run)
        return self._parted.get(key)

    def apart(
        self, hypothesis: Hypothesis, run: Ran, telling: Iterable[Difference] = ()
    ) -> Parted | None:
        """Return where a run first parts from the reference's under a hypothesis; None: nowhere.

        `telling` are differences between hypotheses: what can have nothing to do with them, a name
        on a panel say, is passed over.
        """
        story, telling = self.under(hypothesis), tuple(telling)
        where = first_parting(
            self.scenario, story, run.stages, Writer(self.scenario, whole_days=run.whole_days),
            run.told, itemised=run.itemised, missed=telling,
        )  # fmt: skip
        if where is None or (telling and not bears_on(where.differences[0], telling)):
            return None
        return where

    def agrees(self, hypothesis: Hypothesis, run: Ran, telling: Iterable[Difference] = ()) -> bool:
        """Tell whether a run is like the reference's under a hypothesis, and came as far."""
        story = self.under(hypothesis)
        broke = story.ended is not None and not isinstance(story.ended, LostError)
        if broke or len(story.whole) != len(run.stages):
            return False
        return self.apart(hypothesis, run, telling) is None


def ran(story: Story) -> Ran:
    """Return a run of the reference as one that can be compared with another."""
    told = ToldNames()
    for seen in story.whole:
        told.note(seen)
    moments = (tuple(moment.seen for moment in step) for step in story.steps)
    return Ran([Stage(*each) for each in zip(story.whole, moments, strict=True)], told)
