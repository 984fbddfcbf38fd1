"""Keys in their order: what a scenario, a step, an act or a line begins with stands first.

An entry is moved as it is written, with the comments above and beside it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from prorata.harness.authoring.spots import spots
from prorata.harness.authoring.text import Edit, edited
from prorata.harness.scenario.nodes import MapNode

if TYPE_CHECKING:
    from prorata.harness.authoring.spots import Spot
    from prorata.harness.authoring.text import SourceText

__all__ = ["ordered"]


class _Entry(NamedTuple):
    """A key with its value, between two offsets."""

    key: str
    begins: int
    ends: int


def ordered(source: SourceText) -> SourceText:
    """Order the keys of each mapping whose order is ours; one that cannot be is left as it is."""
    nth = 0
    while True:
        found = list(spots(source.tree))[nth:]
        skipped = next((n for n, spot in enumerate(found) if _is_apart(spot)), None)
        if skipped is None:
            return source
        nth += skipped + 1
        # What is in a mapping comes after it, so that none is passed over.
        source = edited(source, _moves(source, found[skipped]))


def _wanted(spot: Spot) -> list[str]:
    """Return the keys in their order; those that have no place in it stand last."""
    node = spot.node
    assert isinstance(node, MapNode)  # noqa: S101  only mappings have an order
    ranks = {key: rank for rank, key in enumerate(spot.order)}
    return sorted(node.items, key=lambda key: ranks.get(key, len(ranks)))


def _is_apart(spot: Spot) -> bool:
    return isinstance(spot.node, MapNode) and list(spot.node.items) != _wanted(spot)


def _moves(source: SourceText, spot: Spot) -> list[Edit]:
    node = spot.node
    assert isinstance(node, MapNode)  # noqa: S101  only mappings have an order
    flow = source.text.startswith("{", source.at(node.mark))
    entries = _in_braces(source, node) if flow else _in_lines(source, node)
    texts = {each.key: source.text[each.begins : each.ends] for each in entries}
    return [
        Edit(entry.begins, entry.ends, texts[key])
        for entry, key in zip(entries, _wanted(spot), strict=bool(entries))
        if key != entry.key
    ]


def _begins(source: SourceText, node: MapNode) -> list[tuple[str, int]]:
    return [(key, source.at(name.mark)) for key, (name, _) in node.items.items()]


def _in_braces(source: SourceText, node: MapNode) -> list[_Entry]:
    """Return the entries of a mapping in braces; none where a comment stands among them."""
    begins = _begins(source, node)
    closed = _closing(source.text, source.at(node.mark))
    if "#" in source.text[source.at(node.mark) : closed]:
        return []
    found = []
    for (key, start), (_, stop) in zip(begins, [*begins[1:], ("", closed)], strict=True):
        written = source.text[start:stop].rstrip()
        found.append(_Entry(key, start, start + len(written.removesuffix(",").rstrip())))
    return found


def _closing(text: str, begins: int) -> int:
    """Return where the brace is closed that is opened at an offset."""
    depth, quote = 0, ""
    for offset in range(begins, len(text)):
        letter = text[offset]
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "\"'" and text[offset - 1] in " {[,:":
            quote = letter
        depth += {"{": 1, "[": 1, "}": -1, "]": -1}.get(letter, 0) if not quote else 0
        if not depth:
            return offset
    return len(text)


def _in_lines(source: SourceText, node: MapNode) -> list[_Entry]:
    """Return the entries of a mapping on lines of its own, each with the comments above it."""
    begins = _begins(source, node)
    column = node.mark.column
    first, *others = (source.line_of(start) for _, start in begins)
    tops = [first, *(_top(source, line, column) for line in others)]
    stops = [*tops[1:], _after(source, source.line_of(begins[-1][1]), column)]
    found = []
    for (key, start), top, stop in zip(begins, tops, stops, strict=True):
        # The first key may stand behind the dash of a list.
        begin = start if top == first else source.begin_of(top) + column
        found.append(_Entry(key, begin, source.end_of(_last(source, stop))))
    return found


def _top(source: SourceText, line: int, column: int) -> int:
    """Return the first of the comments right above a line that are as far to the right."""
    while source.line(line - 1)[:column].isspace() or not column:
        if not source.line(line - 1)[column:].startswith("#"):
            break
        line -= 1
    return line


def _last(source: SourceText, stop: int) -> int:
    """Return the last line before another that has something on it."""
    line = stop - 1
    while not source.line(line).strip():
        line -= 1
    return line


def _after(source: SourceText, line: int, column: int) -> int:
    """Return the first line behind the value of a key on a line."""
    line += 1
    while line < source.count:
        text = source.line(line)
        indent = len(text) - len(text.lstrip())
        inside = indent > column or (indent == column and text.lstrip().startswith("- "))
        if text.strip() and not inside:
            break
        line += 1
    return line
