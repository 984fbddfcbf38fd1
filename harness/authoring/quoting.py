"""Amounts in quotes: no editor then takes 3.10 for the number 3.1."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from prorata.harness.authoring.spots import spots
from prorata.harness.authoring.text import Edit, edited
from prorata.harness.scenario.nodes import ListNode, MapNode, TextNode
from prorata.harness.scenario.shapes import Single
from prorata.harness.scenario.words import amount, balance

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prorata.harness.authoring.text import SourceText
    from prorata.harness.scenario.nodes import TreeNode

__all__ = ["quoted"]

_AMOUNT: Final = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_COLUMN: Final = re.compile(r"\$(\{(?P<braced>\w+)\}|(?P<bare>\w+))")


def quoted(source: SourceText) -> SourceText:
    """Put each amount into quotes that has none: of the file, and of the columns of its table."""
    return edited(source, [edit for node in _amounts(source) for edit in _quotes(source, node)])


def _amounts(source: SourceText) -> Iterator[TextNode]:
    columns = set()
    for spot in spots(source.tree):
        if isinstance(spot.node, TextNode) and _is_money(spot.shape):
            yield spot.node
            column = _COLUMN.fullmatch(spot.node.text)
            columns |= {column["braced"] or column["bare"]} if column else set()
    rows = source.tree.root.child("rows")
    for row in rows.items if isinstance(rows, ListNode) else ():
        yield from _of_row(row, columns)


def _is_money(shape: object) -> bool:
    read = shape.read if isinstance(shape, Single) else None
    return read is not None and read.read in {amount, balance}


def _of_row(row: TreeNode, columns: set[str]) -> Iterator[TextNode]:
    for column, (_, value) in row.items.items() if isinstance(row, MapNode) else ():
        if column in columns and isinstance(value, TextNode):
            yield value


def _quotes(source: SourceText, node: TextNode) -> Iterator[Edit]:
    begins = source.at(node.mark)
    if _AMOUNT.fullmatch(node.text) and source.text.startswith(node.text, begins):
        yield Edit(begins, begins + len(node.text), f'"{node.text}"')
