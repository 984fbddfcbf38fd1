"""Where two runs of a scenario part: what an implementation shows, held against the reference."""

from __future__ import annotations

from collections import defaultdict, deque
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Final, NamedTuple

from prorata.harness.running.causes.scene import Scene
from prorata.harness.running.hours import at_another_hour
from prorata.harness.running.places import (
    INSIDE,
    NOT_TOLD,
    NOTHING,
    STRANGERS,
    SUBJECTS,
    UNORDERED,
    at_places,
    everything,
)
from prorata.harness.running.places.services import FIELDS
from prorata.harness.running.places.told import WORDS
from prorata.harness.running.story import Moment
from prorata.reference.derivation import shown
from prorata.reference.ledger import TO_CLIENT

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from prorata.harness.running.places import Path, Writer
    from prorata.harness.running.play import Stage
    from prorata.harness.running.seen import Seen
    from prorata.harness.running.story import Story
    from prorata.harness.scenario import Scenario

__all__ = [
    "Difference",
    "Parted",
    "ToldNames",
    "bears_on",
    "differences",
    "first_parting",
    "parted",
    "summed",
    "wanted_at",
]


class Difference(NamedTuple):
    """A place at which something else was seen than is wanted."""

    path: Path
    wanted: str
    seen: str

    @property
    def about(self) -> str:
        """What the place is about, as it is called in a summary: ``expires``, ``covers``."""
        if self.path[0] == "notifications" and len(self.path) > 1:
            return f"{self.path[1]} of notices"
        if self.path[0] in SUBJECTS:
            return _ABOUT.get(self.path[0], self.path[0])
        return self.path[1] if len(self.path) > 1 else "services"


_ABOUT: Final = {
    "balance": "balances", "charged": "services of lines", "client": "clients of lines",
    "posted": "instants of lines", "entered": "user", "ispmanager": "user",
}  # fmt: skip


@dataclass(slots=True)
class ToldNames:
    """What an implementation has told anywhere in a run; what it tells nowhere is not judged."""

    names: set[str] = field(default_factory=set)

    def note(self, seen: Seen) -> None:
        """Take note of what is told at a moment."""
        for service in seen.services.values():
            if service is not None:
                self.names |= service.model_fields_set
        for line in seen.lines:
            self.names |= {_OF_LINES[each] for each in line.model_fields_set & _OF_LINES.keys()}
        if seen.balances:
            self.names.add("balances")
        if seen.accounts:
            self.names.add("accounts")
        if seen.credit_notes is not None:
            self.names.add("credit_notes")
        if seen.notifications is not None:
            self.names.add("notifications")
        for notice in seen.notifications or ():
            told = notice.model_fields_set & _OF_NOTICES.keys()
            self.names |= {_OF_NOTICES[each] for each in told}

    def knows(self, found: Difference) -> bool:
        """Tell whether a difference is one: something is said there, or was elsewhere."""
        return found.seen != NOT_TOLD or found.about in self.names


#: What the optional fields of lines and notices are called in a summary.
_OF_LINES: Final = {
    "covers": "covers", "service": "services of lines", "client": "clients of lines",
    "at": "instants of lines",
}  # fmt: skip
_OF_NOTICES: Final = {name: f"{word} of notices" for name, word in WORDS.items()}


class Parted(NamedTuple):
    """The first moment at which two runs differ, and everything that differs there."""

    step: int
    scene: Scene
    differences: tuple[Difference, ...]


#: Places whose details are places of their own.
_FIRST: Final = frozenset({"charged", "notifications"})


def _before(path: Path) -> Path:
    """Return the place of which a place is a detail, itself where it is none."""
    if _elsewhere(path):
        before = _before(path[1:])
        return (path[0], *before) if before else ()
    if path[0] in {"covers", "client", "posted"}:
        return ("charged", *path[1:])
    if path[0] not in SUBJECTS:
        return path[:1]  # of a service that is not told nothing is
    return path[:1] if path[0] == "notifications" and len(path) > 1 else ()


def _elsewhere(path: Path) -> bool:
    """Tell whether a place is a subject of another billing, below its name."""
    return len(path) > _WHOSE and path[0] not in SUBJECTS and path[1] in SUBJECTS


#: A place of this length, that ends in the name of a subject, is a field of a service.
_WHOSE: Final = 2


def wanted_at(wanted: Mapping[Path, str], path: Path) -> str:
    """Return what is wanted at a place: lines that were told before stay as they are."""
    return wanted.get(path, _AS_POSTED if path == ("ledger",) else NOTHING)


_AS_POSTED: Final = "lines as they were posted"


def differences(wanted: Mapping[Path, str], seen: Mapping[Path, str]) -> Iterator[Difference]:
    """Yield the places at which something else was seen than is wanted."""
    other = {
        path
        for path in wanted
        if wanted[path] != seen.get(path) and (path[_elsewhere(path)] in _FIRST or len(path) == 1)
    }
    for path in dict.fromkeys((*wanted, *seen)):
        hoped, found = wanted_at(wanted, path), seen.get(path, NOTHING)
        if hoped == found or (found == NOT_TOLD and hoped == NOTHING):
            continue
        # What lines cover is looked at where the lines themselves are the same.
        if path == _before(path) or _before(path) not in other:
            yield Difference(path, hoped, found)


