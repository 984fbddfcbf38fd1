"""The page: what its template is given, and that it does not grow beyond all measure."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

from prorata.harness.report.amounts import amount_text
from prorata.harness.report.blocks import blocks, shown_first
from prorata.harness.report.clean import clean
from prorata.harness.report.console import place_text, when
from prorata.harness.report.page.drawing import FirstDifference, drawing
from prorata.harness.report.page.listing import happened
from prorata.harness.report.page.matrix import by_family, by_rule, standing
from prorata.harness.report.sentences import again, difference, headline

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from jinja2 import Environment, Template
    from markupsafe import Markup

    from prorata.harness.report.blocks import Block
    from prorata.harness.report.reading import Judged, RunLog
    from prorata.harness.running.verdict import Verdict

__all__ = ["page"]

#: How large a page may grow, in bytes, and what is left of that for all but the scenarios: so much
#: at least, and so much for each of them, which is listed in any case.
_LARGEST: Final = 4_950_000
_REST, _EACH = 150_000, 470
#: The order in which scenarios get what room there is for drawings.
_ORDER: Final = ("fail", "error", "known", "pass", "skipped")
#: In a page: how a scenario stands, in words.
_WORDS: Final = {
    "pass": "✓ conforms", "fail": "✗ does not", "error": "! error", "known": "~ known",
    "skipped": "– skipped",
}  # fmt: skip


def page(runs: Sequence[RunLog]) -> str:
    """Return the page of some runs."""
    shown = _shown(runs)
    script = _resource("filter.js")
    digest = b64encode(sha256(script.encode()).digest()).decode()
    return _template().render(
        runs=runs,
        title=" · ".join(clean(run.name, 80) for run in runs),
        groups=[_group(run, nth, shown) for nth, run in enumerate(runs)],
        families=by_family(runs),
        rules=by_rule(runs),
        left_out=sum(each.body == "" and each.kind != "skipped" for each in shown.values()),
        texts=_texts(shown.values()),
        style=_safe(_resource("style.css")),
        script=_safe(script),
        digest=digest,
        words=_WORDS,
    )


@dataclass(slots=True)
class _Shown:
    """A scenario on the page: its anchor, how it stands, and its body if there was room."""

    run: RunLog
    judged: Judged
    anchor: str
    kind: str
    body: Markup | str = ""
    derived: Markup | str = ""
    journal: Markup | str = ""
    text: str = ""
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
    def text_anchor(self) -> str:
        """Where its text is on the page; nowhere where that is not on it."""
        return _anchor_of(self.judged.record.file) if self.text else ""


Shown = dict[tuple[int, str], _Shown]


def _shown(runs: Sequence[RunLog]) -> Shown:
    """Give scenarios their bodies as long as there is room, what does not conform first.

    Then come the derivations of those that conform, their journals, and their texts.
    """
    found: Shown = {}
    for nth, run in enumerate(runs):
        for number, judged in enumerate(run.judged):
            kind = standing(judged.verdict)
            found[nth, judged.verdict.scenario] = _Shown(run, judged, f"s{nth}-{number}", kind)
        for block in blocks(run.results.verdicts):
            found[nth, block.example.scenario].open = True
    room = _Room(_LARGEST - _REST - _EACH * len(found))
    queue = sorted(found.values(), key=lambda each: (not each.open, _ORDER.index(each.kind)))
    queue = [each for each in queue if each.kind != "skipped"]
    for fill in (_fill_body, _fill_derived, _fill_journal, _fill_text):
        for each in queue:
            if room.left > 0:
                fill(each, room)
    return found


class _Room:
    """What room is left on the page, in bytes, and the texts of files that are on it."""

    def __init__(self, left: int) -> None:
        self.left = left
        self.texts: dict[str, str] = {}

    def takes(self, text: str) -> bool:
        """Tell whether there is room for a text, and take that."""
        size = len(text.encode(errors="backslashreplace"))
        if size <= self.left:
            self.left -= size
            return True
        return False


def _fill_body(each: _Shown, room: _Room) -> None:
    body = _body(each)
    if room.takes(body):
        each.body = body
        if each.kind != "pass":
            _fill_derived(each, room)
            _fill_journal(each, room)
            _fill_text(each, room)


def _fill_derived(each: _Shown, room: _Room) -> None:
    if each.body and not each.derived:
        derived = _macros().derived(record=each.judged.record, short=each.kind == "pass")
        each.derived = derived if room.takes(derived) else ""


def _fill_journal(each: _Shown, room: _Room) -> None:
    if each.body and not each.journal:
        rows, more = happened(each.judged.record)
        two_sided = bool(each.judged.record.expected)
        journal = _macros().journal(rows=rows, more=more, two_sided=two_sided) if rows else ""
        each.journal = journal if room.takes(journal) else ""


def _fill_text(each: _Shown, room: _Room) -> None:
    file = each.judged.record.file
    text = each.run.texts.get(file, "")
    if each.body and text:
        if file not in room.texts and room.takes(text):
            room.texts[file] = text
        each.text = text if file in room.texts else ""


def _body(each: _Shown) -> Markup:
    """Return what unfolds below a scenario, but for its journal and its text."""
    record, verdict = each.judged.record, each.verdict
    first = shown_first(verdict) if verdict.verdict == "fail" else None
    mark = FirstDifference(first.at, difference(first)) if first else None
    made: Markup = _macros().body(
        verdict=verdict,
        record=record,
        first=first,
        where=place_text(first.path) if first else "",
        when=when(first) if first else "",
        differences=[
            (when(other), difference(other), other.place)
            for other in verdict.mismatches
            if first is None or (other.path, other.at) != (first.path, first.at)
        ],
        drawn=_safe(drawing(record, mark)),
    )
    return made


@dataclass(slots=True)
class _Group:
    """A run on the page: its blocks of failures, and its scenarios."""

    run: RunLog
    counts: dict[str, int]
    blocks: list[tuple[Block, list[_Shown]]] = field(default_factory=list)
    scenarios: list[_Shown] = field(default_factory=list)


def _group(run: RunLog, nth: int, shown: Shown) -> _Group:
    verdicts = run.results.verdicts
    kinds = [standing(each) for each in verdicts]
    group = _Group(run, {kind: kinds.count(kind) for kind in _WORDS})
    for block in blocks(verdicts):
        own = [shown[nth, each.scenario] for each in block.verdicts]
        group.blocks.append((block, own))
    group.scenarios = [shown[nth, each.scenario] for each in verdicts]
    return group


def _texts(shown: Iterable[_Shown]) -> Iterator[tuple[str, str, str]]:
    """Yield each file that a scenario on the page is of: its anchor, its name and its text."""
    found = {each.judged.record.file: each.text for each in shown if each.text}
    yield from ((_anchor_of(file), file, text) for file, text in found.items())


def _anchor_of(file: str) -> str:
    return f"f-{sha256(file.encode()).hexdigest()[:10]}"


def _safe(text: str) -> Markup:
    """DrawnMark a text as made here: it is HTML, with every word from outside escaped."""
    from markupsafe import Markup

    return Markup(text)  # noqa: S704  of resources, and of shapes that escape what they are given


def _resource(name: str) -> str:
    return files("prorata.harness.report.page").joinpath(name).read_text(encoding="utf-8")


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FunctionLoader, StrictUndefined

    made = Environment(
        autoescape=True,
        loader=FunctionLoader(_resource),
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    made.filters |= {"clean": clean, "amount": amount_text}
    return made


def _template() -> Template:
    return _environment().get_template("page.html.j2")


@cache
def _macros() -> Any:
    return _environment().get_template("scenario.html.j2").module
