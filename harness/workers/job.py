"""What goes to a worker and what comes back: plain data, the same for a process and a cluster."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeAlias

from prorata.harness.running.batches import batch_numbers
from prorata.harness.running.selection import load_files, own_file, texts_of
from prorata.harness.running.verdict import Verdict
from prorata.harness.scenario import bundled_root

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from prorata.harness.running.trial import Trial
    from prorata.harness.scenario import Scenario

__all__ = [
    "Batch",
    "FileRef",
    "Innocent",
    "Job",
    "Outcome",
    "ScenarioHead",
    "ScenarioSource",
    "batches",
    "head_of",
    "heads_of",
]

Innocent: TypeAlias = tuple[tuple[tuple[str, ...], int], ...]
"""How often failures of a kind were found not to come of asking `clock` again."""


@dataclass(frozen=True, slots=True)
class Job:
    """What is the same for every batch of a run: the implementation, and how it is judged.

    `panels` is where they answer, ``inprocess`` or ``socket``; `timeout` is in seconds for each
    message, `patience` for a scenario; `cwd` is where the implementation runs, None here. With
    `records` each verdict has the record of its scenario; `clock` is what each implementation reads
    beside the messages.
    """

    implementation: str
    panels: str
    readings: Mapping[str, str]
    timeout: float
    patience: float
    whole: bool
    cwd: Path | None = None
    records: bool = False
    clock: str | None = None


class ScenarioSource(Protocol):
    """What scenarios are loaded from where they are judged; plain data, hashable where `kept`."""

    @property
    def file(self) -> str:
        """What it is called, the same for all that belong to one batch."""

    @property
    def kept(self) -> bool:
        """Whether what was loaded is kept: more is to be judged of it."""

    def load(self) -> list[Scenario]:
        """Load what is in it; raise `ScenarioErrors`."""

    def told(self, verdict: Verdict, trial: Trial) -> Verdict:
        """Return a verdict with what is known of it only where it was judged."""


@dataclass(frozen=True, slots=True)
class FileRef:
    """A scenario file: a bundled one by its path below them, another by its path and root.

    `texts` are its bytes, and those of what it takes from beside it, where the worker has no such
    files.
    """

    file: str
    root: str | None = None
    texts: tuple[tuple[str, bytes], ...] = ()

    @property
    def kept(self) -> bool:
        """A file may have several scenarios."""
        return True

    @classmethod
    def of(cls, path: Path, root: Path) -> FileRef:
        """Return how a file is named to a worker."""
        if root == bundled_root():
            return cls(path.relative_to(root).as_posix())
        return cls(str(path), str(root))

    def load(self) -> list[Scenario]:
        """Load what is in it; raise `ScenarioErrors`."""
        root = bundled_root() if self.root is None else Path(self.root)
        path = root / self.file if self.root is None else Path(self.file)
        return load_files([path], root, texts=dict(self.texts))

    def told(self, verdict: Verdict, _trial: Trial) -> Verdict:
        """Put the text of a file that is not here into the record of its scenario."""
        text = dict(self.texts).get(self.file)
        if text is None or not verdict.record:
            return verdict
        record = {}
        for key, value in verdict.record.items():
            record[key] = value
            if key == "file":
                record["text"] = text.decode(errors="replace")
        return replace(verdict, record=record)


@dataclass(frozen=True, slots=True)
class ScenarioHead:
    """What a run knows of a scenario without loading it; `own` selects one that is not bundled."""

    id: str
    rules: tuple[str, ...]
    own: str
    file: ScenarioSource

    def error(self, reason: str) -> Verdict:
        """Return the verdict where its worker ended."""
        return Verdict(
            self.id, self.rules, "error", 0.0, fault="suite", reason=reason, file=self.own
        )


def heads_of(
    scenarios: Iterable[Scenario], project: Path, *, carried: bool = False
) -> list[ScenarioHead]:
    """Return the heads of scenarios that are loaded already; own files count from `project`.

    `carried`: with the texts of files of one's own, for a worker that has no such files.
    """
    refs: dict[str, FileRef] = {}
    heads = []
    for scenario in scenarios:
        file = scenario.place(()).file
        if file not in refs:
            own = bool(own_file(scenario))
            ref = FileRef.of(Path(file), project if own else bundled_root())
            texts = texts_of(Path(file), project) if carried and own else {}
            refs[file] = replace(ref, texts=tuple(texts.items()))
        heads.append(head_of(scenario, refs[file]))
    return heads


def head_of(scenario: Scenario, file: ScenarioSource) -> ScenarioHead:
    """Return the head of a scenario that was loaded."""
    return ScenarioHead(scenario.id, scenario.rules, own_file(scenario), file)


@dataclass(frozen=True, slots=True)
class Outcome:
    """A verdict, by the number of its scenario, and what has become known with it.

    `told` is what the implementation told and had not before, `innocent` what is known of its
    failures, in the batch so far.
    """

    number: int
    verdict: Verdict
    told: frozenset[str] = frozenset()
    innocent: Innocent = ()


@dataclass(frozen=True, slots=True)
class Batch:
    """Scenarios that are judged together, by their numbers in the run.

    `told` and `innocent` are known before. `again`: each is judged by itself, with what was told
    in the whole run. `then` follows when this is done: it was parted from it.
    """

    numbers: tuple[int, ...]
    heads: tuple[ScenarioHead, ...]
    told: frozenset[str] = frozenset()
    innocent: Innocent = ()
    again: bool = False
    #: Whether no batch follows it: what is said late is then said at the goodbye.
    last: bool = False
    #: Whether a worker has ended over its only scenario before.
    parted: bool = False
    #: Whether a worker has ended over one of these: each verdict is told at once.
    careful: bool = False
    then: Batch | None = field(default=None, compare=False)

    def alone(self) -> Batch:
        """Return a batch of its first scenario."""
        return replace(self, numbers=self.numbers[:1], heads=self.heads[:1])

    def rest(self, done: int) -> Batch:
        """Return what is left when so many have been judged."""
        return replace(self, numbers=self.numbers[done:], heads=self.heads[done:])

    def after(self, outcome: Outcome) -> Batch:
        """Return the batch with what is known after a verdict, and what follows it."""
        then = self.then and self.then.after(outcome)
        return replace(self, told=self.told | outcome.told, innocent=outcome.innocent, then=then)


def batches(heads: Sequence[ScenarioHead]) -> Iterable[Batch]:
    """Cut the scenarios of a run into batches, which do not depend on who judges them.

    Their numbers begin with 1, as an implementation is told.
    """
    cut: dict[int, list[int]] = {}
    for index, number in enumerate(batch_numbers(head.file.file for head in heads)):
        cut.setdefault(number, []).append(index)
    for batch, indexes in cut.items():
        numbers = tuple(index + 1 for index in indexes)
        own = tuple(heads[index] for index in indexes)
        yield Batch(numbers, own, last=batch == len(cut) - 1)
