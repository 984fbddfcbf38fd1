"""Rows: a table whose variables stand in the text of a file, which is a scenario for each row."""

from __future__ import annotations

import re
from itertools import chain
from typing import TYPE_CHECKING

from prorata.harness.scenario.branches import is_name
from prorata.harness.scenario.nodes import ListNode, MapNode, TextNode, Tree, place_of
from prorata.harness.scenario.problems import Problem, nearest
from prorata.harness.scenario.words import show

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

    from prorata.harness.scenario.nodes import TreeNode

__all__ = ["check_rows", "with_rows"]

#: A variable in a text; two dollars are one.
_VARIABLE = re.compile(r"\$(?:\$|(?P<bare>[a-z]\w*)|\{(?P<braced>[a-z]\w*)\})")
_COLUMN = re.compile(r"[a-z]\w*")


def with_rows(tree: Tree, problems: list[Problem]) -> Iterator[tuple[str | None, Tree]]:
    """Yield the file once for each row, with the row's values put in; places stay as they are.

    What is wrong with the table itself is added to `problems`.
    """
    if "rows" not in tree.root.items:
        yield None, tree
        return
    rest = _without_rows(tree.root)
    varying: set[TreeNode] = set()
    _varies(rest, varying)
    for name, values in _table(tree, problems):
        filler = _Filler(tree.file, name, values, varying, problems)
        yield name, Tree(tree.file, filler.mapping(rest))


def check_rows(tree: Tree) -> list[Problem]:
    """Find columns that no text uses; before values are set from outside, which may hide some."""
    problems: list[Problem] = []
    if "rows" not in tree.root.items:
        return problems
    table = _table(tree, problems)
    used = set(_used(_without_rows(tree.root)))
    columns = {key.text: key for _, values in reversed(table) for key, _ in values.values()}
    for column, key in columns.items():
        if column not in used and column != "name":
            message = f'no text of the scenario has "${column}"'
            problems.append(Problem(place_of(tree.file, key.mark), message))
    return problems


def _varies(node: TreeNode, varying: set[TreeNode]) -> bool:
    """Tell whether a node has a variable in it; add it to those that have, and what is inside."""
    if isinstance(node, TextNode):
        found = "$" in node.text
    else:
        # Each of them is looked into, though the first may have one.
        found = sum(_varies(each, varying) for each in _inside(node)) > 0
    if found:
        varying.add(node)
    return found


def _inside(node: MapNode | ListNode) -> Iterable[TreeNode]:
    return chain.from_iterable(node.items.values()) if isinstance(node, MapNode) else node.items


def _without_rows(root: MapNode) -> MapNode:
    rest = MapNode(root.mark)
    rest.items = {key: pair for key, pair in root.items.items() if key != "rows"}
    return rest


def _used(node: TreeNode) -> Iterator[str]:
    if isinstance(node, TextNode):
        for found in _VARIABLE.finditer(node.text):
            yield found["bare"] or found["braced"] or ""
        return
    for each in _inside(node):
        yield from _used(each)


_Values = dict[str, tuple[TextNode, "TreeNode"]]


def _table(tree: Tree, problems: list[Problem]) -> list[tuple[str, _Values]]:
    """Return the rows that have a name of their own, each with its values by column."""
    key, rows = tree.root.items["rows"]

    def report(node: TreeNode, message: str) -> None:
        problems.append(Problem(place_of(tree.file, node.mark), message))

    if not isinstance(rows, ListNode) or not rows.items:
        found = "none" if isinstance(rows, ListNode) else show(rows.plain())
        report(key, f"expected a list of rows, each with its name, found {found}")
        return []
    table: dict[str, _Values] = {}
    for row in rows.items:
        name = row.items.get("name") if isinstance(row, MapNode) else None
        if not isinstance(row, MapNode) or name is None:
            report(row, 'missing "name" in a row')
        elif not isinstance(name[1], TextNode) or not is_name(name[1].text):
            found = show(name[1].plain())
            report(name[1], f"{found} cannot name a row; use letters, digits, spaces and . + -")
        elif name[1].text in table:
            report(name[1], f'row "{name[1].text}" is given twice')
        else:
            table[name[1].text] = row.items
            for column, value in row.items.values():
                _check_value(report, column, value)
    return list(table.items())


def _check_value(
    report: Callable[[TreeNode, str], None], column: TextNode, value: TreeNode
) -> None:
    if not _COLUMN.fullmatch(column.text):
        report(column, f'"{column.text}" cannot name a variable; use small letters and digits')
    elif not isinstance(value, TextNode):
        report(value, f'expected a text for "{column.text}", found {show(value.plain())}')


class _Filler:
    """Puts the values of one row into copies of nodes; what has no variable stays the same."""

    def __init__(
        self,
        file: str,
        row: str,
        values: _Values,
        varying: Collection[TreeNode],
        problems: list[Problem],
    ) -> None:
        self._file = file
        self._row = row
        self._varying = varying
        self._values = {
            key: node.text for key, (_, node) in values.items() if type(node) is TextNode
        }
        self._problems = problems

    def mapping(self, node: MapNode) -> MapNode:
        """Fill keys and values; a key that two variables make the same is a problem."""
        filled = MapNode(node.mark)
        for key, value in node.items.values():
            new = self._text(key)
            if new.text in filled.items:
                self._report(key, f'"{new.text}" is given twice (row "{self._row}")')
            filled.items[new.text] = new, self._node(value)
        return filled

    def _node(self, node: TreeNode) -> TreeNode:
        if node not in self._varying:
            return node
        if isinstance(node, TextNode):
            return self._text(node)
        if isinstance(node, MapNode):
            return self.mapping(node)
        filled = ListNode(node.mark)
        filled.items = [self._node(item) for item in node.items]
        return filled

    def _text(self, node: TextNode) -> TextNode:
        if node not in self._varying:
            return node
        return TextNode(_VARIABLE.sub(lambda found: self._value(node, found), node.text), node.mark)

    def _value(self, node: TextNode, found: re.Match[str]) -> str:
        variable = found["bare"] or found["braced"]
        if variable is None:
            return "$"
        if variable not in self._values:
            near = nearest(variable, self._values)
            self._report(node, f'row "{self._row}" has no "{variable}"{near}')
        return self._values.get(variable, "")

    def _report(self, node: TextNode, message: str) -> None:
        self._problems.append(Problem(place_of(self._file, node.mark), message))
