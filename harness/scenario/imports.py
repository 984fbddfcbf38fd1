"""Products that a file takes from a JSON file beside it, each mistake at its place there.

``products: shop.json`` in `given` stands for the object in that file: the fields of each product
by its name.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from prorata.fakes.bounded import read_bounded
from prorata.harness.scenario.nodes import FileMark, ListNode, MapNode, TextNode
from prorata.harness.scenario.places import Place
from prorata.harness.scenario.problems import Problem, ScenarioErrors
from prorata.reference.engine.placed_json import MistakeError, elements, pairs, scalar, start

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

from prorata.harness.scenario.nodes import Tree, TreeNode

__all__ = ["take_products"]


class _Source(NamedTuple):
    """The text of a file."""

    file: str
    text: str

    def mark(self, at: int) -> FileMark:
        """Return where a place of the text is."""
        line = self.text.count("\n", 0, at)
        return FileMark(self.file, line, at - self.text.rfind("\n", 0, at) - 1)

    def node(self, at: int) -> TreeNode:
        """Return the value at a place, with all that is in it; `MistakeError` for a second key."""
        return _NODES.get(self.text[at], _text)(self, at)


def _map(source: _Source, at: int) -> TreeNode:
    node = MapNode(source.mark(at))
    for key, key_at, value_at in pairs(source.text, at):
        node.items[key] = (TextNode(key, source.mark(key_at)), source.node(value_at))
    return node


def _list(source: _Source, at: int) -> TreeNode:
    node = ListNode(source.mark(at))
    node.items = [source.node(each) for each in elements(source.text, at)]
    return node


def _text(source: _Source, at: int) -> TreeNode:
    return TextNode(scalar(source.text, at), source.mark(at))


_NODES: Final[Mapping[str, Callable[[_Source, int], TreeNode]]] = {"{": _map, "[": _list}


def take_products(tree: Tree, read: Callable[[Path], bytes] = read_bounded) -> None:
    """Put the products of a JSON file in the place of its name; `ScenarioErrors`."""
    given = tree.root.child("given")
    named = given.child("products") if isinstance(given, MapNode) else None
    if isinstance(given, MapNode) and isinstance(named, TextNode) and _names_json(named):
        key, _ = given.items["products"]
        given.items["products"] = (key, _read(tree, named, read))


def _names_json(node: TextNode) -> bool:
    return node.text.endswith(".json")


def _read(tree: Tree, named: TextNode, read: Callable[[Path], bytes]) -> TreeNode:
    path = Path(tree.file).parent / named.text
    place = tree.place(("given", "products"))
    try:
        text = read(path).decode("utf-8-sig")
    except OSError as error:
        said = f"{named.text} cannot be read: {error.strerror}"
        raise ScenarioErrors([Problem(place, said)]) from None
    except UnicodeDecodeError:
        raise ScenarioErrors([Problem(Place(str(path)), "expected text in UTF-8")]) from None
    source = _Source(str(path), text)
    try:
        return _map(source, start(text))
    except MistakeError as error:
        there = Place(str(path), error.line, error.column)
        raise ScenarioErrors([Problem(there, error.wrong)]) from None
