"""YAML read as a tree of texts with positions: no types, no anchors, no tags, no surprises."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from prorata.harness.scenario.broken import broken, undecodable, unprintable
from prorata.harness.scenario.nodes import ListNode, MapNode, TextNode, Tree, TreeNode, place_of
from prorata.harness.scenario.places import Place
from prorata.harness.scenario.problems import Problem, ScenarioErrors

if TYPE_CHECKING:
    from collections.abc import Callable

    from prorata.harness.scenario.nodes import YamlMark

__all__ = ["nodes", "read", "read_bytes"]

_DEEPEST = 32


def read_bytes(data: bytes, file: str) -> Tree:
    """Read the bytes of a file; `ScenarioErrors` when they are not UTF-8, or as `read` says."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ScenarioErrors([undecodable(file, data, error)]) from None
    return read(text, file)


def read(text: str, file: str) -> Tree:
    """Read a file's text as a tree; `ScenarioErrors` with everything that YAML itself forbids."""
    root = nodes(text, file)
    if root is None:
        raise ScenarioErrors([Problem(Place(file), "the file is empty; a scenario has a title")])
    if not isinstance(root, MapNode):
        found = place_of(file, root.mark)
        raise ScenarioErrors([Problem(found, "expected a mapping that begins with a title")])
    return Tree(file, root)


def nodes(text: str, file: str) -> TreeNode | None:
    """Read any YAML text, None for an empty one; `ScenarioErrors` with what YAML forbids."""
    bad = unprintable(file, text)
    if bad:
        raise ScenarioErrors([bad])
    composer = _Composer(file)
    try:
        composer.compose(_events(text))
    except (yaml.YAMLError, ValueError) as error:
        composer.problems.append(broken(file, error))
    if composer.problems:
        raise ScenarioErrors(composer.problems)
    return composer.root


def _events(text: str) -> Callable[[], Any]:
    """Return the source of events: libyaml's parser, or the pure one where there is no libyaml."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    source: Callable[[], Any] = loader(text).get_event
    return source


class _Composer:
    """Builds nodes from events; reports what a scenario may not use and goes on."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []
        self.root: TreeNode | None = None
        self._documents = 0
        self._holder: ListNode | MapNode | None = None
        self._key: TextNode | None = None
        self._outer: list[tuple[ListNode | MapNode | None, TextNode | None]] = []

    def compose(self, next_event: Callable[[], Any]) -> None:
        """Read events to the end of the stream, or to where going on makes no sense."""
        steps = {kind: getattr(self, method) for kind, method in _METHODS.items()}
        while True:
            event = next_event()
            step = steps.get(type(event))
            if step and step(event) is _STOP:
                return

    def _scalar(self, event: Any) -> None:
        if event.anchor or event.tag:
            self._refuse(event)
        node = TextNode(event.value, event.start_mark)
        holder = self._holder
        if self._key is None and type(holder) is MapNode:
            self._key = node
            if node.text in holder.items or node.text in _NO_KEYS:
                self._bad_key(node, holder, plain=event.implicit[0])
        else:
            self._put(node)

    def _alias(self, event: Any) -> None:
        name = f"*{event.anchor}"
        self._report(event.start_mark, f'"{name}" is an alias; write the value out, or quote it')
        node = TextNode(name, event.start_mark)
        if self._key is None and isinstance(self._holder, MapNode):
            self._key = node
        else:
            self._put(node)

    def _begin(self, event: Any) -> object:
        if event.anchor or event.tag:
            self._refuse(event)
        fresh = MapNode if type(event) is MappingStartEvent else ListNode
        self._outer.append((self._holder, self._key))
        self._holder, self._key = fresh(event.start_mark), None
        if len(self._outer) > _DEEPEST:
            self._report(event.start_mark, f"nested deeper than {_DEEPEST} levels")
            return _STOP
        return None

    def _end(self, _event: object) -> None:
        ended = self._holder
        self._holder, self._key = self._outer.pop()
        if ended is not None:
            self._put(ended)

    def _put(self, node: TreeNode) -> None:
        """Store a finished node: in its list, under its key, or, as a key of others, nowhere."""
        holder, key = self._holder, self._key
        if holder is None:
            self.root = node
        elif isinstance(holder, ListNode):
            holder.items.append(node)
        elif key is None:
            self._report(node.mark, "a key is a text; this one is a mapping or a list")
            self._key = TextNode("", node.mark)
        else:
            holder.items.setdefault(key.text, (key, node))
            self._key = None

    def _bad_key(self, key: TextNode, holder: MapNode, *, plain: bool) -> None:
        if not key.text:
            self._report(key.mark, "a key without a text")
        elif key.text in holder.items:
            first = holder.items[key.text][0].mark.line + 1
            self._report(key.mark, f'"{key.text}" is given twice; the first is on line {first}')
        elif plain:
            self._report(key.mark, "merge keys are not used in scenarios; write the keys out")

    def _refuse(self, event: Any) -> None:
        mark = event.start_mark
        if event.anchor:
            self._report(mark, f'"&{event.anchor}" is an anchor; write the value out, or quote it')
        if event.tag:
            self._report(mark, f'"{event.tag}" is a tag; tags are not used in scenarios')

    def _document(self, event: Any) -> object:
        self._documents += 1
        if self._documents == 1:
            return None
        self._report(event.start_mark, "a second document; a file holds one scenario")
        return _STOP

    def _stream_end(self, _event: object) -> object:
        return _STOP

    def _report(self, mark: YamlMark, message: str) -> None:
        self.problems.append(Problem(place_of(self.file, mark), message))


_STOP = object()
_NO_KEYS = frozenset({"", "<<"})
_METHODS = {
    ScalarEvent: "_scalar",
    AliasEvent: "_alias",
    MappingStartEvent: "_begin",
    SequenceStartEvent: "_begin",
    MappingEndEvent: "_end",
    SequenceEndEvent: "_end",
    DocumentStartEvent: "_document",
    StreamEndEvent: "_stream_end",
}
