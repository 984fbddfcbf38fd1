"""What stands in the place of a scenario file: a history that is generated, or a text."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any

from prorata.harness.fuzz.coverage import with_reached
from prorata.harness.fuzz.lacking import features, lessened, without
from prorata.harness.running.selection import load_text
from prorata.harness.scenario.scenario import Scenario
from prorata.harness.workers.job import ScenarioHead

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from prorata.harness.fuzz.generating import Focus, Generated
    from prorata.harness.running.trial import Trial
    from prorata.harness.running.verdict import Verdict

__all__ = [
    "DrawnSource",
    "GeneratedSource",
    "SeededHistories",
    "TextSource",
    "bare",
    "drawn_scenario",
    "head_of_text",
    "heads_of",
]


@dataclass(frozen=True, slots=True)
class SeededHistories:
    """Which histories are wanted: those of a seed, about something. Plain data for a worker."""

    seed: int
    focus: tuple[tuple[str, Any], ...]

    @classmethod
    def of(cls, seed: int, focus: Focus) -> SeededHistories:
        """Return the histories of a seed that are about something."""
        told = {each.name: getattr(focus, each.name) for each in fields(focus)}
        told["readings"] = tuple(focus.readings.items())
        return cls(seed, tuple(told.items()))

    def about(self) -> Focus:
        """Return what they are about."""
        from prorata.harness.fuzz.generating import Focus

        told = dict(self.focus)
        return Focus(**{**told, "readings": dict(told["readings"])})

    def name(self, number: int) -> str:
        """Return what the history with a number is called."""
        return f"fuzz/{self.seed}/{number}"


@dataclass(frozen=True, slots=True)
class Drawn(Scenario):
    """A scenario that was generated, with the rules that it steers to a class of boundaries."""

    classes: frozenset[tuple[str, str]] = frozenset()


@dataclass(frozen=True, slots=True)
class GeneratedSource:
    """The history with a number, generated where it is judged."""

    wanted: SeededHistories
    number: int
    #: What is left out of it, by what the implementation lacks.
    without: tuple[str, ...] = ()

    @property
    def file(self) -> str:
        """Its name: each is a file of its own."""
        return self.wanted.name(self.number)

    @property
    def kept(self) -> bool:
        """It is judged once."""
        return False

    def load(self) -> list[Scenario]:
        """Generate it."""
        from prorata.harness.fuzz.generating import Seeded, history

        source = Seeded(self.wanted.seed, self.number)
        made = history(source, name=self.file, focus=self.wanted.about())
        return [drawn_scenario(made, self.without)]

    def told(self, verdict: Verdict, trial: Trial) -> Verdict:
        """Add what it reached, and what it has."""
        return _with_reached(verdict, trial)


@dataclass(frozen=True, slots=True)
class DrawnSource:
    """A history that was made already, for this process alone."""

    scenario: Drawn

    @property
    def file(self) -> str:
        """Its name."""
        return self.scenario.id

    @property
    def kept(self) -> bool:
        """It is judged once."""
        return False

    def load(self) -> list[Scenario]:
        """Return it."""
        return [self.scenario]

    def told(self, verdict: Verdict, trial: Trial) -> Verdict:
        """Add what it reached, and what it has."""
        return _with_reached(verdict, trial)


def drawn_scenario(made: Generated, lacking: Sequence[str]) -> Drawn:
    """Return a generated scenario, without what is lacking."""
    scenario = lessened(made.scenario, lacking)
    own = {each.name: getattr(scenario, each.name) for each in fields(Scenario)}
    return Drawn(**own, classes=frozenset(made.classes))


def _with_reached(verdict: Verdict, trial: Trial) -> Verdict:
    scenario = trial.scenario
    if not isinstance(scenario, Drawn):
        return verdict
    told = with_reached(verdict, trial, scenario.classes)
    return replace(told, record={**told.record, "has": features(scenario.tree.plain)})


@dataclass(frozen=True, slots=True)
class TextSource:
    """A scenario as a text; what it was loaded to is for this process alone."""

    file: str
    text: str
    #: Whether what its file expects is judged as well, beside what the reference does.
    expecting: bool = False
    loaded: Scenario | None = field(default=None, compare=False, repr=False)

    def __reduce__(self) -> tuple[type[TextSource], tuple[str, str, bool]]:
        """Go to another process without what was loaded."""
        return TextSource, (self.file, self.text, self.expecting)

    @property
    def kept(self) -> bool:
        """It is judged once."""
        return False

    def load(self) -> list[Scenario]:
        """Read it; raise `ScenarioErrors`."""
        if self.loaded is not None:
            return [self.loaded]
        read = whole if self.expecting else bare
        return [read(self.text, self.file)]

    def told(self, verdict: Verdict, _trial: Trial) -> Verdict:
        """Add nothing."""
        return verdict


def whole(text: str, file: str) -> Scenario:
    """Load the one scenario of a text; raise `ScenarioErrors`."""
    (scenario,) = load_text(text.encode(), file)
    return scenario


def bare(text: str, file: str) -> Scenario:
    """Load the one scenario of a text, without its expectations; raise `ScenarioErrors`."""
    scenario = whole(text, file)
    steps = tuple(
        replace(
            step,
            expect=None,
            others={name: replace(each, expect=None) for name, each in step.others.items()},
        )
        for step in scenario.steps
    )
    # What others are expected to do stands in their own steps as well.
    others = {
        name: replace(each, steps=tuple(replace(step, expect=None) for step in each.steps))
        for name, each in scenario.others.items()
    }
    return replace(scenario, steps=steps, others=others)


def heads_of(
    wanted: SeededHistories, numbers: Iterable[int], lacking: tuple[str, ...] = ()
) -> list[ScenarioHead]:
    """Return the heads of the histories with some numbers, mostly without what is `lacking`."""
    sources = (GeneratedSource(wanted, each, without(lacking, each)) for each in numbers)
    return [ScenarioHead(each.file, (each.file,), "", each) for each in sources]


def head_of_text(name: str, text: str, *, expecting: bool = False) -> ScenarioHead:
    """Return the head of a text, with its expectations or without; raise `ScenarioErrors`."""
    source = TextSource(name, text, expecting)
    (loaded,) = source.load()
    return ScenarioHead(name, loaded.rules, "", replace(source, loaded=loaded))
