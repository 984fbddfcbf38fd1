"""The tree of a scenario file: texts, mappings and lists, each at its line and column."""

from __future__ import annotations

from typing import NamedTuple, Protocol

from prorata.harness.scenario.places import Place, TreePath

__all__ = [
    "FileMark",
    "ListNode",
    "MapNode",
    "PlainData",
    "TextNode",
    "Tree",
    "TreeNode",
    "YamlMark",
    "in_file",
    "mapping",
    "place_of",
]


class YamlMark(Protocol):
    """Where the YAML parser was: line and column from 0."""

    @property
    def line(self) -> int:
        """The line."""

    @property
    def column(self) -> int:
        """The column."""


class FileMark(NamedTuple):
    """A mark in another file than the one whose tree it is in."""

    file: str
    line: int
    column: int


def place_of(file: str, mark: YamlMark) -> Place:
    """Turn a parser's mark into a place; of another file where the mark has one."""
    return Place(getattr(mark, "file", file), mark.line + 1, mark.column + 1)


#: A tree without its places.
PlainData = str | list["PlainData"] | dict[str, "PlainData"]


class TextNode:
    """A scalar as it is written: `no` is two letters and `3.10` keeps its zero."""

    __slots__ = ("mark", "text")

    def __init__(self, text: str, mark: YamlMark) -> None:
        self.text = text
        self.mark = mark

    def plain(self) -> PlainData:
        """Return the text."""
        return self.text

    def child(self, _key: str | int) -> TreeNode | None:
        """Return nothing: a text holds nothing."""
        return None


class ListNode:
    """A list."""

    __slots__ = ("items", "mark")

    def __init__(self, mark: YamlMark) -> None:
        self.mark = mark
        self.items: list[TreeNode] = []

    def plain(self) -> PlainData:
        """Return the values alone."""
        return [item.plain() for item in self.items]

    def child(self, key: str | int) -> TreeNode | None:
        """Return the item at an index."""
        inside = isinstance(key, int) and 0 <= key < len(self.items)
        return self.items[int(key)] if inside else None


class MapNode:
    """A mapping; each value is kept with its key, which has a place of its own."""

    __slots__ = ("items", "mark")

    def __init__(self, mark: YamlMark) -> None:
        self.mark = mark
        self.items: dict[str, tuple[TextNode, TreeNode]] = {}

    def plain(self) -> PlainData:
        """Return keys and values alone."""
        return {key: node.plain() for key, (_, node) in self.items.items()}

    def child(self, key: str | int) -> TreeNode | None:
        """Return the value of a key."""
        found = self.items.get(key) if isinstance(key, str) else None
        return found[1] if found else None


TreeNode = TextNode | ListNode | MapNode


def in_file(node: TreeNode, file: str) -> None:
    """Give a node, and all that is in it, their places in a file of their own."""
    if not isinstance(node.mark, FileMark):  # what that file took from a third stays there
        node.mark = FileMark(file, node.mark.line, node.mark.column)
    pairs = (
        node.items.values() if isinstance(node, MapNode) else [(each,) for each in _inside(node)]
    )
    for pair in pairs:
        for each in pair:
            in_file(each, file)


def _inside(node: TreeNode) -> list[TreeNode]:
    return node.items if isinstance(node, ListNode) else []


def mapping(plain: PlainData | None) -> dict[str, PlainData]:
    """Return a mapping as it is, and an empty one for anything else."""
    return plain if isinstance(plain, dict) else {}


class Tree:
    """The tree of one file, and the places in it.

    `plain` is what it says, where that is known and nobody asks for the places of it.
    """

    __slots__ = ("_plain", "file", "root")

    def __init__(self, file: str, root: MapNode, plain: dict[str, PlainData] | None = None) -> None:
        self.file = file
        self.root = root
        self._plain = plain

    @property
    def plain(self) -> dict[str, PlainData]:
        """The whole file without its places; once that was asked for, the file is not changed."""
        if self._plain is None:
            self._plain = mapping(self.root.plain())
        return self._plain

    def find(self, path: TreePath) -> TreeNode | None:
        """Return the node at the end of `path`, if there is one."""
        node: TreeNode | None = self.root
        for key in path:
            node = node.child(key) if node else None
        return node

    def keys(self, path: TreePath) -> tuple[str, ...]:
        """Return the keys of the mapping at `path`; none where there is no mapping."""
        node = self.find(path)
        return tuple(node.items) if isinstance(node, MapNode) else ()

    def existing(self, path: TreePath) -> TreePath:
        """Leave out of `path` what the file does not have: the words of types, not of the file."""
        node: TreeNode = self.root
        kept: list[str | int] = []
        for key in path:
            child = node.child(key)
            if child is not None:
                node = child
                kept.append(key)
        return tuple(kept)

    def place(self, path: TreePath) -> Place:
        """Return where the value at `path` stands, or the nearest thing around it."""
        node = self.find(self._prefix(path)) or self.root
        return place_of(self.file, node.mark)

    def key_place(self, path: TreePath) -> Place:
        """Return where the key at the end of `path` stands, or its value in a list."""
        holder = self.find(path[:-1])
        if not isinstance(holder, MapNode) or path[-1] not in holder.items:
            return self.place(path)
        return place_of(self.file, holder.items[str(path[-1])][0].mark)

    def _prefix(self, path: TreePath) -> TreePath:
        while path and self.find(path) is None:
            path = path[:-1]
        return path
