"""An answer's tree as XML or as JSON: `out=xml`, `out=json` and `out=sjson`."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, NamedTuple

from prorata.fakes.mgr5.tree import Node, clean

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["DEFAULT", "FORMATS", "Format", "as_json", "as_xml", "plain"]

# Clients iterate these without asking whether there is one or many.
_ARRAYS = frozenset({"elem", "page", "param", "slist", "val"})
_SPECIAL = re.compile('[&<>"\t\n\r]')
# Unescaped, a parser would turn a carriage return into a line feed, and all blanks of an attribute
# into spaces.
_ESCAPES = {ord(char): f"&#{ord(char)};" for char in "\t\n\r"} | {
    ord("&"): "&amp;",
    ord("<"): "&lt;",
    ord(">"): "&gt;",
    ord('"'): "&quot;",
}


class Format(NamedTuple):
    """How one value of `out` is written, and the content type it is sent with."""

    content_type: str
    render: Callable[[Node], bytes]


def as_xml(root: Node) -> bytes:
    """Return the XML declaration and, on the line below it, the whole tree."""
    parts: list[str] = ['<?xml version="1.0" encoding="UTF-8"?>\n']
    _write(root, parts.append)
    parts.append("\n")
    return "".join(parts).encode()


def _write(node: Node, put: Callable[[str], None]) -> None:
    put(f"<{node.name}")
    for name, value in node.attrs.items():
        put(f' {name}="{_escape(value)}"')
    if not node.text and not node.children:
        put("/>")
        return
    put(f">{_escape(node.text)}")
    for child in node.children:
        _write(child, put)
    put(f"</{node.name}>")


def _escape(text: str) -> str:
    text = clean(text)
    return text.translate(_ESCAPES) if _SPECIAL.search(text) else text


def as_json(root: Node) -> bytes:
    """Return the tree as one JSON object whose only key is the root's name."""
    return json.dumps({root.name: plain(root)}, ensure_ascii=False, separators=(",", ":")).encode()


def plain(node: Node) -> dict[str, object]:
    """Map a node: attributes to `$name`, text to `$`, nothing at all to `{}`."""
    mapped: dict[str, object] = {f"${name}": clean(text) for name, text in node.attrs.items()}
    if node.text:
        mapped["$"] = clean(node.text)
    for name, several in _by_name(node).items():
        mapped[name] = several if name in _ARRAYS or len(several) > 1 else several[0]
    return mapped


def _by_name(node: Node) -> Mapping[str, list[dict[str, object]]]:
    groups: dict[str, list[dict[str, object]]] = {}
    for child in node.children:
        groups.setdefault(child.name, []).append(plain(child))
    return groups


# The documents leave the content types open; clients do not look at them.
_XML = Format("text/xml; charset=UTF-8", as_xml)
_JSON = Format("application/json; charset=UTF-8", as_json)

DEFAULT = "xml"
FORMATS: Mapping[str, Format] = {"xml": _XML, "json": _JSON, "sjson": _JSON}
