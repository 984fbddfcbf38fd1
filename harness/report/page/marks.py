"""Marks on a row of a drawing: those that stand at one place are one, and their texts have room.

A text stands on the first level that is free there; one for which there is no room at all is
not drawn: it is in the mark's title, and in the list below the drawing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from prorata.harness.report.page.shapes import LETTER, cut, label, titled, words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

__all__ = ["LEVEL", "DrawnMark", "DrawnRow", "row"]

#: How high a level of texts is, and how many there are at most.
LEVEL: Final = 15
_LEVELS: Final = 4
#: Marks that are nearer than this are one.
_NEAR: Final = 7.0
_WIDEST: Final = 330
_BESIDE: Final = 9
#: The kinds of marks whose texts look otherwise.
_APART: Final = frozenset({"off", "refused"})
#: What stands between the texts of marks that are one.
_AND: Final = ", "
#: Of the marks that are one, so many are told.
_TOLD: Final = 8


@dataclass(slots=True)
class DrawnMark:
    """Something at a place: its kind, which is how it looks, its text, and what it says whole."""

    x: float
    kind: str
    text: str
    title: str


@dataclass(slots=True)
class DrawnRow:
    """A row that has been laid out: its height, and its shapes for a place at the top."""

    high: float
    shapes: Callable[[float], Iterator[str]]


def _gathered(marks: Iterable[DrawnMark]) -> list[list[DrawnMark]]:
    groups: list[list[DrawnMark]] = []
    for mark in sorted(marks, key=lambda each: each.x):
        if groups and mark.x - groups[-1][0].x < _NEAR:
            groups[-1].append(mark)
        else:
            groups.append([mark])
    return groups


def row(
    marks: Iterable[DrawnMark], draw: Callable[[float, float, str], str], right: float
) -> DrawnRow:
    """Lay out marks; `draw` draws one at a place, and no text goes further than `right`."""
    free = [0.0] * _LEVELS
    groups = _gathered(marks)
    # One after the last is at the end of the row.
    places = [*(group[0].x - _NEAR for group in groups[1:]), right]
    placed = [(group, *_place(group, free, right, places[nth])) for nth, group in enumerate(groups)]
    levels = max((level + 1 for *_, level, _ in placed), default=1)

    def shapes(top: float) -> Iterator[str]:
        for group, text, level, x in placed:
            y = top + LEVEL * level + LEVEL / 2 + 4
            drawn = draw(group[0].x, top + LEVEL / 2, group[0].kind)
            whole = text == _AND.join(_texts(group))
            if whole:
                yield drawn + words(x, y, _parts(group))
            else:
                yield titled(drawn + (label(x, y, text) if text else ""), _titles(group))

    return DrawnRow(LEVEL * max(levels, 1), shapes)


def _texts(group: list[DrawnMark]) -> dict[str, str]:
    """Return the texts of marks that are one, each with what it looks like."""
    return {m.text: m.kind if _APART & set(m.kind.split()) else "" for m in group}


def _parts(group: list[DrawnMark]) -> Iterator[tuple[str, str]]:
    for nth, part in enumerate(_texts(group).items()):
        if nth:
            yield _AND, ""
        yield part


def _titles(group: list[DrawnMark]) -> str:
    more = f"; {len(group) - _TOLD} more" if len(group) > _TOLD else ""
    return "; ".join(mark.title for mark in group[:_TOLD]) + more


def _place(
    group: list[DrawnMark], free: list[float], right: float, end: float
) -> tuple[str, int, float]:
    """Return the text of a mark, the level on which it stands, and where it begins.

    On the first level, where the marks are, it ends before the next one, which is at `end`.
    """
    text = cut(_AND.join(_texts(group)), _WIDEST)
    width = len(text) * LETTER
    x = min(group[0].x + _BESIDE, right - width)
    first = 0 if x > group[0].x and x + width <= end else 1
    for level in range(first, len(free)):
        if x >= free[level]:
            free[level] = x + width + _BESIDE
            return text, level, x
    return "", 0, x
