"""What there is room for on the page: it does not grow beyond all measure.

What does not conform has all that belongs to it, as long as there is room; then what conforms has
its drawings, then the derivations, the journals and the texts.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import takewhile
from typing import TYPE_CHECKING, Final

from prorata.harness.report.blocks import blocks, shown_first
from prorata.harness.report.clean import clean
from prorata.harness.report.console import place_text, when
from prorata.harness.report.page.drawing import FirstDifference, drawing
from prorata.harness.report.page.listing import happened
from prorata.harness.report.page.matrix import standing
from prorata.harness.report.page.templates import macros, made_here
from prorata.harness.report.sentences import again, difference, headline

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markupsafe import Markup

    from prorata.harness.report.reading import Judged, RunLog
    from prorata.harness.running.verdict import Verdict

__all__ = ["Filled", "ShownScenario", "filled"]

#: How large a page may grow, in bytes; what of that is for all but the scenarios, what each of
#: them takes beside its texts where it is only listed, and what each of its rules takes.
_LARGEST: Final = 4_950_000
_REST, _EACH, _RULE = 150_000, 170, 30
#: With less than this left, or after so many that had no room, nothing more is tried.
_LEAST: Final = 3_000
_REFUSED: Final = 20
#: The order in which scenarios get what room there is.
_ORDER: Final = ("fail", "error", "known", "pass", "skipped")


@dataclass(slots=True)
class ShownScenario:
    """A scenario on the page: its anchor, how it stands, and its body if there was room."""

    run: RunLog
    judged: Judged
    anchor: str
    kind: str
    body: Markup | str = ""
    derived: Markup | str = ""
    journal: Markup | str = ""
    has_text: bool = False
    open: bool = False

    @property
    def said(self) -> str:
        """What is said beside its name: what is wrong, or its title."""
        return clean(self.judged.record.title if self.kind == "pass" else headline(self.verdict))

    @property
    def verdict(self) -> Verdict:
        """Its verdict."""
        return self.judged.verdict

    @property
    def again(self) -> str:
        """The command that runs it once more."""
        return again(self.verdict, self.run.header.again)

    @property
    def listed(self) -> int:
        """How many bytes it takes where it is only listed."""
        return _EACH + len(self.said.encode()) + 2 * len(clean(self.verdict.scenario).encode())


@dataclass(slots=True)
class Filled:
    """The scenarios of a page by the numbers of their runs and their ids, and the texts on it."""

    scenarios: dict[tuple[int, str], ShownScenario]
    texts: dict[str, str]
    left: int
    refused: int = 0

    @property
    def full(self) -> bool:
        """Whether there is no use in trying more of a kind."""
        return self.left < _LEAST or self.refused > _REFUSED

    def takes(self, text: str) -> bool:
        """Tell whether there is room for a text, and take that."""
        size = len(text.encode(errors="backslashreplace"))
        if size <= self.left:
            self.left -= size
            return True
        self.refused += 1
        return False


def filled(runs: Sequence[RunLog]) -> Filled:
    """Return what is on the page of some runs."""
    found: dict[tuple[int, str], ShownScenario] = {}
    for nth, run in enumerate(runs):
        for number, judged in enumerate(run.judged):
            each = ShownScenario(run, judged, f"s{nth}-{number}", standing(judged.verdict))
            found[nth, judged.verdict.scenario] = each
        for block in blocks(run.results.verdicts):
            found[nth, block.example.scenario].open = True
    room = Filled(found, {}, _LARGEST - _REST - sum(each.listed for each in found.values()))
    queue = [each for each in found.values() if each.kind != "skipped"]
    queue.sort(key=lambda each: (not each.open, _ORDER.index(each.kind)))
    for fill in (_fill_body, _fill_derived, _fill_journal, _fill_text):
        room.refused = 0
        for each in takewhile(lambda _: not room.full, queue):
            fill(each, room)
    return room


def _fill_body(each: ShownScenario, room: Filled) -> None:
    body = _body(each)
    rules = "".join(" " * _RULE + rule for rule in each.verdict.rules)
    if room.takes(body + each.again + rules):
        each.body = body
        if each.kind != "pass":
            _fill_derived(each, room)
            _fill_journal(each, room)
            _fill_text(each, room)


def _fill_derived(each: ShownScenario, room: Filled) -> None:
    if each.body and not each.derived:
        derived = macros().derived(record=each.judged.record, short=each.kind == "pass")
        each.derived = derived if room.takes(derived) else ""


def _fill_journal(each: ShownScenario, room: Filled) -> None:
    if each.body and not each.journal:
        rows, more = happened(each.judged.record)
        two_sided = bool(each.judged.record.expected)
        journal = macros().journal(rows=rows, more=more, two_sided=two_sided) if rows else ""
        each.journal = journal if room.takes(journal) else ""


def _fill_text(each: ShownScenario, room: Filled) -> None:
    file = each.judged.record.file
    text = _shown(each.run.texts.get(file, ""))
    if each.body and text and file not in room.texts and room.takes(text):
        room.texts[file] = text
    each.has_text = bool(each.body) and file in room.texts


def _shown(text: str) -> str:
    """Return the text of a file without control characters, which a log may have all the same."""
    return "\n".join(clean(line, len(line)) for line in text.split("\n"))


def _body(each: ShownScenario) -> Markup:
    """Return what unfolds below a scenario, but for its journal and its text."""
    record, verdict = each.judged.record, each.verdict
    first = shown_first(verdict) if verdict.verdict == "fail" else None
    mark = FirstDifference(first.at, difference(first)) if first else None
    made: Markup = macros().body(
        verdict=verdict,
        record=record,
        first=first,
        where=place_text(first.path) if first else "",
        when=when(first) if first else "",
        differences=[
            (when(other), difference(other), other.place)
            for other in (*verdict.mismatches, *verdict.advice)
            if first is None or (other.path, other.at) != (first.path, first.at)
        ],
        drawn=made_here(drawing(record, mark)),
    )
    return made