def parted(
    scenario: Scenario,
    story: Story,
    stages: Sequence[Stage],
    writer: Writer,
    told: ToldNames,
    *,
    itemised: bool = True,
    missed: Collection[Difference] = (),
) -> tuple[Parted | None, tuple[str, ...]]:
    """Return where an implementation's run first parts from the reference's, None for nowhere.

    `missed` is what its file missed: what names differ in is passed over where none of that can
    follow from it, unless nothing else differs. Beside it goes what could not be compared, once
    for each place: the implementation tells it nowhere.
    """
    untold: list[str] = []
    seen = list(_partings(scenario, story, stages, writer, told, untold=untold, itemised=itemised))
    first = _first([each for each in seen if each.differences], missed)
    if first is not None:
        scene = first.scene._replace(at_another_hour=at_another_hour(first, seen))
        first = first._replace(scene=scene)
    return first, tuple(untold)


def first_parting(
    scenario: Scenario,
    story: Story,
    stages: Sequence[Stage],
    writer: Writer,
    told: ToldNames,
    *,
    itemised: bool = True,
    missed: Collection[Difference] = (),
) -> Parted | None:
    """Return where runs first part as `parted` does, and look at nothing that comes after it."""
    seen = _partings(scenario, story, stages, writer, told, untold=[], itemised=itemised)
    return _first((each for each in seen if each.differences), missed)


def _first(found: Iterable[Parted], missed: Collection[Difference]) -> Parted | None:
    subjects = {_subject(each) for each in missed}
    first: Parted | None = None
    for each in found:
        causes = [one for one in each.differences if not subjects or _matters(one, subjects)]
        if causes:
            return each._replace(differences=_led(causes, {one.path for one in missed}))
        first = first or each
    return first


def _led(causes: Sequence[Difference], missed: Collection[Path]) -> tuple[Difference, ...]:
    """Put first what a file misses itself, before what it does not check and what is no cause."""
    first = causes[0]
    own = next((each for each in causes if each.path in missed), first)
    if first.path in missed or _explains(first, own):
        return tuple(causes)
    return own, *(each for each in causes if each is not own)


def _explains(found: Difference, other: Difference) -> bool:
    """Tell whether another difference of the same instant can follow from one: not from a date.

    But for other dates, and what is charged for the time until then.
    """
    if _subject(found) not in _DATES:
        return True
    return _subject(other) in _DATES or other.path[0] in SUBJECTS - {"ispmanager"}


def _partings(
    scenario: Scenario,
    story: Story,
    stages: Sequence[Stage],
    writer: Writer,
    told: ToldNames,
    *,
    untold: list[str],
    itemised: bool,
) -> Iterator[Parted]:
    """Yield every moment with what differs at it; put what is told nowhere into `untold`."""
    before: list[Moment] = []
    for index, stage in enumerate(stages[: len(story.steps)]):
        for ours, theirs, is_step in _aligned(story, index, stage, before):
            known: tuple[Difference, ...] = ()
            if not ours.seen.same(theirs):
                found = list(_between(ours.seen, theirs, writer, itemised=itemised))
                known = tuple(sorted(filter(told.knows, found), key=_order))
                untold += (each.about for each in found if not told.knows(each))
            step = scenario.steps[index] if is_step else None
            yield Parted(index, Scene(scenario, step, ours, tuple(before), theirs), known)
            before.append(ours)


#: What changes neither money nor paid time, with what else can be missed because of it.
_NAMING: Final[Mapping[str, frozenset[str]]] = {
    "user": frozenset({"user", "ispmanager", "owned", "entered"}),
    "domain": frozenset({"domain", "owned", "shown"}),
    "owned": frozenset({"owned"}),
    "starts": frozenset({"starts"}),
    "next_due": frozenset({"next_due"}),
    "points_to": frozenset({"points_to"}),
    "notifications": frozenset({"notifications"}),
    "tasks": frozenset({"tasks"}),
    "functions": frozenset({"functions"}),
    "tariffs": frozenset({"tariffs"}),
    "shown": frozenset({"shown"}),
}


def _subject(found: Difference) -> str:
    """Return what a place is about: a field of a service, or a subject of its own."""
    if found.path[0] == "ispmanager" and "has" in found.path[2:]:
        return "owned"
    if found.path[0] in SUBJECTS or len(found.path) == 1:
        return found.path[0]
    return found.path[1]


def bears_on(found: Difference, missed: Collection[Difference]) -> bool:
    """Tell whether any of what was missed can have followed from a difference."""
    return _matters(found, {_subject(each) for each in missed})


def _matters(found: Difference, subjects: Collection[str]) -> bool:
    """Tell whether what was missed can have followed from a difference."""
    subject = _subject(found)
    return subject not in _NAMING or not _NAMING[subject].isdisjoint(subjects)


