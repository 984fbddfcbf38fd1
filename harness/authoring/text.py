"""The text of a file whose places are known: what is changed in it, and nothing else."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING, Final, NamedTuple

from prorata.harness.scenario import ScenarioErrors
from prorata.harness.scenario.tree import read

if TYPE_CHECKING:
    from collections.abc import Iterable

    from prorata.harness.scenario.nodes import Tree, YamlMark

__all__ = ["Edit", "SourceText", "edited", "is_comment"]

#: What ends a line of YAML.
_BREAK: Final = re.compile("\r\n|[\r\n\x85\u2028\u2029]")
_COMMENT: Final = re.compile(r"(^|\s)#")


class Edit(NamedTuple):
    """A new text in the place of what stands between two offsets."""

    begins: int
    ends: int
    text: str


class SourceText:
    """The text of a file, its tree, and where its lines begin and end."""

    def __init__(self, text: str) -> None:
        self.text = text
        #: What stands in the file, whatever its name; `ScenarioErrors` where it is no tree.
        self.tree: Tree = read(text, "")
        breaks = [(each.start(), each.end()) for each in _BREAK.finditer(text)]
        self._begins = [0, *(end for _, end in breaks)]
        self._ends = [*(start for start, _ in breaks), len(text)]

    def at(self, mark: YamlMark) -> int:
        """Return the offset of a mark."""
        return self._begins[mark.line] + mark.column

    def line_of(self, offset: int) -> int:
        """Return the number of the line that an offset is on, from 0."""
        return bisect_right(self._begins, offset) - 1

    def line(self, number: int) -> str:
        """Return a line without what ends it; nothing before the first and after the last."""
        if not 0 <= number < len(self._begins):
            return ""
        return self.text[self._begins[number] : self._ends[number]]

    def begin_of(self, number: int) -> int:
        """Return the offset at which a line begins."""
        return self._begins[number]

    def end_of(self, number: int) -> int:
        """Return the offset at which a line ends, before what breaks it."""
        return self._ends[number]

    @property
    def count(self) -> int:
        """How many lines there are."""
        return len(self._begins)


def edited(source: SourceText, edits: Iterable[Edit]) -> SourceText:
    """Return the text with changes, or as it is where it would say something else.

    That is the surety that no change can do harm: the trees of both are the same.
    """
    text = source.text
    for edit in sorted(edits, reverse=True):
        text = text[: edit.begins] + edit.text + text[edit.ends :]
    if text == source.text:
        return source
    try:
        new = SourceText(text)
    except ScenarioErrors:
        return source
    return new if new.tree.root.plain() == source.tree.root.plain() else source


def is_comment(line: str) -> bool:
    """Tell whether a comment stands on a line, alone or behind something."""
    return _COMMENT.search(line) is not None
