"""The judge: what a file expects decides; the reference's own run tells where the two part."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from prorata.harness.implementations.base import ImplementationFault
from prorata.harness.running import causes
from prorata.harness.running.agreeing import alone_at_the_end, more_than
from prorata.harness.running.always import StepViolation
from prorata.harness.running.causes.scene import Scene
from prorata.harness.running.comparing import Difference, differences, parted, summed, wanted_at
from prorata.harness.running.endings import LostError
from prorata.harness.running.places import (
    NOTHING,
    QUOTED,
    SECOND,
    Wanted,
    Writer,
    at_places,
    own_word,
    wanted_by_file,
)
from prorata.harness.running.places.services import tariffs
from prorata.harness.running.selection import shown_file
from prorata.harness.running.story import reference_story
from prorata.harness.running.verdict import Mismatch
from prorata.harness.running.wording import act_text, derived, place_in_file
from prorata.reference.readings import choose

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from prorata.harness.reconciling import Alone
    from prorata.harness.running.comparing import ToldNames
    from prorata.harness.running.places import Path
    from prorata.harness.running.play import Stage
    from prorata.harness.running.seen import Seen
    from prorata.harness.running.story import Story
    from prorata.harness.scenario import Scenario

__all__ = ["Judge", "Missed"]


#: The place of the words of a refusal.
_WORDS: Final = ("act", "reason")
#: Who wants what an implementation's own word does.
_OWN: Final = {QUOTED: "by what it charged then", SECOND: "by its first answer"}


class Missed(NamedTuple):
    """A difference from what a step wants; `by` says who wants it, where it is not the file."""

    step: int
    found: Difference
    by: str


def _leaves_out_tariff(seen: Seen, label: str) -> bool:
    service = seen.services.get(label)
    return service is not None and "tariff" not in service.model_fields_set


class Judge:
    """Judges one scenario for an implementation that declares `declared` readings.

    `words`: it refuses in the very words of the reference, which files quote; `whole_days`: it
    tells by the day when services begin and end.
    """

    def __init__(
        self,
        scenario: Scenario,
        declared: Mapping[str, str],
        *,
        itemised: bool = True,
        words: bool = False,
        whole_days: bool = False,
    ) -> None:
        self._scenario = scenario
        self._words = words
        self._itemised = itemised
        self._whole_days = whole_days
        self._writer = Writer(scenario, whole_days=whole_days)
        self._effective = choose(declared, scenario.readings)
        #: Whether no step says what is to be seen: the reference's own run alone tells.
        self._silent = not scenario.expects
        file = choose(scenario.readings)
        self._others = {
            name: value for name, value in self._effective.items() if value != file[name]
        }

    @cached_property
    def story(self) -> Story:
        """The reference's own run, under the readings that count."""
        return reference_story(self._scenario, self._effective)

    def lost(self, index: int) -> tuple[Literal["pass", "error"], str]:
        """Return verdict and fault where a step could not be done for want of earlier ones.

        That conforms where the reference comes no further either: under the readings declared, or
        where the scenario itself says nothing of that. Raises what a rule raises.
        """
        ours = self.story
        ours.check()
        if not isinstance(ours.ended, LostError) or len(ours.whole) != index:
            return "error", "implementation"
        return ("pass", "") if self._others or self._silent else ("error", "suite")

    def step(self, index: int, stage: Stage) -> Iterator[Missed]:
        """Yield where a step shows something else than is wanted; raise what a rule raises."""
        if not self._silent:
            yield from self._by_file(index, stage)
        for found in differences(*own_word(stage.seen, self._writer, itemised=self._itemised)):
            yield Missed(index, found, _OWN[found.path[0]])

    def _by_file(self, index: int, stage: Stage) -> Iterator[Missed]:
        """Yield where a step shows something else than its file expects."""
        in_file = wanted_by_file(self._scenario.steps[index], self._writer)
        if not self._words:
            other = {path: text for path, text in in_file.texts.items() if path != _WORDS}
            in_file = replace(in_file, texts=other)
        in_file = self._with_tariffs(index, in_file, stage.seen)
        wanted = self._shown(index, in_file) if self._others else in_file
        got = self._got(wanted, stage.seen)
        texts, said = (
            each.texts if self._itemised else summed(each.texts, each.others)
            for each in (wanted, in_file)
        )
        for found in differences(texts, got):
            by = self._by() if wanted_at(said, found.path) != found.wanted else ""
            yield Missed(index, found, by)

    def _with_tariffs(self, index: int, in_file: Wanted, seen: Seen) -> Wanted:
        """Add the tariffs that services have, where an implementation leaves one out.

        What is not told of its resources is at the amount that the tariff includes.
        """
        resources = (path for path in in_file.texts if path[1:2] == ("resources",))
        untold = any(_leaves_out_tariff(seen, label) for label, *_ in resources)
        if not untold or index >= len(self.story.whole):
            return in_file
        return replace(in_file, tariffs=tariffs(self.story.whole[index]))

    def _got(self, wanted: Wanted, seen: Seen) -> Mapping[Path, str]:
        if self._itemised:
            return at_places(wanted, seen, self._writer)
        return summed(at_places(wanted.amounts, seen, self._writer), wanted.others)

    def _shown(self, index: int, in_file: Wanted) -> Wanted:
        """Return what the reference shows under the readings declared, where the file wants it."""
        ours = self.story
        if index < len(ours.whole):
            texts = at_places(in_file, ours.whole[index], self._writer)
            return replace(in_file, texts=texts)
        if isinstance(ours.ended, LostError):
            return Wanted({("act",): f"{NOTHING}: {ours.ended}"})
        ours.check()
        raise ImplementationFault("suite", f"no expectation {self._by()}: {ours.ended}")

    def _by(self) -> str:
        others = ", ".join(f"{name}: {value}" for name, value in self._others.items())
        return f"by the reference under {others}"

    def told(self, missed: Sequence[Missed]) -> tuple[Mismatch, ...]:
        """Return what was missed as it is reported: with its rule, its place and its derivation."""
        return tuple(map(self._mismatch, missed))

    def check(self) -> None:
        """Raise what a rule, the engine or a panel raised in the reference's own run."""
        self.story.check()

    def first(
        self, stages: Sequence[Stage], told: ToldNames, missed: Iterable[Missed] = ()
    ) -> tuple[Mismatch | None, tuple[str, ...]]:
        """Return where the run first parts from the reference's; None where it does nowhere.

        `missed` is what the file missed, for which a cause is sought. Beside it goes what the
        implementation tells nowhere. Raises what a rule raises.
        """
        story = self.story
        where, untold = parted(
            self._scenario, story, stages, self._writer, told, itemised=self._itemised,
            missed=[each.found for each in missed],
        )  # fmt: skip
        if where is None:
            story.check()
            return None, untold
        difference = where.differences[0]
        at = where.scene.theirs.at
        first = Mismatch(
            rule=causes.rule_at(difference.path, where.scene),
            at=self._at(at),
            act=act_text(where.scene.step) if where.scene.step else "",
            path=difference.path,
            expected=difference.wanted,
            got=difference.seen,
            place=self._place(where.step, difference.path),
            by=self._by() if self._others else "",
            derivation=derived(difference.path, where.scene.moment, story),
        )
        return first, untold

    def would_agree(
        self, stages: Sequence[Stage], told: ToldNames, missed: Iterable[Difference]
    ) -> str:
        """Say under which other reading, or convention of others, a run is the reference's."""
        from prorata.harness.diagnosing.likely import would_agree
        from prorata.harness.diagnosing.playing import Ran

        run = Ran(stages, told, self._itemised, self._whole_days)
        return would_agree(self._scenario, self._effective, run, missed)

    def forget(self) -> None:
        """Let go of the reference's run: it is played again where it is needed."""
        self.__dict__.pop("story", None)

    def where(self, index: int) -> tuple[str, str, str]:
        """Return when a step happens, what it does, and where it stands in the file."""
        step = self._scenario.steps[index]
        file = shown_file(self._scenario)
        return self._at(step.at), act_text(step), f"{file}:{step.place.line}"

    def violation(self, found: StepViolation) -> Mismatch:
        """Return what goes against what always holds, as it is reported."""
        step = self._scenario.steps[found.step]
        return Mismatch(
            rule=f"always: {found.against}",
            at=self._at(step.at),
            act=act_text(step),
            path=("always",),
            expected=found.against,
            got=found.sentence,
            place=self._place(found.step, ("always",)),
        )

    def apart(self, alone: Sequence[Alone]) -> tuple[Mismatch, ...]:
        """Return what has no counterpart at the end, and has one in the reference's own run."""
        if not alone:
            return ()
        last = len(self._scenario.steps) - 1
        found: dict[str, StepViolation] = {}
        for each in more_than(alone, alone_at_the_end(self._scenario, self.story.whole)):
            found.setdefault(each.breaks, StepViolation(each.breaks, last, str(each)))
        return tuple(map(self.violation, found.values()))

    def _at(self, instant: datetime) -> str:
        return instant.astimezone(self._scenario.given.timezone).strftime("%Y-%m-%d %H:%M")

    def _place(self, step: int, path: Path) -> str:
        return place_in_file(self._scenario, step, path)

    def _mismatch(self, missed: Missed) -> Mismatch:
        index, difference, by = missed
        step, story = self._scenario.steps[index], self.story
        shows = self._reference_shows(index, difference)
        return Mismatch(
            rule=self._rule(index, difference.path),
            at=self._at(step.at),
            act=act_text(step),
            path=difference.path,
            expected=difference.wanted,
            got=difference.seen,
            place=self._place(index, difference.path),
            by=by,
            derivation=(
                derived(difference.path, story.moment(index), story)
                if index < len(story.steps)
                else ()
            ),
            reference="" if shows in {difference.wanted, None} else str(shows),
            grade=step.grade,
        )

    def _reference_shows(self, index: int, difference: Difference) -> str | None:
        """Return what the reference shows at a place, None where it does not come so far.

        None as well where the implementation's own word is at stake.
        """
        if difference.path[0] in _OWN or index >= len(self.story.whole):
            return None
        wanted = wanted_by_file(self._scenario.steps[index], self._writer)
        shown = self._got(wanted, self.story.whole[index])
        return shown.get(difference.path, NOTHING)

    def _rule(self, index: int, path: Path) -> str:
        """Return the rule of a place of a step."""
        story = self.story
        if index >= len(story.steps):
            return self._scenario.rules[0]
        moment = story.moment(index)
        before = tuple(each for moments in story.steps[:index] for each in moments)
        step = self._scenario.steps[index]
        return causes.rule_at(path, Scene(self._scenario, step, moment, before, moment.seen))
