"""Comments that tell how expected amounts come about, where none stands yet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from prorata.harness.authoring.sums import sums
from prorata.harness.authoring.text import Edit, edited, is_comment
from prorata.harness.running.selection import load_text
from prorata.harness.running.story import reference_story
from prorata.harness.scenario import ScenarioErrors
from prorata.reference.readings import choose

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from prorata.harness.authoring.text import SourceText
    from prorata.harness.scenario import Scenario

__all__ = ["commented"]

#: So many lines above an amount may have its comment.
_ABOVE: Final = 2
#: What was found for the amounts of a line: what each is of, and its sum.
_Found = list[tuple[str, str | None]]


def commented(source: SourceText, file: str) -> SourceText:
    """Put a comment behind each line with expected amounts that has none, and none above it.

    Where a file is several scenarios, a line is told of where it is the same in all of them.
    """
    try:
        scenarios = load_text(source.text.encode(), file)
    except ScenarioErrors:
        return source
    told = _agreed([_by_line(each, file) for each in scenarios])
    ends = {
        source.end_of(number): text
        for number, text in sorted(told.items(), reverse=True)
        if not any(is_comment(source.line(number - up)) for up in range(_ABOVE + 1))
    }
    edits = [Edit(end, end, f"     # {text}") for end, text in ends.items()]
    whole = edited(source, edits)
    if whole is not source:
        return whole
    # Where one of them stands in a text of several lines, all the others can still be told.
    for edit in edits:
        source = edited(source, [edit])
    return source


def _by_line(scenario: Scenario, file: str) -> dict[int, _Found]:
    """Return what was found for the lines of a file, by their numbers from 0."""
    story = reference_story(scenario, choose(scenario.readings, {}))
    found: dict[int, _Found] = {}
    for each in sums(scenario, story):
        place = scenario.place(each.path)
        if place.file == file:
            found.setdefault(place.line - 1, []).append((each.of, each.text))
    return found


def _agreed(found: Sequence[Mapping[int, _Found]]) -> dict[int, str]:
    """Return the text for each line whose amounts all have a sum, the same in all scenarios."""
    numbers = {number for lines in found for number in lines}
    told = {}
    for number in numbers:
        first, *others = [lines[number] for lines in found if number in lines]
        if all(each == first for each in others) and all(text for _, text in first):
            told[number] = _written(first)
    return told


def _written(found: _Found) -> str:
    if len(found) == 1:
        return str(found[0][1])
    return "; ".join(f"{of}: {text}" for of, text in found)
