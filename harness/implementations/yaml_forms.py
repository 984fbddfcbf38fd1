"""The form that a YAML text tells, as the reference takes it: JSON, and where each value stood.

>>> yaml_form("seats: {required: yes}")["json"]
'{"seats": {"required": true}}'
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from prorata.harness.scenario.nodes import ListNode, MapNode
from prorata.harness.scenario.problems import ScenarioErrors
from prorata.harness.scenario.tree import nodes
from prorata.reference.vocabulary.kinds import Each, Plain, Record
from prorata.reference.vocabulary.product_order import FORM_FIELD

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prorata.harness.scenario.nodes import TextNode, TreeNode
    from prorata.reference.vocabulary.kinds import Kind

__all__ = ["yaml_form"]

_SWITCHES: Final = {"yes": "true", "true": "true", "no": "false", "false": "false"}


def yaml_form(text: str) -> Mapping[str, Any]:
    """Return what `import_form` takes of the engine for a YAML text, or what is wrong with it."""
    try:
        root = nodes(text, "form")
    except ScenarioErrors as errors:
        problem = errors.problems[0]
        place = (problem.place.line or 1, problem.place.column or 1)
        return {"json": "", "places": {0: place}, "wrong": problem.message}
    if root is None:
        return {"json": "", "wrong": "the text is empty"}
    written = _Written()
    written.node(root, Each(Plain.TEXT, FORM_FIELD))
    return {"json": "".join(written.parts), "places": written.places}


class _Written:
    """A JSON text in the making: its parts, and by its places those in the other text."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.places: dict[int, tuple[int, int]] = {}
        self._length = 0

    def node(self, node: TreeNode, kind: Kind) -> None:
        """Write a value, with all that is in it; a switch has the words of YAML."""
        if isinstance(node, MapNode):
            self._map(node, kind)
        elif isinstance(node, ListNode):
            self._list(node)
        else:
            self._text(node, kind)

    def _map(self, node: MapNode, kind: Kind) -> None:
        self._add("{", node)
        for number, (name, (key, value)) in enumerate(node.items.items()):
            self._add(", " if number else "")
            self._add(json.dumps(name), key)
            self._add(": ")
            self.node(value, _below(kind, name))
        self._add("}")

    def _list(self, node: ListNode) -> None:
        self._add("[", node)
        for number, value in enumerate(node.items):
            self._add(", " if number else "")
            self.node(value, Plain.TEXT)
        self._add("]")

    def _text(self, node: TextNode, kind: Kind) -> None:
        said = _SWITCHES.get(node.text) if kind is Plain.YES_NO else None
        self._add(said or json.dumps(node.text), node)

    def _add(self, part: str, node: TreeNode | None = None) -> None:
        if node is not None:
            self.places[self._length] = (node.mark.line + 1, node.mark.column + 1)
        self.parts.append(part)
        self._length += len(part)


def _below(kind: Kind, name: str) -> Kind:
    """Return the kind of what stands at a key."""
    if isinstance(kind, Each):
        return kind.value
    if isinstance(kind, Record) and name in kind.names:
        return kind.field(name).kind
    return Plain.TEXT