def _between(ours: Seen, theirs: Seen, writer: Writer, *, itemised: bool) -> Iterator[Difference]:
    wanted = everything(ours, writer, theirs)
    if itemised:
        return differences(wanted.texts, at_places(wanted, theirs, writer))
    got = at_places(wanted.amounts, theirs, writer)
    return differences(summed(wanted.texts, wanted.others), summed(got, wanted.others))


def _aligned(
    story: Story, index: int, stage: Stage, before: Sequence[Moment]
) -> Iterator[tuple[Moment, Seen, bool]]:
    """Yield what the reference shows when the implementation was seen, moment by moment.

    Between its moments the reference stays as it is; its lines count from the moment seen before.
    """
    *way, end = story.steps[index]
    rest = deque(way)
    last = before[-1] if before else None
    for theirs in stage.moments[:-1]:
        passed = []
        while rest and rest[0].seen.at <= theirs.at:
            passed.append(rest.popleft())
        ours = _together(passed) if passed else last and _still(last)
        if ours is not None:
            yield ours, theirs, False
            last = ours
    yield _together([*rest, end]), stage.moments[-1], True


def _together(moments: Sequence[Moment]) -> Moment:
    """Return several moments as one: how it stands at the end, with all that came to it."""
    *_, last = moments
    if len(moments) == 1:
        return last
    seen = _as_one([moment.seen for moment in moments])
    return Moment(
        seen,
        tuple(line for moment in moments for line in moment.lines),
        tuple(made for moment in moments for made in moment.decisions),
    )


def _as_one(found: Sequence[Seen]) -> Seen:
    """Return what was seen last, with all that was told since the first of it, of every billing."""
    last = found[-1]
    notices = [each.notifications or () for each in found]
    return replace(
        last,
        lines=tuple(line for each in found for line in each.lines),
        notifications=tuple(notice for each in notices for notice in each),
        others={name: _as_one([each.others[name] for each in found]) for name in last.others},
    )


def _still(moment: Moment) -> Moment:
    """Return a moment after which nothing has happened."""
    return Moment(_nothing_new(moment.seen), (), ())


def _nothing_new(seen: Seen) -> Seen:
    others = {name: _nothing_new(each) for name, each in seen.others.items()}
    return replace(seen, answer=None, lines=(), notifications=(), visit=None, others=others)


#: In which order what differs at one moment is told: causes before what follows from them.
_SUBJECT_ORDER: Final = ("act", "ledger", "charged", "covers", "client", "posted")
_DATES: Final = ("expires", "starts", "next_due")
#: Of a user that is not there, nothing else is worth telling; a preset brings its limits.
_ON_PANEL: Final = ("exists", "suspended", "preset", "limits")
_LAST: Final = (
    "ispmanager", STRANGERS, "entered", "shown", "notifications", "tasks", "functions", "tariffs",
    "invoices", "accounts", "credit_notes", "licences", "calls", "balance",
)  # fmt: skip


def _order(found: Difference) -> tuple[int, int, Path]:
    if _elsewhere(found.path):
        inner = _order(found._replace(path=found.path[1:]))
        return 3, len(FIELDS) * (2 + inner[0]) + inner[1], found.path
    subject = found.path[0]
    whether_there = subject not in SUBJECTS and len(found.path) == 1
    if whether_there or subject in {"act", UNORDERED}:
        return 0, 1 if whether_there else 2 * (subject == UNORDERED), found.path
    if subject in _LAST:
        part = found.path[2] if subject == "ispmanager" else ""
        rank = _ON_PANEL.index(part) if part in _ON_PANEL else len(_ON_PANEL)
        return 4 + _LAST.index(subject), rank, found.path
    if subject in SUBJECTS:
        # A line that is missing has a rule; one that is too much has none; a tax follows either.
        rank = 2 * (subject == "charged" and found.path[-1].startswith("tax"))
        rank += found.wanted == NOTHING
        return 2, 4 * _SUBJECT_ORDER.index(subject) + rank, found.path
    name = found.path[1]
    if name in _DATES:
        return 1, _DATES.index(name), found.path
    return 3, list(FIELDS).index(name) if name in FIELDS else len(FIELDS), found.path


def summed(texts: Mapping[Path, str], others: Collection[str]) -> dict[Path, str]:
    """Put the sum of a step for its lines, here and at each of the other billings by its name."""
    parties: dict[Path, dict[Path, str]] = defaultdict(dict)
    for path, text in texts.items():
        party = path[: path[0] in others]
        parties[party][path[len(party) :]] = text
    return {
        (*party, *path): text for party, own in parties.items() for path, text in _sum(own).items()
    }


def _sum(texts: Mapping[Path, str]) -> dict[Path, str]:
    of_lines = {"charged", "covers", "client", "posted"}
    rest = {path: text for path, text in texts.items() if path[0] not in of_lines}
    if not any(path[0] == "charged" for path in texts):
        return rest
    total = Fraction(0)
    for path, text in texts.items():
        # What is inside another line is in the sum already.
        if path[0] == "charged" and len(path) > 1 and not path[1].endswith(INSIDE):
            for item in text.split(", ") if text != NOTHING else ():
                amount = Fraction(item.split(" ")[0])
                total += -abs(amount) if path[1] in TO_CLIENT else amount
    return {**rest, ("charged",): shown(total)}
